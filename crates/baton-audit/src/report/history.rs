//! The section on what changed over time, of the dated files that were given for it.

use maud::{Markup, html};

use super::ReportData;
use super::parts::{Column, Table, closed, counted, cut_note, number, section, text};
use super::plot::{Dot, Line, Plot};
use super::value::{Sentence, Value};
use crate::check::Severity;
use crate::history::{History, Listing};
use crate::table::capitalized;

/// Rows of a listing at most.
const LISTED: usize = 1_000;

/// The section.
pub(super) fn section_of(data: &ReportData<'_>) -> Markup {
    let inside = match &data.history {
        None => html! {
            p.note {
                "No dated files were given. " code { "--history DIR" }
                " adds when findings opened and closed, and how long access of leavers stayed."
            }
        },
        Some(history) => over_time(history),
    };
    section("history", "Over time", inside)
}

fn over_time(history: &History) -> Markup {
    let (first, last) = history.period();
    let days = counted(history.open_by_day().len(), "day", "days");
    html! {
        p { "From " (first) " to " (last) ", " (days) " judged, each by the newest files there were." }
        dl.cards {
            @for (name, value) in history.times_for_people() {
                div { dt { (capitalized(name)) } dd { (value) } }
                "\n"
            }
        }
        (revocations(history))
        (open_findings(history))
        (listing(history, Listing::Systems, "Files", "history-systems"))
        (listing(history, Listing::Leavers, "Leavers and their access", "history-leavers"))
        (listing(history, Listing::Months, "Joiners, movers and leavers by month", "history-months"))
        (listing(history, Listing::Days, "Open findings by day", "history-days"))
        @if !history.notes().is_empty() {
            ul { @for note in history.notes().iter().take(LISTED) { li { (Sentence(note)) } } }
        }
    }
}

fn open_findings(history: &History) -> Markup {
    let (first, last) = history.period();
    let most = history.open_by_day().flat_map(|(_, open)| open.to_vec());
    let line = |(at, severity): (usize, Severity)| {
        let points = history.open_by_day();
        Line {
            class: severity.as_str(),
            name: severity.as_str(),
            points: points.map(|(day, open)| (day, open[at])).collect(),
        }
    };
    let lines = Severity::ALL.into_iter().enumerate().map(line);
    let occurs = lines.filter(|line| line.points.iter().any(|(_, n)| *n > 0));
    let lines: Vec<Line> = occurs.collect();
    let plot = Plot {
        id: "plot-findings",
        title: "Open findings over time",
        says: "A line for each severity; the table of open findings by day has the numbers.",
        first,
        last,
        most: most.max().unwrap_or(0),
    };
    plot.lines(&lines)
}

fn revocations(history: &History) -> Markup {
    let dots: Vec<Dot> = history
        .times_by_day()
        .map(|(day, n, is_open)| Dot {
            class: if is_open { "open" } else { "revoked" },
            day,
            n,
        })
        .collect();
    if dots.is_empty() {
        return html! { p.note { "No leaver had access in the time of the files." } };
    }
    let days = || dots.iter().map(|dot| dot.day);
    let (first, last) = history.period();
    let plot = Plot {
        id: "plot-revoke",
        title: "Days until the access of leavers was gone, by the day on which they left",
        says: "A dot for each leaver; the table of leavers has the numbers.",
        first: days().min().unwrap_or(first),
        last: days().max().unwrap_or(last),
        most: dots.iter().map(|dot| dot.n).max().unwrap_or(0),
    };
    let names = [("revoked", "gone"), ("open", "still open, days so far")];
    plot.dots(&names, &dots, history.limit())
}

/// A listing as the command prints it, in a part that opens.
fn listing(history: &History, which: Listing, title: &'static str, id: &'static str) -> Markup {
    let (titles, rows) = history.shown(which);
    let is_number = |at: usize| {
        let mut cells = rows.iter().map(|row| row[at].as_str());
        !rows.is_empty() && cells.all(|cell| cell.parse::<u64>().is_ok())
    };
    let columns = titles.iter().enumerate();
    let columns: Vec<(Column, bool)> = columns
        .map(|(at, &title)| match is_number(at) {
            true => (number(title), true),
            false => (text(title), false),
        })
        .collect();
    let heads: Vec<Column> = columns.iter().map(|(column, _)| *column).collect();
    let table = Table {
        id,
        caption: title,
        columns: &heads,
        sorted: None,
        long: true,
    };
    let cells = |row: &Vec<String>| {
        html! {
            tr {
                @for (at, (cell, (_, is_number))) in row.iter().zip(&columns).enumerate() {
                    @if at == 0 { th scope="row" { (Value(cell)) } }
                    @else if *is_number { td.n { (cell) } }
                    @else { td { (Value(cell)) } }
                }
            }
        }
    };
    let all = rows.len();
    let inside = html! {
        (cut_note(all.min(LISTED), all, "rows", "baton-audit history --json"))
        (table.of(rows.iter().take(LISTED).map(cells)))
    };
    let summary = html! { (title) ": " (counted(all, "row", "rows")) };
    closed("list", all, summary, inside)
}
