//! People and accounts as rows of a listing.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::identity::{AccountType, Identity, Lifecycle};
use crate::table::{Cell, Heading, heading};

/// The columns of people; tables show those that fit 80 characters.
pub(crate) const PERSON_COLUMNS: &[Heading<'_>] = &[
    heading("id", "Id"),
    heading("type", ""),
    heading("name", "Name"),
    heading("status", ""),
    heading("lifecycle", "Lifecycle"),
    heading("state_word", ""),
    heading("account_type", ""),
    heading("email", "E-mail"),
    heading("other_emails", ""),
    heading("logins", ""),
    heading("employee_ids", ""),
    heading("job_title", "Title"),
    heading("department", "Department"),
    heading("department_id", ""),
    heading("location", ""),
    heading("employment_type", ""),
    heading("org_role", ""),
    heading("manager_id", ""),
    heading("manager_email", ""),
    heading("manager_name", ""),
    heading("start_date", ""),
    heading("end_date", ""),
    heading("row", ""),
];

/// The cells of somebody, in the order of [`PERSON_COLUMNS`].
pub(crate) fn person_cells(identity: &Identity, lifecycle: Lifecycle) -> Vec<Cell<'_>> {
    let manager = &identity.manager;
    vec![
        identity.key.to_string().into(),
        Cell::from(&*identity.key.resource_type),
        identity.name.as_str().into(),
        identity.status.as_str().into(),
        lifecycle.as_str().into(),
        Cell::some(identity.state_word.as_deref()),
        account_type(identity.account_type).into(),
        Cell::some(identity.email()),
        list(identity.emails.get(1..).unwrap_or_default()),
        list(&identity.logins),
        list(&identity.employee_ids),
        Cell::some(identity.job_title.as_deref()),
        Cell::some(identity.department.as_deref()),
        Cell::some(identity.department_id.as_deref()),
        Cell::some(identity.location.as_deref()),
        Cell::some(identity.employment_type.as_deref()),
        Cell::some(identity.org_role.as_deref()),
        Cell::some(manager.id.as_deref()),
        Cell::some(manager.email.as_deref()),
        Cell::some(manager.name.as_deref()),
        day(identity.start_date),
        day(identity.end_date),
        identity.row.unsigned_abs().into(),
    ]
}

/// Whose account it is, in a word.
pub(crate) const fn account_type(account_type: AccountType) -> &'static str {
    match account_type {
        AccountType::Human => "human",
        AccountType::Service => "service",
        AccountType::System => "system",
    }
}

fn list(texts: &[String]) -> Cell<'_> {
    Cell::List(texts.iter().map(|t| Cow::Borrowed(t.as_str())).collect())
}

fn day<'a>(date: Option<Date>) -> Cell<'a> {
    date.map_or(Cell::Absent, |date| date.to_string().into())
}
