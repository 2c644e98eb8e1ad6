//! What the rules look at: the files with their positions, the policy and the day.

use jiff::civil::Date;

use super::finding::{Evidence, Subject};
use super::input::{Input, Opened};
use super::policy::Policy;
use crate::identity::{AccountType, Identity, Lifecycle};

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
}

impl<'a> Case<'a> {
    pub(crate) fn new(input: &'a Input, policy: &'a Policy, day: Date) -> Self {
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
        Self {
            policy,
            day,
            hr,
            pairs,
        }
    }

    /// Where a person stands on the day.
    pub(crate) fn standing(&self, person: &Identity) -> Lifecycle {
        person.lifecycle_on(self.day)
    }

    /// The people of an HR file whom the HR checks look at, in order of rows: humans whom the policy does not leave
    /// out.
    pub(crate) fn in_scope_of(&self, hr: Placed<'a>) -> impl Iterator<Item = &'a Identity> {
        hr.opened.roster.iter().filter(|p| {
            p.account_type == AccountType::Human && !self.policy.out_of_scope.include(p)
        })
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
