//! Makes text harmless where it is shown: in a spreadsheet, in a terminal, within a width.

use std::borrow::Cow;

use connector_core::text;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text that a spreadsheet shows instead of running it: a cell that begins like a formula, even after blanks,
/// gets an apostrophe in front.
pub fn defused(text: &str) -> Cow<'_, str> {
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
    let runs = first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    match runs {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// A value as JSON on one line. What a terminal would act on or turn round is written as an escape, which every
/// reader of JSON undoes.
pub fn json_text(value: &serde_json::Value) -> String {
    escaped(value.to_string())
}

/// A value as JSON for people to read, otherwise as [`json_text`].
pub fn json_pretty(value: &impl serde::Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(value).map(escaped)
}

fn escaped(json: String) -> String {
    let harmless = |c: char| c == '\n' || !(c.is_control() || text::turns(c));
    if json.chars().all(harmless) {
        return json;
    }
    json.chars().fold(String::new(), |mut out, c| {
        match harmless(c) {
            true => out.push(c),
            false => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
        out
    })
}

/// `text` within `width` columns, with `…` where something was cut.
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_holds_nothing_that_a_terminal_acts_on() {
        let hostile = "a\u{1b}[1m\u{9b}31m\u{202e}b\n";
        let text = json_text(&hostile.into());
        assert_eq!(text, r#""a\u001b[1m\u009b31m\u202eb\n""#);
        let back: String = serde_json::from_str(&text).unwrap();
        assert_eq!(back, hostile);
        let pretty = json_pretty(&serde_json::json!({ "k": hostile })).unwrap();
        assert_eq!(pretty.lines().count(), 3);
        assert!(pretty.is_ascii());
    }
}
