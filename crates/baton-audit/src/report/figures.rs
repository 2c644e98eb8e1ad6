//! The numbers of the report: lifecycles by department, joiners and leavers by month, and how much of what could be
//! known is known.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::identity::{AccountType, Identity, Lifecycle};

/// Months that [`months`] goes back, the one of the day included.
const MONTHS: usize = 12;

/// How many people are in each lifecycle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LifecycleCounts(BTreeMap<&'static str, usize>);

impl LifecycleCounts {
    fn add(&mut self, lifecycle: Lifecycle) {
        *self.0.entry(lifecycle.as_str()).or_default() += 1;
    }

    /// How many are in this one.
    pub(super) fn of(&self, lifecycle: Lifecycle) -> usize {
        self.0.get(lifecycle.as_str()).copied().unwrap_or_default()
    }

    /// How many have left, for whatever reason.
    pub(super) fn left(&self) -> usize {
        self.sum(|l| l.has_left())
    }

    /// How many have not left.
    pub(super) fn current(&self) -> usize {
        self.sum(|l| !l.has_left())
    }

    fn sum(&self, which: impl Fn(Lifecycle) -> bool) -> usize {
        let all = Lifecycle::ALL.into_iter();
        all.filter(|&l| which(l)).map(|l| self.of(l)).sum()
    }
}

/// People by department.
#[derive(Debug, Default)]
pub(super) struct Headcount {
    /// Departments by name, the one with the most people who have not left first; `None` for people without one.
    pub(super) departments: Vec<(Option<String>, LifecycleCounts)>,
    /// All of them.
    pub(super) total: LifecycleCounts,
}

/// The people of a file: accounts of programs are none.
pub(super) fn is_person(identity: &Identity) -> bool {
    identity.account_type == AccountType::Human
}

/// Counts people by department and by their lifecycle on `day`.
pub(super) fn headcount<'a>(people: impl Iterator<Item = &'a Identity>, day: Date) -> Headcount {
    let mut by_name: BTreeMap<Option<String>, LifecycleCounts> = BTreeMap::new();
    let mut total = LifecycleCounts::default();
    for person in people {
        let lifecycle = person.lifecycle_on(day);
        let department = person.department.as_deref().map(str::to_owned);
        by_name.entry(department).or_default().add(lifecycle);
        total.add(lifecycle);
    }
    let mut departments: Vec<_> = by_name.into_iter().collect();
    departments.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.current()));
    Headcount { departments, total }
}

/// How many people joined and left in a month, by first and last days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Month {
    /// Its first day.
    pub(super) first: Date,
    /// People whose first day was in it and not after the day of the report.
    pub(super) joined: usize,
    /// People who have left and whose last day was in it and not after the day of the report.
    pub(super) left: usize,
}

/// The twelve months up to that of `day`, the oldest first.
pub(super) fn months<'a>(people: impl Iterator<Item = &'a Identity>, day: Date) -> Vec<Month> {
    let this = day.first_of_month();
    let back = |n: usize| this.saturating_sub(i32::try_from(n).unwrap_or(0).months());
    let month = |n| Month {
        first: back(n),
        joined: 0,
        left: 0,
    };
    let mut months: Vec<Month> = (0..MONTHS).rev().map(month).collect();
    for person in people {
        let lifecycle = person.lifecycle_on(day);
        let place = |date: Option<Date>| {
            let date = date.filter(|&date| date <= day)?.first_of_month();
            months.iter().position(|month| month.first == date)
        };
        let joined = place(person.start_date).filter(|_| lifecycle != Lifecycle::Prehire);
        let left = place(person.end_date).filter(|_| lifecycle.has_left());
        if let Some(at) = joined {
            months[at].joined += 1;
        }
        if let Some(at) = left {
            months[at].left += 1;
        }
    }
    months
}

/// How many people have a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coverage {
    /// The fact.
    pub(super) fact: &'static str,
    /// People who have it.
    pub(super) have: usize,
    /// People who should: those who have not left, and for the last day those who have.
    pub(super) of: usize,
}

/// Which facts the people of a file have.
pub(super) fn coverage<'a>(people: impl Iterator<Item = &'a Identity>, day: Date) -> Vec<Coverage> {
    type Has = fn(&Identity) -> bool;
    const FACTS: [(&str, bool, Has); 8] = [
        ("Work e-mail address", false, |p| !p.emails.is_empty()),
        ("Employee number", false, |p| !p.employee_ids.is_empty()),
        ("Job title", false, |p| p.job_title.is_some()),
        ("Department", false, |p| {
            p.department.is_some() || p.department_id.is_some()
        }),
        ("Manager", false, |p| !p.manager.is_absent()),
        ("First day", false, |p| p.start_date.is_some()),
        ("State in the HR system's words", false, |p| {
            p.state_word.is_some()
        }),
        ("Last day of people who left", true, |p| {
            p.end_date.is_some()
        }),
    ];
    let empty = |(fact, _, _)| Coverage {
        fact,
        have: 0,
        of: 0,
    };
    let mut all = FACTS.map(empty);
    for person in people {
        let has_left = person.lifecycle_on(day).has_left();
        for (coverage, (_, of_leavers, has)) in all.iter_mut().zip(FACTS) {
            if has_left == of_leavers {
                coverage.of += 1;
                coverage.have += usize::from(has(person));
            }
        }
    }
    all.to_vec()
}

#[cfg(test)]
mod tests;
