//! The names that connectors use in profiles for the facts this tool understands: the suite's own name first. An
//! earlier name wins over a later one.

/// The names of one fact.
pub(super) type Names = &'static [&'static str];

/// Work e-mail address.
pub(super) const EMAIL: Names = &["email", "work_email", "workEmail"];
/// Employee number.
pub(super) const EMPLOYEE_ID: Names = &[
    "employee_id",
    "employee_number",
    "employeeNumber",
    "employeeId",
];
/// Title.
pub(super) const JOB_TITLE: Names = &["job_title", "jobTitle", "title"];
/// Department by name.
pub(super) const DEPARTMENT: Names = &["department", "department_name", "departmentName"];
/// Department by id.
pub(super) const DEPARTMENT_ID: Names = &["department_id", "departmentId"];
/// Manager by id.
pub(super) const MANAGER_ID: Names = &["manager_id", "managerId", "supervisor_id"];
/// Manager by e-mail address.
pub(super) const MANAGER_EMAIL: Names = &[
    "manager_email",
    "managerEmail",
    "supervisor_email",
    "supervisorEmail",
];
/// Manager by name.
pub(super) const MANAGER_NAME: Names = &["manager_name", "manager", "supervisor"];
/// First day.
pub(super) const START_DATE: Names = &["start_date", "startDate", "hire_date", "hireDate"];
/// Last day.
pub(super) const END_DATE: Names = &["end_date", "endDate", "termination_date", "terminationDate"];
/// Kind of contract.
pub(super) const EMPLOYMENT_TYPE: Names = &[
    "employment_type",
    "employmentType",
    "userType",
    "worker_type",
];
/// Place of work.
pub(super) const LOCATION: Names = &["location", "office", "site", "work_location", "city"];
/// The vendor's word for the state.
pub(super) const LIFECYCLE_STATE: Names =
    &["lifecycle_state", "employment_status", "employmentStatus"];
/// Role in the organisation.
pub(super) const ORG_ROLE: Names = &["org_role", "orgRole", "organization_role"];
/// Last login.
pub(super) const LAST_LOGIN: Names = &["last_login", "lastLogin", "last_login_at", "lastLoginAt"];
/// When the vendor created it.
pub(super) const CREATED_AT: Names = &["created_at", "createdAt"];
/// Whether a second factor is asked for.
pub(super) const MFA: Names = &[
    "mfa_enabled",
    "mfaEnabled",
    "two_factor_enabled",
    "twoFactorEnabled",
];
/// Whether the login goes through single sign-on.
pub(super) const SSO: Names = &["sso_enabled", "ssoEnabled"];
