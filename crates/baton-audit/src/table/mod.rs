//! Listings: rows of cells that become a table, JSON or CSV while they are produced.
//!
//! A [`Table`] never holds a whole listing. The widths of its columns are settled by its first rows; later cells
//! that do not fit are cut. Values come from vendors, so what goes to a terminal is stripped of control and
//! direction marks, and what a spreadsheet would run as a formula is defused ([`defused`]). [`Grid`] sets rows that
//! are all there, [`paragraph`] and [`pairs`] the text around them.

mod cell;
mod grid;
mod safe;
mod text;

use std::borrow::Cow;
use std::io::Write;

use connector_core::Result;
use connector_core::text::{MAX_VALUE_BYTES, printable};
use serde::{Serialize, Serializer};

use crate::console::{Console, write_failed};
use crate::json;

pub use cell::{Cell, Column, Heading, cells, column, detail, heading, headings};
pub use grid::{Grid, Overflow, Page, pairs, paragraph};
pub use safe::{cut, defused, shown};
pub use text::{capitalized, time_text, to_minute, to_second};

/// Rows that settle the widths of a table.
const SETTLING_ROWS: usize = 500;
/// Bytes of a text that a table shows, as many as connectors of this suite store.
const LONGEST: usize = MAX_VALUE_BYTES;
/// Stands for what is left out.
const MORE: char = '…';

/// `--json` and `--csv`.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct FormatArgs {
    /// Print JSON instead of a table
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print CSV instead of a table
    #[arg(long)]
    pub csv: bool,
    /// Begin CSV with a byte order mark, by which a spreadsheet knows that it is UTF-8
    #[arg(long, requires = "csv")]
    pub bom: bool,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Columns that fit the terminal.
    Table,
    /// One array of objects.
    Json,
    /// A header and a line per row (RFC 4180), in UTF-8.
    Csv {
        /// Begins with a byte order mark.
        bom: bool,
    },
}

impl FormatArgs {
    /// The chosen format.
    pub fn format(self) -> Format {
        match (self.json, self.csv) {
            (true, _) => Format::Json,
            (_, true) => Format::Csv { bom: self.bom },
            _ => Format::Table,
        }
    }
}

/// A listing being printed. [`Table::finish`] must be called, or the last rows are missing.
pub struct Table<'a> {
    headings: Vec<Heading<'a>>,
    body: Body<'a>,
    rows: u64,
}

/// Where rows go.
enum Body<'a> {
    Grid {
        out: &'a mut dyn Write,
        width: Option<usize>,
        /// Rows while the widths are not settled yet.
        held: Vec<Vec<String>>,
        grid: Option<Grid>,
    },
    Json(json::List<'a>),
    Csv {
        writer: Box<csv::Writer<&'a mut dyn Write>>,
        bom: bool,
    },
}

impl std::fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table")
            .field("headings", &self.headings)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<'a> Table<'a> {
    /// A listing with these columns on the console's output.
    pub fn new(console: &'a mut Console<'_>, format: Format, headings: Vec<Heading<'a>>) -> Self {
        Self::on(&mut *console.out, console.width, format, headings)
    }

    /// A listing with these columns that goes to `out`, which is no terminal.
    pub fn to(out: &'a mut dyn Write, format: Format, headings: Vec<Heading<'a>>) -> Self {
        Self::on(out, None, format, headings)
    }

    fn on(
        out: &'a mut dyn Write,
        width: Option<usize>,
        format: Format,
        headings: Vec<Heading<'a>>,
    ) -> Self {
        let body = match format {
            Format::Table => Body::Grid {
                out,
                width,
                held: Vec::new(),
                grid: None,
            },
            Format::Json => Body::Json(json::List::new(out)),
            Format::Csv { bom } => Body::Csv {
                writer: Box::new(csv::Writer::from_writer(out)),
                bom,
            },
        };
        Self {
            headings,
            body,
            rows: 0,
        }
    }

    /// Adds a row; one cell per column.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        debug_assert_eq!(cells.len(), self.headings.len());
        if self.rows == 0 {
            self.begin_csv()?;
        }
        self.rows += 1;
        match &mut self.body {
            Body::Grid {
                out, held, grid, ..
            } => {
                let row = self.headings.iter().zip(cells);
                let row = row.filter(|(heading, _)| !heading.title.is_empty());
                let row: Vec<String> = row.map(|(_, cell)| beginning(&cell.shown())).collect();
                match grid {
                    Some(grid) => grid.row(&row, &mut **out),
                    None => {
                        held.push(row);
                        match held.len() < SETTLING_ROWS {
                            true => Ok(()),
                            false => self.settle(),
                        }
                    }
                }
            }
            Body::Json(list) => list.push(&Row {
                headings: &self.headings,
                cells,
            }),
            Body::Csv { writer, .. } => csv_line(writer, cells.iter().map(csv_cell)),
        }
    }

    /// Prints what is still held and ends the listing. Returns how many rows it had.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> Result<u64> {
        if self.rows == 0 {
            self.begin_csv()?;
        }
        self.settle()?;
        match self.body {
            Body::Grid { .. } => {}
            Body::Json(list) => list.finish()?,
            Body::Csv { mut writer, .. } => writer.flush().map_err(write_failed)?,
        }
        Ok(self.rows)
    }

    /// Decides the widths of a table and prints the titles and the rows held so far.
    fn settle(&mut self) -> Result<()> {
        let Body::Grid {
            out,
            width,
            held,
            grid: grid @ None,
        } = &mut self.body
        else {
            return Ok(());
        };
        let titles = self.headings.iter().map(|heading| heading.title);
        let titles: Vec<&str> = titles.filter(|title| !title.is_empty()).collect();
        let page = Page {
            width: *width,
            indent: 0,
            overflow: Overflow::Cut,
        };
        let held = std::mem::take(held);
        let settled = grid.insert(Grid::new(&titles, &held, page));
        settled.write(&held, &mut **out)
    }

    fn begin_csv(&mut self) -> Result<()> {
        match &mut self.body {
            Body::Csv { writer, bom } => {
                let mark = if *bom { "\u{feff}" } else { "" };
                let keys = self.headings.iter().map(|heading| csv_text(heading.key));
                let keys = keys.enumerate().map(|(at, key)| match at {
                    0 => Cow::Owned(format!("{mark}{key}")),
                    _ => key,
                });
                csv_line(writer, keys)
            }
            Body::Grid { .. } | Body::Json(_) => Ok(()),
        }
    }
}

