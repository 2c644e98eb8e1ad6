//! The rows of the listings and their columns.

use jiff::civil::Date;

use super::figures::days;
use super::findings::Span;
use super::leavers::{Leaver, Outcome};
use super::movement::{Event, What};
use super::replay::Point;
use super::series::System;
use super::sums::{History, MonthLine};
use crate::check::Severity;
use crate::check::catalogue::{CATALOGUE, Check};
use crate::table::{Cell, Column, column, detail};

fn day<'c>(day: Option<Date>) -> Cell<'c> {
    day.map_or(Cell::Absent, |day| day.to_string().into())
}

fn number<'c>(number: Option<u64>) -> Cell<'c> {
    number.map_or(Cell::Absent, Cell::Number)
}

/// A system and what was given of it.
pub(super) struct SystemLine<'h> {
    system: &'h System,
    without: Vec<String>,
}

pub(super) fn systems(history: &History) -> Vec<SystemLine<'_>> {
    let all = history.systems.iter().zip(&history.calendars);
    all.map(|(system, calendar)| {
        let without = calendar.without(system.first, history.last);
        SystemLine {
            system,
            without: without.iter().map(ToString::to_string).collect(),
        }
    })
    .collect()
}

pub(super) fn system_columns<'h>() -> [Column<SystemLine<'h>>; 7] {
    [
        column("name", "System", |it| it.system.name.as_str().into()),
        column("part", "Read as", |it| {
            if it.system.is_hr { "hr" } else { "app" }.into()
        }),
        column("files", "Files", |it| (it.system.files as u64).into()),
        column("syncs", "Syncs", |it| (it.system.syncs as u64).into()),
        column("first", "First", |it| it.system.first.to_string().into()),
        column("last", "Last", |it| it.system.last.to_string().into()),
        column("no_file", "No file in", |it| Cell::list(&it.without)),
    ]
}

/// A leaver with what became of their access.
pub(super) struct LeaverLine<'h> {
    leaver: &'h Leaver,
    hr: &'h str,
    apps: Vec<String>,
    over: Option<bool>,
    says: Vec<String>,
}

pub(super) fn leavers(history: &History) -> Vec<LeaverLine<'_>> {
    let name = |system: usize| history.systems[system].name.as_str();
    let all = history.leavers.iter().map(|leaver| LeaverLine {
        leaver,
        hr: name(leaver.system),
        apps: leaver.apps.keys().map(|it| name(*it).to_owned()).collect(),
        over: history.is_over(leaver),
        says: history.says_of(leaver),
    });
    all.collect()
}

pub(super) fn leaver_columns<'h>() -> [Column<LeaverLine<'h>>; 13] {
    [
        column("name", "Name", |it| it.leaver.name.as_str().into()),
        column("id", "Id", |it| it.leaver.id.as_str().into()),
        detail("hr", |it| it.hr.into()),
        column("since", "Since", |it| it.leaver.start.to_string().into()),
        column("since_is", "Which is", |it| it.leaver.from.as_str().into()),
        detail("said_on", |it| it.leaver.known_on.to_string().into()),
        detail("outcome", |it| it.leaver.outcome.as_str().into()),
        column("access", "Access", |it| access(it.leaver).into()),
        detail("ended_on", |it| match it.leaver.outcome {
            Outcome::Revoked(ended) | Outcome::Back(ended) => day(Some(ended)),
            Outcome::Open | Outcome::NoAccess => Cell::Absent,
        }),
        column("days", "Days", |it| number(it.leaver.days)),
        column("over_limit", "Over", |it| {
            it.over.map_or(Cell::Absent, Cell::Bool)
        }),
        column("apps", "Apps", |it| Cell::list(&it.apps)),
        column("notes", "Notes", |it| Cell::list(&it.says)),
    ]
}

