//! The section of headcount: where people stand, by department.

use super::Seen;
use super::figures::{Headcount, Standing, headcount};
use super::html::{Html, attr, class};
use super::parts::{
    Column, Table, bar, cut_note, number, number_cell, plain, row_heading, section, text,
};
use crate::identity::Lifecycle;

/// Departments listed at most.
const LISTED: usize = 500;

/// Where people who have not left may stand: the colour in bars, and the words.
const CURRENT: [(Lifecycle, &str, &str); 5] = [
    (Lifecycle::Active, "active", "Active"),
    (Lifecycle::Onboarding, "onboarding", "Onboarding"),
    (Lifecycle::Leave, "leave", "On leave"),
    (Lifecycle::Prehire, "prehire", "Starts later"),
    (Lifecycle::Unknown, "unknown", "State unknown"),
];

/// Writes the section.
pub(super) fn write(h: &mut Html, seen: &Seen<'_>) {
    let Headcount { departments, total } = headcount(seen.people(), seen.findings.as_of);
    section(h, "people", "People by department", |h| {
        // What occurs nowhere needs no column.
        let occurs = CURRENT.into_iter().filter(|&(l, ..)| total.of(l) > 0);
        let states = States {
            shown: occurs.collect(),
            longest: departments.iter().map(|(_, s)| s.current()).max(),
        };
        let elsewhere = "baton-audit users FILE --csv";
        let shown = departments.len().min(LISTED);
        cut_note(
            h,
            shown,
            departments.len(),
            "departments, the largest",
            elsewhere,
        );
        Table {
            id: "departments",
            caption: "Where people stand, by department; the bars show those who have not left",
            columns: &states.columns(),
            sorted: Some((1, true)),
            long: true,
        }
        .write_with(
            h,
            |h| {
                for (name, standing) in departments.iter().take(LISTED) {
                    h.el("tr", &[], |h| {
                        row_heading(h, name.as_deref().unwrap_or("no department"));
                        states.cells(h, standing, true);
                    });
                    h.line();
                }
            },
            Some(|h: &mut Html| {
                h.el("tr", &[], |h| {
                    h.tag("th", &[attr("scope", "row")], "Everybody");
                    states.cells(h, &total, false);
                });
            }),
        );
    });
}

/// The states that are shown.
struct States {
    shown: Vec<(Lifecycle, &'static str, &'static str)>,
    /// People in the largest department.
    longest: Option<usize>,
}

impl States {
    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![text("Department"), number("People"), plain("Share")];
        let states = self.shown.iter();
        columns.extend(states.map(|&(_, colour, title)| number(title).key(colour)));
        columns.push(number("Left"));
        columns
    }

    fn cells(&self, h: &mut Html, standing: &Standing, with_bar: bool) {
        number_cell(h, standing.current());
        h.el("td", &[class("bars")], |h| {
            if with_bar {
                let parts = self
                    .shown
                    .iter()
                    .map(|&(l, colour, _)| (colour, standing.of(l)));
                let parts: Vec<_> = parts.collect();
                bar(h, &parts, self.longest.unwrap_or_default());
            }
        });
        for &(lifecycle, ..) in &self.shown {
            number_cell(h, standing.of(lifecycle));
        }
        number_cell(h, standing.left());
    }
}
