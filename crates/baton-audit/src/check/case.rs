//! What the rules look at: the files with their positions, the policy and the day.

use std::collections::HashSet;

use connector_core::Result;
use jiff::civil::Date;

use super::access::{Access, Held};
use super::finding::{Evidence, Subject};
use super::input::{Input, Opened};
use super::join::{Owner, People, Record};
use super::links;
use super::policy::{Pattern, People as Described, Policy};
use crate::identity::{AccountType, Identity, Lifecycle, Status};

/// A file and its position in [`super::Findings::files`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) file: usize,
    pub(crate) opened: &'a Opened,
}

/// Everything a rule may look at.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) day: Date,
    /// HR files as they are now.
    pub(crate) hr: Vec<Placed<'a>>,
    /// HR files that have an earlier state: now, earlier.
    pub(crate) pairs: Vec<(Placed<'a>, Placed<'a>)>,
    /// Apps; none when no check asked for looks at them.
    pub(crate) apps: Vec<App<'a>>,
    /// For each HR file, whether the HR checks look at the person at each position.
    scope: Vec<Vec<bool>>,
    /// The people of all HR files.
    people: People<'a>,
    /// What was noticed when accounts were joined with people.
    pub(crate) notes: Vec<String>,
}

/// An app, whose its accounts are and what they hold.
#[derive(Debug)]
pub(crate) struct App<'a> {
    pub(crate) placed: Placed<'a>,
    /// By position in the roster.
    pub(crate) owners: Vec<Owner>,
    pub(crate) access: Access<'a>,
}

/// An account that belongs to a person, and what the HR files say of them.
#[derive(Debug)]
pub(crate) struct Owned<'a, 'c> {
    pub(crate) app: &'c App<'a>,
    /// Position in the app's roster.
    pub(crate) at: usize,
    pub(crate) account: &'a Identity,
    /// The person's records, at least one.
    pub(crate) records: Vec<(Placed<'a>, &'a Identity)>,
}

