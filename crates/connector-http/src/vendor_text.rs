//! The text of a vendor's error answer, reduced to what may be shown: one message, short, clean and without the
//! credential.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// Longest text of a vendor that is repeated, in characters.
const MAX_TEXT: usize = 200;
/// Fields that hold the message, in the order in which they are looked for.
const FIELDS: [&str; 5] = ["message", "detail", "error_description", "error", "title"];
/// Shorter secrets are not searched for; they would blot out ordinary words.
const MIN_SECRET: usize = 4;

/// The message in the body of an error answer, when it is JSON and has one.
pub(crate) fn message(body: &[u8], secrets: &[SecretString]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    clean(text(&body, 0)?, secrets)
}

fn text(value: &Value, depth: u8) -> Option<&str> {
    if depth > 2 {
        return None;
    }
    match value {
        Value::String(text) => Some(text),
        Value::Object(fields) => {
            let first = fields.get("errors").and_then(|errors| errors.get(0));
            let named = FIELDS.iter().filter_map(|name| fields.get(*name));
            named.chain(first).find_map(|value| text(value, depth + 1))
        }
        _ => None,
    }
}

/// `text` on one line, without control characters and secrets, cut to its first characters.
pub(crate) fn clean(text: &str, secrets: &[SecretString]) -> Option<String> {
    // Direction marks and the like could make a line read as something else.
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut clean: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    clean.retain(|c| !hidden(c));
    for secret in secrets {
        let secret = secret.expose_secret();
        if secret.len() >= MIN_SECRET && clean.contains(secret) {
            clean = clean.replace(secret, "[redacted]");
        }
    }
    let clean: String = clean
        .trim()
        .trim_end_matches('.')
        .chars()
        .take(MAX_TEXT)
        .collect();
    (!clean.is_empty()).then_some(clean)
}

#[cfg(test)]
mod tests;
