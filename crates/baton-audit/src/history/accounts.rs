//! Accounts over time: whose each is, whether it can be used, and since which sync.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::people::{Number, People};
use crate::check::{CheckContext, Owner, is_usable};
use crate::identity::Key;

/// What is known of an account.
#[derive(Debug, Clone)]
pub(super) struct Account {
    /// Whose it was when it last belonged to a person: an account that its owner's record no longer leads to, because the
    /// address was taken out, stays theirs.
    owner: Option<Number>,
    /// Whether it can be used, by the newest sync of its app.
    pub(super) is_live: bool,
    /// Whether it ever could.
    pub(super) was_live: bool,
    /// The day of the first sync since which it is as it is.
    pub(super) since: Date,
    /// The day on which it could be used again after it could not.
    pub(super) back_on: Option<Date>,
}

/// The accounts of all apps that were ever seen.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    /// By the position of the system.
    apps: Vec<HashMap<Key, Account>>,
}

/// An account that could be used and went from one person to another, or to a program.
#[derive(Debug)]
pub(super) struct Passed {
    pub(super) from: Number,
    pub(super) system: usize,
}

impl Accounts {
    /// Takes in the state of all apps. `systems` are the positions of their systems, in order of the context's apps, and
    /// whether there is a new sync of each.
    pub(super) fn see(
        &mut self,
        context: &CheckContext<'_>,
        hr: &[usize],
        systems: &[(usize, bool)],
        people: &mut People,
    ) -> Vec<Passed> {
        let mut passed = Vec::new();
        for (app, &(system, is_new)) in context.apps.iter().zip(systems) {
            let day = context.seen_on(app.file);
            if self.apps.len() <= system {
                self.apps.resize_with(system + 1, HashMap::new);
            }
            let accounts = &mut self.apps[system];
            let mut seen = HashSet::new();
            for (identity, owner) in app.file.loaded.roster.iter().zip(&app.owners) {
                let is_live = is_usable(identity);
                let whose = match owner {
                    Owner::Person { records, .. } => whose(context, hr, records, people),
                    _ => None,
                };
                let account = accounts
                    .entry(identity.key.clone())
                    .or_insert_with(|| Account::first(is_live, day));
                if is_new {
                    account.turn(is_live, day);
                    seen.insert(&identity.key);
                }
                let loses = match owner {
                    Owner::Person { .. } => whose != account.owner,
                    Owner::Program => true,
                    Owner::Unclear { .. } | Owner::Unknown { .. } => false,
                };
                if loses {
                    let from = account.owner.filter(|_| account.is_live);
                    let from = from
                        .map(|from| people.one(from))
                        .filter(|&it| Some(it) != whose);
                    passed.extend(from.map(|from| Passed { from, system }));
                    account.owner = whose;
                }
            }
            if is_new {
                let gone = accounts.iter_mut().filter(|(key, _)| !seen.contains(key));
                gone.for_each(|(_, account)| account.turn(false, day));
            }
        }
        passed
    }

    /// The accounts of each person, with the positions of their systems.
    pub(super) fn by_person(&self, people: &People) -> HashMap<Number, Vec<(usize, &Account)>> {
        let mut by_person: HashMap<Number, Vec<(usize, &Account)>> = HashMap::new();
        for (system, accounts) in self.apps.iter().enumerate() {
            for account in accounts.values() {
                if let Some(owner) = account.owner {
                    let theirs = by_person.entry(people.one(owner)).or_default();
                    theirs.push((system, account));
                }
            }
        }
        by_person
    }
}

/// The person whose records these are: one that has not left when there is one.
fn whose(
    context: &CheckContext<'_>,
    hr: &[usize],
    records: &[crate::check::Record],
    people: &mut People,
) -> Option<Number> {
    let known = context.known(records);
    let current = known
        .iter()
        .find(|(_, it)| !context.standing(it).has_left());
    let (file, person) = current.or(known.first())?;
    Some(people.of(hr[file.file], &person.key))
}

impl Account {
    fn first(is_live: bool, day: Date) -> Self {
        Self {
            owner: None,
            is_live,
            was_live: is_live,
            since: day,
            back_on: None,
        }
    }

    fn turn(&mut self, is_live: bool, day: Date) {
        if is_live == self.is_live {
            return;
        }
        if is_live && self.was_live {
            self.back_on = Some(day);
        }
        self.is_live = is_live;
        self.was_live |= is_live;
        self.since = day;
    }
}
