//! The section of joiners and leavers: from sync to sync, and by month as first and last days say.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Seen;
use super::figures::{Month, months};
use super::html::{Html, attr, class};
use super::parts::{
    Column, Table, bar, capital, closed, count, counted, cut_note, number, number_cell, plain,
    row_heading, section, text, time, value_cell,
};
use super::timeline::{Step, Stop, Timeline};
use crate::diff::people::Class;
use crate::identity::Identity;

/// Days that count as lately.
const LATELY: i64 = 90;
/// People listed at most.
const LISTED: usize = 500;
/// Where a list that is cut goes on.
const ELSEWHERE: &str = "baton-audit users FILE --csv";

/// Writes the section.
pub(super) fn write(h: &mut Html, seen: &Seen<'_>) {
    section(h, "movement", "Joiners and leavers", |h| {
        h.tag("h3", &[], "From sync to sync");
        from_sync_to_sync(h, &seen.timeline);
        h.tag("h3", &[], "By first and last days");
        undated(h, seen);
        by_month(h, seen);
        lately(h, seen);
    });
}

fn from_sync_to_sync(h: &mut Html, timeline: &Timeline) {
    if timeline.steps.is_empty() {
        h.el("p", &[class("note")], |h| {
            h.text("There is nothing to compare: the HR file holds one finished sync. ");
            h.tag("code", &[], "--earlier OLD.c1z");
            h.text(" adds one from before.");
        });
        return;
    }
    if timeline.left_out > 0 {
        let n = counted(timeline.left_out, "older sync is", "older syncs are");
        h.tag("p", &[class("note")], format_args!("{n} left out."));
    }
    let classes: Vec<Class> = Class::ALL
        .into_iter()
        .filter(|&class| timeline.steps.iter().any(|step| step.count(class) > 0))
        .collect();
    let mut columns: Vec<Column> = vec![text("From"), text("To")];
    columns.extend(classes.iter().map(|&class| number(class.title())));
    columns.push(number("Unclear"));
    Table {
        id: "steps",
        caption: "What happened to people between two syncs; everybody is counted once",
        columns: &columns,
        sorted: Some((0, false)),
        long: false,
    }
    .write(h, |h| {
        for (stops, step) in timeline.stops.windows(2).zip(&timeline.steps) {
            h.el("tr", &[], |h| {
                for stop in stops {
                    h.tag("td", &[class("nowrap")], time(Some(stop.at)));
                }
                classes
                    .iter()
                    .for_each(|&class| number_cell(h, step.count(class)));
                number_cell(h, step.unclear);
            });
            h.line();
        }
    });
    let steps = timeline.stops.windows(2).zip(&timeline.steps).enumerate();
    steps
        .rev()
        .for_each(|(at, (stops, step))| who(h, at, stops, step));
}

/// Who it was, the newest syncs open.
fn who(h: &mut Html, at: usize, stops: &[Stop], step: &Step) {
    let [from, to] = stops else {
        return;
    };
    let title = format!("{} to {}", time(Some(from.at)), time(Some(to.at)));
    let n = counted(step.listed, "person", "people");
    let summary = |h: &mut Html| h.text(format_args!("{title}: {n}"));
    closed(h, "list", step.listed, summary, |h| {
        cut_note(
            h,
            step.people.len(),
            step.listed,
            "people",
            "baton-audit diff OLD NEW --format json",
        );
        Table {
            id: &format!("step-{}", at + 1),
            caption: &format!("Who joined, left, moved or is missing, {title}"),
            columns: &[text("What"), text("Name"), text("Id"), text("More").wide()],
            sorted: None,
            long: true,
        }
        .write(h, |h| {
            for person in &step.people {
                h.el("tr", &[attr("data-class", person.class.as_str())], |h| {
                    h.tag("td", &[], capital(person.class.meaning()));
                    row_heading(h, &person.name);
                    h.el("td", &[class("id")], |h| h.value(&person.id));
                    h.el("td", &[], |h| h.sentence(&person.says));
                });
                h.line();
            }
        });
    });
}

impl Step {
    fn count(&self, class: Class) -> usize {
        let counts = self.counts.iter().filter(|(c, _)| *c == class);
        counts.map(|&(_, n)| n).sum()
    }
}

/// How many people the dates say nothing of.
fn undated(h: &mut Html, seen: &Seen<'_>) {
    let day = seen.findings.as_of;
    let without = |left: bool| {
        let people = seen
            .people()
            .filter(|p| p.lifecycle_on(day).has_left() == left);
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
    for (n, whom, what) in gaps {
        if n > 0 {
            let n = count(n);
            let says = format_args!("{n} {whom} have no {what} on file and are not counted here.");
            h.tag("p", &[class("note")], says);
        }
    }
}

fn by_month(h: &mut Html, seen: &Seen<'_>) {
    let months = months(seen.people(), seen.findings.as_of);
    let most = months.iter().map(|m| m.joined.max(m.left)).max();
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
    .write(h, |h| {
        for Month {
            first,
            joined,
            left,
        } in months
        {
            h.el("tr", &[], |h| {
                h.tag("th", &[attr("scope", "row")], first.strftime("%Y-%m"));
                for (n, colour) in [(joined, "joined"), (left, "left")] {
                    number_cell(h, n);
                    let parts = [(colour, n)];
                    h.el("td", &[class("bars")], |h| {
                        bar(h, &parts, most.unwrap_or(0))
                    });
                }
            });
            h.line();
        }
    });
}

/// Who came and went in the last days, and who is to come.
fn lately(h: &mut Html, seen: &Seen<'_>) {
    let day = seen.findings.as_of;
    let since = day.saturating_sub(LATELY.days());
    let lately = |date: Option<Date>| date.filter(|&date| since <= date && date <= day);
    let later = |date: Option<Date>| date.filter(|&date| date > day);
    let (mut joined, mut to_join, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for person in seen.people() {
        if person.lifecycle_on(day).has_left() {
            left.extend(lately(person.end_date).map(|date| (date, person)));
        } else {
            joined.extend(lately(person.start_date).map(|date| (date, person)));
            to_join.extend(later(person.start_date).map(|date| (date, person)));
        }
    }
    dated(
        h,
        "lately-joined",
        "Joined in the last 90 days",
        "First day",
        joined,
    );
    dated(h, "to-join", "Still to join", "First day", to_join);
    dated(
        h,
        "lately-left",
        "Left in the last 90 days",
        "Last day",
        left,
    );
}

/// A list of people by a date, the newest first.
fn dated(
    h: &mut Html,
    id: &str,
    title: &str,
    date_title: &'static str,
    mut people: Vec<(Date, &Identity)>,
) {
    people.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    let n = counted(people.len(), "person", "people");
    let summary = |h: &mut Html| h.text(format_args!("{title}: {n}"));
    closed(h, "list", people.len(), summary, |h| {
        cut_note(
            h,
            people.len().min(LISTED),
            people.len(),
            "people",
            ELSEWHERE,
        );
        Table {
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
        }
        .write(h, |h| {
            for (date, person) in people.iter().take(LISTED) {
                h.el("tr", &[], |h| {
                    row_heading(h, &person.name);
                    value_cell(h, person.job_title.as_deref());
                    value_cell(h, person.department.as_deref());
                    h.tag("td", &[class("nowrap")], date);
                });
                h.line();
            }
        });
    });
}
