//! Things that are odd but do not stop a sync, and things to know about it, counted by code with a few examples.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text;

/// Examples kept per warning.
const EXAMPLES: usize = 3;

/// Something odd, `count` times.
///
/// ```
/// use connector_core::warning::Warning;
///
/// let warning = Warning::new("unknown-department", "departments were left out")
///     .example("42")
///     .times(3);
/// assert_eq!(warning.to_string(), "departments were left out (3 times, for example 42)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable name, such as `unknown-department`.
    pub code: String,
    /// What it means and what follows, one sentence without a final period.
    pub message: String,
    /// How often it was seen.
    pub count: u64,
    /// The first few things it was seen on: ids, never personal data beyond what the file holds.
    pub examples: Vec<String>,
    /// Whether nothing is odd: the operator only has to know it, such as where rows come from.
    #[serde(default)]
    pub note: bool,
    /// What the file lacks because of it; such a sync is partial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
}

/// What a file lacks of what the vendor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Rows that the vendor listed.
    Rows,
    /// Values that the connector reads, of rows that are in the file.
    Values,
}

impl Warning {
    /// A warning seen once, without an example.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            count: 1,
            examples: Vec::new(),
            note: false,
            gap: None,
        }
    }

    /// Rows that the vendor listed are not in the file, each counted once.
    pub fn left_out(code: &str, message: impl Into<String>) -> Self {
        Self {
            gap: Some(Gap::Rows),
            ..Self::new(code, message)
        }
    }

    /// Values that the connector reads could not be read, so the rows are in the file without them.
    pub fn unread(code: &str, message: impl Into<String>) -> Self {
        Self {
            gap: Some(Gap::Values),
            ..Self::new(code, message)
        }
    }

    /// A thing to know about a sync that is not odd.
    pub fn note(code: &str, message: impl Into<String>) -> Self {
        Self {
            note: true,
            ..Self::new(code, message)
        }
    }

    /// Names what it was seen on.
    #[must_use]
    pub fn example(mut self, example: impl AsRef<str>) -> Self {
        self.examples.push(text::printable(example.as_ref(), 200));
        self
    }

    /// Sets how often it was seen.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.count = count;
        self
    }
}

/// `message (3 times, for example a, b)`, for people.
impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match (self.count, self.examples.as_slice()) {
            (0 | 1, []) => Ok(()),
            (0 | 1, examples) => write!(f, " ({})", examples.join(", ")),
            (n, []) => write!(f, " ({n} times)"),
            (n, examples) => write!(f, " ({n} times, for example {})", examples.join(", ")),
        }
    }
}

/// Warnings by code, in code order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Warnings(BTreeMap<String, Warning>);

impl Warnings {
    /// Adds one, counting it with earlier ones of its code.
    pub fn add(&mut self, warning: Warning) {
        match self.0.get_mut(&warning.code) {
            None => {
                self.0.insert(warning.code.clone(), warning);
            }
            Some(seen) => {
                seen.count += warning.count;
                let room = EXAMPLES.saturating_sub(seen.examples.len());
                seen.examples
                    .extend(warning.examples.into_iter().take(room));
            }
        }
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: Self) {
        other.0.into_values().for_each(|w| self.add(w));
    }

    /// All of them and all notes, in code order.
    pub fn iter(&self) -> impl Iterator<Item = &Warning> {
        self.0.values()
    }

    /// Whether there are none, notes aside.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of different codes, notes aside.
    pub fn len(&self) -> usize {
        self.iter().filter(|warning| !warning.note).count()
    }
}

#[cfg(test)]
mod tests;
