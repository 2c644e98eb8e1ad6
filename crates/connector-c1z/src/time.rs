//! The file's date-time text: UTC, no zone, up to nine fractional digits without trailing zeros.
//!
//! Readers compare these texts as text, so the shape matters: a `T`, a `Z` or an offset would break "the newest
//! sync".

use std::fmt::Write;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// The text of an instant.
pub(crate) fn text(at: Timestamp) -> String {
    let t = Offset::UTC.to_datetime(at);
    let mut out = String::with_capacity(29);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        t.year(),
        t.month(),
        t.day(),
        t.hour(),
        t.minute(),
        t.second()
    );
    let nanos = t.subsec_nanosecond();
    if nanos != 0 {
        let _ = write!(out, ".{nanos:09}");
        out.truncate(out.trim_end_matches('0').len());
    }
    out
}

/// The instant of a text, read as UTC; `None` when it is not in the file's shape.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let civil: DateTime = text.parse().ok()?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

#[cfg(test)]
mod tests;
