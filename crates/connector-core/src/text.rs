//! Rules for text of other systems (control characters made blanks, lengths capped, e-mail addresses
//! and dates checked), and how numbers and bytes are written for people.

mod texts;

use std::borrow::Cow;
use std::fmt::{Display, Write};
use std::time::Duration;

use compact_str::ToCompactString;

/// Text of a row. Up to 24 bytes, which most names and words have, it takes no memory of its own.
pub use compact_str::CompactString as Text;
pub use texts::Texts;

/// Longest display name, in bytes (protocol rule).
pub const MAX_NAME_BYTES: usize = 1024;
/// Longest description, in bytes (protocol rule).
pub const MAX_DESCRIPTION_BYTES: usize = 2048;
/// Longest status detail, in bytes (protocol rule).
pub const MAX_DETAILS_BYTES: usize = 1024;
/// Longest profile value, in bytes (our rule).
pub const MAX_VALUE_BYTES: usize = 4096;

/// Whether a character ends a line or acts on a terminal: any control character, and the line and paragraph separators of
/// Unicode.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Makes each run of line breaks and other control characters one blank, together with the blanks around it, trims blanks
/// and cuts at a character boundary within `max` bytes.
///
/// ```
/// assert_eq!(connector_core::text::clean(" Head of\r\n things\n", 64), "Head of things");
/// ```
pub fn clean(text: &str, max: usize) -> String {
    cleaned(text, max).into_owned()
}

/// What [`clean`] makes of a text, borrowed where nothing but blanks around it has to go.
pub fn cleaned(text: &str, max: usize) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_graphic = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let text = match is_graphic(bytes.first()) && is_graphic(bytes.last()) {
        true => text,
        false => text.trim(),
    };
    // Nearly every text is found to be clean without looking at its characters one by one.
    if text.len() <= max && (!may_break(text) || !text.contains(breaks)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(max));
    let pieces = text.split(breaks).map(str::trim);
    'pieces: for piece in pieces.filter(|piece| !piece.is_empty()) {
        let blank = (!out.is_empty()).then_some(' ');
        for c in blank.into_iter().chain(piece.chars()) {
            if out.len() + c.len_utf8() > max {
                break 'pieces;
            }
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// Whether a text may hold a character that [`breaks`]: it has a byte with which one begins, a control character of ASCII or
/// the first byte of U+0080 to U+00BF and of U+2000 to U+2FFF. Without a way out in the middle, so that the compiler can look
/// at many bytes at a time.
fn may_break(text: &str) -> bool {
    let may = |byte: u8| byte < b' ' || matches!(byte, 0x7f | 0xc2 | 0xe2);
    text.bytes().fold(false, |found, byte| found | may(byte))
}

/// Whether a character only turns the reading direction of what surrounds it.
pub const fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Makes text safe for a terminal: what [`clean`] does with line breaks, but nothing in the place of other control
/// characters, and no marks that turn the reading direction.
pub fn printable(text: &str, max: usize) -> String {
    let hidden = |c: char| turns(c) || (c.is_control() && !c.is_whitespace());
    if !text.contains(hidden) {
        return clean(text, max);
    }
    let kept: String = text.chars().filter(|&c| !hidden(c)).collect();
    clean(&kept, max)
}

/// The address when `text` is one: a local part and a dotted domain, no blanks, no control characters.
pub fn email(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_plain = |b: u8| {
        let is_special = matches!(
            b,
            b'<' | b'>' | b'(' | b')' | b',' | b';' | b':' | b'"' | b'[' | b']' | b'\\'
        );
        b.is_ascii_graphic() && !is_special
    };
    let is_wrong = |c: char| !c.is_ascii() && (c.is_whitespace() || c.is_control());
    let mut ascii = text.bytes().filter(u8::is_ascii);
    if text.len() > 254 || !ascii.all(is_plain) || (!text.is_ascii() && text.contains(is_wrong)) {
        return None;
    }
    let (local, domain) = text.split_once('@')?;
    // Labels have at least one character, and no hyphen at an end.
    let bytes = domain.as_bytes();
    let is_end = |byte: Option<&u8>| matches!(byte, None | Some(b'.' | b'-'));
    let ends_badly = |pair: &[u8]| matches!(pair, [b'.', b'.' | b'-'] | [b'-', b'.']);
    let has_labels = !is_end(bytes.first())
        && !is_end(bytes.last())
        && !bytes.windows(2).any(ends_badly)
        && bytes.contains(&b'.');
    let ok = !local.is_empty() && local.len() <= 64 && !bytes.contains(&b'@');
    (ok && has_labels).then_some(text)
}

/// `YYYY-MM-DD` when `text` starts with such a date; what follows must not be a digit.
pub fn date(text: &str) -> Option<Text> {
    let text = text.trim();
    let head = text.get(..10)?;
    if text[10..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let date = head.parse::<jiff::civil::Date>().ok()?;
    // A date in the usual form needs not be written again.
    let is_usual = head.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    Some(match is_usual {
        true => head.into(),
        false => date.to_compact_string(),
    })
}

/// The display-name rule shared by all connectors: first and last name, else the vendor's own display name,
/// else the e-mail address; blank when there is none of them (a resource then shows `<type> <id>`).
pub fn person_name(
    first: Option<&str>,
    last: Option<&str>,
    display: Option<&str>,
    email: Option<&str>,
) -> String {
    fn part(text: Option<&str>) -> Cow<'_, str> {
        cleaned(text.unwrap_or_default(), MAX_NAME_BYTES)
    }
    let (first, last) = (part(first), part(last));
    match (first.is_empty(), last.is_empty()) {
        (false, false) => format!("{first} {last}"),
        (false, true) => first.into_owned(),
        (true, false) => last.into_owned(),
        (true, true) => match part(display) {
            name if name.is_empty() => part(email).into_owned(),
            name => name.into_owned(),
        },
    }
}

/// Bytes as lowercase hexadecimal digits, two for each byte.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref();
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// A whole number with its digits in groups of three: `1,234,567`.
pub fn grouped(number: impl Display) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How long something takes: `12.3 s`, `5 min 00 s`, `26 h 05 min`.
pub fn duration(took: Duration) -> String {
    match took.as_secs() {
        0..60 => format!("{:.1} s", took.as_secs_f64()),
        seconds @ 60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A count and what is counted: `1 request`, `2,000 requests`; see [`counted_as`] for other plurals.
pub fn counted(count: impl Display, noun: &str) -> String {
    counted_as(count, noun, &format!("{noun}s"))
}

/// A count with the word for one and the word for any other number: `1 person`, `2,000 people`.
pub fn counted_as(count: impl Display, one: &str, many: &str) -> String {
    let number = grouped(count);
    let noun = if number == "1" { one } else { many };
    format!("{number} {noun}")
}

#[cfg(test)]
mod tests;
