//! Reads a table of the decoded database from its first row to its last, past SQLite, in a fraction of the time.
//!
//! A file with a million grants is read once to find damage, once or twice to answer. SQLite's own check of a database
//! takes as long as reading the whole file, and looks at indexes that most commands have no use for. What a [`Scan`]
//! passes on has been checked as it was read: every page belongs to the table once, rows come in ascending order of
//! their numbers, and every length lies within its page or its chain of pages. What is looked up by an id still goes through
//! SQLite, once [`check_indexes`] has seen that the indexes end.
//!
//! The layout is that of <https://sqlite.org/fileformat2.html>, sections 1.5, 1.6 and 2.1.

mod index;
mod pages;
mod record;

use std::fs::File;
use std::io;
use std::ops::Range;

use connector_core::{Error, Result, text};
use rusqlite::Connection;

use crate::fault;
use crate::snapshot::damaged;
pub(super) use index::check as check_indexes;
use pages::{Page, Pages};
pub(super) use record::Value;
use record::{Place, varint};

/// Levels of a table. SQLite reads no deeper ones, and its own writers need five for the largest database.
const MAX_DEPTH: usize = 20;
/// Bytes of a row. SQLite reads no longer ones.
const MAX_ROW: usize = 1_000_000_000;
/// What SQLite says of a column whose values are not stored.
const COMPUTED: i64 = 2;
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

/// What keeps a table from being read.
#[derive(Debug)]
pub(super) enum Fault {
    /// The content is not what the format allows.
    Damage,
    /// A row is longer than any that is read: what it is called, and its bytes.
    TooLong(String, usize),
    /// The file cannot be read.
    Read(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Damage => damaged(),
            Fault::TooLong(row, bytes) => fault::precondition(format!(
                "{row} has {} bytes, and rows of more than {} are not read",
                text::grouped(bytes),
                text::grouped(MAX_ROW)
            )),
            Fault::Read(e) => {
                let message = format!("the decoded file cannot be read: {e}");
                fault::precondition(message).caused_by(e)
            }
        }
    }
}

/// A table and the columns that are wanted of it.
#[derive(Debug)]
pub(super) struct Table<'f> {
    file: &'f File,
    name: String,
    root: u32,
    columns: Vec<Column>,
    /// How many of a row's first values hold all that is wanted.
    width: usize,
}

/// A column that is wanted.
#[derive(Debug)]
struct Column {
    /// Its place in a row.
    at: usize,
    /// What rows hold that were written before the table had the column; texts alone.
    default: Option<String>,
    /// Whether it is the row's number, which is not among the row's values.
    is_number: bool,
}

impl<'f> Table<'f> {
    /// The table `name` of the database in `file`, which `db` reads too.
    pub(super) fn open(
        db: &Connection,
        file: &'f File,
        name: &str,
        wanted: &[&str],
    ) -> Result<Self> {
        let query = || {
            let sql = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = ?1";
            let root: u32 = db.query_row(sql, [name], |row| row.get(0))?;
            let sql = "SELECT name, type, pk, dflt_value, hidden FROM pragma_table_xinfo(?1) ORDER BY cid";
            let mut info = db.prepare(sql)?;
            let mut rows = info.query([name])?;
            let (mut columns, mut at) = (vec![None; wanted.len()], 0);
            while let Some(row) = rows.next()? {
                let column: String = row.get(0)?;
                let kind: String = row.get(1)?;
                let default: Option<String> = row.get(3)?;
                let is_number = row.get::<_, i64>(2)? == 1 && kind.eq_ignore_ascii_case("integer");
                // A column that is computed when it is read is not stored.
                if row.get::<_, i64>(4)? == COMPUTED {
                    continue;
                }
                if let Some(place) = wanted.iter().position(|name| *name == column) {
                    columns[place] = Some((at, default, is_number));
                }
                at += 1;
            }
            Ok((root, columns))
        };
        let (root, columns) = query().map_err(fault::foreign_database)?;
        let columns: Option<Vec<Column>> = columns
            .into_iter()
            .map(|column| {
                let (at, default, is_number) = column?;
                let default = default.and_then(|text| literal(&text));
                Some(Column {
                    at,
                    default,
                    is_number,
                })
            })
            .collect();
        let columns = columns.ok_or_else(damaged)?;
        let last = columns.iter().map(|column| column.at).max();
        Ok(Self {
            file,
            name: name.to_owned(),
            root,
            width: last.map_or(0, |last| last + 1),
            columns,
        })
    }

    /// Goes through the rows from the first on.
    pub(super) fn rows(&self) -> Result<Scan<'_>> {
        let pages = Pages::open(self.file)?;
        let root = pages.number(self.root)?;
        Ok(Scan {
            table: self,
            pages,
            waiting: vec![(root, 0)],
            leaf: None,
            last: None,
            whole: Vec::new(),
            places: Vec::new(),
        })
    }
}

/// The text that a literal of SQL stands for.
fn literal(sql: &str) -> Option<String> {
    let inner = sql.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}

