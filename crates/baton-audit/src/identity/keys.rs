//! The facts this tool understands, and the names that connectors use for them in profiles.

/// A fact of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fact {
    /// Work e-mail address.
    Email,
    /// Employee number.
    EmployeeId,
    /// Title.
    JobTitle,
    /// Department by name.
    Department,
    /// Department by id.
    DepartmentId,
    /// Manager by id.
    ManagerId,
    /// Manager by e-mail address.
    ManagerEmail,
    /// Manager by name.
    ManagerName,
    /// First day.
    StartDate,
    /// Last day.
    EndDate,
    /// Kind of contract.
    EmploymentType,
    /// Place of work.
    Location,
    /// The vendor's word for the state.
    LifecycleState,
    /// Role in the organisation.
    OrgRole,
}

impl Fact {
    /// All facts.
    pub const ALL: [Self; 14] = [
        Self::Email,
        Self::EmployeeId,
        Self::JobTitle,
        Self::Department,
        Self::DepartmentId,
        Self::ManagerId,
        Self::ManagerEmail,
        Self::ManagerName,
        Self::StartDate,
        Self::EndDate,
        Self::EmploymentType,
        Self::Location,
        Self::LifecycleState,
        Self::OrgRole,
    ];

    /// The names it may have, the suite's own first; an earlier name wins over a later one.
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Email => &["email", "work_email", "workEmail"],
            Self::EmployeeId => &[
                "employee_id",
                "employee_number",
                "employeeNumber",
                "employeeId",
            ],
            Self::JobTitle => &["job_title", "jobTitle", "title"],
            Self::Department => &["department", "department_name", "departmentName"],
            Self::DepartmentId => &["department_id", "departmentId"],
            Self::ManagerId => &["manager_id", "managerId", "supervisor_id"],
            Self::ManagerEmail => &[
                "manager_email",
                "managerEmail",
                "supervisor_email",
                "supervisorEmail",
            ],
            Self::ManagerName => &["manager_name", "manager", "supervisor"],
            Self::StartDate => &["start_date", "startDate", "hire_date", "hireDate"],
            Self::EndDate => &["end_date", "endDate", "termination_date", "terminationDate"],
            Self::EmploymentType => &[
                "employment_type",
                "employmentType",
                "userType",
                "worker_type",
            ],
            Self::Location => &["location", "office", "site", "work_location", "city"],
            Self::LifecycleState => &["lifecycle_state", "employment_status", "employmentStatus"],
            Self::OrgRole => &["org_role", "orgRole", "organization_role"],
        }
    }
}
