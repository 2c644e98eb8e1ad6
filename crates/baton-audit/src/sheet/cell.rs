//! Columns and cells of a listing.

use std::borrow::Cow;

/// A column: its key in JSON and CSV, and its heading in tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    /// snake_case key.
    pub key: &'a str,
    /// Heading; empty for a column that tables leave out.
    pub title: &'a str,
}

/// Shorthand for a [`Column`].
pub const fn column<'a>(key: &'a str, title: &'a str) -> Column<'a> {
    Column { key, title }
}

/// A [`Column`] that only JSON and CSV have.
pub const fn detail(key: &str) -> Column<'_> {
    Column { key, title: "" }
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

    /// As text, the way CSV has it before it is defused.
    pub fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(n) => Cow::Owned(n.to_string()),
            Self::Bool(yes) => Cow::Borrowed(if *yes { "yes" } else { "no" }),
            Self::List(items) => Cow::Owned(items.join(", ")),
            Self::Json(value) => Cow::Owned(value.to_string()),
        }
    }

    pub(super) fn json(&self) -> serde_json::Value {
        match self {
            Self::Absent => serde_json::Value::Null,
            Self::Text(text) => text.as_ref().into(),
            Self::Number(n) => (*n).into(),
            Self::Bool(yes) => (*yes).into(),
            Self::List(items) => items.iter().map(Cow::as_ref).collect(),
            Self::Json(value) => value.clone(),
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
