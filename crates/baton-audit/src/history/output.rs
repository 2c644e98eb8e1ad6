//! What the command prints: the whole history as text or as one JSON object, or one of its listings.
//!
//! ```text
//! format    "baton-audit.history/1"; the number grows when a field changes its meaning or goes away
//! from, to  the first and the last day that was judged
//! systems   name, part (hr, app), files, syncs, first, last, no_file (months)
//! revoke    leavers, open, no_access, back, median, ninetieth, worst (days; null without leavers), limit (days or null), over_limit
//! leavers   see docs/audit.md
//! months    numbers are null where no file says them
//! points    the days that were judged: open findings by severity, how many opened and closed
//! findings  each with the days on which it opened and closed
//! people    joiners, movers, leavers and vanished people
//! notes     each one sentence
//! ```

use clap::ValueEnum;
use connector_core::{Result, text};
use serde::Serialize;

use super::leavers::{From, Leaver, Outcome};
use super::lines::{
    CHECK_COLUMNS, ShownMonth, checks, event_columns, events, leaver_columns, leavers,
    month_columns, point_columns, points, span_columns, spans, system_columns, systems,
};
use super::sums::History;
use crate::console::{Console, write_failed};
use crate::json::{self, Object};
use crate::table::{Column, Format, cells, list, objects, pairs};

/// Name and version of the shape.
const FORMAT: &str = "baton-audit.history/1";

/// A part of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Listing {
    /// Leavers, and how long their access stayed
    Leavers,
    /// Joiners, movers and leavers of each month
    Months,
    /// The days that were judged, with their open findings
    Days,
    /// When each finding opened and closed
    Findings,
    /// Joiners, movers, leavers and vanished people by name
    People,
    /// What was given
    Systems,
}

/// The numbers of time to revoke.
#[derive(Debug, Serialize)]
struct Revoke {
    leavers: u64,
    open: u64,
    no_access: u64,
    back: u64,
    median: Option<u64>,
    ninetieth: Option<u64>,
    worst: Option<u64>,
    limit: Option<u16>,
    over_limit: Option<u64>,
}

impl Revoke {
    fn of(history: &History) -> Self {
        let count = |which: fn(&Leaver) -> bool| {
            history.leavers.iter().filter(|it| which(it)).count() as u64
        };
        let spread = history.spread();
        Self {
            leavers: history.times().count() as u64,
            open: count(|it| it.outcome == Outcome::Open && it.from != From::RecordGone),
            no_access: count(|it| it.outcome == Outcome::NoAccess),
            back: count(|it| matches!(it.outcome, Outcome::Back(_))),
            median: spread.map(|it| it.median),
            ninetieth: spread.map(|it| it.ninetieth),
            worst: spread.map(|it| it.worst),
            limit: history.limit,
            over_limit: history.limit.map(|_| history.over()),
        }
    }

    /// As names and values for people.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let days = |days: Option<u64>| {
            days.map_or_else(
                || "no leaver with access".to_owned(),
                |it| text::counted(it, "day"),
            )
        };
        let mut pairs = vec![
            ("leavers with access", text::grouped(self.leavers)),
            (
                "of them still open",
                format!("{}, counted with their days so far", self.open),
            ),
            ("median", days(self.median)),
            ("90th percentile", days(self.ninetieth)),
            ("worst", days(self.worst)),
        ];
        pairs.push(match (self.limit, self.over_limit) {
            (Some(limit), Some(over)) => {
                let limit = text::counted(limit, "day");
                (
                    "over the limit",
                    format!("{} (limit: {limit})", text::grouped(over)),
                )
            }
            _ => (
                "over the limit",
                "no limit is set (--limit, or [leavers] grace_days)".to_owned(),
            ),
        });
        if self.no_access > 0 {
            pairs.push(("no access seen", text::grouped(self.no_access)));
        }
        if self.back > 0 {
            pairs.push(("came back with access", text::grouped(self.back)));
        }
        pairs
    }
}

/// Writes the history, or one listing of it. CSV without a listing has the leavers.
pub(super) fn write(
    history: &History,
    listing: Option<Listing>,
    format: Format,
    console: &mut Console<'_>,
) -> Result<()> {
    match (listing, format) {
        (Some(listing), _) => one(history, listing, format, console)?,
        (None, Format::Csv { .. }) => one(history, Listing::Leavers, format, console)?,
        (None, Format::Json) => return document(history, console),
        (None, Format::Table) => page(history, console)?,
    }
    history.notes.iter().try_for_each(|note| console.note(note))
}

