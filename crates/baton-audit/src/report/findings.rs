//! The section of findings: what is open with its evidence, what is accepted, and which checks looked.

use super::Seen;
use super::html::{Html, attr, class, to};
use super::parts::{
    Filter, Table, badge, capital, closed, count, counted, cut_note, number, number_cell, plain,
    section, text,
};
use crate::check::catalogue::CATALOGUE;
use crate::check::finding::{Evidence, Finding, Severity, Subject};

/// Findings listed at most, open and accepted each.
const LISTED: usize = 1_000;
/// Rows of evidence shown for a finding at most.
const EVIDENCE: usize = 50;
/// Where all findings are.
const ALL: &str = "baton-audit check --format json";

/// Writes the section.
pub(super) fn write(h: &mut Html, seen: &Seen<'_>) {
    section(h, "findings", "Findings", |h| {
        open(h, seen);
        accepted(h, seen);
        checks(h, seen);
        notes(h, seen);
    });
}

/// How many findings of each severity are open, the worst first; without those that do not occur.
pub(super) fn by_severity(seen: &Seen<'_>) -> Vec<(Severity, usize)> {
    let count = |severity| {
        let open = seen.findings.open_at(severity);
        (severity, open.filter(|f| f.severity == severity).count())
    };
    let all = Severity::ALL.into_iter().map(count);
    all.filter(|&(_, n)| n > 0).collect()
}

fn open(h: &mut Html, seen: &Seen<'_>) {
    let open: Vec<&Finding> = seen.findings.open_at(Severity::Note).collect();
    if open.is_empty() {
        let ran = counted(seen.findings.ran.len(), "check", "checks");
        h.tag(
            "p",
            &[],
            format_args!("{ran} ran and found nothing to act on."),
        );
        return;
    }
    cut_note(
        h,
        LISTED.min(open.len()),
        open.len(),
        "findings, the worst",
        ALL,
    );
    let listed = &open[..open.len().min(LISTED)];
    let severities = by_severity(seen).iter().map(|(s, _)| s.as_str()).collect();
    let mut ids: Vec<_> = listed.iter().map(|f| f.check.id).collect();
    ids.sort_unstable();
    ids.dedup();
    Filter {
        of: "open-findings",
        label: "Find in findings",
        choices: &[
            ("severity", "Severity", severities),
            ("check", "Check", ids),
        ],
    }
    .write(h);
    Table {
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
    }
    .write(h, |h| {
        listed.iter().for_each(|f| row(h, seen, f, listed.len()));
    });
}

fn row(h: &mut Html, seen: &Seen<'_>, finding: &Finding, findings: usize) {
    let severity = finding.severity;
    let attrs = [
        attr("data-severity", severity.as_str()),
        attr("data-check", finding.check.id),
    ];
    h.el("tr", &attrs, |h| {
        // Words do not sort by how bad they are.
        let rank = (severity as u8).to_string();
        h.el("td", &[attr("data-value", rank)], |h| badge(h, severity));
        h.el("td", &[class("nowrap")], |h| {
            h.tag("a", &[to(check_id(finding.check.id))], finding.check.id)
        });
        h.el("th", &[attr("scope", "row")], |h| {
            subject(h, &finding.subject)
        });
        h.el("td", &[], |h| matter(h, seen, finding, findings));
        h.el("td", &[], |h| seen.file(h, finding.subject.file()));
    });
    h.line();
}

fn subject(h: &mut Html, subject: &Subject) {
    match subject {
        Subject::Identity { key, name, .. } => {
            h.value(name);
            h.text(" ");
            h.el("span", &[class("id")], |h| h.value(&key.to_string()));
        }
        Subject::Thing { name, .. } => h.value(name),
        Subject::File { .. } => h.text("the whole file"),
    }
}

