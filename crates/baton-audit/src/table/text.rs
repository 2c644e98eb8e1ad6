//! Times and sentences as they are shown.

use jiff::Timestamp;

/// A time as RFC 3339 where it is one, else as the file has it.
pub fn time_text(time: Option<Timestamp>, raw: &str) -> String {
    time.map_or_else(|| raw.to_owned(), |time| time.to_string())
}

/// A time in UTC to the minute.
pub fn to_minute(time: Option<Timestamp>, raw: &str) -> String {
    formatted(time, raw, "%Y-%m-%d %H:%M")
}

/// A time to the second.
pub fn to_second(time: Option<Timestamp>, raw: &str) -> String {
    formatted(time, raw, "%Y-%m-%d %H:%M:%S UTC")
}

fn formatted(time: Option<Timestamp>, raw: &str, format: &str) -> String {
    time.map_or_else(|| raw.to_owned(), |time| time.strftime(format).to_string())
}

/// The text with a capital letter in front.
pub fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).collect()
}
