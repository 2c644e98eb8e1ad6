//! The section of reporting lines: their size, the widest spans, and the org chart of each HR file.

use std::cmp::Reverse;

use super::Seen;
use super::chart;
use super::html::{Html, to};
use super::parts::{
    Table, count, counted, number, number_cell, row_heading, section, text, value_cell,
};
use crate::identity::Roster;
use crate::managers::{End, Graph};

/// Managers listed.
const WIDEST: usize = 10;

/// Writes the section.
pub(super) fn write(h: &mut Html, seen: &Seen<'_>) {
    section(h, "lines", "Reporting lines", |h| {
        for (at, (hr, graph)) in seen.input.hr.iter().zip(&seen.graphs).enumerate() {
            if seen.input.hr.len() > 1 {
                h.el("h3", &[], |h| h.value(seen.label(at)));
            }
            let findings = seen.findings.findings.iter();
            let broken = findings.filter(|f| f.check.id == "HR-04" && f.subject.file() == at);
            size(h, graph, broken.count());
            if at == 0 {
                widest(h, &hr.now.roster, graph);
            }
            h.tag("h3", &[], "Org chart");
            chart::write(h, &hr.now.roster, graph, at);
        }
    });
}

fn size(h: &mut Html, graph: &Graph, findings: usize) {
    let current = || (0..graph.len()).filter(|&at| graph.is_current(at));
    let people = current().count();
    let managers = current().filter(|&at| graph.span(at) > 0).count();
    let cut = current().filter(|&at| !matches!(graph.line(at).end, End::Top(_)));
    let lines = current().map(|at| graph.line(at));
    let longest = lines.filter(|line| matches!(line.end, End::Top(_)));
    let longest = longest.map(|line| line.steps).max().unwrap_or(0);
    h.el("p", &[], |h| {
        h.text(format_args!(
            "{} with {}, {} at the top, at most {} above anybody. ",
            counted(people, "person", "people"),
            counted(managers, "manager", "managers"),
            count(graph.tops().count()),
            counted(longest, "manager", "managers"),
        ));
        let cut = cut.count();
        if cut > 0 {
            let cut = counted(cut, "person has", "people have");
            h.text(format_args!("{cut} no line to the top. "));
        }
        if findings > 0 {
            let findings = counted(findings, "finding", "findings");
            h.text(format_args!("{findings} of "));
            h.tag("a", &[to("check-HR-04")], "check HR-04");
            h.text(" tell where lines break.");
        }
    });
}

fn widest(h: &mut Html, roster: &Roster, graph: &Graph) {
    let mut managers: Vec<usize> = (0..graph.len())
        .filter(|&at| graph.is_current(at) && graph.span(at) > 0)
        .collect();
    managers.sort_by_key(|&at| Reverse((graph.span(at), graph.below(at))));
    managers.truncate(WIDEST);
    if managers.is_empty() {
        return;
    }
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
    .write(h, |h| {
        for at in managers {
            let Some(person) = roster.at(at) else {
                continue;
            };
            h.el("tr", &[], |h| {
                row_heading(h, &person.name);
                value_cell(h, person.job_title.as_deref());
                value_cell(h, person.department.as_deref());
                number_cell(h, graph.span(at));
                number_cell(h, graph.below(at));
            });
            h.line();
        }
    });
}
