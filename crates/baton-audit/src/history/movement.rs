//! Joiners and movers from sync to sync of the HR systems, and the people who vanished.

use std::collections::HashSet;

use jiff::civil::Date;

use super::leavers::Leavers;
use super::people::{Number, People};
use crate::diff::people::{Change, Class, compare};
use crate::diff::{Aspect, Move};
use crate::identity::{AccountType, Roster};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum What {
    /// New, begun, or back after having left.
    Joiner,
    /// Another department, title or manager.
    Mover,
    /// Has left.
    Leaver,
    /// Gone from the HR file without having left.
    Vanished,
}

impl What {
    /// The word for it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Joiner => "joiner",
            Self::Mover => "mover",
            Self::Leaver => "leaver",
            Self::Vanished => "vanished",
        }
    }
}

/// Something that happened to a person.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) what: What,
    /// The day on which it happened by HR, or else that of the first sync that shows it.
    pub(super) on: Date,
    /// The day of the first sync that shows it.
    pub(super) seen_on: Date,
    /// Position of the HR system.
    pub(super) system: usize,
    pub(super) id: String,
    pub(super) name: String,
    /// Where a mover went.
    pub(super) moves: Vec<Move>,
}

/// All events so far, and how many people could be one of several others.
#[derive(Debug, Default)]
pub(super) struct Movement {
    pub(super) events: Vec<Event>,
    pub(super) unclear: u64,
    /// Joiners of a day, so that a person in two HR systems is one.
    joined: HashSet<(Number, Date)>,
}

/// Two syncs of an HR system, one after the other, and the days of both.
pub(super) struct Step<'a> {
    pub(super) system: usize,
    pub(super) before: (&'a Roster, Date),
    pub(super) after: (&'a Roster, Date),
    /// The day of the first HR sync of all: what happened before it was not seen.
    pub(super) first: Date,
}

impl Movement {
    /// Takes in what happened between two syncs, and tells `people` who has a new id. `leavers` are as they were before
    /// the later sync.
    pub(super) fn see(&mut self, step: &Step<'_>, people: &mut People, leavers: &Leavers) {
        let (before, old_day) = step.before;
        let (after, day) = step.after;
        let diff = compare(before, after, old_day, day);
        self.unclear += diff.unclear();
        for change in &diff.changes {
            let is_human = |it: &&crate::identity::Identity| it.account_type == AccountType::Human;
            let Some(person) = change.person().filter(is_human) else {
                continue;
            };
            let number = people.of(step.system, &person.key);
            if let Some(other) = change.other_key() {
                let other = people.of(step.system, other);
                people.unite(number, other);
            }
            let number = people.one(number);
            if let Some(on) = joined(change, step) {
                // Who begins was there before as one who is to begin; who is known from another HR system did not join.
                let is_new = change.class == Class::Started || !leavers.was_present(number);
                if is_new && self.joined.insert((number, day)) {
                    self.push(step, change, What::Joiner, on, Vec::new());
                }
            }
            let moves = moves(change, day);
            if !moves.is_empty() {
                self.push(step, change, What::Mover, day, moves);
            }
        }
    }

    fn push(
        &mut self,
        step: &Step<'_>,
        change: &Change<'_>,
        what: What,
        on: Date,
        moves: Vec<Move>,
    ) {
        let Some(person) = change.person() else {
            return;
        };
        self.events.push(Event {
            what,
            on,
            seen_on: step.after.1,
            system: step.system,
            id: person.key.to_string(),
            name: person.name.clone(),
            moves,
        });
    }
}

/// The day on which the person joined, if they did: the first day that HR gives when it is in the time of the files.
fn joined(change: &Change<'_>, step: &Step<'_>) -> Option<Date> {
    let (day, after) = (step.after.1, change.after?);
    let first_day = after.start_date;
    let is_joiner = match change.class {
        Class::Joiner | Class::Started => true,
        Class::Rehire => after.lifecycle_on(day).is_employed(),
        // Came and went between the two syncs.
        Class::Historical => first_day.is_some_and(|it| it > step.before.1),
        _ => false,
    };
    let in_time = first_day.filter(|&it| step.first < it && it <= day);
    is_joiner.then_some(in_time.unwrap_or(day))
}

/// The moves of a person who has not left, without those to another place of work.
fn moves(change: &Change<'_>, day: Date) -> Vec<Move> {
    let stays = change
        .after
        .is_some_and(|it| !it.lifecycle_on(day).has_left());
    let was = change.class != Class::Rehire;
    let moves = change
        .moves
        .iter()
        .filter(|it| it.aspect != Aspect::Location);
    match stays && was {
        true => moves.cloned().collect(),
        false => Vec::new(),
    }
}
