//! Who is who over time: records of HR systems that are one person have one number.

use std::collections::HashMap;

use crate::identity::Key;

/// A person's number. Two numbers can turn out to be one person; [`People::one`] gives the one that stands for both.
pub(super) type Number = usize;

/// The records of all HR systems that were ever seen.
#[derive(Debug, Default)]
pub(super) struct People {
    /// By the position of the system.
    records: Vec<HashMap<Key, Number>>,
    /// The number that a number was found to be the same as; itself for one that stands for others.
    same_as: Vec<Number>,
}

impl People {
    /// The number of a record; a record that was never seen gets a new one.
    pub(super) fn of(&mut self, system: usize, key: &Key) -> Number {
        if let Some(known) = self.known(system, key) {
            return known;
        }
        let new = self.same_as.len();
        self.same_as.push(new);
        if self.records.len() <= system {
            self.records.resize_with(system + 1, HashMap::new);
        }
        self.records[system].insert(key.clone(), new);
        new
    }

    /// The number of a record that was seen.
    pub(super) fn known(&self, system: usize, key: &Key) -> Option<Number> {
        let number = self.records.get(system)?.get(key)?;
        Some(self.one(*number))
    }

    /// The number that stands for this one.
    pub(super) fn one(&self, number: Number) -> Number {
        let mut at = number;
        while let Some(&other) = self.same_as.get(at).filter(|&&other| other != at) {
            at = other;
        }
        at
    }

    /// Two records are one person: the earlier number stands for both.
    pub(super) fn unite(&mut self, one: Number, other: Number) {
        let (one, other) = (self.one(one), self.one(other));
        let (first, second) = (one.min(other), one.max(other));
        if first != second {
            self.same_as[second] = first;
        }
    }
}
