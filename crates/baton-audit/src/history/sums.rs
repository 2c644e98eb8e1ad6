//! What comes of a replay: leavers with their times, months, findings and what an operator should know.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use connector_core::{Error, ErrorKind, Result, text};
use jiff::civil::Date;

use super::figures::{Calendar, Month, Spread};
use super::findings::Span;
use super::leavers::{From, Leaver, Outcome};
use super::movement::{Event, What};
use super::replay::{Point, Seen};
use super::series::{DatedSync, Series, System};

/// Everything that dated files say about time.
#[derive(Debug)]
pub(crate) struct History {
    /// In order of names.
    pub(super) systems: Vec<System>,
    /// In which months each of them has syncs.
    pub(super) calendars: Vec<Calendar>,
    /// The days that were judged; at least one.
    pub(super) points: Vec<Point>,
    pub(super) months: Vec<MonthLine>,
    pub(super) leavers: Vec<Leaver>,
    pub(super) spans: Vec<Span>,
    pub(super) events: Vec<Event>,
    pub(super) limit: Option<u16>,
    /// Each one sentence without a final period.
    pub(super) notes: Vec<String>,
    pub(super) first: Date,
    pub(super) last: Date,
    /// The newest sync of each system.
    pub(super) newest: Vec<DatedSync>,
}

/// What happened in a month; a number is absent where no file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MonthLine {
    pub(super) month: Month,
    /// Syncs of HR systems that were looked at.
    pub(super) hr_syncs: u64,
    /// Syncs of apps that were looked at.
    pub(super) app_syncs: u64,
    pub(super) joiners: Option<u64>,
    pub(super) movers: Option<u64>,
    pub(super) leavers: Option<u64>,
    pub(super) vanished: Option<u64>,
    pub(super) opened: Option<u64>,
    pub(super) closed: Option<u64>,
}

impl History {
    /// # Errors
    /// [`ErrorKind::Precondition`] when no day has a sync of an HR system.
    pub(super) fn of(series: Series, seen: Seen, limit: Option<u16>) -> Result<Self> {
        let Series {
            systems,
            syncs,
            mut notes,
        } = series;
        let ends = seen.points.first().zip(seen.points.last());
        let Some((first, last)) = ends.map(|(first, last)| (first.day, last.day)) else {
            return Err(
                Error::new(ErrorKind::Precondition, "there is no sync of an HR system")
                    .hint("--hr NAME says which system is"),
            );
        };
        let mut calendars = vec![Calendar::default(); systems.len()];
        syncs
            .iter()
            .for_each(|sync| calendars[sync.system].add(sync.day));
        notes.extend(seen.strange);
        if seen.before_hr > 0 {
            let days = text::counted_as(seen.before_hr, "day", "days");
            notes.push(format!(
                "{days} with syncs of apps before the first HR sync: not judged"
            ));
        }
        for (system, calendar) in systems.iter().zip(&calendars) {
            let missing = calendar.without(system.first, last);
            if !missing.is_empty() {
                notes.push(format!("{}: no file in {}", system.name, listed(&missing)));
            }
        }
        let unclear = seen.movement.unclear;
        if unclear > 0 {
            let people = text::counted_as(unclear, "person", "people");
            notes.push(format!(
                "{people} could be one of several others after a change of ids, and are no joiners"
            ));
        }
        let not_called_left = seen.leavers.not_called_left;
        if not_called_left > 0 {
            let people = text::counted_as(not_called_left, "person", "people");
            notes.push(format!(
                "not called left by HR after the last day, and so not among the leavers: {people} (HR-06)"
            ));
        }
        let (leavers, others) = seen.leavers.into_all(&seen.accounts, &seen.people, last);
        if others > 0 {
            let people = text::counted_as(others, "person", "people");
            notes.push(format!(
                "{people} had left before the first HR file, and no access of theirs was seen since"
            ));
        }
        notes.extend(seen.last_notes);
        let mut events = seen.movement.events;
        let left = leavers.iter().filter(|it| it.is_of_period);
        events.extend(left.map(|it| left_event(it, first)));
        events.sort_by(|a, b| {
            (a.on, a.what, a.system, &a.id, a.seen_on)
                .cmp(&(b.on, b.what, b.system, &b.id, b.seen_on))
        });
        let days: Vec<(Date, bool)> = syncs
            .iter()
            .map(|sync| (sync.day, systems[sync.system].is_hr))
            .collect();
        let newest = (0..systems.len()).filter_map(|at| {
            let of_system = |sync: &&DatedSync| sync.system == at;
            syncs.iter().rfind(of_system).cloned()
        });
        let newest = newest.collect();
        Ok(Self {
            months: months(&days, &seen.points, &events, first, last),
            calendars,
            systems,
            points: seen.points,
            leavers,
            spans: seen.spans.into_all(),
            events,
            limit,
            notes,
            first,
            last,
            newest,
        })
    }

