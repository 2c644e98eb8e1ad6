//! The rows of a person's page and their columns.

use crate::check::finding::{Finding, Subject};
use crate::identity::{Identity, Lifecycle};
use crate::look::{GrantLine, external_id, time, yes_no};
use crate::table::{Cell, Column, column, detail};

/// What an HR file has of the person.
pub(super) struct Record<'a> {
    pub(super) file: &'a str,
    pub(super) person: &'a Identity,
    pub(super) lifecycle: Lifecycle,
}

pub(super) fn record_columns<'a>() -> [Column<Record<'a>>; 16] {
    [
        column("file", "file", |r| r.file.into()),
        column("id", "id", |r| r.person.key.to_string().into()),
        column("name", "name", |r| r.person.name.as_str().into()),
        column("lifecycle", "lifecycle", |r| r.lifecycle.as_str().into()),
        column("state_word", "state", |r| {
            Cell::some(r.person.state_word.as_deref())
        }),
        column("emails", "e-mail", |r| Cell::list(&r.person.emails)),
        column("employee_ids", "employee number", |r| {
            Cell::list(&r.person.employee_ids)
        }),
        column("job_title", "title", |r| {
            Cell::some(r.person.job_title.as_deref())
        }),
        column("department", "department", |r| {
            Cell::some(r.person.department.as_deref())
        }),
        column("location", "location", |r| {
            Cell::some(r.person.location.as_deref())
        }),
        column("employment_type", "contract", |r| {
            Cell::some(r.person.employment_type.as_deref())
        }),
        column("manager", "manager", |r| {
            Cell::some(r.person.manager.shown())
        }),
        detail("manager_id", |r| Cell::some(r.person.manager.id.as_deref())),
        column("start_date", "first day", |r| {
            r.person
                .start_date
                .map_or(Cell::Absent, |day| day.to_string().into())
        }),
        column("end_date", "last day", |r| {
            r.person
                .end_date
                .map_or(Cell::Absent, |day| day.to_string().into())
        }),
        column("row", "row", |r| Cell::row(&r.person.row)),
    ]
}

/// An account of the person, or one that may be theirs.
pub(super) struct Account<'a> {
    /// The position of its file among all files.
    pub(super) number: usize,
    pub(super) app: &'a str,
    pub(super) account: &'a Identity,
    /// What it was matched by; for an account that is only possibly theirs, why that is not clear.
    pub(super) matched: String,
}

pub(super) fn account_columns<'a>() -> [Column<Account<'a>>; 10] {
    [
        column("app", "App", |a| a.app.into()),
        column("id", "Id", |a| a.account.key.to_string().into()),
        column("name", "Name", |a| a.account.name.as_str().into()),
        column("status", "Status", |a| a.account.status.as_str().into()),
        column("matched_by", "Matched by", |a| a.matched.as_str().into()),
        column("last_login", "Last login", |a| time(a.account.last_login)),
        column("created_at", "Created", |a| time(a.account.created_at)),
        column("mfa", "MFA", |a| yes_no(a.account.mfa)),
        column("sso", "SSO", |a| yes_no(a.account.sso)),
        detail("row", |a| Cell::row(&a.account.row)),
    ]
}

/// Something that an account of the person holds; nothing for an account that holds nothing.
pub(super) struct Held<'a> {
    pub(super) account: &'a Account<'a>,
    pub(super) line: Option<GrantLine>,
}

impl Held<'_> {
    fn cell<'s>(&'s self, of: impl FnOnce(&'s GrantLine) -> Cell<'s>) -> Cell<'s> {
        self.line.as_ref().map_or(Cell::Absent, of)
    }
}

pub(super) fn access_columns<'a>() -> [Column<Held<'a>>; 12] {
    [
        column("app", "App", |h| h.account.app.into()),
        detail("account_id", |h| h.account.account.key.to_string().into()),
        column("resource_name", "On", |h| {
            h.cell(|line| (&*line.resource_name).into())
        }),
        column("resource_id", "Id", |h| {
            h.cell(|line| external_id(&line.resource).into())
        }),
        column("slug", "Holds", |h| h.cell(|line| line.held().into())),
        column("how", "How", |h| h.cell(|line| line.how.into())),
        column("via", "Via", |h| h.cell(|line| Cell::list(&line.via))),
        detail("resource_type", |h| {
            h.cell(|line| line.resource.resource_type.as_str().into())
        }),
        detail("entitlement_id", |h| {
            h.cell(|line| line.entitlement_id.as_str().into())
        }),
        detail("entitlement_name", |h| {
            h.cell(|line| (&*line.entitlement.name).into())
        }),
        detail("grant_id", |h| h.cell(|line| line.id.as_str().into())),
        detail("row", |h| {
            h.cell(|line| line.row.as_ref().map_or(Cell::Absent, Cell::row))
        }),
    ]
}

/// What CSV has: each access with its account.
pub(super) fn csv_columns<'a>() -> Vec<Column<Held<'a>>> {
    let of_account: [Column<Held<'a>>; 7] = [
        detail("account_name", |h| h.account.account.name.as_str().into()),
        detail("account_status", |h| {
            h.account.account.status.as_str().into()
        }),
        detail("matched_by", |h| h.account.matched.as_str().into()),
        detail("last_login", |h| time(h.account.account.last_login)),
        detail("created_at", |h| time(h.account.account.created_at)),
        detail("mfa", |h| yes_no(h.account.account.mfa)),
        detail("sso", |h| yes_no(h.account.account.sso)),
    ];
    let mut columns = access_columns().to_vec();
    columns.splice(2..2, of_account);
    columns
}

/// What a check finds about the person or one of the accounts.
pub(super) struct Found<'a> {
    pub(super) file: &'a str,
    pub(super) finding: &'a Finding,
}

pub(super) fn finding_columns<'a>() -> [Column<Found<'a>>; 7] {
    [
        detail("check", |f| f.finding.check.id.into()),
        detail("severity", |f| f.finding.severity.as_str().into()),
        detail("file", |f| f.file.into()),
        detail("subject", |f| f.finding.subject.id().into()),
        detail("message", |f| f.finding.message.as_str().into()),
        detail("name", |f| match &f.finding.subject {
            Subject::Identity { name, .. } | Subject::Thing { name, .. } => name.as_str().into(),
            Subject::File { .. } => Cell::Absent,
        }),
        detail("accepted_until", |f| {
            let accepted = f.finding.accepted.as_ref();
            accepted.map_or(Cell::Absent, |it| it.until.to_string().into())
        }),
    ]
}