/// As much of a text as a table shows: a name in a file may have megabytes, and rows are held to settle the widths.
fn beginning(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let mut end = LONGEST - MORE.len_utf8();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // What is left out is said even when all of this is stripped.
    format!("{}{MORE}", &text[..end])
}

/// Prints all of these rows as a listing.
///
/// # Errors
/// When the output cannot be written.
pub fn list<'r, R: 'r>(
    console: &mut Console<'_>,
    format: Format,
    columns: &[Column<R>],
    rows: impl IntoIterator<Item = &'r R>,
) -> Result<()> {
    let mut table = Table::new(console, format, headings(columns));
    let mut rows = rows.into_iter();
    rows.try_for_each(|row| table.row(&cells(columns, row)))?;
    table.finish().map(drop)
}

/// The rows as JSON has them in a listing, for a document that holds them.
pub fn objects<R>(columns: &[Column<R>], rows: &[R]) -> Vec<serde_json::Value> {
    let headings = headings(columns);
    let objects = rows.iter().map(|row| {
        let cells = cells(columns, row);
        let row = Row {
            headings: &headings,
            cells: &cells,
        };
        serde_json::to_value(row).unwrap_or_default()
    });
    objects.collect()
}

/// A row as an object.
struct Row<'r> {
    headings: &'r [Heading<'r>],
    cells: &'r [Cell<'r>],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let keys = self.headings.iter().map(|heading| heading.key);
        serializer.collect_map(keys.zip(self.cells))
    }
}

fn csv_cell<'c>(cell: &'c Cell<'_>) -> Cow<'c, str> {
    match cell {
        // Numbers of our own may begin with a minus sign without being a formula.
        Cell::Json(value) if value.is_number() => cell.plain(),
        Cell::Text(text) => csv_text(text),
        Cell::List(_) | Cell::Json(_) | Cell::Time(..) => {
            Cow::Owned(csv_text(&cell.plain()).into_owned())
        }
        Cell::Absent | Cell::Number(_) | Cell::Bool(_) => cell.plain(),
    }
}

/// Text that neither a terminal nor a spreadsheet acts on. JSON has it as the file does.
fn csv_text(text: &str) -> Cow<'_, str> {
    match is_plain(text.as_bytes()) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(defused(&printable(text, text.len())).into_owned()),
    }
}

/// Whether there is nothing to be done about a text, which is soon seen of most.
fn is_plain(text: &[u8]) -> bool {
    let is_edge_plain = match (text.first(), text.last()) {
        (Some(first), Some(last)) => !b" =+-@".contains(first) && *last != b' ',
        _ => true,
    };
    is_edge_plain && text.iter().all(|b| matches!(b, b' '..=b'~'))
}

fn csv_line<'c>(
    writer: &mut csv::Writer<&mut dyn Write>,
    cells: impl Iterator<Item = Cow<'c, str>>,
) -> Result<()> {
    let failed = |e: csv::Error| write_failed(e.into());
    for cell in cells {
        writer.write_field(cell.as_bytes()).map_err(failed)?;
    }
    writer.write_record(None::<&[u8]>).map_err(failed)
}

#[cfg(test)]
mod tests;