    /// The days that the leavers' access took to go away; what is still open counts with its days so far. Left out are
    /// leavers without access, who came back, and whom HR never called left.
    pub(super) fn times(&self) -> impl Iterator<Item = (&Leaver, u64)> {
        let measured = self.leavers.iter().filter(|it| is_measured(it));
        measured.filter_map(|it| Some((it, it.days?)))
    }

    /// Median, 90th percentile and worst of [`History::times`].
    pub(super) fn spread(&self) -> Option<Spread> {
        Spread::of(self.times().map(|(_, days)| days).collect())
    }

    /// Whether a leaver's access stayed longer than the limit; absent without a limit or a time, and for whom
    /// [`History::times`] leaves out.
    pub(super) fn is_over(&self, leaver: &Leaver) -> Option<bool> {
        let limit = u64::from(self.limit?);
        let days = leaver.days.filter(|_| is_measured(leaver))?;
        Some(days > limit)
    }

    /// Open findings on each day that was judged, by severity, in the order of [`crate::check::Severity::ALL`].
    pub(crate) fn open_by_day(&self) -> impl ExactSizeIterator<Item = (Date, &[u64])> {
        self.points.iter().map(|it| (it.day, it.open.as_slice()))
    }

    /// The day from which the time of each leaver runs, the days until their access was gone or until now, and whether
    /// it is still open.
    pub(crate) fn times_by_day(&self) -> impl Iterator<Item = (Date, u64, bool)> {
        let times = self.times();
        times.map(|(it, days)| (it.start, days, it.outcome == Outcome::Open))
    }

    /// Days after which access must be gone.
    pub(crate) fn limit(&self) -> Option<u64> {
        self.limit.map(u64::from)
    }

    /// The first and the last day that was judged.
    pub(crate) fn period(&self) -> (Date, Date) {
        (self.first, self.last)
    }

    /// What an operator should know, each one sentence without a final period.
    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How many leavers' access stayed longer than the limit.
    pub(super) fn over(&self) -> u64 {
        let over = self
            .times()
            .filter(|(it, _)| self.is_over(it) == Some(true));
        over.count() as u64
    }

    /// What there is to know of the files for a leaver, each a clause.
    pub(super) fn says_of(&self, leaver: &Leaver) -> Vec<String> {
        let mut says = Vec::new();
        let end = match leaver.outcome {
            Outcome::Revoked(gone) => gone,
            Outcome::Back(back) => back,
            Outcome::Open | Outcome::NoAccess => self.last,
        };
        let name = |system: usize| self.systems[system].name.as_str();
        let mut gap = |system: usize, missing: Vec<Month>| {
            if !missing.is_empty() {
                says.push(format!(
                    "{} has no file in {}",
                    name(system),
                    listed(&missing)
                ));
            }
        };
        let hr = self.calendars[leaver.system].without(self.first, leaver.known_on);
        let since = self.hr_before(leaver).unwrap_or(leaver.known_on);
        gap(
            leaver.system,
            hr.into_iter().filter(|it| *it > Month::of(since)).collect(),
        );
        let begin = leaver.start.max(self.first);
        for &system in leaver.apps.keys() {
            gap(system, self.calendars[system].without(begin, end));
        }
        for (&system, _) in leaver.apps.iter().filter(|(_, live)| **live) {
            let last = self.systems[system].last;
            if last < self.last {
                says.push(format!("{} was last read on {last}", name(system)));
            }
        }
        if let Some(again) = leaver.live_again {
            says.push(format!("usable again since {again}"));
        }
        if let Some(gone) = leaver
            .record_gone
            .filter(|_| leaver.from != From::RecordGone)
        {
            says.push(format!("the HR record is gone since {gone}"));
        }
        for &system in &leaver.passed_in {
            says.push(format!("an account in {} is another's now", name(system)));
        }
        says
    }

