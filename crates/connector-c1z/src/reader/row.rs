//! Where a row stands in its file.

use std::fmt;

use connector_core::text;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// Where a row stands in its file, for evidence: it names the row for good as long as the file is not written anew.
///
/// It is serialised as `table` and `row`, or as `key` in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RowAt {
    /// In a version 1 file: the table and the row's `id` in it.
    Table {
        /// The table.
        table: &'static str,
        /// The row's `id`.
        row: i64,
    },
    /// In a version 3 file: the row's key.
    Key(Box<[u8]>),
}

impl RowAt {
    /// The place as one word: `v1_grants/5`, or the key in hexadecimal.
    pub fn path(&self) -> String {
        match self {
            Self::Table { table, row } => format!("{table}/{row}"),
            Self::Key(key) => text::hex(key),
        }
    }
}

/// `row 5 of v1_grants`, or `key` and the key in hexadecimal.
impl fmt::Display for RowAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table { table, row } => write!(f, "row {row} of {table}"),
            Self::Key(key) => write!(f, "key {}", text::hex(key)),
        }
    }
}

impl Serialize for RowAt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut place = serializer.serialize_struct("RowAt", 2)?;
        match self {
            Self::Table { table, row } => {
                place.serialize_field("table", table)?;
                place.serialize_field("row", row)?;
            }
            Self::Key(key) => place.serialize_field("key", &text::hex(key))?,
        }
        place.end()
    }
}
