//! Turns JSON into types, and names what did not fit without repeating anything the answer holds.

use serde::de::DeserializeOwned;

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

/// Decodes `json`.
///
/// # Errors
/// A description such as ``at `work.startDate`: found a map, expected a string``.
pub(crate) fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    // Checking the encoding once is faster than checking it text by text.
    let text = std::str::from_utf8(json).map_err(|_| "it is not valid UTF-8".to_owned())?;
    serde_json::from_str(text).or_else(|_| explain(json))
}

/// Decodes once more, slower, keeping track of the place.
#[cold]
fn explain<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let (path, error) = match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => match reader.end() {
            Ok(()) => return Ok(value),
            Err(e) => (String::new(), e),
        },
        Err(e) => (e.path().to_string(), e.into_inner()),
    };
    if error.is_eof() {
        return Err("it breaks off".to_owned());
    }
    let what = if error.is_data() {
        mismatch(&error.to_string())
    } else {
        "it is not valid JSON".to_owned()
    };
    if path.is_empty() || path == "." {
        Err(what)
    } else {
        Err(format!("at `{}`: {what}", short(&path)))
    }
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
