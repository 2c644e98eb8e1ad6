//! Numbers and times of the format in words.

use jiff::Timestamp;

/// The trait with this number on the wire.
pub(crate) fn trait_word(number: i32) -> String {
    let word = match number {
        1 => "user",
        2 => "group",
        3 => "role",
        4 => "app",
        5 => "secret",
        6 => "security insight",
        7 => "scope binding",
        8 => "vendor",
        9 => "vendor agreement",
        10 => "license profile",
        11 => "agent",
        12 => "managed device",
        other => return format!("trait {other}"),
    };
    word.to_owned()
}

/// The purpose of an entitlement with this number on the wire; nothing when it is not said.
pub(crate) const fn purpose(number: i32) -> Option<&'static str> {
    match number {
        1 => Some("assignment"),
        2 => Some("permission"),
        3 => Some("ownership"),
        _ => None,
    }
}

/// A time as RFC 3339 where it is one, else as the file has it.
pub(crate) fn time_text(time: Option<Timestamp>, raw: &str) -> String {
    time.map_or_else(|| raw.to_owned(), |time| time.to_string())
}

/// A time in UTC to the minute.
pub(crate) fn to_minute(time: Option<Timestamp>, raw: &str) -> String {
    let to_minute = |t: Timestamp| t.strftime("%Y-%m-%d %H:%M").to_string();
    time.map_or_else(|| raw.to_owned(), to_minute)
}

/// A time to the second.
pub(crate) fn short_time(time: Option<Timestamp>, raw: &str) -> String {
    let to_second = |t: Timestamp| t.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    time.map_or_else(|| raw.to_owned(), to_second)
}
