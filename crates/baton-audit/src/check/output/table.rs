//! Findings for people: by severity and check, with what to do, what the policy accepts and what did not run.
//!
//! A finding is a row of a table where there is room for that, and a few lines of their own where there is not.

use std::io::{self, Write};

use connector_core::text::{self, counted};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::labels;
use crate::check::catalogue::{CATALOGUE, Check};
use crate::check::finding::{Evidence, Finding, Findings, Part, Severity, Subject};
use crate::sheet;

/// Columns a row is set in by.
const INDENT: &str = "  ";
/// Columns by which what belongs to a stacked row is set in further.
const INNER: &str = "    ";
/// Between columns.
const GAP: &str = "  ";
/// Rows of evidence named before the rest is only counted.
const EVIDENCE: usize = 2;
/// Characters of a digest or a sync's id that are shown; the whole is in the other formats.
const SHORT: usize = 12;

/// Writes the table.
pub(super) fn write(
    findings: &Findings,
    out: &mut dyn Write,
    width: Option<usize>,
) -> io::Result<()> {
    let page = Page {
        findings,
        labels: labels(&findings.files),
        width,
    };
    page.files(out)?;
    page.open(out)?;
    page.accepted(out)?;
    page.skipped(out)?;
    page.notes(out)?;
    writeln!(out)?;
    page.line(&summary(findings), "", out)
}

struct Page<'a> {
    findings: &'a Findings,
    labels: Vec<String>,
    width: Option<usize>,
}

