//! Days and months, and the numbers that sum up many leavers.

use std::collections::BTreeSet;
use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

/// Days from one to the other; none when the other is not later.
pub(super) fn days(from: Date, to: Date) -> u64 {
    u64::try_from((to - from).get_days()).unwrap_or(0)
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Month(Date);

impl Month {
    /// The month of a day.
    pub(super) fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }

    fn next(self) -> Self {
        Self(self.0.saturating_add(1.month()))
    }

    /// The months from one to another, both among them.
    pub(super) fn range(from: Self, to: Self) -> impl Iterator<Item = Self> {
        let after = move |month: &Self| (*month < to).then(|| month.next());
        std::iter::successors((from <= to).then_some(from), after)
    }
}

/// `2026-03`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m"))
    }
}

/// In which months a system has syncs.
#[derive(Debug, Clone, Default)]
pub(super) struct Calendar(BTreeSet<Month>);

impl Calendar {
    pub(super) fn add(&mut self, day: Date) {
        self.0.insert(Month::of(day));
    }

    /// The months from the one of `from` to the one of `to` without a sync.
    pub(super) fn without(&self, from: Date, to: Date) -> Vec<Month> {
        let all = Month::range(Month::of(from), Month::of(to));
        all.filter(|month| !self.0.contains(month)).collect()
    }
}

/// How long many things took, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spread {
    pub(super) median: u64,
    pub(super) ninetieth: u64,
    pub(super) worst: u64,
}

impl Spread {
    /// Of these: the smallest number that half of them, or nine of ten, are not above. `None` without any.
    pub(super) fn of(mut days: Vec<u64>) -> Option<Self> {
        days.sort_unstable();
        let rank = |percent: usize| (days.len() * percent).div_ceil(100).max(1) - 1;
        Some(Self {
            median: *days.get(rank(50))?,
            ninetieth: *days.get(rank(90))?,
            worst: *days.last()?,
        })
    }
}

#[cfg(test)]
mod tests;