/// A walk over the rows of a table.
#[derive(Debug)]
pub(super) struct Scan<'t> {
    table: &'t Table<'t>,
    pages: Pages<'t>,
    /// Pages to be read, the next one last, and how deep they lie.
    waiting: Vec<(u32, usize)>,
    leaf: Option<Leaf>,
    /// The number of the last row.
    last: Option<i64>,
    /// The bytes of a row that is not on one page.
    whole: Vec<u8>,
    /// Where the values of the row are.
    places: Vec<Place>,
}

/// A page of rows and the next of them.
#[derive(Debug)]
struct Leaf {
    page: Page,
    next: usize,
    cells: usize,
}

impl Scan<'_> {
    /// The next row. After an error there is none to be had.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, Fault> {
        let (page, cell) = loop {
            if let Some(leaf) = &mut self.leaf
                && leaf.next < leaf.cells
            {
                leaf.next += 1;
                break (leaf.page, leaf.next - 1);
            }
            let Some((number, depth)) = self.waiting.pop() else {
                return Ok(None);
            };
            self.open(number, depth)?;
        };
        let (number, here) = self.cell(page, cell)?;
        if self.last.replace(number).is_some_and(|last| last >= number) {
            return Err(Fault::Damage);
        }
        let payload = match here {
            Some(here) => self.pages.bytes().get(here).ok_or(Fault::Damage)?,
            None => &self.whole,
        };
        record::places(payload, self.table.width, &mut self.places)?;
        Ok(Some(Row {
            number,
            columns: &self.table.columns,
            payload,
            places: &self.places,
        }))
    }

    /// Reads a page: rows, or pages of rows that then wait.
    fn open(&mut self, number: u32, depth: usize) -> Result<(), Fault> {
        let page = self.pages.take(number)?;
        let bytes = self.pages.of(page);
        let head = bytes.get(page.head..).ok_or(Fault::Damage)?;
        let kind = *head.first().ok_or(Fault::Damage)?;
        let cells = usize::from(u16_at(head, 3)?);
        self.leaf = None;
        match kind {
            LEAF => {
                self.leaf = Some(Leaf {
                    page,
                    next: 0,
                    cells,
                })
            }
            INTERIOR if depth < MAX_DEPTH => children(bytes, page, depth, &mut self.waiting)?,
            _ => return Err(Fault::Damage),
        }
        Ok(())
    }

    /// Finds a row on a page of rows: its number, and where in the window its bytes are unless they had to be put
    /// together.
    fn cell(&mut self, page: Page, cell: usize) -> Result<(i64, Option<Range<usize>>), Fault> {
        let bytes = self.pages.of(page);
        let at = usize::from(u16_at(bytes, page.head + 8 + 2 * cell)?);
        let (size, size_len) = varint(bytes, at)?;
        let (number, number_len) = varint(bytes, at + size_len)?;
        let at = at + size_len + number_len;
        let size = usize::try_from(size).map_err(|_| Fault::Damage)?;
        if size > MAX_ROW {
            return Err(match self.pages.may_hold(size) {
                true => {
                    let (number, table) = (number.cast_signed(), &self.table.name);
                    Fault::TooLong(format!("row {number} of {table}"), size)
                }
                false => Fault::Damage,
            });
        }
        let local = self.pages.local(size);
        let here = bytes.get(at..at + local).ok_or(Fault::Damage)?;
        let number = number.cast_signed();
        if local == size {
            let at = page.at + at;
            return Ok((number, Some(at..at + size)));
        }
        self.whole.clear();
        self.whole.extend_from_slice(here);
        let next = u32_at(bytes, at + local)?;
        self.pages.chain(next, size - local, &mut self.whole)?;
        Ok((number, None))
    }
}

/// A row while the walk is at it.
#[derive(Debug)]
pub(super) struct Row<'s> {
    /// The row's number.
    pub(super) number: i64,
    columns: &'s [Column],
    payload: &'s [u8],
    places: &'s [Place],
}

impl<'s> Row<'s> {
    /// The value of a wanted column, by its position among these.
    pub(super) fn get(&self, column: usize) -> Value<'s> {
        let Some(column) = self.columns.get(column) else {
            return Value::Null;
        };
        match self.places.get(column.at) {
            Some(_) if column.is_number => Value::Integer(self.number),
            Some(place) => place.value(self.payload),
            None => match &column.default {
                Some(text) => Value::Text(text.as_bytes()),
                None => Value::Null,
            },
        }
    }
}

/// Has the pages wait that a page points to, the first one last.
fn children(
    bytes: &[u8],
    page: Page,
    depth: usize,
    waiting: &mut Vec<(u32, usize)>,
) -> Result<(), Fault> {
    let head = bytes.get(page.head..).ok_or(Fault::Damage)?;
    let first = waiting.len();
    for cell in 0..usize::from(u16_at(head, 3)?) {
        let at = usize::from(u16_at(head, 12 + 2 * cell)?);
        waiting.push((u32_at(bytes, at)?, depth + 1));
    }
    waiting.push((u32_at(head, 8)?, depth + 1));
    waiting[first..].reverse();
    Ok(())
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, Fault> {
    let two = bytes.get(at..).and_then(|rest| rest.first_chunk::<2>());
    two.map(|two| u16::from_be_bytes(*two)).ok_or(Fault::Damage)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Fault> {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
    four.map(|four| u32::from_be_bytes(*four))
        .ok_or(Fault::Damage)
}

#[cfg(test)]
mod tests;
