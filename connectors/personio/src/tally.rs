//! How many employments may stay unread. One person's trouble costs that person's attributes; trouble with many is
//! an outage, and a sync that went on would take everybody's title and manager away.

use connector_core::{Error, ErrorKind, Result};

/// Fewer failures than this never fail a sync.
const FEW: u64 = 20;
/// One in this many may fail.
const SHARE: u64 = 5;
/// As many persons in a row whose employments Personio fails to serve mean that it serves none.
const IN_A_ROW: u64 = 20;

/// What became of the employments so far. It is part of the place where a listing goes on, so that a resumed sync
/// knows what an earlier process met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) failed: u64,
    pub(crate) persons: u64,
}

/// The failures of this process, for what to say.
#[derive(Debug, Default)]
pub(crate) struct Streak {
    in_a_row: u64,
    last: Option<(ErrorKind, String)>,
}

impl Tally {
    /// The tally in `text`, as [`Tally::text`] wrote it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (failed, persons) = text.split_once('/')?;
        Some(Self {
            failed: failed.parse().ok()?,
            persons: persons.parse().ok()?,
        })
    }

    pub(crate) fn text(self) -> String {
        format!("{}/{}", self.failed, self.persons)
    }

    /// Counts a person whose employments were read.
    pub(crate) fn read_one(&mut self, streak: &mut Streak) {
        self.persons += 1;
        streak.in_a_row = 0;
    }

    /// Counts a person whose employments could not be read.
    ///
    /// # Errors
    /// When as many persons in a row met a failing vendor that the next one will, too.
    pub(crate) fn fail_one(&mut self, streak: &mut Streak, error: &Error) -> Result<()> {
        self.persons += 1;
        self.failed += 1;
        let failing = matches!(error.kind(), ErrorKind::Upstream | ErrorKind::Timeout);
        streak.in_a_row = if failing { streak.in_a_row + 1 } else { 0 };
        streak.last = Some((error.kind(), error.message().to_owned()));
        if streak.in_a_row < IN_A_ROW {
            return Ok(());
        }
        let message = format!(
            "Personio fails to serve employments, of {IN_A_ROW} persons in a row (the last: {})",
            error.message()
        );
        Err(given_up(error.kind(), message))
    }

    /// More failed than one person's trouble explains.
    pub(crate) fn is_outage(self) -> bool {
        self.failed >= FEW && self.failed * SHARE > self.persons
    }

    /// The verdict on the whole listing.
    ///
    /// # Errors
    /// When too many employments could not be read.
    pub(crate) fn verdict(self, streak: &Streak) -> Result<()> {
        if !self.is_outage() {
            return Ok(());
        }
        let (kind, last) = match &streak.last {
            Some((kind, last)) => (*kind, format!(" (the last: {last})")),
            None => (ErrorKind::Upstream, String::new()),
        };
        let message = format!(
            "the employments of {} of {} persons could not be read{last}",
            self.failed, self.persons
        );
        Err(given_up(kind, message))
    }
}

fn given_up(kind: ErrorKind, message: String) -> Error {
    let hint = match kind {
        ErrorKind::Permission => {
            "in Personio, give the credential the right Employees: Read for everybody; the old file was left as it is"
        }
        _ => {
            "try again later; the old file was left as it is, so that nobody loses title and manager"
        }
    };
    Error::new(kind, message)
        .during("reading employments")
        .hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(failed: u64, persons: u64) -> Tally {
        Tally { failed, persons }
    }

    #[test]
    fn twenty_and_more_than_a_fifth_are_an_outage() {
        for (failed, persons, outage) in [
            (0, 0, false),
            (19, 19, false),
            (20, 20, true),
            (20, 99, true),
            (20, 100, false),
            (21, 100, true),
            (200, 1_000, false),
            (201, 1_000, true),
        ] {
            assert_eq!(
                of(failed, persons).is_outage(),
                outage,
                "{failed}/{persons}"
            );
            let verdict = of(failed, persons).verdict(&Streak::default());
            assert_eq!(verdict.is_err(), outage);
        }
    }

    #[test]
    fn the_verdict_names_the_last_failure() {
        let (mut tally, mut streak) = (of(19, 19), Streak::default());
        let forbidden = Error::new(ErrorKind::Permission, "Personio answered 403 Forbidden");
        tally.fail_one(&mut streak, &forbidden).unwrap();
        let error = tally.verdict(&streak).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Permission);
        assert_eq!(
            error.to_string(),
            "reading employments: the employments of 20 of 20 persons could not be read (the last: Personio answered \
             403 Forbidden)"
        );
    }

    #[test]
    fn only_a_failing_vendor_in_a_row_ends_at_once() {
        let failing = Error::new(ErrorKind::Upstream, "Personio answered 502 Bad Gateway");
        let missing = Error::new(ErrorKind::NotFound, "Personio answered 404");
        let (mut tally, mut streak) = (Tally::default(), Streak::default());
        for _ in 0..50 {
            tally.fail_one(&mut streak, &missing).unwrap();
        }
        for _ in 0..19 {
            tally.fail_one(&mut streak, &failing).unwrap();
        }
        tally.read_one(&mut streak);
        for _ in 0..19 {
            tally.fail_one(&mut streak, &failing).unwrap();
        }
        let error = tally.fail_one(&mut streak, &failing).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Upstream);
        assert_eq!(
            error.message(),
            "Personio fails to serve employments, of 20 persons in a row (the last: Personio answered 502 Bad Gateway)"
        );
        assert_eq!(tally, of(89, 90));
    }

    #[test]
    fn a_tally_survives_as_text() {
        assert_eq!(Tally::read(&of(3, 150).text()), Some(of(3, 150)));
        for wrong in ["", "3", "3/", "/", "-1/2", "a/b"] {
            assert_eq!(Tally::read(wrong), None, "{wrong}");
        }
    }
}
