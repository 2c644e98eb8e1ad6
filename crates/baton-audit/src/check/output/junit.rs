//! Findings as JUnit XML: a suite for each check, a failing case for each finding.
//!
//! What the policy accepts and what could not run is skipped with the reason; a check that found nothing has one
//! case that passes; notes are skipped cases of a suite of their own. There is no schema that all readers share, so only what all of them read is written.

use std::io::{self, Write};

use connector_core::text;

use super::{TOOL, labels};
use crate::check::catalogue::{CATALOGUE, Check};
use crate::check::finding::{FileRead, Finding, Findings, Subject};

/// What a suite counts.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    tests: usize,
    failures: usize,
    skipped: usize,
}

/// What became of a check.
enum Suite<'a> {
    Ran(Vec<&'a Finding>),
    Skipped(&'a str),
}

impl Suite<'_> {
    fn counts(&self) -> Counts {
        match self {
            Self::Skipped(_) => Counts {
                tests: 1,
                failures: 0,
                skipped: 1,
            },
            Self::Ran(findings) => {
                let skipped = findings.iter().filter(|f| f.accepted.is_some()).count();
                Counts {
                    tests: findings.len().max(1),
                    failures: findings.len() - skipped,
                    skipped,
                }
            }
        }
    }
}

/// Writes the report.
pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let suites: Vec<_> = CATALOGUE
        .iter()
        .filter_map(|check| Some((check, suite(findings, check)?)))
        .collect();
    let notes = Counts {
        tests: findings.notes.len(),
        failures: 0,
        skipped: findings.notes.len(),
    };
    let total = suites
        .iter()
        .map(|(_, suite)| suite.counts())
        .chain([notes]);
    let total = total.fold(Counts::default(), |a, b| Counts {
        tests: a.tests + b.tests,
        failures: a.failures + b.failures,
        skipped: a.skipped + b.skipped,
    });
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="{TOOL}" {} time="0">"#,
        attributes(total)
    )?;
    let read = Read::of(findings);
    for (check, suite) in &suites {
        write_suite(&read, check, suite, out)?;
    }
    if notes.tests > 0 {
        let counts = attributes(notes);
        writeln!(out, r#"  <testsuite name="notes" {counts} time="0">"#)?;
        let mut notes = (1..).zip(&findings.notes);
        notes.try_for_each(|(n, note)| skipped_case(out, "notes", &format!("note {n}"), note))?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// `None` for a check that was not asked for.
fn suite<'a>(findings: &'a Findings, check: &'static Check) -> Option<Suite<'a>> {
    if let Some((_, reason)) = findings.skipped.iter().find(|(c, _)| *c == check) {
        return Some(Suite::Skipped(reason));
    }
    let of_check = findings.findings.iter().filter(|f| f.check == check);
    findings
        .ran
        .contains(&check)
        .then(|| Suite::Ran(of_check.collect()))
}

/// The files, with what every case says of them.
struct Read<'a> {
    findings: &'a Findings,
    labels: Vec<String>,
    stated: Vec<String>,
}

impl<'a> Read<'a> {
    fn of(findings: &'a Findings) -> Self {
        Self {
            findings,
            labels: labels(&findings.files),
            stated: findings.files.iter().map(stated).collect(),
        }
    }

    fn label(&self, file: usize) -> &str {
        self.labels.get(file).map_or("", String::as_str)
    }

    /// The name of a finding's case: the same in every run.
    fn case(&self, subject: &Subject) -> String {
        let label = self.label(subject.file());
        match subject {
            Subject::Identity { key, name, .. } => format!("{name} ({key}) in {label}"),
            Subject::Thing { name, .. } => format!("{name} in {label}"),
            Subject::File { .. } => label.to_owned(),
        }
    }
}

fn stated(file: &FileRead) -> String {
    let at = file
        .synced_at
        .map_or_else(String::new, |at| format!(", {at}"));
    format!(
        "{}, sha256 {}, sync {}{at}",
        file.path, file.sha256, file.sync_id
    )
}

fn write_suite(
    read: &Read<'_>,
    check: &'static Check,
    suite: &Suite<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (id, counts) = (check.id, attributes(suite.counts()));
    let title = escaped(check.title);
    writeln!(
        out,
        r#"  <testsuite name="{id} {title}" {counts} time="0" timestamp="{}T00:00:00">"#,
        read.findings.as_of
    )?;
    writeln!(out, "    <properties>")?;
    property(out, "controls", &check.controls.join(", "))?;
    for (label, stated) in read.labels.iter().zip(&read.stated) {
        property(out, &format!("file {label}"), stated)?;
    }
    writeln!(out, "    </properties>")?;
    match suite {
        Suite::Skipped(reason) => skipped_case(out, id, check.title, reason)?,
        Suite::Ran(findings) if findings.is_empty() => writeln!(
            out,
            r#"    <testcase classname="{TOOL}.{id}" name="{title}" time="0"/>"#
        )?,
        Suite::Ran(findings) => findings
            .iter()
            .try_for_each(|finding| case(read, finding, out))?,
    }
    writeln!(out, "  </testsuite>")
}

fn case(read: &Read<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (id, name) = (finding.check.id, read.case(&finding.subject));
    if let Some(accepted) = &finding.accepted {
        let reason = format!(
            "accepted until {}: {} ({})",
            accepted.until, accepted.reason, finding.message
        );
        return skipped_case(out, id, &name, &reason);
    }
    writeln!(
        out,
        r#"    <testcase classname="{TOOL}.{id}" name="{}" time="0">"#,
        escaped(&name)
    )?;
    write!(
        out,
        r#"      <failure type="{}" message="{}">"#,
        finding.severity,
        escaped(&finding.message)
    )?;
    for evidence in &finding.evidence {
        let line = format!(
            "{} {} {} ({}): {}",
            read.label(evidence.file),
            evidence.table,
            evidence.row,
            evidence.external_id,
            evidence.says
        );
        writeln!(out, "{}", escaped(&line))?;
    }
    writeln!(out, "{}</failure>", escaped(finding.check.remedy))?;
    writeln!(out, "    </testcase>")
}

fn skipped_case(out: &mut dyn Write, id: &str, name: &str, reason: &str) -> io::Result<()> {
    writeln!(
        out,
        r#"    <testcase classname="{TOOL}.{id}" name="{}" time="0"><skipped message="{}"/></testcase>"#,
        escaped(name),
        escaped(reason)
    )
}

fn property(out: &mut dyn Write, name: &str, value: &str) -> io::Result<()> {
    let (name, value) = (escaped(name), escaped(value));
    writeln!(out, r#"      <property name="{name}" value="{value}"/>"#)
}

fn attributes(counts: Counts) -> String {
    let Counts {
        tests,
        failures,
        skipped,
    } = counts;
    format!(r#"tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}""#)
}

/// Text for an element or an attribute: what turns the reading direction is left out, what XML 1.0 cannot hold
/// is replaced, the rest is escaped.
fn escaped(text: &str) -> String {
    let text = text::printable(text, text::MAX_VALUE_BYTES);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
