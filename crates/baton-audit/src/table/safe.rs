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

/// Text that a terminal only shows, at most as long as a value of a file may be.
pub fn shown(text: &str) -> String {
    text::printable(text, text::MAX_VALUE_BYTES)
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
