//! Findings for people: by severity and check, with what to do, what the policy accepts and what did not run.
//!
//! A finding is a row of a table where there is room for that, and a few lines of their own where there is not.

use std::io::Write;

use connector_core::Result;
use connector_core::text::counted;

use super::labels;
use crate::check::catalogue::{CATALOGUE, Check};
use crate::check::finding::{Evidence, Finding, Findings, Part, Severity, Subject};
use crate::stage::write_failed;
use crate::table::{Grid, Overflow, Page, paragraph};

/// Columns a row is set in by.
const INDENT: usize = 2;
/// Columns by which a check's id sets in what is said of it.
const TITLE: usize = 7;
/// Rows of evidence named before the rest is only counted.
const EVIDENCE: usize = 2;
/// Characters of a digest or a sync's id that are shown; the whole is in the other formats.
const SHORT: usize = 12;

/// Writes the table.
pub(super) fn write(findings: &Findings, out: &mut dyn Write, width: Option<usize>) -> Result<()> {
    let page = Printed {
        findings,
        labels: labels(&findings.files),
        width,
    };
    page.files(out)?;
    page.open(out)?;
    page.accepted(out)?;
    page.skipped(out)?;
    page.notes(out)?;
    writeln!(out).map_err(write_failed)?;
    paragraph(out, &summary(findings), width, 0)
}

struct Printed<'a> {
    findings: &'a Findings,
    labels: Vec<String>,
    width: Option<usize>,
}

