//! The section of headcount: lifecycles of people, by department.

use maud::{Markup, html};

use super::ReportData;
use super::figures::{Headcount, LifecycleCounts, headcount};
use super::parts::{
    Table, bar_cell, cut_note, number, number_cell, plain, row_heading, section, text,
};
use crate::identity::Lifecycle;

/// Departments listed at most.
const LISTED: usize = 500;

/// The lifecycles of people who have not left: the colour in bars, and the title.
const CURRENT: [(Lifecycle, &str, &str); 5] = [
    (Lifecycle::Active, "active", "Active"),
    (Lifecycle::Onboarding, "onboarding", "Onboarding"),
    (Lifecycle::Leave, "leave", "On leave"),
    (Lifecycle::Prehire, "prehire", "Starts later"),
    (Lifecycle::Unknown, "unknown", "State unknown"),
];

/// The section.
pub(super) fn section_of(data: &ReportData<'_>) -> Markup {
    let Headcount { departments, total } = headcount(data.people(), data.findings.as_of);
    // What occurs nowhere needs no column.
    let occurs = CURRENT.into_iter().filter(|&(l, ..)| total.of(l) > 0);
    let states: Vec<_> = occurs.collect();
    let longest = departments.iter().map(|(_, counts)| counts.current()).max();
    let cells = |counts: &LifecycleCounts, bar: Markup| {
        html! {
            (number_cell(counts.current()))
            (bar)
            @for &(lifecycle, ..) in &states { (number_cell(counts.of(lifecycle))) }
            (number_cell(counts.left()))
        }
    };
    let bar = |counts: &LifecycleCounts| {
        let parts = states.iter().map(|&(l, colour, _)| (colour, counts.of(l)));
        bar_cell(&parts.collect::<Vec<_>>(), longest.unwrap_or_default())
    };
    let rows = departments.iter().take(LISTED).map(|(name, counts)| {
        let name = name.as_deref().unwrap_or("no department");
        html! { tr { (row_heading(name)) (cells(counts, bar(counts))) } }
    });
    let totals = html! {
        tr { th scope="row" { "All people" } (cells(&total, html! { td.bars {} })) }
    };
    let mut columns = vec![text("Department"), number("People"), plain("Share")];
    columns.extend(
        states
            .iter()
            .map(|&(_, colour, title)| number(title).key(colour)),
    );
    columns.push(number("Left"));
    let table = Table {
        id: "departments",
        caption: "Where people stand, by department; the bars show those who have not left",
        columns: &columns,
        sorted: Some((1, true)),
        long: true,
    };
    let shown = departments.len().min(LISTED);
    let all = departments.len();
    let inside = html! {
        (cut_note(shown, all, "departments, the largest", "baton-audit users FILE --csv"))
        (table.with_totals(rows, Some(totals)))
    };
    section("people", "People by department", inside)
}
