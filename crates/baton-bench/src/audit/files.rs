//! The files that are read: an HR system's people, and an app's accounts with their grants, before and after a few
//! per cent of changes.

use std::path::{Path, PathBuf};

use connector_core::entropy::{Entropy, SeededEntropy};
use connector_core::id::ResourceId;
use connector_core::model::StatusKind;
use connector_sandbox::company::{Company, Lifecycle, Person};
use connector_testkit::file::{GROUP, ROLE, SyncFile, User, user};
use jiff::{Timestamp, ToSpan};

use crate::Result;

/// People who left, and people who came, between the two syncs, in a thousand.
const LEFT: u64 = 20;
/// People whose title or manager changed.
const MOVED: u64 = 30;
/// Grants that were taken away; as many are new.
const REGRANTED: u64 = 30;
/// Accounts per group.
const GROUP_SIZE: usize = 100;
/// Roles, each held by a share of all accounts.
const ROLES: usize = 20;

/// Where the files are.
pub(super) struct Files {
    /// All employees as the HR system has them after the changes.
    pub(super) hr: PathBuf,
    /// The app before the changes.
    pub(super) old: PathBuf,
    /// The app after the changes.
    pub(super) new: PathBuf,
}

/// Writes the files into `dir`: `people` people and as many accounts, `grants` grants.
pub(super) fn write(dir: &Path, people: usize, grants: usize) -> Result<Files> {
    let files = Files {
        hr: dir.join("hr.c1z"),
        old: dir.join("old.c1z"),
        new: dir.join("new.c1z"),
    };
    // The joiners come last in the company, after the people who are in both syncs.
    let joiners = people * usize::try_from(LEFT)? / 1000;
    let company = Company::generate(people + joiners, 7);
    let then: Timestamp = "2026-10-01T08:00:00Z".parse()?;
    let now = then + (31 * 24).hours();
    let after: Vec<_> = company
        .people
        .iter()
        .enumerate()
        .filter(|(at, _)| *at >= people || !drawn(1, *at, LEFT))
        .collect();
    let mut hr = SyncFile::ended_at(now);
    for &(at, person) in &after {
        hr.push(employee(&company, person, drawn(2, at, MOVED)));
    }
    hr.write(&files.hr)?;
    let before = company.people[..people]
        .iter()
        .enumerate()
        .collect::<Vec<_>>();
    let usable = |_| StatusKind::Enabled;
    app(then, &before, grants, usable, |_| false).write(&files.old)?;
    let moved = |number| drawn(3, number, REGRANTED);
    app(now, &after, grants, usable, moved).write(&files.new)?;
    Ok(files)
}

/// True for `n` of 1,000 numbers, the same ones every time.
pub(super) fn drawn(stream: u64, number: usize, n: u64) -> bool {
    SeededEntropy::new(stream << 40 ^ number as u64).next_u64() % 1000 < n
}

/// The person as the HR system has them.
pub(super) fn employee(company: &Company, person: &Person, moved: bool) -> User {
    let department = person.department.as_deref();
    let department = department.and_then(|id| company.department(id));
    let facts = [
        ("department", department.map(|d| d.name.clone())),
        ("manager_id", person.manager.clone()),
        ("start_date", Some(person.start_date.to_string())),
        ("end_date", person.end_date.map(|day| day.to_string())),
        (
            "job_title",
            Some(if moved { "Promoted" } else { "Engineer" }.to_owned()),
        ),
    ];
    let named = user(&person.id, &person.display_name)
        .employee_id(&person.employee_number.to_string())
        .state(
            match person.lifecycle {
                Lifecycle::Terminated => StatusKind::Disabled,
                _ => StatusKind::Enabled,
            },
            &person.lifecycle.to_string(),
        );
    let named = match &person.email {
        Some(email) => named.email(email),
        None => named,
    };
    facts
        .into_iter()
        .fold(named, |named, (key, value)| match value {
            Some(value) => named.fact(key, &value),
            None => named,
        })
}

/// Accounts in their states, and their grants: a role each, groups for the rest. A grant that is `moved` is of the next
/// group.
pub(super) fn app(
    ended_at: Timestamp,
    people: &[(usize, &Person)],
    grants: usize,
    state: impl Fn(usize) -> StatusKind,
    moved: impl Fn(usize) -> bool,
) -> SyncFile {
    let groups = (grants / GROUP_SIZE).max(1);
    let mut file = SyncFile::ended_at(ended_at);
    for (at, person) in people {
        let login = format!("login-{at}");
        let account = user(&format!("a{at}"), &person.display_name)
            .login(&login)
            .state(state(*at), "as the app has it");
        file.push(match &person.email {
            Some(email) => account.email(email),
            None => account,
        });
    }
    for at in 0..groups {
        file = file.group(&format!("g{at}"), &format!("Group {at}"));
    }
    for at in 0..ROLES {
        file = file.role(&format!("r{at}"), &format!("Role {at}"));
    }
    let each = (grants / people.len().max(1)).max(1);
    for (at, _) in people {
        let account = format!("a{at}");
        let role = format!("r{}", at % ROLES);
        file.grant(ResourceId::new(ROLE, role), "assigned", &account);
        for place in 1..each {
            let number = at * each + place;
            let shift = usize::from(moved(number));
            // Groups of one account lie apart, and half of them are only for grants that moved.
            let group = (at * 7 + (place + shift * each) * (groups / (2 * each)).max(1)) % groups;
            file.grant(
                ResourceId::new(GROUP, format!("g{group}")),
                "member",
                &account,
            );
        }
    }
    file
}