impl Printed<'_> {
    fn files(&self, out: &mut dyn Write) -> Result<()> {
        let rows = self.findings.files.iter().zip(&self.labels);
        let rows = rows.map(|(file, label)| {
            let (part, whom) = match file.part {
                Part::Hr => ("HR", "people"),
                Part::EarlierHr => ("earlier HR", "people"),
                Part::App => ("app", "accounts"),
            };
            [
                label.clone(),
                part.to_owned(),
                format!("{} {whom}", file.identities),
                file.synced_at.map_or_else(
                    || "at an unknown time".to_owned(),
                    |at| at.strftime("%F %R UTC").to_string(),
                ),
                file.sha256.chars().take(SHORT).collect(),
                file.sync_id.chars().take(SHORT).collect(),
            ]
        });
        let rows: Vec<_> = rows.collect();
        writeln!(out, "As of {}", self.findings.as_of).map_err(write_failed)?;
        let titles = ["File", "Read as", "Holds", "Synced", "SHA-256", "Sync"];
        self.grid(&titles, &rows, Overflow::Wrap).write(&rows, out)
    }

    fn open(&self, out: &mut dyn Write) -> Result<()> {
        let open: Vec<_> = self.findings.open_at(Severity::Note).collect();
        let row = |finding: &&Finding| {
            [
                self.subject(&finding.subject),
                finding.message.clone(),
                self.evidence(&finding.evidence),
            ]
        };
        let rows: Vec<_> = open.iter().map(row).collect();
        let titles = ["Subject", "Finding", "Evidence"];
        let grid = self.grid(&titles, &rows, Overflow::Stack(1));
        for severity in Severity::ALL {
            let count = open.iter().filter(|f| f.severity == severity).count();
            if count == 0 {
                continue;
            }
            writeln!(out, "\n{} ({count})", severity.as_str().to_uppercase())
                .map_err(write_failed)?;
            for check in &CATALOGUE {
                let group = open.iter().zip(&rows);
                let group = group.filter(|(f, _)| f.severity == severity && f.check == check);
                let group: Vec<_> = group.map(|(_, row)| row.clone()).collect();
                if !group.is_empty() {
                    self.heading(check, group.len(), out)?;
                    grid.write(&group, out)?;
                }
            }
        }
        Ok(())
    }

    fn heading(&self, check: &Check, count: usize, out: &mut dyn Write) -> Result<()> {
        writeln!(out).map_err(write_failed)?;
        let title = format!("{}  {} ({count})", check.id, check.title);
        paragraph(out, &title, self.width, TITLE)?;
        write!(out, "{:TITLE$}", "").map_err(write_failed)?;
        paragraph(out, &format!("To do: {}", check.remedy), self.width, TITLE)
    }

    fn accepted(&self, out: &mut dyn Write) -> Result<()> {
        let all = self.findings.findings.iter();
        let rows: Vec<_> = all
            .filter_map(|finding| {
                let accepted = finding.accepted.as_ref()?;
                Some([
                    finding.check.id.to_owned(),
                    self.subject(&finding.subject),
                    finding.message.clone(),
                    accepted.reason.clone(),
                    format!("until {}", accepted.until),
                ])
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nACCEPTED BY THE POLICY ({})", rows.len()).map_err(write_failed)?;
        let titles = ["Check", "Subject", "Finding", "Reason", "Accepted"];
        let grid = self.grid(&titles, &rows, Overflow::Stack(2));
        grid.write(&rows, out)
    }

    fn skipped(&self, out: &mut dyn Write) -> Result<()> {
        let rows = self.findings.skipped.iter();
        let rows: Vec<_> = rows
            .map(|(check, reason)| [check.id.to_owned(), check.title.to_owned(), reason.clone()])
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nNOT RUN ({})", rows.len()).map_err(write_failed)?;
        let grid = self.grid(&["Check", "Title", "Why"], &rows, Overflow::Wrap);
        grid.write(&rows, out)
    }

    fn notes(&self, out: &mut dyn Write) -> Result<()> {
        let notes = &self.findings.notes;
        if notes.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nNOTES ({})", notes.len()).map_err(write_failed)?;
        notes.iter().try_for_each(|note| {
            write!(out, "{:INDENT$}", "").map_err(write_failed)?;
            paragraph(out, note, self.width, INDENT)
        })
    }

    fn subject(&self, subject: &Subject) -> String {
        let label = self.label(subject.file());
        match subject {
            Subject::Identity { key, name, .. } => format!("{name} ({key}, {label})"),
            Subject::Thing { name, .. } => format!("{name} ({label})"),
            Subject::File { .. } => label.to_owned(),
        }
    }

    /// `hr resource 12, github grant 5 and 3 more`.
    fn evidence(&self, evidence: &[Evidence]) -> String {
        let one = |e: &Evidence| {
            let table = e.table.strip_prefix("v1_").unwrap_or(e.table);
            let table = table.strip_suffix('s').unwrap_or(table);
            format!("{} {table} {}", self.label(e.file), e.row)
        };
        // One row may say several things.
        let mut rows: Vec<String> = evidence.iter().map(one).collect();
        rows.dedup();
        let named = rows[..rows.len().min(EVIDENCE)].join(", ");
        match rows.len().saturating_sub(EVIDENCE) {
            0 => named,
            more => format!("{named} and {more} more"),
        }
    }

    fn label(&self, file: usize) -> &str {
        self.labels.get(file).map_or("", String::as_str)
    }

    fn grid<const N: usize>(
        &self,
        titles: &[&str],
        rows: &[[String; N]],
        overflow: Overflow,
    ) -> Grid {
        let page = Page {
            width: self.width,
            indent: INDENT,
            overflow,
        };
        Grid::new(titles, rows, page)
    }
}

fn summary(findings: &Findings) -> String {
    let open: Vec<_> = findings.open_at(Severity::Note).collect();
    let counts = Severity::ALL.into_iter().filter_map(|severity| {
        let count = open.iter().filter(|f| f.severity == severity).count();
        (count > 0).then(|| format!("{count} {severity}"))
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    let mut parts = vec![match open.len() {
        0 => "No findings".to_owned(),
        n => format!("{}: {counts}", counted(n, "finding")),
    }];
    match findings.findings.len() - open.len() {
        0 => {}
        n => parts.push(format!("{n} accepted")),
    }
    parts.push(format!("{} ran", counted(findings.ran.len(), "check")));
    match findings.skipped.len() {
        0 => {}
        n => parts.push(format!("{n} did not run")),
    }
    parts.join("; ")
}
