//! The section of findings: what is open with its evidence, what is accepted, and which checks ran.

use maud::{Markup, html};

use super::ReportData;
use super::parts::{
    Filter, Table, badge, closed, count, counted, cut_note, number, number_cell, plain, section,
    text,
};
use super::value::{Sentence, Value};
use crate::check::catalogue::{CATALOGUE, Check};
use crate::check::finding::{Accepted, Evidence, Finding, Severity, Subject};
use crate::table::capitalized;

/// Findings listed at most, open and accepted each.
const LISTED: usize = 1_000;
/// Rows of evidence shown for a finding at most.
const EVIDENCE: usize = 50;
/// Where all findings are.
const ALL: &str = "baton-audit check --format json";

/// The section.
pub(super) fn section_of(data: &ReportData<'_>) -> Markup {
    let inside = html! { (open(data)) (accepted(data)) (checks(data)) (notes(data)) };
    section("findings", "Findings", inside)
}

/// How many findings of each severity are open, the worst first; without those that do not occur.
pub(super) fn by_severity(data: &ReportData<'_>) -> Vec<(Severity, usize)> {
    let count = |severity| {
        let open = data.findings.open_at(severity);
        (severity, open.filter(|f| f.severity == severity).count())
    };
    let all = Severity::ALL.into_iter().map(count);
    all.filter(|&(_, n)| n > 0).collect()
}

