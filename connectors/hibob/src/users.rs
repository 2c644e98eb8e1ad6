//! An employee as a user.

use connector_core::id::ResourceId;
use connector_core::model::{AccountType, Resource, Status, StatusKind, TraitData, UserTrait};
use connector_core::profile::Profile;
use connector_core::text;
use jiff::Timestamp;

use crate::departments::{DepartmentIndex, Departments};
use crate::model::{Employee, Field};
use crate::types::USER;

/// The user of an employee; `None` without an id.
pub(crate) fn user(
    employee: &Employee,
    department: Option<DepartmentIndex>,
    tree: &Departments,
) -> Option<Resource> {
    let id = ResourceId::new(USER, employee.id()?);
    let email = employee.get(Field::Email).and_then(text::email);
    let (first, last) = (employee.get(Field::FirstName), employee.get(Field::Surname));
    let name = text::person_name(first, last, employee.get(Field::DisplayName), email);

    let mut user = Resource::new(id, &name, TraitData::None);
    user.profile = profile(employee, email, department, tree);
    user.status = Some(status(employee.get(Field::Lifecycle)));
    user.created_at = employee.get(Field::Created).and_then(created_at);
    user.trait_data = TraitData::User(UserTrait {
        email: email.map(str::to_owned),
        login: email.map(str::to_owned),
        employee_ids: user
            .profile
            .get_text("employee_id")
            .map(str::to_owned)
            .into_iter()
            .collect(),
        given_name: user.profile.get_text("first_name").map(str::to_owned),
        family_name: user.profile.get_text("last_name").map(str::to_owned),
        account_type: AccountType::Human,
    });
    Some(user)
}

fn profile(
    employee: &Employee,
    email: Option<&str>,
    department: Option<DepartmentIndex>,
    tree: &Departments,
) -> Profile {
    let manager = employee.manager();
    let mut p = Profile::new();
    p.text("first_name", employee.get(Field::FirstName));
    p.text("last_name", employee.get(Field::Surname));
    p.text("display_name", employee.get(Field::DisplayName));
    p.text("email", email);
    p.text("employee_id", employee.get(Field::EmployeeId));
    p.text("job_title", employee.shown(Field::Title));
    p.text(
        "department",
        department
            .map(|d| tree.name(d))
            .or_else(|| employee.label(Field::Department)),
    );
    p.text("department_id", department.map(|d| tree.id(d)));
    p.text("manager_id", manager.id.as_deref());
    p.text(
        "manager_email",
        manager.email.as_deref().and_then(text::email),
    );
    p.text("manager_name", manager.name.as_deref());
    p.date("start_date", employee.get(Field::StartDate));
    p.date("end_date", employee.get(Field::TerminationDate));
    let employment = employee.shown(Field::EmploymentType);
    let employment = employment.or_else(|| employee.shown(Field::PayrollType));
    p.text("employment_type", employment);
    p.text("location", employee.shown(Field::Site));
    p.text("lifecycle_state", employee.get(Field::Lifecycle));
    p
}

/// Terminated people are disabled; every other readable state, a tenant's own included, is enabled. An absent
/// state is unknown: HiBob leaves out what the service user may not read.
pub(crate) fn status(lifecycle: Option<&str>) -> Status {
    let Some(raw) = lifecycle else {
        return Status::of(StatusKind::Unspecified);
    };
    match folded(raw).as_str() {
        "" => Status::of(StatusKind::Unspecified),
        "terminated" => Status::of(StatusKind::Disabled).with_details(raw),
        "employed" => Status::of(StatusKind::Enabled),
        _ => Status::of(StatusKind::Enabled).with_details(raw),
    }
}

/// A lifecycle word in lower case with single blanks between its parts: `gardenLeave`, `Garden_leave` and
/// `garden leave` are the same.
fn folded(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 2);
    let mut after_lower = false;
    for c in word.trim().chars() {
        let part_ends = matches!(c, '_' | '-' | ' ') || (c.is_uppercase() && after_lower);
        if part_ends && !out.ends_with(' ') {
            out.push(' ');
        }
        if !matches!(c, '_' | '-' | ' ') {
            out.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase();
    }
    out
}

/// HiBob's times carry no zone; they are taken as UTC.
fn created_at(text: &str) -> Option<Timestamp> {
    let time: jiff::civil::DateTime = text.trim_end_matches('Z').parse().ok()?;
    time.to_zoned(jiff::tz::TimeZone::UTC)
        .ok()
        .map(|z| z.timestamp())
}

#[cfg(test)]
mod tests;
