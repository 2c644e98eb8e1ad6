//! People and accounts as rows of a listing.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::identity::{AccountType, Identity, Lifecycle};
use crate::table::{Cell, Column, column, detail};

/// A person or an account, and the lifecycle on the day of the listing.
#[derive(Debug)]
pub(crate) struct PersonLine {
    pub(crate) identity: Identity,
    pub(crate) lifecycle: Lifecycle,
}

/// The columns of people; tables show those that fit 80 characters.
pub(crate) const PERSON_COLUMNS: &[Column<PersonLine>] = &[
    column("id", "Id", |p| p.identity.key.to_string().into()),
    detail("type", |p| (&*p.identity.key.resource_type).into()),
    column("name", "Name", |p| p.identity.name.as_str().into()),
    detail("status", |p| p.identity.status.as_str().into()),
    column("lifecycle", "Lifecycle", |p| p.lifecycle.as_str().into()),
    detail("state_word", |p| {
        Cell::some(p.identity.state_word.as_deref())
    }),
    detail("account_type", |p| {
        account_type(p.identity.account_type).into()
    }),
    column("email", "E-mail", |p| Cell::some(p.identity.email())),
    detail("other_emails", |p| {
        Cell::list(p.identity.emails.get(1..).unwrap_or_default())
    }),
    detail("logins", |p| Cell::list(&p.identity.logins)),
    detail("employee_ids", |p| Cell::list(&p.identity.employee_ids)),
    column("job_title", "Title", |p| {
        Cell::some(p.identity.job_title.as_deref())
    }),
    column("department", "Department", |p| {
        Cell::some(p.identity.department.as_deref())
    }),
    detail("department_id", |p| {
        Cell::some(p.identity.department_id.as_deref())
    }),
    detail("location", |p| Cell::some(p.identity.location.as_deref())),
    detail("employment_type", |p| {
        Cell::some(p.identity.employment_type.as_deref())
    }),
    detail("org_role", |p| Cell::some(p.identity.org_role.as_deref())),
    detail("manager_id", |p| {
        Cell::some(p.identity.manager.id.as_deref())
    }),
    detail("manager_email", |p| {
        Cell::some(p.identity.manager.email.as_deref())
    }),
    detail("manager_name", |p| {
        Cell::some(p.identity.manager.name.as_deref())
    }),
    detail("start_date", |p| day(p.identity.start_date)),
    detail("end_date", |p| day(p.identity.end_date)),
    detail("last_login", |p| time(p.identity.last_login)),
    detail("created_at", |p| time(p.identity.created_at)),
    detail("mfa", |p| yes_no(p.identity.mfa)),
    detail("sso", |p| yes_no(p.identity.sso)),
    detail("row", |p| Cell::row(&p.identity.row)),
];

/// The word for a kind of account.
pub(crate) const fn account_type(account_type: AccountType) -> &'static str {
    match account_type {
        AccountType::Human => "human",
        AccountType::Service => "service",
        AccountType::System => "system",
    }
}

fn day<'a>(date: Option<Date>) -> Cell<'a> {
    date.map_or(Cell::Absent, |date| date.to_string().into())
}

pub(crate) fn time<'a>(time: Option<Timestamp>) -> Cell<'a> {
    time.map_or(Cell::Absent, |time| Cell::Time(Some(time), ""))
}

pub(crate) fn yes_no<'a>(known: Option<bool>) -> Cell<'a> {
    known.map_or(Cell::Absent, Cell::Bool)
}
