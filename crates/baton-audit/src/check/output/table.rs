//! Findings for people: by severity and check, with what to do, what the policy accepts and what did not run.
//!
//! A finding is a row of a table where there is room for that, and a few lines of their own where there is not.

use std::io::Write;

use connector_c1z::RowAt;
use connector_core::Result;
use connector_core::text::counted;

use crate::check::catalogue::{CATALOGUE, Check};
use crate::check::finding::{Evidence, Findings, Part, Severity, Subject};
use crate::console::write_failed;
use crate::table::{Grid, Overflow, Page, paragraph};

/// Columns a row is set in by.
const INDENT: usize = 2;
/// Columns by which the title and the remedy of a check are set in: those of its id.
const TITLE: usize = 7;
/// Columns of findings in a file or a pipe; a row that needs more is written in lines of its own.
const WIDEST: usize = 200;
/// Rows of evidence named before the rest is only counted.
const EVIDENCE: usize = 2;
/// Characters of a digest or a sync's id that are shown; the whole is in the other formats.
const SHORT: usize = 12;

/// Writes the table.
pub(super) fn write(findings: &Findings, out: &mut dyn Write, width: Option<usize>) -> Result<()> {
    let mut printer = Printer {
        findings,
        out,
        width,
    };
    printer.files()?;
    printer.open()?;
    printer.accepted()?;
    printer.skipped()?;
    printer.notes()?;
    printer.text("\n", 0, &summary(findings))
}

struct Printer<'a, 'o> {
    findings: &'a Findings,
    out: &'o mut dyn Write,
    width: Option<usize>,
}

impl Printer<'_, '_> {
    fn files(&mut self) -> Result<()> {
        self.line(&format!("As of {}", self.findings.as_of))?;
        let rows = self.findings.files.iter().map(|file| {
            let (part, holds) = match file.part {
                Part::Hr => ("HR", "people"),
                Part::EarlierHr => ("earlier HR", "people"),
                Part::App => ("app", "accounts"),
            };
            let at = file
                .synced_at
                .map(|at| at.strftime("%F %R UTC").to_string());
            [
                file.label.clone(),
                part.to_owned(),
                format!("{} {holds}", file.identities),
                at.unwrap_or_else(|| "at an unknown time".to_owned()),
                file.sha256.chars().take(SHORT).collect(),
                file.sync_id.chars().take(SHORT).collect(),
            ]
        });
        let rows: Vec<_> = rows.collect();
        let titles = ["File", "Read as", "Holds", "Synced", "SHA-256", "Sync"];
        let grid = self.grid(&titles, &rows, Overflow::Wrap);
        grid.write(&rows, self.out)?;
        for file in &self.findings.files {
            if let Some(evidence) = &file.evidence {
                let says = format!("Evidence of {}: {}", file.label, evidence.says());
                self.text("", INDENT, &says)?;
            }
        }
        Ok(())
    }

    fn open(&mut self) -> Result<()> {
        let findings = self.findings;
        let rows = findings.open_at(Severity::Note).map(|finding| {
            let row = [
                self.subject(&finding.subject),
                finding.message.clone(),
                self.evidence(&finding.evidence),
            ];
            (finding, row)
        });
        // The rows of all checks are as wide as each other, and in columns or not.
        let (open, rows): (Vec<_>, Vec<_>) = rows.unzip();
        let titles = ["Subject", "Finding", "Evidence"];
        let grid = self.grid(&titles, &rows, Overflow::Stack(1));
        for severity in Severity::ALL {
            let count = findings.open_of(severity).count();
            if count == 0 {
                continue;
            }
            let heading = severity.as_str().to_uppercase();
            self.line(&format!("\n{heading} ({count})"))?;
            for check in &CATALOGUE {
                let group = open.iter().zip(&rows);
                let group = group.filter(|(f, _)| f.severity == severity && f.check == check);
                let group: Vec<_> = group.map(|(_, row)| row).collect();
                if !group.is_empty() {
                    self.heading(check, group.len())?;
                    grid.write(&group, self.out)?;
                }
            }
        }
        Ok(())
    }

    fn heading(&mut self, check: &Check, count: usize) -> Result<()> {
        let title = format!("{}  {} ({count})", check.id, check.title);
        self.text("\n", TITLE, &title)?;
        let blank = " ".repeat(TITLE);
        self.text(&blank, TITLE, &format!("To do: {}", check.remedy))
    }

