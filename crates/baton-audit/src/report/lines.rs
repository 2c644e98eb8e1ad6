//! The section of reporting lines: their size, the widest spans, and the org chart of each HR file.

use std::cmp::Reverse;

use maud::{Markup, html};

use super::parts::{
    Table, count, counted, number, number_cell, row_heading, section, text, value_cell,
};
use super::value::Value;
use super::{ReportData, chart};
use crate::identity::Roster;
use crate::managers::{End, Graph};

/// Managers listed.
const WIDEST: usize = 10;

/// The section.
pub(super) fn section_of(data: &ReportData<'_>) -> Markup {
    let several = data.input.hr.len() > 1;
    let broken = |at| {
        let findings = data.findings.findings.iter();
        let broken = findings.filter(|f| f.check.id == "HR-04" && f.subject.file() == at);
        broken.count()
    };
    let inside = html! {
        @for (at, (hr, graph)) in data.input.hr.iter().zip(&data.graphs).enumerate() {
            @if several { h3 { (Value(data.label(at))) } }
            (size(graph, broken(at)))
            @if at == 0 { (widest(&hr.now.roster, graph)) }
            h3 { "Org chart" }
            (chart::chart(&hr.now.roster, graph, at))
        }
    };
    section("lines", "Reporting lines", inside)
}

fn size(graph: &Graph, findings: usize) -> Markup {
    let current = || (0..graph.len()).filter(|&at| graph.is_current(at));
    let managers = current().filter(|&at| graph.span(at) > 0).count();
    let (whole, cut): (Vec<_>, Vec<_>) = current()
        .map(|at| graph.line(at))
        .partition(|line| matches!(line.end, End::Top(_)));
    let longest = whole.iter().map(|line| line.steps).max().unwrap_or(0);
    html! {
        p {
            (counted(current().count(), "person", "people"))
            " with " (counted(managers, "manager", "managers")) ", "
            (count(graph.tops().count())) " at the top, at most "
            (counted(longest, "manager", "managers")) " above one person. "
            @if !cut.is_empty() {
                (counted(cut.len(), "person has", "people have")) " no line to the top. "
            }
            @if findings > 0 {
                (counted(findings, "finding", "findings")) " of "
                a href="#check-HR-04" { "check HR-04" }
                " tell where lines break."
            }
        }
    }
}

fn widest(roster: &Roster, graph: &Graph) -> Markup {
    let mut managers: Vec<usize> = (0..graph.len())
        .filter(|&at| graph.is_current(at) && graph.span(at) > 0)
        .collect();
    managers.sort_by_key(|&at| Reverse((graph.span(at), graph.below(at))));
    managers.truncate(WIDEST);
    if managers.is_empty() {
        return Markup::default();
    }
    let rows = managers.into_iter().filter_map(|at| {
        let person = roster.at(at)?;
        Some(html! {
            tr {
                (row_heading(&person.name))
                (value_cell(person.job_title.as_deref()))
                (value_cell(person.department.as_deref()))
                (number_cell(graph.span(at)))
                (number_cell(graph.below(at)))
            }
        })
    });
    Table {
        id: "spans",
        caption: "The widest spans: who manages the most people directly",
        columns: &[
            text("Manager"),
            text("Job title"),
            text("Department"),
            number("Direct reports"),
            number("All below"),
        ],
        sorted: Some((3, true)),
        long: false,
    }
    .of(rows)
}
