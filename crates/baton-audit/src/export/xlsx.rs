//! One workbook with a sheet per table.
//!
//! Cells go to a temporary file while rows are read, so a workbook takes no more memory than a row. Text is stored
//! as text, which a spreadsheet never runs. A table with more rows than a sheet holds goes on in another sheet.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use connector_core::{Error, ErrorKind, Result};
use jiff::Timestamp;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde_json::Value as Json;

use super::WORKBOOK;
use super::folder::Folder;
use super::tables::{Content, Table};
use crate::table::{Cell, Heading};

/// Rows of a sheet, the header among them.
const SHEET_ROWS: u32 = 1_048_576;
/// Columns of a sheet.
const SHEET_COLUMNS: usize = 16_384;
/// Longest text of a cell, in UTF-16 units.
const CELL_UNITS: usize = 32_767;

/// Writes the workbook and returns what an operator should know about it.
///
/// # Errors
/// When the file is damaged, when the workbook cannot be written, or when a table has too many columns for one.
pub(super) fn write(
    content: &Content<'_>,
    tables: &[Table],
    folder: &mut Folder,
    temp_dir: Option<&Path>,
) -> Result<Option<String>> {
    unbroken(|| write_all(content, tables, folder, temp_dir))
}

/// The writer of workbooks panics when its temporary files cannot grow. To an operator that is a full disk.
pub(crate) fn unbroken<T>(write: impl FnOnce() -> Result<T>) -> Result<T> {
    panic::catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|_| {
        let message = "the workbook could not be written to its end";
        Err(Error::new(ErrorKind::Precondition, message).hint(
            "its temporary files may have filled the disk; --c1z-temp-dir names another place",
        ))
    })
}

fn write_all(
    content: &Content<'_>,
    tables: &[Table],
    folder: &mut Folder,
    temp_dir: Option<&Path>,
) -> Result<Option<String>> {
    // The time of the data, not of the export: the same file gives the same workbook.
    let made = content.source.seen_at().unwrap_or_default();
    let mut book = Book::new(made, temp_dir, SHEET_ROWS).map_err(broken)?;
    let mut written = Vec::new();
    for &table in tables {
        let columns = content.headings(table);
        book.begin(table.name(), &columns)?;
        content.for_each_row(table, &mut |cells| {
            book.row(&columns, cells).map_err(broken)
        })?;
        written.push((table.name(), book.rows));
    }
    let mut draft = folder.draft(WORKBOOK.to_owned())?;
    book.workbook.save_to_writer(&mut draft).map_err(broken)?;
    folder.keep(draft, &written)?;
    let cut = book.cut;
    let note = format!("texts cut to the {CELL_UNITS} characters that a cell holds: {cut}");
    Ok((cut > 0).then_some(note))
}

/// A workbook being written.
struct Book {
    workbook: Workbook,
    /// The most rows of a sheet.
    limit: u32,
    /// The table being written.
    table: &'static str,
    /// How many sheets it has.
    parts: u32,
    /// The next row of its last sheet.
    next: u32,
    /// Its rows so far.
    rows: u64,
    /// Texts that were too long.
    cut: u64,
}

impl Book {
    fn new(
        made: Timestamp,
        temp_dir: Option<&Path>,
        limit: u32,
    ) -> std::result::Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        if let Some(dir) = temp_dir {
            workbook.set_tempdir(dir)?;
        }
        let made = ExcelDateTime::from_timestamp(made.as_second())?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        Ok(Self {
            workbook,
            limit,
            table: "",
            parts: 0,
            next: 0,
            rows: 0,
            cut: 0,
        })
    }

    /// Begins a table.
    fn begin(&mut self, table: &'static str, columns: &[Heading<'_>]) -> Result<()> {
        if columns.len() > SHEET_COLUMNS {
            let count = columns.len();
            return Err(Error::new(
                ErrorKind::Precondition,
                format!("{table} has {count} columns and a sheet holds {SHEET_COLUMNS}"),
            )
            .hint("--format csv has no such limit"));
        }
        (self.table, self.parts, self.rows) = (table, 0, 0);
        self.sheet(columns).map_err(broken)
    }

    /// Adds a sheet to the table.
    fn sheet(&mut self, columns: &[Heading<'_>]) -> std::result::Result<(), XlsxError> {
        self.parts += 1;
        let name = match self.parts {
            1 => self.table.to_owned(),
            part => format!("{} {part}", self.table),
        };
        let bold = Format::new().set_bold();
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (at, column) in (0..).zip(columns) {
            let (text, _) = fitting(column.key);
            sheet.write_string_with_format(0, at, text, &bold)?;
        }
        self.next = 1;
        Ok(())
    }

    fn row(
        &mut self,
        columns: &[Heading<'_>],
        cells: &[Cell<'_>],
    ) -> std::result::Result<(), XlsxError> {
        if self.next == self.limit {
            self.sheet(columns)?;
        }
        let last = self.workbook.worksheets().len().saturating_sub(1);
        let sheet = self.workbook.worksheet_from_index(last)?;
        for (at, cell) in (0..).zip(cells) {
            self.cut += u64::from(put(sheet, self.next, at, cell)?);
        }
        self.next += 1;
        self.rows += 1;
        Ok(())
    }
}

/// Writes a cell and returns whether its text was cut.
fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell<'_>,
) -> std::result::Result<bool, XlsxError> {
    let number = match cell {
        #[expect(
            clippy::cast_precision_loss,
            reason = "numbers of a sheet are no others"
        )]
        Cell::Number(n) => Some(*n as f64),
        Cell::Json(Json::Number(n)) => n.as_f64(),
        _ => None,
    };
    let mut cut = false;
    match (cell, number) {
        (Cell::Absent, _) => {}
        (Cell::Bool(yes), _) => drop(sheet.write_boolean(row, column, *yes)?),
        (_, Some(number)) => drop(sheet.write_number(row, column, number)?),
        _ => {
            let plain = cell.plain();
            let (text, was_cut) = fitting(&plain);
            cut = was_cut;
            sheet.write_string(row, column, text)?;
        }
    }
    Ok(cut)
}

/// The text as far as a cell holds it, and whether something is missing.
pub(crate) fn fitting(text: &str) -> (&str, bool) {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CELL_UNITS {
            return (&text[..at], true);
        }
    }
    (text, false)
}

/// The error of a workbook that cannot be written.
pub(crate) fn broken(error: XlsxError) -> Error {
    Error::new(
        ErrorKind::Precondition,
        format!("cannot write the workbook: {error}"),
    )
}

#[cfg(test)]
mod tests;