/// What is the matter, one of so many findings; behind it what to do and the rows it rests on.
fn matter(h: &mut Html, seen: &Seen<'_>, finding: &Finding, findings: usize) {
    let title = |h: &mut Html| h.sentence(&capital(&finding.message));
    closed(h, "evidence", findings, title, |h| {
        h.el("p", &[], |h| {
            h.text(finding.check.remedy);
            let controls = finding.check.controls.join(", ");
            let supports = format_args!(" Supports {controls}.");
            h.tag("span", &[class("note")], supports);
        });
        h.el("ul", &[], |h| {
            let shown = finding.evidence.iter().take(EVIDENCE);
            shown.for_each(|evidence| evidence_row(h, seen, evidence));
            let missing = finding.evidence.len().saturating_sub(EVIDENCE);
            if missing > 0 {
                h.tag("li", &[], format_args!("and {} more rows", count(missing)));
            }
        });
    });
}

fn evidence_row(h: &mut Html, seen: &Seen<'_>, evidence: &Evidence) {
    h.el("li", &[], |h| {
        seen.file(h, evidence.file);
        h.text(format_args!(" {} row {}, ", evidence.table, evidence.row));
        h.el("code", &[], |h| h.value(&evidence.external_id));
        h.text(": ");
        h.sentence(&evidence.says);
    });
}

fn accepted(h: &mut Html, seen: &Seen<'_>) {
    let all = seen.findings.findings.iter();
    let all: Vec<_> = all
        .filter_map(|f| Some((f, f.accepted.as_ref()?)))
        .collect();
    if all.is_empty() {
        return;
    }
    h.tag("h3", &[], "Accepted for now");
    cut_note(
        h,
        LISTED.min(all.len()),
        all.len(),
        "accepted findings",
        ALL,
    );
    Table {
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
    }
    .write(h, |h| {
        for (finding, accepted) in all.iter().take(LISTED) {
            h.el("tr", &[], |h| {
                let rank = (finding.severity as u8).to_string();
                h.el("td", &[attr("data-value", rank)], |h| {
                    badge(h, finding.severity)
                });
                h.tag("td", &[class("nowrap")], finding.check.id);
                h.el("th", &[attr("scope", "row")], |h| {
                    subject(h, &finding.subject)
                });
                h.el("td", &[], |h| h.sentence(&capital(&finding.message)));
                h.el("td", &[], |h| h.sentence(&accepted.reason));
                h.tag("td", &[class("nowrap")], accepted.until);
                h.el("td", &[], |h| seen.file(h, finding.subject.file()));
            });
            h.line();
        }
    });
}

/// Every check of the catalogue, and what came of it.
fn checks(h: &mut Html, seen: &Seen<'_>) {
    h.tag("h3", &[], "Checks");
    Table {
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
    }
    .write(h, |h| {
        for check in &CATALOGUE {
            let found = seen.findings.findings.iter().filter(|f| f.check == check);
            let (accepted, open): (Vec<_>, Vec<_>) = found.partition(|f| f.accepted.is_some());
            let skipped = seen.findings.skipped.iter().find(|(c, _)| *c == check);
            h.el("tr", &[attr("id", check_id(check.id))], |h| {
                h.tag("th", &[attr("scope", "row"), class("nowrap")], check.id);
                h.tag("td", &[], check.title);
                match skipped {
                    Some((_, why)) => h.el("td", &[class("note")], |h| {
                        h.sentence(&format!("did not run: {why}"));
                    }),
                    None if !seen.findings.ran.contains(&check) => {
                        h.tag("td", &[class("note")], "did not run");
                    }
                    None if open.is_empty() && accepted.is_empty() => {
                        h.tag("td", &[class("good")], "holds");
                    }
                    None if open.is_empty() => {
                        h.tag("td", &[class("good")], "holds, but for what is accepted");
                    }
                    None => h.tag("td", &[class("bad nowrap")], "does not hold"),
                }
                number_cell(h, open.len());
                number_cell(h, accepted.len());
                h.tag("td", &[class("id")], check.controls.join(", "));
            });
            h.line();
        }
    });
}

fn notes(h: &mut Html, seen: &Seen<'_>) {
    if seen.findings.notes.is_empty() {
        return;
    }
    h.tag("h3", &[], "Notes");
    h.el("ul", &[], |h| {
        for note in seen.findings.notes.iter().take(LISTED) {
            h.el("li", &[], |h| h.sentence(note));
        }
    });
}

fn check_id(id: &'static str) -> String {
    format!("check-{id}")
}