/// What became of the access, in words.
pub(super) fn access(leaver: &Leaver) -> String {
    let so_far = leaver.days.unwrap_or(0);
    let so_far = connector_core::text::counted(so_far, "day");
    match leaver.outcome {
        Outcome::Revoked(gone) => format!("gone on {gone}"),
        Outcome::Open => format!("open for {so_far}"),
        Outcome::Back(back) => format!("open until back on {back}"),
        Outcome::NoAccess => "none seen".to_owned(),
    }
}

/// What a number is shown as where no file says it.
pub(super) struct ShownMonth<'h> {
    pub(super) line: &'h MonthLine,
    pub(super) for_people: bool,
}

impl ShownMonth<'_> {
    fn count(&self, count: Option<u64>) -> Cell<'static> {
        let without = match (self.for_people, self.line.hr_syncs) {
            (false, _) => return number(count),
            (true, 0) => "no file",
            (true, _) => "first file",
        };
        count.map_or_else(|| without.into(), Cell::Number)
    }

    fn turned(&self, count: Option<u64>) -> Cell<'static> {
        match self.for_people {
            true => count.map_or_else(|| "no file".into(), Cell::Number),
            false => number(count),
        }
    }
}

pub(super) fn month_columns<'h>() -> [Column<ShownMonth<'h>>; 9] {
    [
        column("month", "Month", |it| it.line.month.to_string().into()),
        column("hr_files", "HR files", |it| it.line.hr_syncs.into()),
        column("app_files", "App files", |it| it.line.app_syncs.into()),
        column("joiners", "Joiners", |it| it.count(it.line.joiners)),
        column("movers", "Movers", |it| it.count(it.line.movers)),
        column("leavers", "Leavers", |it| it.count(it.line.leavers)),
        column("vanished", "Vanished", |it| it.count(it.line.vanished)),
        column("opened", "Findings opened", |it| it.turned(it.line.opened)),
        column("closed", "Closed", |it| it.turned(it.line.closed)),
    ]
}

/// A day that was judged.
pub(super) struct PointLine<'h> {
    point: &'h Point,
    files: Vec<String>,
}

pub(super) fn points(history: &History) -> Vec<PointLine<'_>> {
    let name = |system: &usize| history.systems[*system].name.clone();
    let all = history.points.iter().map(|point| PointLine {
        point,
        files: point.systems.iter().map(name).collect(),
    });
    all.collect()
}

pub(super) fn point_columns<'h>() -> [Column<PointLine<'h>>; 10] {
    const fn at(severity: Severity) -> usize {
        // The order of `Severity::ALL`, from critical to note.
        Severity::ALL.len() - 1 - severity as usize
    }
    [
        column("day", "Day", |it| it.point.day.to_string().into()),
        column("files", "Files", |it| Cell::list(&it.files)),
        column("critical", "Critical", |it| {
            it.point.open[at(Severity::Critical)].into()
        }),
        column("high", "High", |it| {
            it.point.open[at(Severity::High)].into()
        }),
        column("medium", "Medium", |it| {
            it.point.open[at(Severity::Medium)].into()
        }),
        column("low", "Low", |it| it.point.open[at(Severity::Low)].into()),
        column("note", "Note", |it| {
            it.point.open[at(Severity::Note)].into()
        }),
        column("accepted", "Accepted", |it| it.point.accepted.into()),
        column("opened", "Opened", |it| it.point.turned.opened.into()),
        column("closed", "Closed", |it| it.point.turned.closed.into()),
    ]
}

/// A finding and its time.
pub(super) struct SpanLine<'h> {
    span: &'h Span,
    file: &'h str,
    last: Date,
}

pub(super) fn spans(history: &History) -> Vec<SpanLine<'_>> {
    let all = history.spans.iter().map(|span| SpanLine {
        span,
        file: &history.systems[span.system].name,
        last: history.last,
    });
    all.collect()
}