fn one(
    history: &History,
    listing: Listing,
    format: Format,
    console: &mut Console<'_>,
) -> Result<()> {
    match listing {
        Listing::Leavers => list(console, format, &leaver_columns(), &leavers(history)),
        Listing::Months => list(
            console,
            format,
            &month_columns(),
            &months(history, format == Format::Table),
        ),
        Listing::Days => list(console, format, &point_columns(), &points(history)),
        Listing::Findings => list(console, format, &span_columns(), &spans(history)),
        Listing::People => list(console, format, &event_columns(), &events(history)),
        Listing::Systems => list(console, format, &system_columns(), &systems(history)),
    }
}

impl History {
    /// A listing as its table for people has it: the titles, and the rows as texts.
    pub(crate) fn shown(&self, listing: Listing) -> (Vec<&'static str>, Vec<Vec<String>>) {
        match listing {
            Listing::Leavers => texts(&leaver_columns(), &leavers(self)),
            Listing::Months => texts(&month_columns(), &months(self, true)),
            Listing::Days => texts(&point_columns(), &points(self)),
            Listing::Findings => texts(&span_columns(), &spans(self)),
            Listing::People => texts(&event_columns(), &events(self)),
            Listing::Systems => texts(&system_columns(), &systems(self)),
        }
    }

    /// The numbers of time to revoke, as names and values for people.
    pub(crate) fn times_for_people(&self) -> Vec<(&'static str, String)> {
        Revoke::of(self).pairs()
    }
}

/// The titles of the columns that tables have, and the cells in them.
fn texts<R>(columns: &[Column<R>], rows: &[R]) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let has_title = |column: &&Column<R>| !column.heading.title.is_empty();
    let columns: Vec<Column<R>> = columns.iter().filter(has_title).copied().collect();
    let row = |row: &R| -> Vec<String> {
        let cells = cells(&columns, row).into_iter();
        cells.map(|cell| cell.plain().into_owned()).collect()
    };
    let titles = columns.iter().map(|column| column.heading.title);
    (titles.collect(), rows.iter().map(row).collect())
}

fn months(history: &History, for_people: bool) -> Vec<ShownMonth<'_>> {
    let all = history.months.iter();
    all.map(|line| ShownMonth { line, for_people }).collect()
}

fn page(history: &History, console: &mut Console<'_>) -> Result<()> {
    let days = text::counted_as(history.points.len(), "day", "days");
    let (first, last) = (history.first, history.last);
    writeln!(console.out, "From {first} to {last}, {days} judged\n").map_err(write_failed)?;
    one(history, Listing::Systems, Format::Table, console)?;
    title(console, "Time to revoke")?;
    let revoke = Revoke::of(history).pairs();
    pairs(console.out, 2, &revoke)?;
    title(console, &format!("Leavers {}", history.leavers.len()))?;
    one(history, Listing::Leavers, Format::Table, console)?;
    title(console, "Months")?;
    one(history, Listing::Months, Format::Table, console)?;
    title(console, "Open findings by day")?;
    one(history, Listing::Days, Format::Table, console)?;
    title(console, &format!("Findings {}", history.spans.len()))?;
    list(console, Format::Table, &CHECK_COLUMNS, &checks(history))
}

fn title(console: &mut Console<'_>, title: &str) -> Result<()> {
    writeln!(console.out, "\n{title}").map_err(write_failed)
}

fn document(history: &History, console: &mut Console<'_>) -> Result<()> {
    json::write_object(console.out, |page| {
        page.value("format", &FORMAT)?;
        page.value("from", &history.first)?;
        page.value("to", &history.last)?;
        rows(page, "systems", &system_columns(), &systems(history))?;
        page.value("revoke", &Revoke::of(history))?;
        rows(page, "leavers", &leaver_columns(), &leavers(history))?;
        rows(page, "months", &month_columns(), &months(history, false))?;
        rows(page, "points", &point_columns(), &points(history))?;
        rows(page, "findings", &span_columns(), &spans(history))?;
        rows(page, "people", &event_columns(), &events(history))?;
        page.value("notes", &history.notes)
    })
}

fn rows<R>(page: &mut Object<'_>, key: &str, columns: &[Column<R>], rows: &[R]) -> Result<()> {
    page.list(key, |list| {
        rows.iter()
            .try_for_each(|row| list.push(&objects(columns, std::slice::from_ref(row)).pop()))
    })
}
