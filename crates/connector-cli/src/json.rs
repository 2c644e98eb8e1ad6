//! JSON whose keys keep the order in which they were added, which readers of schemas and log lines rely on.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Text(String),
    Bool(bool),
    Int(i64),
    Count(u64),
    Float(f64),
    List(Vec<Self>),
    Object(Object),
}

/// A JSON object in the order of its making. Setters leave out what proto3-JSON leaves out: empty texts and
/// lists, and `false`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Object(Vec<(String, Json)>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds any value.
    pub(crate) fn put(&mut self, key: impl Into<String>, value: impl Into<Json>) {
        self.0.push((key.into(), value.into()));
    }

    /// Adds a text unless it is empty.
    pub(crate) fn text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.put(key, text);
        }
    }

    /// Adds `true` when `on`.
    pub(crate) fn flag(&mut self, key: &str, on: bool) {
        if on {
            self.put(key, true);
        }
    }

    /// Adds a list unless it is empty.
    pub(crate) fn list(&mut self, key: &str, items: Vec<Json>) {
        if !items.is_empty() {
            self.put(key, Json::List(items));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// With two-space indent and without a final line break.
    pub(crate) fn pretty(&self) -> String {
        // Writing texts and numbers into memory cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// On one line, `{"key":value,…}`.
    pub(crate) fn compact(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json {
    fn from(on: bool) -> Self {
        Self::Bool(on)
    }
}

impl From<u64> for Json {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => to.serialize_str(text),
            Self::Bool(on) => to.serialize_bool(*on),
            Self::Int(number) => to.serialize_i64(*number),
            Self::Count(number) => to.serialize_u64(*number),
            Self::Float(number) => to.serialize_f64(*number),
            Self::List(items) => {
                let mut list = to.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(object) => object.serialize(to),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Escapes what would be markup if the JSON were put into a page. These characters occur in JSON only inside
/// texts, so replacing them everywhere is right.
pub(crate) fn escape_html(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '&' | '<' | '>' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
