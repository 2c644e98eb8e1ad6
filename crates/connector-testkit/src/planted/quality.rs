//! Plantings in the earlier HR file: people who are gone since, facts that no person has any more.
//!
//! They come after all others, one of each group, and rest on the policy's defaults: more than 20 % gone; from at
//! least 50 % to at most 5 % with a fact.

use super::HR;
use super::builder::{Builder, Variant};
use super::model::{EMPLOYED, Person};

/// How many are gone.
pub(super) const SHRINK: &[Variant] = &[
    ("more people are gone than may be", |b| {
        let gone = staff(&b.people).len() / 4 + 1;
        vanish(b, gone);
        b.expect("DQ-01", HR, String::new());
    }),
    ("more people have left or are gone than may be", |b| {
        let gone = staff(&b.people).len() / 4 + 1;
        let left: Vec<usize> = b.leavers.iter().copied().take(gone / 2).collect();
        for &at in &left {
            b.earlier[at].state = EMPLOYED;
            b.earlier[at].end = None;
        }
        vanish(b, gone - left.len());
        b.expect("DQ-01", HR, String::new());
    }),
    ("not: as many people are gone as may be", |b| {
        let gone = staff(&b.people).len() / 4;
        vanish(b, gone);
    }),
    ("not: no person is gone", |_| {}),
];

/// Who has a location.
pub(super) const LOCATION: &[Variant] = &[
    ("no person has a location any more", |b| {
        lose(b, 0, |person| person.location = None);
        b.expect("DQ-02", HR, "location".to_owned());
    }),
    (
        "not: one more than one in twenty has a location left",
        |b| {
            let kept = staff(&b.people).len() * 5 / 100 + 1;
            lose(b, kept, |person| person.location = None);
        },
    ),
];

/// Who has a kind of contract.
pub(super) const CONTRACT: &[Variant] = &[
    ("one in twenty has a kind of contract left", |b| {
        let kept = staff(&b.people).len() * 5 / 100;
        lose(b, kept, |person| person.contract = None);
        b.expect("DQ-02", HR, "employment_type".to_owned());
    }),
    ("not: less than half had a kind of contract before", |b| {
        lose(b, 0, |person| person.contract = None);
        let before = staff(&b.earlier);
        let had = before.len().div_ceil(2) - 1;
        for &at in &before[had..] {
            b.earlier[at].contract = None;
        }
    }),
    ("half had a kind of contract before", |b| {
        lose(b, 0, |person| person.contract = None);
        let before = staff(&b.earlier);
        let had = before.len().div_ceil(2);
        for &at in &before[had..] {
            b.earlier[at].contract = None;
        }
        b.expect("DQ-02", HR, "employment_type".to_owned());
    }),
];

/// Positions of the people who have not left.
fn staff(people: &[Person]) -> Vec<usize> {
    let all = people.iter().enumerate();
    all.filter(|(_, person)| !person.has_left())
        .map(|(at, _)| at)
        .collect()
}

/// Adds this many people to the earlier HR file alone.
fn vanish(b: &mut Builder, count: usize) {
    for _ in 0..count {
        let id = b.fresh("v");
        let mut person = Person::new(id, "Gone".to_owned(), EMPLOYED);
        person.location = Some("Remote".to_owned());
        person.contract = Some("Permanent".to_owned());
        b.earlier.push(person);
    }
}

/// Removes a fact from all people who have not left, except for this many.
fn lose(b: &mut Builder, kept: usize, lose: impl Fn(&mut Person)) {
    for at in staff(&b.people).into_iter().skip(kept) {
        lose(b.person(at));
    }
}
