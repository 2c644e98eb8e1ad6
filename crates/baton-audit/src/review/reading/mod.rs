//! Reads a workbook as it was returned: sorted, with columns moved, saved by another program, as XLSX or CSV.
//!
//! The files come from people, so sizes and rows are bounded before anything is kept, and what is no table of this
//! review is refused by name. A [`Returned`] row is what its cells say; nothing is decided here.

mod csv;
mod sheet;
mod xlsx;

use std::path::Path;

use connector_core::{Error, ErrorKind, Result, text};

use super::manifest::read_bounded;
use super::workbook::{ACCESS, ACCOUNT_ID, COMMENT, DECISION, ROW};

/// Bytes of a returned file.
const MAX_FILE: u64 = 64 << 20;
/// Rows of a returned file, those of all its sheets together.
const MAX_ROWS: usize = 1_048_576;
/// The columns that a returned file must have.
const NEEDED: [&str; 5] = [ROW, ACCOUNT_ID, ACCESS, DECISION, COMMENT];

/// A row of a returned file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Returned {
    /// Its number in the file as a spreadsheet counts.
    pub(super) line: u64,
    /// What identifies it.
    pub(super) row: String,
    /// The account's id.
    pub(super) account_id: String,
    /// What is held.
    pub(super) access: String,
    /// What was decided, as it was written.
    pub(super) decision: String,
    /// Whether a formula stands there instead of a word.
    pub(super) is_formula: bool,
    /// The reviewer's comment.
    pub(super) comment: String,
}

/// A returned file: the digest of its bytes, and its rows.
#[derive(Debug)]
pub(super) struct Table {
    /// SHA-256 of the file, in hexadecimal.
    pub(super) sha256: String,
    /// The rows that say anything.
    pub(super) rows: Vec<Returned>,
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Cell {
    text: String,
    is_formula: bool,
}

/// Reads a returned file; its ending says what it is.
///
/// # Errors
/// [`ErrorKind::Precondition`] when it cannot be read, is too large, is damaged or has not the columns of a review.
pub(super) fn read(path: &Path) -> Result<Table> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = read_bounded(path, MAX_FILE)?;
    let is_xlsx = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    let rows = match is_xlsx {
        true => xlsx::read(&name, &bytes)?,
        false => csv::read(&name, &bytes)?,
    };
    Ok(Table {
        sha256: super::manifest::sha256(&bytes),
        rows,
    })
}

/// Makes rows of lines of cells: the first line that is not blank names the columns.
#[derive(Debug)]
struct Rows<'f> {
    file: &'f str,
    /// Positions of [`NEEDED`] once they are known.
    columns: Option<[usize; NEEDED.len()]>,
    rows: Vec<Returned>,
    seen: usize,
    /// Whether the columns were found at all, in one sheet or another.
    found: bool,
}

impl<'f> Rows<'f> {
    fn new(file: &'f str) -> Self {
        Self {
            file,
            columns: None,
            rows: Vec::new(),
            seen: 0,
            found: false,
        }
    }

    /// Takes a line, numbered from 1.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it should name the columns and does not, or there are too many.
    fn line(&mut self, line: u64, cells: &[Cell]) -> Result<()> {
        if cells.iter().all(|cell| cell.text.trim().is_empty()) {
            return Ok(());
        }
        self.seen += 1;
        if self.seen > MAX_ROWS {
            return Err(unusable(self.file, "has too many rows"));
        }
        let Some(columns) = self.columns else {
            self.columns = Some(columns_of(self.file, cells)?);
            return Ok(());
        };
        let cell = |at: usize| cells.get(columns[at]).cloned().unwrap_or_default();
        let text = |at: usize| shown(&cell(at).text);
        let decision = cell(3);
        self.rows.push(Returned {
            line,
            row: text(0),
            account_id: text(1),
            access: text(2),
            decision: shown(&decision.text),
            is_formula: decision.is_formula,
            comment: text(4),
        });
        Ok(())
    }
}

fn shown(text: &str) -> String {
    text::printable(text, text::MAX_VALUE_BYTES)
}

/// A name of a column without case, blanks and the like.
fn folded(name: &str) -> String {
    let plain = name.chars().filter(|c| c.is_alphanumeric());
    plain.flat_map(char::to_lowercase).collect()
}

/// Where the needed columns are.
fn columns_of(file: &str, cells: &[Cell]) -> Result<[usize; NEEDED.len()]> {
    let names: Vec<String> = cells.iter().map(|cell| folded(&cell.text)).collect();
    let mut columns = [0; NEEDED.len()];
    for (needed, column) in NEEDED.iter().zip(&mut columns) {
        let wanted = folded(needed);
        let mut found = names
            .iter()
            .enumerate()
            .filter(|(_, name)| **name == wanted);
        *column = match (found.next(), found.next()) {
            (Some((at, _)), None) => at,
            (None, _) => {
                let there = cells.iter().map(|cell| shown(&cell.text));
                let there: Vec<String> = there.filter(|it| !it.is_empty()).take(20).collect();
                let message = format!("has no column {needed}; it has {}", there.join(", "));
                return Err(unusable(file, &message)
                    .hint("give the column its name back, as in the workbook that was sent out"));
            }
            (Some(_), Some(_)) => {
                return Err(unusable(file, &format!("has the column {needed} twice")));
            }
        };
    }
    Ok(columns)
}

/// Whether a line names the columns of a review.
fn is_header(cells: &[Cell]) -> bool {
    let has = |name: &str| cells.iter().any(|cell| folded(&cell.text) == folded(name));
    has(ROW) && has(DECISION)
}

/// The error of a returned file that cannot be used.
fn unusable(file: &str, what: &str) -> Error {
    Error::new(ErrorKind::Precondition, format!("{} {what}", shown(file)))
}

#[cfg(test)]
mod tests;
