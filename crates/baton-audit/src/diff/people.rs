//! What happened to people between two syncs: [`compare`] puts each person who differs into one class.
//!
//! People are found again by type and id; those who are not are looked for by employee number and work e-mail
//! address ([`Group`] holds what stays unclear). Lifecycles are judged on the day of each sync. A
//! [`PeopleDiff`] is complete: [`PeopleDiff::apply`] makes NEW of OLD.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

pub use super::class::Class;
use super::class::{belongs, happened};
use super::facts::{Facts, FieldChange};
use super::link::{Arrival, By, Candidate, Group, Pair, link};
use super::moves::{Move, Moves};
use crate::identity::{Identity, Key, Lifecycle, Roster};

/// One person who differs. At least one of `before` and `after` is there.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// What happened.
    pub class: Class,
    /// The person's record in OLD.
    pub before: Option<&'a Identity>,
    /// The person's record in NEW.
    pub after: Option<&'a Identity>,
    /// For a person who is back under a new id: the record in OLD that is still there as one of a leaver. It is
    /// compared on its own.
    pub former: Option<&'a Identity>,
    /// How the person was found again under another id; empty when by the id, or not at all.
    pub found_by: Vec<By>,
    /// Where the person moved; only with both records.
    pub moves: Vec<Move>,
    /// What is written differently; only with both records.
    pub changes: Vec<FieldChange<'a>>,
}

impl<'a> Change<'a> {
    /// The newest record of the person.
    pub fn person(&self) -> Option<&'a Identity> {
        self.after.or(self.before)
    }

    /// The records in OLD and NEW, when there are both.
    pub fn both(&self) -> Option<(&'a Identity, &'a Identity)> {
        Some((self.before?, self.after?))
    }

    /// The id the person had before, when it was another one.
    pub fn other_key(&self) -> Option<&'a Key> {
        let earlier = &self.former.or(self.before)?.key;
        (earlier != &self.after?.key).then_some(earlier)
    }
}

/// The people of a sync by id, as [`PeopleDiff::apply`] takes and gives them.
pub type People<'a> = BTreeMap<&'a Key, Facts<'a>>;

/// The people of a roster by id; of two records with one id, the last.
pub fn people(roster: &Roster) -> People<'_> {
    let all = roster.iter();
    all.map(|person| (&person.key, Facts::of(person))).collect()
}

/// What happened to people between two syncs.
#[derive(Debug, Clone)]
pub struct PeopleDiff<'a> {
    /// The day on which OLD is judged.
    pub old_day: Date,
    /// The day on which NEW is judged.
    pub new_day: Date,
    /// People who differ, by class and id.
    pub changes: Vec<Change<'a>>,
    /// Records that could be matched in more than one way. They are in no class.
    pub ambiguous: Vec<Group<'a>>,
    /// How many people are the same in both.
    pub unchanged: u64,
    /// How many people OLD has.
    pub old_total: u64,
    /// How many of them had not left.
    pub old_present: u64,
    /// How many people NEW has.
    pub new_total: u64,
}

impl<'a> PeopleDiff<'a> {
    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.ambiguous.is_empty()
    }

    /// The people of a class, by id.
    pub fn of(&self, class: Class) -> impl Iterator<Item = &Change<'a>> {
        self.changes.iter().filter(move |c| c.class == class)
    }

    /// How many people are in a class.
    pub fn count(&self, class: Class) -> u64 {
        self.of(class).count() as u64
    }

    /// How many people could be one of several others.
    pub fn unclear(&self) -> u64 {
        let people = self.ambiguous.iter().map(|g| g.old.len() + g.new.len());
        people.sum::<usize>() as u64
    }

    /// How many people of OLD who had not left cannot be found in NEW: those who vanished, and those who might
    /// be one of several, because what is unclear counts as no match.
    pub fn missing(&self) -> u64 {
        let unclear = self.ambiguous.iter().flat_map(|group| &group.old);
        let unclear = unclear.filter(|p| !p.lifecycle_on(self.old_day).has_left());
        self.count(Class::Vanished) + unclear.count() as u64
    }

    /// Applies every change of the difference to OLD; the result equals NEW.
    #[must_use]
    pub fn apply(&self, old: &People<'a>) -> People<'a> {
        let mut people = old.clone();
        let mut arrived = Vec::new();
        for change in &self.changes {
            let earlier = change.before.and_then(|before| people.remove(&before.key));
            if let Some(after) = change.after {
                let facts = match earlier {
                    Some(earlier) => earlier.apply(&change.changes),
                    None => Facts::of(after),
                };
                arrived.push((&after.key, facts));
            }
        }
        for group in &self.ambiguous {
            for person in &group.old {
                people.remove(&person.key);
            }
            arrived.extend(
                group
                    .new
                    .iter()
                    .map(|person| (&person.key, Facts::of(person))),
            );
        }
        people.extend(arrived);
        people
    }
}

/// Compares two syncs, judging each on its day.
pub fn compare<'a>(
    old: &'a Roster,
    new: &'a Roster,
    old_day: Date,
    new_day: Date,
) -> PeopleDiff<'a> {
    Comparison {
        old: by_key(old),
        new: by_key(new),
        moves: Moves {
            old,
            new,
            other_key: HashMap::new(),
        },
        old_day,
        new_day,
    }
    .run()
}

fn by_key(roster: &Roster) -> BTreeMap<&Key, &Identity> {
    roster.iter().map(|person| (&person.key, person)).collect()
}