pub(super) fn span_columns<'h>() -> [Column<SpanLine<'h>>; 14] {
    [
        column("check", "Check", |it| it.span.check.id.into()),
        column("severity", "Severity", |it| {
            it.span.severity.as_str().into()
        }),
        column("name", "Name", |it| it.span.name.as_str().into()),
        detail("id", |it| it.span.id.as_str().into()),
        detail("access", |it| it.span.access.as_str().into()),
        column("file", "File", |it| it.file.into()),
        column("opened", "Opened", |it| it.span.opened.to_string().into()),
        detail("or_before", |it| it.span.is_older.into()),
        column("closed", "Closed", |it| day(it.span.closed)),
        column("days", "Days", |it| it.span.days(it.last).into()),
        column("state", "State", |it| state(it.span, it.last).into()),
        detail("last_found", |it| it.span.seen.to_string().into()),
        detail("accepted_until", |it| day(it.span.accepted_until)),
        column("message", "Finding", |it| it.span.message.as_str().into()),
    ]
}

/// How a finding stands on the last day.
fn state(span: &Span, last: Date) -> &'static str {
    match (span.closed, span.accepted_until) {
        (Some(_), _) => "closed",
        (None, _) if span.seen < last => "not looked at any more",
        (None, Some(_)) => "accepted",
        (None, None) => "open",
    }
}

/// What became of the findings of a check.
pub(super) struct CheckLine {
    check: &'static Check,
    opened: u64,
    closed: u64,
    open: u64,
    longest: u64,
}

/// The checks that found something.
pub(super) fn checks(history: &History) -> Vec<CheckLine> {
    let line = |check: &'static Check| {
        let spans = || history.spans.iter().filter(move |it| it.check == check);
        let closed = spans().filter(|it| it.closed.is_some()).count() as u64;
        let opened = spans().count() as u64;
        CheckLine {
            check,
            opened,
            closed,
            open: opened - closed,
            longest: spans().map(|it| it.days(history.last)).max().unwrap_or(0),
        }
    };
    let all = CATALOGUE.iter().map(line);
    all.filter(|it| it.opened > 0).collect()
}

pub(super) const CHECK_COLUMNS: [Column<CheckLine>; 6] = [
    column("check", "Check", |it| it.check.id.into()),
    column("title", "Title", |it| it.check.title.into()),
    column("opened", "Opened", |it| it.opened.into()),
    column("closed", "Closed", |it| it.closed.into()),
    column("open", "Still open", |it| it.open.into()),
    column("longest", "Longest, days", |it| it.longest.into()),
];

/// Something that happened to a person.
pub(super) struct EventLine<'h> {
    event: &'h Event,
    hr: &'h str,
    details: Vec<String>,
}

pub(super) fn events(history: &History) -> Vec<EventLine<'_>> {
    let named = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    let all = history.events.iter().map(|event| {
        let moves = event.moves.iter();
        let moves = moves.map(|it| {
            let (aspect, from, to) = (it.aspect.as_str(), named(&it.from), named(&it.to));
            format!("{aspect}: {from} → {to}")
        });
        let late = days(event.on, event.seen_on);
        let late = (late > 0 && event.what != What::Mover).then(|| {
            let days = connector_core::text::counted(late, "day");
            format!("in a file {days} later")
        });
        EventLine {
            event,
            hr: &history.systems[event.system].name,
            details: moves.chain(late).collect(),
        }
    });
    all.collect()
}

pub(super) fn event_columns<'h>() -> [Column<EventLine<'h>>; 7] {
    [
        column("day", "Day", |it| it.event.on.to_string().into()),
        column("what", "What", |it| it.event.what.as_str().into()),
        column("name", "Name", |it| it.event.name.as_str().into()),
        column("id", "Id", |it| it.event.id.as_str().into()),
        detail("hr", |it| it.hr.into()),
        detail("seen_on", |it| it.event.seen_on.to_string().into()),
        column("details", "More", |it| Cell::list(&it.details)),
    ]
}
