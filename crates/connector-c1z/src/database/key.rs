//! Keys of indexes as byte strings that sort as SQLite sorts the keys.

use std::borrow::Cow;

use super::record::{self, Value};
use crate::schema::{Index, TABLES};

/// What stands behind the columns: the row's number, and the length of the record, which no order depends on.
const TAIL: usize = 8 + 4;

const NULL: u8 = 0;
const TEXT: u8 = 2;
/// Ends a text. A zero byte within one is followed by [`ZERO`], so that it comes after the end.
const END: [u8; 2] = [0, 1];
const ZERO: u8 = 0xff;

/// What stands between two texts of a key.
pub(crate) const BETWEEN_TEXTS: [u8; 3] = [END[0], END[1], TEXT];

/// A column of a key.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// Text at this place of the row, or nothing.
    Text(usize),
    /// The id of the sync. Only its place among the syncs of the file is in the key.
    Sync(usize),
    /// The row's number.
    Row,
}

/// Which rows of a table an index has keys of.
#[derive(Debug, Clone, Copy)]
enum Rows {
    All,
    /// Those with something at this place.
    With(usize),
    /// Those with a one at this place.
    One(usize),
}

/// How keys of an index are made.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The table's place among [`TABLES`].
    pub(crate) table: usize,
    parts: Vec<Part>,
    rows: Rows,
    /// Whether the length of the record is needed.
    is_laid_out: bool,
}

impl Plan {
    /// `is_laid_out` when the index is written; keys do without the length of their record otherwise.
    pub(crate) fn of(index: &Index, is_laid_out: bool) -> Self {
        let table = TABLES.iter().position(|table| table.name == index.table);
        let table = table.unwrap_or_default();
        // The row's number stands before the columns.
        let place = |column: &str| {
            let place = TABLES[table].columns.iter().position(|c| *c == column);
            place.map_or(0, |place| place + 1)
        };
        let parts = index.columns().map(|column| match column {
            "id" => Part::Row,
            "sync_id" => Part::Sync(place(column)),
            _ => Part::Text(place(column)),
        });
        let condition = index.condition().unwrap_or_default();
        let of = place(condition.split(' ').next().unwrap_or_default());
        let rows = match condition.split_once(' ') {
            None => Rows::All,
            Some((_, "= 1")) => Rows::One(of),
            Some(_) => Rows::With(of),
        };
        Self {
            table,
            parts: parts.collect(),
            rows,
            is_laid_out,
        }
    }

    /// Writes the key of a row in place of what `out` holds; `false` when the index has none. `None` when a value is
    /// of a type that its column cannot have.
    pub(crate) fn key(
        &self,
        row: u64,
        values: &[Value<'_>],
        sync: u32,
        out: &mut Vec<u8>,
    ) -> Option<bool> {
        let has_key = match self.rows {
            Rows::All => true,
            Rows::With(place) => values[place] != Value::Null,
            Rows::One(place) => values[place] == Value::Integer(1),
        };
        if !has_key {
            return Some(false);
        }
        out.clear();
        let number = Value::Integer(row.cast_signed());
        let mut columns = [number; 4];
        for (part, column) in self.parts.iter().zip(&mut columns) {
            match part {
                Part::Row => out.extend_from_slice(&row.to_be_bytes()),
                Part::Sync(place) => {
                    out.extend_from_slice(&sync.to_be_bytes());
                    *column = values[*place];
                }
                Part::Text(place) => {
                    *column = values[*place];
                    match column {
                        Value::Null => out.push(NULL),
                        Value::Text(text) => push_text(out, text),
                        _ => return None,
                    }
                }
            }
        }
        out.extend_from_slice(&row.to_be_bytes());
        let len = match self.is_laid_out {
            true => record::len(&columns[..=self.parts.len()]),
            false => 0,
        };
        out.extend_from_slice(&(len as u32).to_be_bytes());
        Some(true)
    }

    /// Writes the record of a key in place of what `out` holds.
    pub(crate) fn record(&self, key: &[u8], syncs: &[String], out: &mut Vec<u8>) {
        let number = Value::Integer(row_of(key).cast_signed());
        let mut texts: [Cow<'_, [u8]>; 4] = Default::default();
        let mut is_null = [false; 4];
        let mut rest = key;
        for ((part, text), is_null) in self.parts.iter().zip(&mut texts).zip(&mut is_null) {
            match part {
                Part::Row => rest = &rest[8..],
                Part::Sync(_) => {
                    let place = u32::from_be_bytes([rest[0], rest[1], rest[2], rest[3]]);
                    *text = Cow::Borrowed(syncs[place as usize].as_bytes());
                    rest = &rest[4..];
                }
                Part::Text(_) if rest[0] == NULL => {
                    *is_null = true;
                    rest = &rest[1..];
                }
                Part::Text(_) => *text = take_text(&mut rest),
            }
        }
        let mut values = [number; 4];
        for (place, part) in self.parts.iter().enumerate() {
            values[place] = match part {
                Part::Row => number,
                _ if is_null[place] => Value::Null,
                _ => Value::Text(&texts[place]),
            };
        }
        record::encode(out, &values[..=self.parts.len()]);
    }
}

/// Appends a text so that texts sort by their bytes, and a text before those that it starts.
pub(crate) fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    out.push(TEXT);
    if text.contains(&0) {
        for byte in text {
            out.push(*byte);
            if *byte == 0 {
                out.push(ZERO);
            }
        }
    } else {
        out.extend_from_slice(text);
    }
    out.extend_from_slice(&END);
}

/// Takes a text off the start of a key.
fn take_text<'a>(key: &mut &'a [u8]) -> Cow<'a, [u8]> {
    let whole = &key[1..];
    let mut from = 0;
    let mut text = Vec::new();
    loop {
        let zero = from + whole[from..].iter().position(|b| *b == 0).unwrap_or(0);
        if whole[zero + 1] == END[1] {
            *key = &whole[zero + 2..];
            if text.is_empty() {
                return Cow::Borrowed(&whole[..zero]);
            }
            text.extend_from_slice(&whole[from..zero]);
            return Cow::Owned(text);
        }
        text.extend_from_slice(&whole[from..=zero]);
        from = zero + 2;
    }
}

/// The part of a key that one text takes.
pub(crate) fn len_of_text(key: &[u8]) -> usize {
    let mut rest = key;
    take_text(&mut rest);
    key.len() - rest.len()
}

/// Whether a key's first column is nothing.
pub(crate) fn starts_with_null(key: &[u8]) -> bool {
    key[0] == NULL
}

/// The number of the row that a key belongs to.
pub(crate) fn row_of(key: &[u8]) -> u64 {
    let tail = key.last_chunk::<TAIL>().map_or(&[][..], |tail| &tail[..8]);
    u64::from_be_bytes(tail.first_chunk().copied().unwrap_or_default())
}

/// The length of a key's record.
pub(crate) fn len_of(key: &[u8]) -> usize {
    u32::from_be_bytes(key.last_chunk().copied().unwrap_or_default()) as usize
}

/// A key without the row's number and the record's length.
pub(crate) fn columns(key: &[u8]) -> &[u8] {
    &key[..key.len() - TAIL]
}