    /// The month of the last HR sync before the one that said that the leaver left.
    fn hr_before(&self, leaver: &Leaver) -> Option<Date> {
        let of_hr = |it: &&Point| it.systems.contains(&leaver.system) && it.day < leaver.known_on;
        self.points.iter().rev().find(of_hr).map(|it| it.day)
    }
}

/// Whether the time of a leaver counts for the numbers of all.
pub(super) fn is_measured(leaver: &Leaver) -> bool {
    let has_ended = matches!(leaver.outcome, Outcome::Revoked(_) | Outcome::Open);
    has_ended && leaver.from != From::RecordGone
}

fn left_event(leaver: &Leaver, first: Date) -> Event {
    let is_in_time = first < leaver.start && leaver.start <= leaver.known_on;
    Event {
        what: match leaver.from {
            From::LastDay | From::FirstSaid => What::Leaver,
            From::RecordGone => What::Vanished,
        },
        on: if is_in_time {
            leaver.start
        } else {
            leaver.known_on
        },
        seen_on: leaver.known_on,
        system: leaver.system,
        id: leaver.id.clone(),
        name: leaver.name.clone(),
        moves: Vec::new(),
    }
}

/// `2026-03, 2026-05`.
fn listed(months: &[Month]) -> String {
    let months: Vec<String> = months.iter().map(Month::to_string).collect();
    months.join(", ")
}

/// The months from the first day to the last.
fn months(
    syncs: &[(Date, bool)],
    points: &[Point],
    events: &[Event],
    first: Date,
    last: Date,
) -> Vec<MonthLine> {
    let mut counted: BTreeMap<(Month, What), u64> = BTreeMap::new();
    let mut movers: HashSet<(Month, usize, &str)> = HashSet::new();
    for event in events {
        let month = Month::of(event.on);
        let is_new = event.what != What::Mover || movers.insert((month, event.system, &event.id));
        *counted.entry((month, event.what)).or_default() += u64::from(is_new);
    }
    // The first HR sync of all has nothing before it to be compared with.
    let hr_days: BTreeSet<Date> = syncs
        .iter()
        .filter(|(_, hr)| *hr)
        .map(|(day, _)| *day)
        .collect();
    let compared: BTreeSet<Month> = hr_days.iter().skip(1).map(|day| Month::of(*day)).collect();
    let line = |month| {
        let of_month = |hr: bool| {
            let syncs = syncs
                .iter()
                .filter(|(day, is_hr)| *is_hr == hr && Month::of(*day) == month);
            syncs.count() as u64
        };
        let events = |what| {
            let count = counted.get(&(month, what)).copied();
            count.or(compared.contains(&month).then_some(0))
        };
        let judged: Vec<&Point> = points
            .iter()
            .filter(|it| Month::of(it.day) == month)
            .collect();
        let sum = |of: fn(&Point) -> u64| {
            let all = judged.iter().map(|point| of(point)).sum();
            (!judged.is_empty()).then_some(all)
        };
        MonthLine {
            month,
            hr_syncs: of_month(true),
            app_syncs: of_month(false),
            joiners: events(What::Joiner),
            movers: events(What::Mover),
            leavers: events(What::Leaver),
            vanished: events(What::Vanished),
            opened: sum(|it| it.turned.opened),
            closed: sum(|it| it.turned.closed),
        }
    };
    Month::range(Month::of(first), Month::of(last))
        .map(line)
        .collect()
}