fn open(data: &ReportData<'_>) -> Markup {
    let open: Vec<&Finding> = data.findings.open_at(Severity::Note).collect();
    if open.is_empty() {
        let ran = counted(data.findings.ran.len(), "check", "checks");
        return html! { p { (ran) " ran and found nothing to act on." } };
    }
    let listed = &open[..open.len().min(LISTED)];
    let severities = by_severity(data).iter().map(|(s, _)| s.as_str()).collect();
    let mut ids: Vec<_> = listed.iter().map(|f| f.check.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let filter = Filter {
        of: "open-findings",
        label: "Find in findings",
        choices: &[
            ("severity", "Severity", severities),
            ("check", "Check", ids),
        ],
    };
    let table = Table {
        id: "open-findings",
        caption: "Open findings, the worst first",
        columns: &[
            text("Severity"),
            text("Check"),
            text("Who or what"),
            text("What is the matter").wide(),
            text("File"),
        ],
        sorted: Some((0, true)),
        long: true,
    };
    let rows = listed.iter().map(|f| open_row(data, f, listed.len()));
    html! {
        (cut_note(listed.len(), open.len(), "findings, the worst", ALL))
        (filter.markup())
        (table.of(rows))
    }
}

/// One of so many open findings.
fn open_row(data: &ReportData<'_>, finding: &Finding, findings: usize) -> Markup {
    let check = finding.check.id;
    html! {
        tr data-severity=(finding.severity.as_str()) data-check=(check) {
            (severity_cell(finding.severity))
            td.nowrap { a href={ "#check-" (check) } { (check) } }
            th scope="row" { (subject(&finding.subject)) }
            td { (matter(data, finding, findings)) }
            td { (data.file(finding.subject.file())) }
        }
    }
}

/// The severity with its rank, because words do not sort by how bad they are.
fn severity_cell(severity: Severity) -> Markup {
    html! { td data-value=(severity as u8) { (badge(severity)) } }
}

fn subject(subject: &Subject) -> Markup {
    html! {
        @match subject {
            Subject::Identity { key, name, .. } => {
                (Value(name)) " " span.id { (Value(&key.to_string())) }
            }
            Subject::Thing { name, .. } => { (Value(name)) }
            Subject::File { .. } => { "the whole file" }
        }
    }
}

/// What is the matter, one of so many findings; behind it what to do and the rows it rests on.
fn matter(data: &ReportData<'_>, finding: &Finding, findings: usize) -> Markup {
    let missing = finding.evidence.len().saturating_sub(EVIDENCE);
    let inside = html! {
        p {
            (finding.check.remedy)
            span.note { " Supports " (finding.check.controls.join(", ")) "." }
        }
        ul {
            @for evidence in finding.evidence.iter().take(EVIDENCE) { (evidence_row(data, evidence)) }
            @if missing > 0 { li { "and " (count(missing)) " more rows" } }
        }
    };
    let title = html! { (Sentence(&capitalized(&finding.message))) };
    closed("evidence", findings, title, inside)
}

fn evidence_row(data: &ReportData<'_>, evidence: &Evidence) -> Markup {
    html! {
        li {
            (data.file(evidence.file)) " " (evidence.at) ", "
            code { (Value(&evidence.external_id)) } ": " (Sentence(&evidence.says))
        }
    }
}

fn accepted(data: &ReportData<'_>) -> Markup {
    let all = data.findings.findings.iter();
    let all: Vec<(&Finding, &Accepted)> = all
        .filter_map(|f| Some((f, f.accepted.as_ref()?)))
        .collect();
    if all.is_empty() {
        return Markup::default();
    }
    let rows = all.iter().take(LISTED).map(|(finding, accepted)| {
        html! {
            tr {
                (severity_cell(finding.severity))
                td.nowrap { (finding.check.id) }
                th scope="row" { (subject(&finding.subject)) }
                td { (Sentence(&capitalized(&finding.message))) }
                td { (Sentence(&accepted.reason)) }
                td.nowrap { (accepted.until) }
                td { (data.file(finding.subject.file())) }
            }
        }
    });
    let table = Table {
        id: "accepted-findings",
        caption: "Findings that the policy accepts until a day",
        columns: &[
            text("Severity"),
            text("Check"),
            text("Who or what"),
            text("What is the matter").wide(),
            text("Reason"),
            text("Until"),
            text("File"),
        ],
        sorted: Some((0, true)),
        long: true,
    };
    html! {
        h3 { "Accepted for now" }
        (cut_note(LISTED.min(all.len()), all.len(), "accepted findings", ALL))
        (table.of(rows))
    }
}

/// Every check of the catalogue, and what came of it.
fn checks(data: &ReportData<'_>) -> Markup {
    let table = Table {
        id: "checks",
        caption: "What was looked at",
        columns: &[
            text("Check"),
            text("What must hold"),
            text("Result"),
            number("Open"),
            number("Accepted"),
            plain("Supports"),
        ],
        sorted: Some((0, false)),
        long: false,
    };
    html! {
        h3 { "Checks" }
        (table.of(CATALOGUE.iter().map(|check| check_row(data, check))))
    }
}

fn check_row(data: &ReportData<'_>, check: &'static Check) -> Markup {
    let found = data.findings.findings.iter().filter(|f| f.check == check);
    let (accepted, open): (Vec<_>, Vec<_>) = found.partition(|f| f.accepted.is_some());
    let skipped = data.findings.skipped.iter().find(|(c, _)| *c == check);
    let ran = data.findings.ran.contains(&check);
    html! {
        tr id={ "check-" (check.id) } {
            th.nowrap scope="row" { (check.id) }
            td { (check.title) }
            @if let Some((_, why)) = skipped {
                td.note { (Sentence(&format!("did not run: {why}"))) }
            } @else if !ran {
                td.note { "did not run" }
            } @else if !open.is_empty() {
                td.bad.nowrap { "does not hold" }
            } @else if accepted.is_empty() {
                td.good { "holds" }
            } @else {
                td.good { "holds, but for what is accepted" }
            }
            (number_cell(open.len()))
            (number_cell(accepted.len()))
            td.id { (check.controls.join(", ")) }
        }
    }
}

fn notes(data: &ReportData<'_>) -> Markup {
    let notes = &data.findings.notes;
    html! {
        @if !notes.is_empty() {
            h3 { "Notes" }
            ul { @for note in notes.iter().take(LISTED) { li { (Sentence(note)) } } }
        }
    }
}