    fn accepted(&mut self) -> Result<()> {
        let rows = self.findings.findings.iter().filter_map(|finding| {
            let accepted = finding.accepted.as_ref()?;
            Some([
                finding.check.id.to_owned(),
                self.subject(&finding.subject),
                finding.message.clone(),
                accepted.reason.clone(),
                format!("until {}", accepted.until),
            ])
        });
        let rows: Vec<_> = rows.collect();
        let titles = ["Check", "Subject", "Finding", "Reason", "Accepted"];
        self.section("ACCEPTED BY THE POLICY", titles, &rows, Overflow::Stack(2))
    }

    fn skipped(&mut self) -> Result<()> {
        let rows = self.findings.skipped.iter();
        let rows =
            rows.map(|(check, why)| [check.id.to_owned(), check.title.to_owned(), why.clone()]);
        let rows: Vec<_> = rows.collect();
        self.section("NOT RUN", ["Check", "Title", "Why"], &rows, Overflow::Wrap)
    }

    fn notes(&mut self) -> Result<()> {
        let notes = &self.findings.notes;
        if notes.is_empty() {
            return Ok(());
        }
        self.line(&format!("\nNOTES ({})", notes.len()))?;
        let blank = " ".repeat(INDENT);
        notes
            .iter()
            .try_for_each(|note| self.text(&blank, INDENT, note))
    }

    fn subject(&self, subject: &Subject) -> String {
        let label = self.findings.label(subject.file());
        match subject {
            Subject::Identity { key, name, .. } => format!("{name} ({key}, {label})"),
            Subject::Thing { name, .. } => format!("{name} ({label})"),
            Subject::File { .. } => label.to_owned(),
        }
    }

    /// `hr resource 12, github grant 5 and 3 more`.
    fn evidence(&self, evidence: &[Evidence]) -> String {
        let one = |e: &Evidence| {
            let label = self.findings.label(e.file);
            match &e.at {
                RowAt::Table { table, row } => {
                    let table = table.strip_prefix("v1_").unwrap_or(table);
                    let table = table.strip_suffix('s').unwrap_or(table);
                    format!("{label} {table} {row}")
                }
                // A key is long; the id names the row as well.
                RowAt::Key(_) => format!("{label} {}", e.external_id),
            }
        };
        // One row may be evidence for several things.
        let mut rows: Vec<String> = evidence.iter().map(one).collect();
        rows.dedup();
        let named = rows[..rows.len().min(EVIDENCE)].join(", ");
        match rows.len().saturating_sub(EVIDENCE) {
            0 => named,
            more => format!("{named} and {more} more"),
        }
    }

    /// A heading with a table under it; nothing without rows.
    fn section<const N: usize>(
        &mut self,
        heading: &str,
        titles: [&str; N],
        rows: &[[String; N]],
        overflow: Overflow,
    ) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.line(&format!("\n{heading} ({})", rows.len()))?;
        let grid = self.grid(&titles, rows, overflow);
        grid.write(rows, self.out)
    }

    fn grid<const N: usize>(
        &self,
        titles: &[&str],
        rows: &[[String; N]],
        overflow: Overflow,
    ) -> Grid {
        let columns = (0..N).map(|at| rows.iter().map(|row| row[at].chars().count()).max());
        let is_wide = columns.flatten().sum::<usize>() > WIDEST;
        let page = Page {
            width: self.width.or(is_wide.then_some(WIDEST)),
            indent: INDENT,
            overflow,
        };
        Grid::new(titles, rows, page)
    }

    fn line(&mut self, line: &str) -> Result<()> {
        writeln!(self.out, "{line}").map_err(write_failed)
    }

    /// A text after `before`, broken where it does not fit; later lines are set in.
    fn text(&mut self, before: &str, indent: usize, text: &str) -> Result<()> {
        write!(self.out, "{before}").map_err(write_failed)?;
        paragraph(self.out, text, self.width, indent)
    }
}

fn summary(findings: &Findings) -> String {
    let open = findings.open_at(Severity::Note).count();
    let counts = Severity::ALL.into_iter().filter_map(|severity| {
        let count = findings.open_of(severity).count();
        (count > 0).then(|| format!("{count} {severity}"))
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    let left_out = findings.left_out();
    let mut parts = vec![match (open, left_out) {
        (0, 0) => "No findings".to_owned(),
        (0, _) => "No findings listed".to_owned(),
        (n, _) => format!("{}: {counts}", counted(n, "finding")),
    }];
    if left_out > 0 {
        parts.push(format!("{left_out} left out"));
    }
    match findings.findings.len() - open {
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
