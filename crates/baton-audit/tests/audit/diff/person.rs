//! People as a file would have given them, without a file.

use std::sync::Arc;

use baton_audit::diff::people::compare;
use baton_audit::identity::{AccountType, Identity, Key, Lifecycle, ManagerRef, Roster, Status};
use connector_c1z::RowAt;
use jiff::civil::Date;

/// The day on which everything here is judged.
pub(super) const DAY: Date = jiff::civil::date(2026, 3, 1);

/// A person who works: `<id>` of type `user`, with a name that no other person has.
pub(super) fn person(id: &str) -> Identity {
    Identity {
        row: RowAt::Key(Box::default()),
        key: key("user", id),
        name: format!("Person {id}"),
        status: Status::Enabled,
        state_word: None,
        lifecycle: Lifecycle::Active,
        by_policy: false,
        account_type: AccountType::Human,
        emails: Vec::new(),
        logins: Vec::new(),
        employee_ids: Vec::new(),
        job_title: None,
        department: None,
        department_id: None,
        location: None,
        employment_type: None,
        org_role: None,
        manager: ManagerRef::default(),
        start_date: None,
        end_date: None,
        last_login: None,
        created_at: None,
        mfa: None,
        sso: None,
    }
}

pub(super) fn key(resource_type: &str, id: &str) -> Key {
    Key {
        resource_type: Arc::from(resource_type),
        id: id.to_owned(),
    }
}

/// Chaining for tests, one thing at a time.
pub(super) trait With: Sized {
    fn with(self, change: impl FnOnce(&mut Identity)) -> Identity;

    fn named(self, name: &str) -> Identity {
        self.with(|p| p.name = name.to_owned())
    }

    fn email(self, address: &str) -> Identity {
        self.with(|p| p.emails.push(address.to_owned()))
    }

    fn number(self, number: &str) -> Identity {
        self.with(|p| p.employee_ids.push(number.to_owned()))
    }

    fn lifecycle(self, lifecycle: Lifecycle) -> Identity {
        self.with(|p| p.lifecycle = lifecycle)
    }

    fn left(self) -> Identity {
        self.lifecycle(Lifecycle::Terminated)
    }

    fn manager_id(self, id: &str) -> Identity {
        self.with(|p| p.manager.id = Some(id.to_owned()))
    }
}

impl With for Identity {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

pub(super) fn roster(people: impl IntoIterator<Item = Identity>) -> Roster {
    let numbered = people.into_iter().zip(1..);
    let at = |row: u8| RowAt::Key(Box::new([row]));
    Roster::new(
        numbered
            .map(|(p, row)| p.with(|p| p.row = at(row)))
            .collect(),
    )
}

/// One line per person who differs, then one per ambiguous group.
pub(super) fn said(old: &Roster, new: &Roster) -> String {
    let diff = compare(old, new, DAY, DAY);
    let changes = diff.changes.iter().map(|change| {
        let mut line = format!("{} {}", change.class.as_str(), change.person().unwrap().key);
        if let Some(other) = change.other_key() {
            let by: Vec<_> = change.found_by.iter().map(|by| by.as_str()).collect();
            line += &format!(" was {other} by {}", by.join("+"));
        }
        for moved in &change.moves {
            let end = |end: &Option<String>| end.clone().unwrap_or_else(|| "nothing".to_owned());
            let (from, to) = (end(&moved.from), end(&moved.to));
            line += &format!("; {} {from} > {to}", moved.aspect.as_str());
        }
        line
    });
    let groups = diff.ambiguous.iter().map(|group| {
        let keys = |people: &[&Identity]| {
            let keys: Vec<_> = people.iter().map(|p| p.key.to_string()).collect();
            keys.join(",")
        };
        let shared = group
            .shared
            .iter()
            .map(|(by, value)| format!("{}={value}", by.as_str()));
        format!(
            "ambiguous old[{}] former[{}] new[{}] {}{}",
            keys(&group.old),
            keys(&group.former),
            keys(&group.new),
            shared.collect::<Vec<_>>().join(" "),
            if group.is_doubt() { " in doubt" } else { "" },
        )
    });
    changes.chain(groups).collect::<Vec<_>>().join("\n")
}

pub(super) fn one(before: Identity, after: Identity) -> String {
    said(&roster([before]), &roster([after]))
}
