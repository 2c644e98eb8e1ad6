//! A returned CSV file: with commas, semicolons or tabs, with or without a byte order mark.

use ::csv::ReaderBuilder;
use connector_core::Result;

use super::{Cell, Returned, Rows, is_header, unusable};

/// What may stand between cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Reads the rows of a file called `file`.
///
/// # Errors
/// As [`super::read`].
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<Returned>> {
    let text = decoded(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut usual = None;
    for delimiter in DELIMITERS {
        let mut lines = lines(text, delimiter);
        let first = lines.find(|(_, cells)| !is_preamble(cells));
        let first = first.map(|(_, cells)| cells);
        if first.as_deref().is_some_and(is_header) {
            return rows(file, text, delimiter);
        }
        usual = usual.or(first);
    }
    match usual {
        None => Err(unusable(file, "is empty")),
        // Says which column is missing.
        Some(_) => rows(file, text, b','),
    }
}

fn rows(file: &str, text: &str, delimiter: u8) -> Result<Vec<Returned>> {
    let mut rows = Rows::new(file);
    for (line, cells) in lines(text, delimiter) {
        if rows.columns.is_some() || !is_preamble(&cells) {
            rows.line(line, &cells)?;
        }
    }
    Ok(rows.rows)
}

/// The records of a text, numbered as a spreadsheet numbers its rows: one may go over several lines.
fn lines(text: &str, delimiter: u8) -> impl Iterator<Item = (u64, Vec<Cell>)> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    // Text that is UTF-8 in records of any length cannot fail.
    (1..)
        .zip(reader.into_records())
        .filter_map(|(line, record)| {
            let record = record.ok()?;
            let cell = |text: &str| Cell {
                text: text.to_owned(),
                // A program shows the text of such a cell as a formula, and nobody meant that as a decision.
                is_formula: text.trim_start().starts_with('='),
            };
            Some((line, record.iter().map(cell).collect()))
        })
}

/// A blank line, or the one that names the delimiter for some programs.
fn is_preamble(cells: &[Cell]) -> bool {
    let first = cells.first().map_or("", |cell| cell.text.as_str());
    let blank = cells.iter().all(|cell| cell.text.trim().is_empty());
    blank || first.starts_with("sep=")
}

/// UTF-8, or else Latin-1, which is close to what spreadsheet programs write as plain CSV; ids and decisions are the
/// same in both.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}
