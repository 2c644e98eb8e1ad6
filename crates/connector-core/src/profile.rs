//! A resource's facts by name: snake_case keys, values that were really read.
//!
//! [`Profile`] has no way to store an empty or absent value: setters take options and leave a missing value
//! out, so a reader never sees an invented default.

use std::borrow::Cow;

use crate::text::{self, Text};

/// Facts a person usually has.
const USUAL: usize = 16;

/// One value of a profile.
#[derive(Debug, Clone, PartialEq)]
pub enum ProfileValue {
    /// Text, never empty.
    Text(Text),
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Several texts.
    List(Vec<Text>),
}

/// Facts by name, kept in key order so that equal profiles have equal bytes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile(Vec<(Cow<'static, str>, ProfileValue)>);

impl Profile {
    /// No facts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a fact, replacing an earlier one of the same name. Texts are cleaned and capped; one that is blank then, and a
    /// list without others, is left out.
    pub fn set(&mut self, key: impl Into<Cow<'static, str>>, value: ProfileValue) {
        let clean = |text: Text| {
            Some(text::cleaned(&text, text::MAX_VALUE_BYTES).into())
                .filter(|t: &Text| !t.is_empty())
        };
        let value = match value {
            ProfileValue::Text(text) => clean(text).map(ProfileValue::Text),
            ProfileValue::List(texts) => {
                let texts: Vec<_> = texts.into_iter().filter_map(clean).collect();
                (!texts.is_empty()).then_some(ProfileValue::List(texts))
            }
            value => Some(value),
        };
        if let Some(value) = value {
            self.put(key.into(), value);
        }
    }

    fn put(&mut self, key: Cow<'static, str>, value: ProfileValue) {
        // Facts that come in the order of their keys go to the end.
        let is_last = self.0.last().is_none_or(|(last, _)| *last < key);
        let place = match is_last {
            true => Err(self.0.len()),
            false => self
                .0
                .binary_search_by(|(k, _)| k.as_ref().cmp(key.as_ref())),
        };
        match place {
            Ok(at) => self.0[at].1 = value,
            Err(at) => {
                if self.0.is_empty() {
                    self.0.reserve_exact(USUAL);
                }
                self.0.insert(at, (key, value));
            }
        }
    }

    /// Sets a text fact unless it is absent or blank; the text is cleaned and capped.
    pub fn text(&mut self, key: impl Into<Cow<'static, str>>, value: Option<&str>) {
        let value = text::cleaned(value.unwrap_or_default(), text::MAX_VALUE_BYTES);
        if !value.is_empty() {
            self.put(key.into(), ProfileValue::Text(value.into()));
        }
    }

    /// Sets a date fact (`YYYY-MM-DD`) unless it is absent or not a date.
    pub fn date(&mut self, key: impl Into<Cow<'static, str>>, value: Option<&str>) {
        if let Some(date) = value.and_then(text::date) {
            self.put(key.into(), ProfileValue::Text(date));
        }
    }

    /// Sets a yes-or-no fact unless it is absent.
    pub fn bool(&mut self, key: impl Into<Cow<'static, str>>, value: Option<bool>) {
        if let Some(value) = value {
            self.set(key, ProfileValue::Bool(value));
        }
    }

    /// The value of a fact.
    pub fn get(&self, key: &str) -> Option<&ProfileValue> {
        self.0
            .binary_search_by(|(k, _)| k.as_ref().cmp(key))
            .ok()
            .map(|at| &self.0[at].1)
    }

    /// The text of a fact; `None` when it is absent or not a text.
    pub fn get_text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(ProfileValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// All facts in key order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ProfileValue)> {
        self.0.iter().map(|(k, v)| (k.as_ref(), v))
    }

    /// Whether there are no facts.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests;
