//! An employee as a user.

use connector_core::id::ResourceId;
use connector_core::model::{AccountType, Resource, Status, StatusKind, TraitData, UserTrait};
use connector_core::profile::Profile;
use connector_core::text::{self, Text};
use jiff::Timestamp;

use crate::departments::Department;
use crate::model::{Employee, Field, is_list_id};
use crate::types::USER;

/// The user of an employee; `None` without an id.
pub(crate) fn user(employee: &Employee, department: Option<&Department>) -> Option<Resource> {
    let id = ResourceId::new(USER, employee.id()?);
    let email = employee.get(Field::Email).and_then(text::email);
    let (first, last) = (employee.get(Field::FirstName), employee.get(Field::Surname));
    let name = text::person_name(first, last, employee.get(Field::DisplayName), email);

    let mut user = Resource::new(id, &name, TraitData::None);
    user.profile = profile(employee, email, department);
    user.status = Some(status(employee));
    user.created_at = employee.get(Field::Created).and_then(created_at);
    let fact = |key: &str| user.profile.get_text(key).map(Text::from);
    user.trait_data = TraitData::User(UserTrait {
        email: email.map(Text::from),
        login: email.map(Text::from),
        employee_ids: fact("employee_id").into_iter().collect(),
        given_name: fact("first_name"),
        family_name: fact("last_name"),
        account_type: AccountType::Human,
    });
    Some(user)
}

fn profile(employee: &Employee, email: Option<&str>, department: Option<&Department>) -> Profile {
    let manager = employee.reports_to();
    let known = department.map(|d| d.name.as_str());
    let employment = employee.shown(Field::EmploymentType);
    let employment = employment.or_else(|| employee.shown(Field::PayrollType));
    // In the order of the keys, so that each goes to the end.
    let mut p = Profile::new();
    p.text(
        "department",
        known.or_else(|| employee.label(Field::Department)),
    );
    p.text("department_id", department.map(|d| d.id.as_str()));
    p.text("display_name", employee.get(Field::DisplayName));
    p.text("email", email);
    p.text("employee_id", employee.get(Field::EmployeeId));
    p.text("employment_type", employment);
    p.date("end_date", employee.get(Field::TerminationDate));
    p.text("first_name", employee.get(Field::FirstName));
    p.text("job_title", employee.shown(Field::Title));
    p.text("last_name", employee.get(Field::Surname));
    p.text("lifecycle_state", employee.get(Field::Lifecycle));
    p.text("location", employee.shown(Field::Site));
    p.text("manager_email", manager.email.get().and_then(text::email));
    p.text("manager_id", employee.manager_id());
    p.text("manager_name", Some(&manager.name()));
    p.date("start_date", employee.get(Field::StartDate));
    p
}

/// Terminated people are disabled; every other readable state, a tenant's own included, is enabled. An absent
/// state is unknown: HiBob leaves out what the service user may not read. So is a list id without a label.
pub(crate) fn status(employee: &Employee) -> Status {
    let (state, label) = (
        employee.get(Field::Lifecycle),
        employee.label(Field::Lifecycle),
    );
    let Some(state) = state else {
        return Status::of(StatusKind::Unspecified);
    };
    if is_list_id(state) && label.is_none() {
        return Status::of(StatusKind::Unspecified).with_details(state);
    }
    let word = label.filter(|_| is_list_id(state)).unwrap_or(state);
    match folded(word).as_str() {
        "terminated" => Status::of(StatusKind::Disabled).with_details(word),
        "employed" => Status::of(StatusKind::Enabled),
        "hired" | "gardenleave" | "leave" | "parentalleave" => {
            Status::of(StatusKind::Enabled).with_details(word)
        }
        // A state of the tenant's own is shown as people know it.
        _ => Status::of(StatusKind::Enabled).with_details(label.unwrap_or(word)),
    }
}

/// A lifecycle word in lower case and in one piece: `gardenLeave`, `Garden_leave` and `garden leave` are the same.
fn folded(word: &str) -> String {
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
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
