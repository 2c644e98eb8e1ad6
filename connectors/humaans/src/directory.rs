//! Current roles and names of places: what a user's profile needs beyond the person's own record.
//!
//! One listing holds the job roles of all persons; reading them person by person would take one request each.
//! Of each person only the current role is remembered, and titles and departments are stored once.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use connector_core::warning::Warning;
use connector_core::{ErrorKind, Result, text};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::client::HumaansClient;
use crate::model::{HasId, JobRole, Location};
use crate::paging::Place;

/// The word in place of a location's id.
const REMOTE: &str = "remote";

/// What is known beyond a person's own record.
#[derive(Debug)]
pub(crate) struct Directory {
    today: Date,
    current: HashMap<Box<str>, Current>,
    locations: HashMap<Box<str>, Box<str>>,
    words: HashSet<Arc<str>>,
}

/// The role that counts for a person: of those that have begun, the one that began last.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Current {
    id: Box<str>,
    from: Date,
    /// Whether the role has no last day.
    open: bool,
    changed: Option<Timestamp>,
    pub(crate) title: Option<Arc<str>>,
    pub(crate) department: Option<Arc<str>>,
    pub(crate) manager: Option<Box<str>>,
}

impl Directory {
    /// Nothing is known yet; roles are judged on the day `today`.
    pub(crate) fn new(today: Date) -> Self {
        Self {
            today,
            current: HashMap::new(),
            locations: HashMap::new(),
            words: HashSet::new(),
        }
    }

    /// Reads all job roles and places.
    pub(crate) async fn load(
        client: &HumaansClient,
        today: Date,
    ) -> Result<(Self, Option<Warning>)> {
        let mut directory = Self::new(today);
        let mut place = Some(Place::default());
        while let Some(at) = place {
            let page = client.job_roles(&at).await?;
            page.records.iter().for_each(|role| directory.add(role));
            place = page.next;
        }
        directory.words = HashSet::new();
        let warning = directory.load_locations(client).await?;
        Ok((directory, warning))
    }

    /// Names of places are worth a warning, not a failed sync. A failure that may pass is still an error: it must
    /// not remove every person's location.
    async fn load_locations(&mut self, client: &HumaansClient) -> Result<Option<Warning>> {
        let mut place = Some(Place::default());
        while let Some(at) = place {
            let page = match client.locations(&at).await {
                Ok(page) => page,
                Err(e) if is_settled(e.kind()) => {
                    let message = "locations may not be read; people are listed without one";
                    let warning = Warning::new("locations-unreadable", message);
                    return Ok(Some(warning.example(e.message())));
                }
                Err(e) => return Err(e),
            };
            page.records.iter().for_each(|l| self.add_location(l));
            place = page.next;
        }
        Ok(None)
    }

    fn add_location(&mut self, location: &Location) {
        if let (Some(id), Some(label)) = (location.id(), location.label()) {
            self.locations.insert(id.into(), label.into());
        }
    }

    /// Takes a role into account.
    pub(crate) fn add(&mut self, role: &JobRole) {
        let (Some(person), Some(id)) = (role.person_id.get(), role.id()) else {
            return;
        };
        let Some(from) = date(role.effective_date.get()) else {
            return;
        };
        let until = date(role.end_date.get());
        if from > self.today || until.is_some_and(|until| until < from) {
            return;
        }
        let candidate = Current {
            id: id.into(),
            from,
            open: until.is_none(),
            changed: role.changed(),
            title: self.word(role.job_title.get()),
            department: self.word(role.department.get()),
            manager: role.reporting_to.get().map(Into::into),
        };
        match self.current.get_mut(person) {
            Some(known) if candidate.rank(known) == Ordering::Greater => *known = candidate,
            Some(_) => {}
            None => drop(self.current.insert(person.into(), candidate)),
        }
    }

    /// Titles and departments repeat; each is stored once.
    fn word(&mut self, word: Option<&str>) -> Option<Arc<str>> {
        let word = word?;
        if let Some(known) = self.words.get(word) {
            return Some(Arc::clone(known));
        }
        let word: Arc<str> = word.into();
        self.words.insert(Arc::clone(&word));
        Some(word)
    }

    /// The role that counts for a person.
    pub(crate) fn current(&self, person: &str) -> Option<&Current> {
        self.current.get(person)
    }

    /// Whether a role is the one that counts and has not ended.
    pub(crate) fn is_current(&self, role: &JobRole) -> bool {
        let of_person = role.person_id.get().and_then(|p| self.current(p));
        let counts = of_person.is_some_and(|c| Some(&*c.id) == role.id());
        counts && date(role.end_date.get()).is_none_or(|until| until >= self.today)
    }

    /// The name of a place of work.
    pub(crate) fn location<'a>(&'a self, id: &'a str) -> Option<&'a str> {
        match self.locations.get(id) {
            Some(label) => Some(label),
            None => (id == REMOTE).then_some("Remote"),
        }
    }
}

impl Current {
    /// Which of two roles of a person counts: the later one; of equals one that is open, then the one changed
    /// last, then the one with the greater id.
    fn rank(&self, other: &Self) -> Ordering {
        let key = |c: &Self| (c.from, c.open, c.changed);
        key(self).cmp(&key(other)).then(self.id.cmp(&other.id))
    }
}

impl JobRole {
    fn changed(&self) -> Option<Timestamp> {
        self.updated_at.or(&self.created_at)?.parse().ok()
    }
}

/// Whether asking again would give the same answer.
fn is_settled(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Permission | ErrorKind::NotFound | ErrorKind::Contract
    )
}

fn date(value: Option<&str>) -> Option<Date> {
    text::date(value?)?.parse().ok()
}
