//! All job roles and the names of places: what a user's profile needs beyond the person's own record.
//!
//! One listing holds the job roles of all persons; reading them person by person would take one request each. They are
//! read once, before the people, and kept for the job titles. Titles and departments repeat, so each is stored once.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use connector_core::lenient::Word;
use connector_core::text;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::model::{HasId, JobRole, Location};

/// The word in place of a location's id.
const REMOTE: &str = "remote";

/// What is known beyond a person's own record.
#[derive(Debug)]
pub(crate) struct Directory {
    today: Date,
    roles: Vec<Role>,
    /// For each person the place in `roles` of the one that counts: of those that have begun, the one that began last.
    current: HashMap<Box<str>, usize>,
    locations: HashMap<Box<str>, Box<str>>,
    words: HashSet<Arc<str>>,
}

/// A role of a person, as far as it is kept.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) id: Word,
    pub(crate) person: Word,
    pub(crate) manager: Word,
    pub(crate) title: Option<Arc<str>>,
    pub(crate) department: Option<Arc<str>>,
    pub(crate) from: Option<Date>,
    /// The last day; `None` while the role is open.
    pub(crate) until: Option<Date>,
    pub(crate) created: Option<Timestamp>,
    changed: Option<Timestamp>,
}

impl Directory {
    /// Nothing is known yet; roles are judged on the day `today`.
    pub(crate) fn new(today: Date) -> Self {
        Self {
            today,
            roles: Vec::new(),
            current: HashMap::new(),
            locations: HashMap::new(),
            words: HashSet::new(),
        }
    }

    pub(crate) fn add_location(&mut self, location: &Location) {
        if let (Some(id), Some(label)) = (location.id(), location.label()) {
            self.locations.insert(id.into(), label.into());
        }
    }

    /// Adds a role, which must have an id.
    pub(crate) fn add(&mut self, role: JobRole) {
        let time = |word: Option<&str>| word?.parse().ok();
        let role = Role {
            title: self.word(role.job_title.get()),
            department: self.word(role.department.get()),
            from: date(role.effective_date.get()),
            until: date(role.end_date.get()),
            created: time(role.created_at.get()),
            changed: time(role.updated_at.or(&role.created_at)),
            id: role.id,
            person: role.person_id,
            manager: role.reporting_to,
        };
        let has_begun = role
            .from
            .is_some_and(|from| from <= self.today && role.until.is_none_or(|until| until >= from));
        if let Some(person) = role.person.get().filter(|_| has_begun) {
            let known = self.current(person);
            if known.is_none_or(|known| role.rank(known) == Ordering::Greater) {
                self.current.insert(person.into(), self.roles.len());
            }
        }
        self.roles.push(role);
    }

    fn word(&mut self, word: Option<&str>) -> Option<Arc<str>> {
        let word = word?;
        if let Some(known) = self.words.get(word) {
            return Some(Arc::clone(known));
        }
        let word: Arc<str> = word.into();
        self.words.insert(Arc::clone(&word));
        Some(word)
    }

    /// All roles, in the vendor's order.
    pub(crate) fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The role that counts for a person.
    pub(crate) fn current(&self, person: &str) -> Option<&Role> {
        self.roles.get(*self.current.get(person)?)
    }

    /// Whether a role is the one that counts and has not ended.
    pub(crate) fn is_current(&self, role: &Role) -> bool {
        let of_person = role.person.get().and_then(|p| self.current(p));
        of_person.is_some_and(|current| current.id == role.id)
            && role.until.is_none_or(|until| until >= self.today)
    }

    /// The name of a place of work.
    pub(crate) fn location<'a>(&'a self, id: &'a str) -> Option<&'a str> {
        match self.locations.get(id) {
            Some(label) => Some(label),
            None => (id == REMOTE).then_some("Remote"),
        }
    }
}

impl Role {
    /// Which of two roles of a person counts: the later one; of equals one that is open, then the one changed
    /// last, then the one with the greater id.
    fn rank(&self, other: &Self) -> Ordering {
        let key = |r: &Self| (r.from, r.until.is_none(), r.changed);
        let by_id = || self.id.get().cmp(&other.id.get());
        key(self).cmp(&key(other)).then_with(by_id)
    }
}

fn date(value: Option<&str>) -> Option<Date> {
    text::date(value?)?.parse().ok()
}
