//! Turns JSON into types, and names what did not fit without repeating anything the answer holds, but for the id of the
//! record.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::repair::repair;

/// What `serde` calls the values it found; anything else in that place may come from the answer.
const FOUND: [&str; 15] = [
    "boolean",
    "integer",
    "floating point",
    "character",
    "string",
    "byte array",
    "null",
    "unit value",
    "sequence",
    "map",
    "Option value",
    "newtype struct",
    "enum",
    "unit variant",
    "newtype variant",
];
/// Longest part of a path and longest expectation that is repeated.
const MAX_PART: usize = 80;

/// Longest id of a record that is repeated.
const MAX_ID: usize = 64;

/// Decodes `json`, also when it has to be repaired first.
///
/// # Errors
/// A description such as ``at `work.startDate`: found a map, expected a string (record 4711)``.
pub(crate) fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    // Checking the encoding once is faster than checking it text by text.
    let text = simdutf8::basic::from_utf8(json).map_err(|_| "it is not valid UTF-8".to_owned())?;
    serde_json::from_str(text).or_else(|_| again(text))
}

/// Decodes the value that `text` starts with, and tells how many bytes it has; `None` when it is not whole or does not
/// fit, and [`decode`] then says why.
pub(crate) fn decode_first<T: DeserializeOwned>(text: &str) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let first = values.next()?.ok()?;
    Some((first, values.byte_offset()))
}

/// Decodes once more, slower: repaired where that is possible, and keeping track of the place.
#[cold]
fn again<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let repaired = repair(text);
    let text = repaired.as_deref().unwrap_or(text);
    let mut reader = serde_json::Deserializer::from_str(text);
    let (place, record, error) = match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => match reader.end() {
            Ok(()) => return Ok(value),
            Err(e) => (String::new(), None, e),
        },
        Err(e) => {
            let (place, record) = (e.path().to_string(), record(text, e.path()));
            (place, record, e.into_inner())
        }
    };
    if error.is_eof() {
        return Err("it breaks off".to_owned());
    }
    let mut what = if error.is_data() {
        mismatch(&error.to_string())
    } else {
        "it is not valid JSON".to_owned()
    };
    if !place.is_empty() && place != "." {
        what = format!("at `{}`: {what}", short(&place));
    }
    Err(match record {
        Some(id) => format!("{what} (record {id})"),
        None => what,
    })
}

/// The id of the innermost record on the way to a place, when it looks like one and is not itself what does not fit.
fn record(json: &str, place: &Path) -> Option<String> {
    let document: Value = serde_json::from_str(json).ok()?;
    let (mut value, mut found) = (&document, document.get("id"));
    for segment in place.iter() {
        let inner = match segment {
            Segment::Seq { index } => value.get(index),
            Segment::Map { key } if key == "id" => return None,
            Segment::Map { key } => value.get(key),
            _ => None,
        };
        let Some(inner) = inner else { break };
        (value, found) = (inner, inner.get("id").or(found));
    }
    let id = match found? {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    (!id.is_empty() && id.len() <= MAX_ID && id.chars().all(plain)).then_some(id)
}

/// The part of `serde`'s sentence that comes from our types: what was expected, never what was found.
fn mismatch(text: &str) -> String {
    let text = text.rsplit_once(" at line ").map_or(text, |(text, _)| text);
    if text.starts_with("missing field `") || text.starts_with("duplicate field `") {
        return short(text);
    }
    let known = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown variant `",
    ];
    let Some(rest) = known.iter().find_map(|start| text.strip_prefix(start)) else {
        return "the value is not as expected".to_owned();
    };
    let Some((found, expected)) = rest.rsplit_once(", expected ") else {
        return "the value is not as expected".to_owned();
    };
    let expected = short(expected);
    match FOUND.iter().find(|kind| found.starts_with(**kind)) {
        Some(kind) => format!("found {kind}, expected {expected}"),
        None => format!("expected {expected}"),
    }
}

fn short(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(MAX_PART)
        .collect()
}

#[cfg(test)]
mod tests;
