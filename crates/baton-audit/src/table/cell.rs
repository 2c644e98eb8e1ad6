//! What a listing is made of: columns, and the cells of a row.

use std::borrow::Cow;

use connector_c1z::RowAt;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::text::{time_text, to_minute};

/// The names of a column: its key in JSON and CSV, and its title in tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading<'a> {
    /// snake_case key.
    pub key: &'a str,
    /// Title; empty for a column that tables leave out.
    pub title: &'a str,
}

/// Shorthand for a [`Heading`].
pub const fn heading<'a>(key: &'a str, title: &'a str) -> Heading<'a> {
    Heading { key, title }
}

/// A column of rows `R`: its names, and the cell that a row has in it.
///
/// ```
/// use baton_audit::table::{Column, cells, column, detail};
///
/// struct Person { name: String, age: u64 }
/// const COLUMNS: &[Column<Person>] = &[
///     column("name", "Name", |p| p.name.as_str().into()),
///     detail("age", |p| p.age.into()),
/// ];
/// let maja = Person { name: "Maja Lind".into(), age: 40 };
/// assert_eq!(cells(COLUMNS, &maja)[1].plain(), "40");
/// ```
#[derive(Debug)]
pub struct Column<R> {
    /// Its names.
    pub heading: Heading<'static>,
    cell: fn(&R) -> Cell<'_>,
}

// Derived, these would ask the same of `R`.
impl<R> Clone for Column<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Column<R> {}

impl<R> Column<R> {
    /// The column with this title in tables.
    pub const fn titled(self, title: &'static str) -> Self {
        column(self.heading.key, title, self.cell)
    }
}

/// A column with a title.
pub const fn column<R>(
    key: &'static str,
    title: &'static str,
    cell: fn(&R) -> Cell<'_>,
) -> Column<R> {
    Column {
        heading: heading(key, title),
        cell,
    }
}

/// A column that only JSON and CSV have.
pub const fn detail<R>(key: &'static str, cell: fn(&R) -> Cell<'_>) -> Column<R> {
    column(key, "", cell)
}

/// The names of the columns.
pub fn headings<R>(columns: &[Column<R>]) -> Vec<Heading<'static>> {
    columns.iter().map(|column| column.heading).collect()
}

/// The cells of a row.
pub fn cells<'r, R>(columns: &[Column<R>], row: &'r R) -> Vec<Cell<'r>> {
    columns.iter().map(|column| (column.cell)(row)).collect()
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known: blank, `null` in JSON.
    Absent,
    /// Text.
    Text(Cow<'a, str>),
    /// A count.
    Number(u64),
    /// Yes or no.
    Bool(bool),
    /// Several texts.
    List(Vec<Cow<'a, str>>),
    /// A time, with the text of the file for one that cannot be read. Tables show it to the minute.
    Time(Option<Timestamp>, &'a str),
    /// Anything else, as JSON has it.
    Json(serde_json::Value),
}

impl<'a> Cell<'a> {
    /// Text, or nothing when it is absent or empty.
    pub fn some(text: Option<&'a str>) -> Self {
        match text {
            Some(text) if !text.is_empty() => Self::Text(Cow::Borrowed(text)),
            _ => Self::Absent,
        }
    }

    /// A list of texts.
    pub fn list(texts: &'a [String]) -> Self {
        Self::List(texts.iter().map(|t| Cow::Borrowed(t.as_str())).collect())
    }

    /// Where a row stands in its file: its number in its table, or its key in hexadecimal.
    pub fn row(at: &RowAt) -> Self {
        match at {
            RowAt::Table { row, .. } => Self::Number(row.unsigned_abs()),
            RowAt::Key(_) => Self::Text(Cow::Owned(at.path())),
        }
    }

    /// As text in a table for people.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Time(time, raw) => Cow::Owned(to_minute(*time, raw)),
            other => other.plain(),
        }
    }

    /// As text, the way CSV has it before it is defused.
    pub fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(n) => Cow::Owned(n.to_string()),
            Self::Bool(yes) => Cow::Borrowed(if *yes { "yes" } else { "no" }),
            Self::List(items) => Cow::Owned(items.join(", ")),
            Self::Time(time, raw) => Cow::Owned(time_text(*time, raw)),
            Self::Json(value) => Cow::Owned(value.to_string()),
        }
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Text(text) => text.serialize(serializer),
            Self::Number(n) => n.serialize(serializer),
            Self::Bool(yes) => yes.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Time(time, raw) => time_text(*time, raw).serialize(serializer),
            Self::Json(value) => value.serialize(serializer),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::some(Some(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        match text.is_empty() {
            true => Self::Absent,
            false => Self::Text(Cow::Owned(text)),
        }
    }
}

impl From<u64> for Cell<'_> {
    fn from(n: u64) -> Self {
        Self::Number(n)
    }
}

impl From<bool> for Cell<'_> {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}
