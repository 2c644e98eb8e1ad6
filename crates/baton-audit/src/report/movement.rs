//! The section of joiners and leavers: from sync to sync, and by month according to first and last days.

use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use super::ReportData;
use super::figures::{Month, months};
use super::parts::{
    Column, Table, bar_cell, closed, count, counted, cut_note, number, number_cell, plain,
    row_heading, section, text, time, value_cell,
};
use super::timeline::{Changes, ComparedSync, Timeline};
use super::value::{Sentence, Value};
use crate::diff::people::Class;
use crate::identity::Identity;
use crate::table::capitalized;

/// Days that count as lately.
const LATELY: i64 = 90;
/// People listed at most.
const LISTED: usize = 500;
/// Where a list that is cut goes on.
const ELSEWHERE: &str = "baton-audit users FILE --csv";

/// The section.
pub(super) fn section_of(data: &ReportData<'_>) -> Markup {
    let inside = html! {
        h3 { "From sync to sync" }
        (from_sync_to_sync(&data.timeline))
        h3 { "By first and last days" }
        (undated(data))
        (by_month(data))
        (lately(data))
    };
    section("movement", "Joiners and leavers", inside)
}

fn from_sync_to_sync(timeline: &Timeline) -> Markup {
    if timeline.changes.is_empty() {
        return html! {
            p.note {
                "There is nothing to compare: the HR file holds one finished sync. "
                code { "--earlier OLD.c1z" } " adds one from before."
            }
        };
    }
    let classes: Vec<Class> = Class::ALL
        .into_iter()
        .filter(|&class| timeline.changes.iter().any(|c| c.count(class) > 0))
        .collect();
    let mut columns: Vec<Column> = vec![text("From"), text("To")];
    columns.extend(classes.iter().map(|&class| number(class.title())));
    columns.push(number("Unclear"));
    let table = Table {
        id: "steps",
        caption: "What happened to people between two syncs; each person is counted once",
        columns: &columns,
        sorted: Some((0, false)),
        long: false,
    };
    let changes = || timeline.syncs.windows(2).zip(&timeline.changes);
    let rows = changes().map(|(syncs, changes)| {
        html! {
            tr {
                @for sync in syncs { td.nowrap { (time(Some(sync.ended_at))) } }
                @for &class in &classes { (number_cell(changes.count(class))) }
                (number_cell(changes.unclear))
            }
        }
    });
    html! {
        @if timeline.left_out > 0 {
            p.note { (counted(timeline.left_out, "older sync is", "older syncs are")) " left out." }
        }
        (table.of(rows))
        @for (at, (syncs, changes)) in changes().enumerate().collect::<Vec<_>>().into_iter().rev() {
            (people(at, syncs, changes))
        }
    }
}

/// The people who differ between two syncs.
fn people(at: usize, syncs: &[ComparedSync], changes: &Changes) -> Markup {
    let [from, to] = syncs else {
        return Markup::default();
    };
    let title = format!(
        "{} to {}",
        time(Some(from.ended_at)),
        time(Some(to.ended_at))
    );
    let table = Table {
        id: &format!("step-{}", at + 1),
        caption: &format!("Who joined, left, moved or is missing, {title}"),
        columns: &[text("What"), text("Name"), text("Id"), text("More").wide()],
        sorted: None,
        long: true,
    };
    let rows = changes.people.iter().map(|person| {
        html! {
            tr data-class=(person.class.as_str()) {
                td { (capitalized(person.class.meaning())) }
                (row_heading(&person.name))
                td.id { (Value(&person.id)) }
                td { (Sentence(&person.details)) }
            }
        }
    });
    let elsewhere = "baton-audit diff OLD NEW --format json";
    let inside = html! {
        (cut_note(changes.people.len(), changes.listed, "people", elsewhere))
        (table.of(rows))
    };
    let summary = html! { (title) ": " (counted(changes.listed, "person", "people")) };
    closed("list", changes.listed, summary, inside)
}

/// Notes on how many people have no first or last day on file and are therefore counted in no month.
fn undated(data: &ReportData<'_>) -> Markup {
    let day = data.findings.as_of;
    let without = |left: bool| {
        let people = data.people();
        let people = people.filter(|p| p.lifecycle_on(day).has_left() == left);
        let date = |p: &&Identity| if left { p.end_date } else { p.start_date };
        people.filter(|p| date(p).is_none()).count()
    };
    let gaps = [
        (
            without(false),
            "of the people who have not left",
            "first day",
        ),
        (without(true), "of those who have left", "last day"),
    ];
    html! {
        @for (n, whom, what) in gaps {
            @if n > 0 {
                p.note { (count(n)) " " (whom) " have no " (what) " on file and are not counted here." }
            }
        }
    }
}

fn by_month(data: &ReportData<'_>) -> Markup {
    let months = months(data.people(), data.findings.as_of);
    let most = months.iter().map(|m| m.joined.max(m.left)).max();
    let cells =
        |colour, n| html! { (number_cell(n)) (bar_cell(&[(colour, n)], most.unwrap_or(0))) };
    let rows = months.iter().map(
        |&Month {
             first,
             joined,
             left,
         }| {
            html! {
                tr {
                    th scope="row" { (first.strftime("%Y-%m")) }
                    (cells("joined", joined))
                    (cells("left", left))
                }
            }
        },
    );
    Table {
        id: "months",
        caption: "First and last days in the last twelve months",
        columns: &[
            text("Month"),
            number("Joined").key("joined"),
            plain("Share"),
            number("Left").key("left"),
            plain("Share"),
        ],
        sorted: Some((0, false)),
        long: false,
    }
    .of(rows)
}

/// Who came and went in the last days, and who is to come.
fn lately(data: &ReportData<'_>) -> Markup {
    let day = data.findings.as_of;
    let since = day.saturating_sub(LATELY.days());
    let lately = |date: Option<Date>| date.filter(|&date| since <= date && date <= day);
    let later = |date: Option<Date>| date.filter(|&date| date > day);
    let (mut joined, mut to_join, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for person in data.people() {
        if person.lifecycle_on(day).has_left() {
            left.extend(lately(person.end_date).map(|date| (date, person)));
        } else {
            joined.extend(lately(person.start_date).map(|date| (date, person)));
            to_join.extend(later(person.start_date).map(|date| (date, person)));
        }
    }
    html! {
        (dated("lately-joined", "Joined in the last 90 days", "First day", joined))
        (dated("to-join", "Still to join", "First day", to_join))
        (dated("lately-left", "Left in the last 90 days", "Last day", left))
    }
}

/// A list of people by a date, the newest first.
fn dated(
    id: &str,
    title: &str,
    date_title: &'static str,
    mut people: Vec<(Date, &Identity)>,
) -> Markup {
    people.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    let table = Table {
        id,
        caption: title,
        columns: &[
            text("Name"),
            text("Job title"),
            text("Department"),
            text(date_title),
        ],
        sorted: Some((3, true)),
        long: true,
    };
    let rows = people.iter().take(LISTED).map(|(date, person)| {
        html! {
            tr {
                (row_heading(&person.name))
                (value_cell(person.job_title.as_deref()))
                (value_cell(person.department.as_deref()))
                td.nowrap { (date) }
            }
        }
    });
    let all = people.len();
    let inside = html! {
        (cut_note(all.min(LISTED), all, "people", ELSEWHERE))
        (table.of(rows))
    };
    let summary = html! { (title) ": " (counted(all, "person", "people")) };
    closed("list", all, summary, inside)
}