impl<'a> Case<'a> {
    /// `with_apps` says whether anything will look at apps: reading what is held in them takes longest.
    ///
    /// # Errors
    /// When a file is damaged or a link of the policy is wrong.
    pub(crate) fn new(
        input: &'a Input,
        policy: &'a Policy,
        day: Date,
        with_apps: bool,
    ) -> Result<Self> {
        let mut file = 0..;
        let mut place = |opened: &'a Opened| Placed {
            file: file.next().unwrap_or_default(),
            opened,
        };
        let hr: Vec<_> = input.hr.iter().map(|hr| place(&hr.now)).collect();
        let earlier = input.hr.iter().zip(&hr);
        let pairs = earlier
            .filter_map(|(hr, &now)| Some((now, place(hr.earlier.as_ref()?))))
            .collect();
        let apps: Vec<_> = input.apps.iter().map(place).collect();
        let within =
            |p: &Identity| p.account_type == AccountType::Human && !policy.out_of_scope.include(p);
        let scope = |hr: &Placed<'_>| hr.opened.roster.iter().map(within).collect();
        let scope = hr.iter().map(scope).collect();
        let people = People::of(&hr);
        let (linked, notes) = links::resolve(&policy.links, &people, &apps)?;
        let mut case = Self {
            policy,
            day,
            hr,
            pairs,
            apps: Vec::new(),
            scope,
            people,
            notes,
        };
        for (app, mut linked) in apps.into_iter().zip(linked).filter(|_| with_apps) {
            let mut email_only = policy.email_only.iter();
            let email_only = email_only.any(|p| app.opened.is_called(|name| p.fits(name)));
            let owner = |(at, account)| match linked.remove(&at) {
                Some(records) => Owner::Person(records),
                None => case.people.owner(account, email_only, policy),
            };
            let owners = app.opened.roster.iter().enumerate().map(owner).collect();
            let app = case.look_at(app, owners)?;
            case.apps.push(app);
        }
        Ok(case)
    }

    fn look_at(&self, placed: Placed<'a>, owners: Vec<Owner>) -> Result<App<'a>> {
        let left = |(at, owner): (usize, &Owner)| match owner {
            Owner::Person(records) => self.have_left(&self.known(records)).then_some(at),
            Owner::Program | Owner::Unclear { .. } | Owner::Nobody { .. } => None,
        };
        let leavers = owners.iter().enumerate().filter_map(left).collect();
        Ok(App {
            placed,
            access: Access::load(placed, self.policy, &leavers)?,
            owners,
        })
    }

    /// The files and people of records.
    pub(crate) fn known(&self, records: &[Record]) -> Vec<(Placed<'a>, &'a Identity)> {
        records
            .iter()
            .filter_map(|&record| self.people.get(record))
            .collect()
    }

    /// Whether all of somebody's records say that they have left.
    pub(crate) fn have_left(&self, records: &[(Placed<'a>, &Identity)]) -> bool {
        records.iter().all(|(_, p)| self.standing(p).has_left())
    }

    /// The accounts that belong to a person, in order of files and rows.
    pub(crate) fn owned(&self) -> impl Iterator<Item = Owned<'a, '_>> {
        let accounts = |app| {
            let App { placed, owners, .. }: &App<'a> = app;
            let roster = placed.opened.roster.iter().enumerate();
            roster.zip(owners).map(move |(it, owner)| (app, it, owner))
        };
        let all = self.apps.iter().flat_map(accounts);
        all.filter_map(|(app, (at, account), owner)| match owner {
            Owner::Person(records) => Some(Owned {
                app,
                at,
                account,
                records: self.known(records),
            }),
            Owner::Program | Owner::Unclear { .. } | Owner::Nobody { .. } => None,
        })
    }

    /// Where a person stands on the day.
    pub(crate) fn standing(&self, person: &Identity) -> Lifecycle {
        person.lifecycle_on(self.day)
    }

    /// The patterns that fit somebody of the HR files.
    pub(crate) fn people_fitting(&self, described: &'a Described) -> HashSet<&'a Pattern> {
        if described.is_empty() {
            return HashSet::new();
        }
        let people = self.hr.iter().flat_map(|hr| hr.opened.roster.iter());
        let fitting = people.flat_map(|person| described.fitting(person));
        fitting.collect()
    }

    /// The people of an HR file whom the HR checks look at, in order of rows: humans whom the policy does not leave
    /// out.
    pub(crate) fn in_scope_of(&self, hr: Placed<'a>) -> impl Iterator<Item = &'a Identity> {
        let scope = self.hr.iter().position(|it| it.file == hr.file);
        let scope = scope
            .and_then(|at| self.scope.get(at))
            .into_iter()
            .flatten();
        let people = hr.opened.roster.iter().zip(scope);
        people.filter_map(|(person, &within)| within.then_some(person))
    }

    /// [`Case::in_scope_of`] for all HR files.
    pub(crate) fn in_scope(&self) -> impl Iterator<Item = (Placed<'a>, &'a Identity)> {
        let people = |hr| self.in_scope_of(hr).map(move |person| (hr, person));
        self.hr.iter().copied().flat_map(people)
    }

    /// Of those in scope, the ones at work: they have begun and are not known to have left. That somebody is away
    /// for a while, or that the file does not say where they stand, does not take them out.
    pub(crate) fn at_work_in(&self, hr: Placed<'a>) -> impl Iterator<Item = &'a Identity> {
        self.in_scope_of(hr)
            .filter(|person| self.is_at_work(person))
    }

    /// [`Case::at_work_in`] for all HR files.
    pub(crate) fn at_work(&self) -> impl Iterator<Item = (Placed<'a>, &'a Identity)> {
        self.in_scope()
            .filter(|(_, person)| self.is_at_work(person))
    }

    fn is_at_work(&self, person: &Identity) -> bool {
        let standing = self.standing(person);
        !standing.has_left() && standing != Lifecycle::Prehire
    }
}

impl<'a> Owned<'a, '_> {
    /// The person's name as the first HR file has it.
    pub(crate) fn name(&self) -> &'a str {
        let first = self.records.first();
        first.map_or("", |(_, person)| person.name.as_str())
    }

    /// The records that have not left.
    pub(crate) fn current(&self, case: &Case<'_>) -> Vec<(Placed<'a>, &'a Identity)> {
        let records = self.records.iter().copied();
        records
            .filter(|(_, p)| !case.standing(p).has_left())
            .collect()
    }

    /// What the account holds that was kept.
    pub(crate) fn held(&self) -> &[Held] {
        self.app.access.of(self.at)
    }

    /// The account's row, and the grants among what it holds.
    pub(crate) fn account_rows<'h>(
        &self,
        held: impl IntoIterator<Item = &'h Held>,
    ) -> Vec<Evidence> {
        let mut says = format!("status {}", self.account.status.as_str());
        if let Some(role) = self.account.org_role.as_deref() {
            says.push_str(", org_role ");
            says.push_str(role);
        }
        let placed = self.app.placed;
        let own = placed.evidence(self.account, says);
        let grants = held.into_iter().filter_map(|held| held.grant(placed.file));
        [own].into_iter().chain(grants).collect()
    }

    /// The person's rows.
    pub(crate) fn person_rows(&self, case: &Case<'_>) -> impl Iterator<Item = Evidence> {
        let says = |person: &Identity| {
            let mut says = vec![format!("the owner, {}", case.standing(person).as_str())];
            says.extend(person.start_date.map(|day| format!("start {day}")));
            says.extend(person.end_date.map(|day| format!("end {day}")));
            says.extend(person.manager.shown().map(|m| format!("manager {m}")));
            says.join(", ")
        };
        self.records
            .iter()
            .map(move |(hr, person)| hr.evidence(person, says(person)))
    }
}

/// Whether an account can be used: its app does not say that it is disabled or deleted.
pub(crate) fn is_usable(account: &Identity) -> bool {
    matches!(account.status, Status::Enabled | Status::Unspecified)
}

impl Placed<'_> {
    /// A person or account of the file as a finding's subject.
    pub(crate) fn subject(self, identity: &Identity) -> Subject {
        Subject::Identity {
            file: self.file,
            key: identity.key.clone(),
            name: identity.name.clone(),
        }
    }

    /// Somebody's row and what it says.
    pub(crate) fn evidence(self, identity: &Identity, says: impl Into<String>) -> Evidence {
        Evidence {
            file: self.file,
            table: "v1_resources",
            row: identity.row,
            external_id: identity.key.to_string(),
            says: says.into(),
        }
    }
}
