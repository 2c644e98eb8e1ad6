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
mod tests {
    use super::*;

    #[test]
    fn shape_of_the_text() {
        for (instant, expected) in [
            ("2026-11-20T16:31:25.129740Z", "2026-11-20 16:31:25.12974"),
            ("2026-11-20T16:31:25Z", "2026-11-20 16:31:25"),
            (
                "2026-01-02T03:04:05.000000001Z",
                "2026-01-02 03:04:05.000000001",
            ),
            ("2026-01-02T03:04:10.5+09:00", "2026-01-01 18:04:10.5"),
        ] {
            let at: Timestamp = instant.parse().unwrap();
            assert_eq!(text(at), expected);
            assert_eq!(parse(expected), Some(at));
        }
    }

    #[test]
    fn other_shapes_are_not_instants() {
        assert_eq!(parse("yesterday"), None);
        assert_eq!(parse(""), None);
    }
}