impl Page<'_> {
    fn files(&self, out: &mut dyn Write) -> io::Result<()> {
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
        writeln!(out, "As of {}", self.findings.as_of)?;
        let titles = ["File", "Read as", "Holds", "Synced", "SHA-256", "Sync"];
        Columns::of(titles, &rows, self.width).write(&rows, out)
    }

    fn open(&self, out: &mut dyn Write) -> io::Result<()> {
        let open: Vec<_> = self.findings.open_at(Severity::Note).collect();
        let row = |finding: &&Finding| {
            [
                self.subject(&finding.subject),
                finding.message.clone(),
                self.evidence(&finding.evidence),
            ]
        };
        let rows: Vec<_> = open.iter().map(row).collect();
        let columns =
            Columns::of(["Subject", "Finding", "Evidence"], &rows, self.width).or_stacked(1);
        for severity in Severity::ALL {
            let count = open.iter().filter(|f| f.severity == severity).count();
            if count == 0 {
                continue;
            }
            writeln!(out, "\n{} ({count})", severity.as_str().to_uppercase())?;
            for check in &CATALOGUE {
                let group = open.iter().zip(&rows);
                let group = group.filter(|(f, _)| f.severity == severity && f.check == check);
                let group: Vec<_> = group.map(|(_, row)| row.clone()).collect();
                if !group.is_empty() {
                    self.heading(check, group.len(), out)?;
                    columns.write(&group, out)?;
                }
            }
        }
        Ok(())
    }

    fn heading(&self, check: &Check, count: usize, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out)?;
        let title = format!("{}  {} ({count})", check.id, check.title);
        self.line(&title, "       ", out)?;
        write!(out, "       ")?;
        self.line(&format!("To do: {}", check.remedy), "       ", out)
    }

    fn accepted(&self, out: &mut dyn Write) -> io::Result<()> {
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
        writeln!(out, "\nACCEPTED BY THE POLICY ({})", rows.len())?;
        let titles = ["Check", "Subject", "Finding", "Reason", "Accepted"];
        let columns = Columns::of(titles, &rows, self.width).or_stacked(2);
        columns.write(&rows, out)
    }

    fn skipped(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.findings.skipped.iter();
        let rows: Vec<_> = rows
            .map(|(check, reason)| [check.id.to_owned(), check.title.to_owned(), reason.clone()])
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nNOT RUN ({})", rows.len())?;
        Columns::of(["Check", "Title", "Why"], &rows, self.width).write(&rows, out)
    }

    fn notes(&self, out: &mut dyn Write) -> io::Result<()> {
        let notes = &self.findings.notes;
        if notes.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nNOTES ({})", notes.len())?;
        notes.iter().try_for_each(|note| {
            write!(out, "{INDENT}")?;
            self.line(note, INDENT, out)
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

    /// Writes a text, wrapped, with later lines set in by `indent`; what stands before the first is as wide.
    fn line(&self, text: &str, indent: &str, out: &mut dyn Write) -> io::Result<()> {
        let room = self.width.unwrap_or(usize::MAX);
        let room = room.saturating_sub(indent.len()).max(1);
        for (at, line) in wrapped(&shown(text), room).iter().enumerate() {
            let indent = if at == 0 { "" } else { indent };
            writeln!(out, "{indent}{line}")?;
        }
        Ok(())
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

/// A block of rows under one header, whose cells are wrapped, never cut.
struct Columns<const N: usize> {
    titles: [&'static str; N],
    widths: Vec<usize>,
    /// Columns there are for a row; `None` when it need not fit.
    room: Option<usize>,
    /// Whether no cell has to be wrapped.
    fits: bool,
    /// How many cells begin a stacked row; `None` for rows that are not stacked.
    lead: Option<usize>,
}

impl<const N: usize> Columns<N> {
    fn of(titles: [&'static str; N], rows: &[[String; N]], width: Option<usize>) -> Self {
        let natural = (0..N).map(|at| {
            let cells = rows.iter().map(|row| shown(&row[at]).width());
            cells.chain([titles[at].width()]).max().unwrap_or(0)
        });
        let natural: Vec<_> = natural.collect();
        let room = width.map(|w| w.saturating_sub(INDENT.len()));
        let needed = natural.iter().sum::<usize>() + GAP.len() * N.saturating_sub(1);
        Self {
            titles,
            widths: sheet::fit(&natural, room),
            room,
            fits: room.is_none_or(|room| needed <= room),
            lead: None,
        }
    }

    /// Where there is no room for columns, each row becomes lines of its own: the first `lead` cells on one, the
    /// others below it.
    fn or_stacked(mut self, lead: usize) -> Self {
        self.lead = (!self.fits).then_some(lead);
        self
    }

    fn write(&self, rows: &[[String; N]], out: &mut dyn Write) -> io::Result<()> {
        if let Some(lead) = self.lead {
            return rows.iter().try_for_each(|row| self.stack(row, lead, out));
        }
        let header = self.titles.map(str::to_owned);
        [&header]
            .into_iter()
            .chain(rows)
            .try_for_each(|row| self.row(row, out))
    }

    fn stack(&self, row: &[String; N], lead: usize, out: &mut dyn Write) -> io::Result<()> {
        let room = self.room.unwrap_or(usize::MAX);
        let (first, others) = row.split_at(lead);
        for line in wrapped(&shown(&first.join(GAP)), room) {
            writeln!(out, "{INDENT}{line}")?;
        }
        let inner = room.saturating_sub(INNER.len()).max(1);
        for cell in others.iter().filter(|cell| !cell.is_empty()) {
            for line in wrapped(&shown(cell), inner) {
                writeln!(out, "{INDENT}{INNER}{line}")?;
            }
        }
        Ok(())
    }

    fn row(&self, row: &[String; N], out: &mut dyn Write) -> io::Result<()> {
        let cells = row.iter().zip(&self.widths);
        let cells: Vec<_> = cells
            .map(|(cell, &width)| wrapped(&shown(cell), width))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut text = String::from(INDENT);
            for (cell, width) in cells.iter().zip(&self.widths) {
                let part = cell.get(line).map_or("", String::as_str);
                text.push_str(part);
                text.extend(std::iter::repeat_n(' ', width.saturating_sub(part.width())));
                text.push_str(GAP);
            }
            writeln!(out, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

fn shown(text: &str) -> String {
    text::printable(text, text::MAX_VALUE_BYTES)
}

/// Lines of at most `width` columns, broken at blanks where there are any.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let blank = usize::from(!line.is_empty());
        if line.width() + blank + word.width() <= width {
            line.extend(std::iter::repeat_n(' ', blank));
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            if !line.is_empty() && line.width() + c.width().unwrap_or(0) > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines
}