struct Comparison<'a> {
    old: BTreeMap<&'a Key, &'a Identity>,
    new: BTreeMap<&'a Key, &'a Identity>,
    moves: Moves<'a>,
    old_day: Date,
    new_day: Date,
}

impl<'a> Comparison<'a> {
    fn run(mut self) -> PeopleDiff<'a> {
        let links = link(self.candidates(), self.arrivals(), &self.common_types());
        let gone = links.pairs.iter().filter(|pair| !pair.old.former);
        self.moves.other_key = gone.map(|p| (&p.old.person.key, &p.new.key)).collect();
        let mut linked: HashSet<&Key> = HashSet::new();
        let mut arrived: HashSet<&Key> = HashSet::new();
        for pair in &links.pairs {
            linked.insert(&pair.old.person.key);
            arrived.insert(&pair.new.key);
        }
        for group in &links.groups {
            linked.extend(group.old.iter().map(|person| &person.key));
            arrived.extend(group.new.iter().map(|person| &person.key));
        }
        let mut changes: Vec<_> = links.pairs.iter().map(|pair| self.paired(pair)).collect();
        let mut unchanged = 0;
        for (key, &before) in &self.old {
            match self.new.get(key) {
                Some(after) => match self.same_id(before, after) {
                    Some(change) => changes.push(change),
                    None => unchanged += 1,
                },
                None if linked.contains(key) => {}
                None => changes.push(self.gone(before)),
            }
        }
        for (key, &after) in &self.new {
            if !self.old.contains_key(key) && !arrived.contains(key) {
                changes.push(self.arrived(after));
            }
        }
        changes.sort_by_key(|change| (change.class, change.person().map(|p| &p.key)));
        let present = self.old.values().filter(|p| !self.then(p).has_left());
        PeopleDiff {
            old_day: self.old_day,
            new_day: self.new_day,
            unchanged,
            old_total: self.old.len() as u64,
            old_present: present.count() as u64,
            new_total: self.new.len() as u64,
            changes,
            ambiguous: links.groups,
        }
    }

    fn then(&self, person: &Identity) -> Lifecycle {
        person.lifecycle_on(self.old_day)
    }

    fn now(&self, person: &Identity) -> Lifecycle {
        person.lifecycle_on(self.new_day)
    }

    /// People of OLD who may have a new id in NEW.
    fn candidates(&self) -> Vec<Candidate<'a>> {
        let one = |(key, &person): (&&'a Key, &&'a Identity)| {
            let still = self.new.get(key);
            let former = still.is_some();
            let left = |after| self.then(person).has_left() && self.now(after).has_left();
            still
                .is_none_or(|after| left(after))
                .then_some(Candidate { person, former })
        };
        self.old.iter().filter_map(one).collect()
    }

    fn arrivals(&self) -> Vec<Arrival<'a>> {
        let new = self.new.iter();
        new.filter(|(key, _)| !self.old.contains_key(*key))
            .map(|(_, &person)| Arrival {
                person,
                belongs: belongs(self.now(person)),
            })
            .collect()
    }

    /// The types that people of both syncs have.
    fn common_types(&self) -> HashSet<&'a str> {
        let types = |people: &BTreeMap<&'a Key, _>| -> HashSet<&'a str> {
            people.keys().map(|key| &*key.resource_type).collect()
        };
        let new = types(&self.new);
        types(&self.old)
            .into_iter()
            .filter(|t| new.contains(t))
            .collect()
    }

    fn same_id(&self, before: &'a Identity, after: &'a Identity) -> Option<Change<'a>> {
        let change = self.both(before, after);
        let class = match happened(self.then(before), self.now(after)) {
            Some(class) => class,
            None if self.then(before).has_left() && !change.changes.is_empty() => Class::Changed,
            None if !change.moves.is_empty() => Class::Mover,
            None if !change.changes.is_empty() => Class::Changed,
            None => return None,
        };
        Some(Change { class, ..change })
    }

    fn paired(&self, pair: &Pair<'a>) -> Change<'a> {
        let before = pair.old.person;
        let change = match pair.old.former {
            true => Change {
                former: Some(before),
                ..one_sided(Class::Rehire, None, Some(pair.new))
            },
            false => self.both(before, pair.new),
        };
        let class = match happened(self.then(before), self.now(pair.new)) {
            Some(class @ (Class::Rehire | Class::Leaver)) => class,
            _ => Class::ReKeyed,
        };
        Change {
            class,
            found_by: pair.by.clone(),
            ..change
        }
    }

    fn gone(&self, before: &'a Identity) -> Change<'a> {
        let class = match self.then(before).has_left() {
            true => Class::Removed,
            false => Class::Vanished,
        };
        one_sided(class, Some(before), None)
    }

    fn arrived(&self, after: &'a Identity) -> Change<'a> {
        let class = match self.now(after) {
            Lifecycle::Prehire => Class::FutureJoiner,
            Lifecycle::Unknown => Class::Appeared,
            now if now.has_left() => Class::Historical,
            _ => Class::Joiner,
        };
        one_sided(class, None, Some(after))
    }

    fn both(&self, before: &'a Identity, after: &'a Identity) -> Change<'a> {
        Change {
            moves: self.moves.between(before, after),
            changes: Facts::of(before).changes(&Facts::of(after)),
            ..one_sided(Class::Changed, Some(before), Some(after))
        }
    }
}

fn one_sided<'a>(
    class: Class,
    before: Option<&'a Identity>,
    after: Option<&'a Identity>,
) -> Change<'a> {
    Change {
        class,
        before,
        after,
        former: None,
        found_by: Vec::new(),
        moves: Vec::new(),
        changes: Vec::new(),
    }
}
