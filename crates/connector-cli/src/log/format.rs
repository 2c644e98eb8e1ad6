//! What a log line says, cleaned, and how it looks in the two formats of the ecosystem.

use std::borrow::Cow;

use connector_core::text;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tracing::Level;

use super::Caller;
use super::config::Format;
use crate::json::{Json, Object};

/// Longest text in a line; more is cut.
const MAX_TEXT: usize = 8192;
/// Shorter secrets are not looked for: they would be found in words that are none.
const MIN_SECRET: usize = 8;

/// A log line. Its texts are cleaned when it is made, so that they are the same wherever it goes.
pub(super) struct Entry {
    pub(super) at: Timestamp,
    pub(super) level: Level,
    pub(super) caller: String,
    pub(super) message: String,
    pub(super) fields: Object,
}

impl Entry {
    pub(super) fn new(
        at: Timestamp,
        level: Level,
        caller: Caller<'_>,
        message: &str,
        fields: &Object,
        secrets: &[SecretString],
    ) -> Self {
        let clean = |text: &str| printable(&without(secrets, text));
        Self {
            at,
            level,
            caller: short(caller),
            message: clean(message),
            fields: each_field(fields, &clean),
        }
    }

    /// The line as text, with its end.
    pub(super) fn line(&self, format: Format) -> String {
        let Self {
            at,
            level,
            caller,
            message,
            fields,
        } = self;
        match format {
            Format::Json => {
                let mut out = Object::new();
                out.put("level", level.as_str().to_ascii_lowercase());
                out.put("ts", Json::Float(at.as_microsecond() as f64 / 1e6));
                out.put("caller", caller.as_str());
                out.put("msg", message.as_str());
                for (key, value) in fields.entries() {
                    out.put(key, value.clone());
                }
                out.compact() + "\n"
            }
            Format::Console => {
                let mut line = format!("{at:.3}\t{level}\t{caller}\t{message}");
                if !fields.is_empty() {
                    line.push('\t');
                    line.push_str(&spaced(fields));
                }
                line.push('\n');
                line
            }
        }
    }
}

/// `{"key": value, "key": value}`
fn spaced(fields: &Object) -> String {
    let entries = fields.entries().map(|(key, value)| {
        let mut one = Object::new();
        one.put(key, value.clone());
        let one = one.compact();
        // The key is a plain word, so the first quote-colon ends it.
        one[1..one.len() - 1].replacen("\":", "\": ", 1)
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

/// The value with every text in it changed.
fn each_text(value: &Json, change: &dyn Fn(&str) -> String) -> Json {
    match value {
        Json::Text(text) => Json::Text(change(text)),
        Json::List(items) => Json::List(items.iter().map(|i| each_text(i, change)).collect()),
        Json::Object(object) => each_field(object, change).into(),
        other => other.clone(),
    }
}

fn each_field(object: &Object, change: &dyn Fn(&str) -> String) -> Object {
    let mut out = Object::new();
    for (key, value) in object.entries() {
        out.put(key, each_text(value, change));
    }
    out
}

/// Removes secrets. No line holds one on purpose, but a message of a vendor or a library may repeat one.
fn without<'a>(secrets: &[SecretString], text: &'a str) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    for secret in secrets.iter().map(ExposeSecret::expose_secret) {
        if secret.len() >= MIN_SECRET && text.contains(secret) {
            text = Cow::Owned(text.replace(secret, "[secret]"));
        }
    }
    text
}

/// Text from a vendor must neither break a line nor steer a terminal.
fn printable(text: &str) -> String {
    text::printable(text, MAX_TEXT)
}

/// The last two parts of the path, with the crate's name where the directory is just `src`.
fn short(caller: Caller<'_>) -> String {
    let mut parts = caller
        .file
        .rsplit(['/', '\\'])
        .filter(|part| *part != "src");
    let file = parts.next().unwrap_or("?");
    match parts.next() {
        Some(dir) => format!("{dir}/{file}:{}", caller.line),
        None => format!("{file}:{}", caller.line),
    }
}

#[cfg(test)]
mod tests;
