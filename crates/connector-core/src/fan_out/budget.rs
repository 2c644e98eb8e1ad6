//! How many details may stay unread. Trouble with one record costs that record its detail; trouble with many is an
//! outage, and a sync that went on would take the details away from all of them.

use serde::{Deserialize, Serialize};

use super::Source;
use crate::error::{Error, ErrorKind, Result};

/// Fewer failures than this never fail a listing.
const FEW: u64 = 20;
/// One record in this many may fail.
const SHARE: u64 = 5;
/// This many records in a row whose details the vendor fails to serve mean that it serves none.
const IN_A_ROW: u64 = 20;

/// What became of the details so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    pub(super) failed: u64,
    pub(super) records: u64,
}

/// The failures that this process met, for messages.
#[derive(Debug, Default)]
pub(super) struct Streak {
    in_a_row: u64,
    last: Option<(ErrorKind, String)>,
}

impl Tally {
    /// Counts a record whose detail was read.
    pub(super) fn add_read(&mut self, streak: &mut Streak) {
        self.records += 1;
        streak.in_a_row = 0;
    }

    /// Counts a record whose detail could not be read.
    ///
    /// # Errors
    /// When so many records in a row met a failing vendor that the next one will, too.
    pub(super) fn add_failed<S: Source>(
        &mut self,
        streak: &mut Streak,
        error: &Error,
    ) -> Result<()> {
        self.records += 1;
        self.failed += 1;
        let failing = matches!(error.kind(), ErrorKind::Upstream | ErrorKind::Timeout);
        streak.in_a_row = if failing { streak.in_a_row + 1 } else { 0 };
        streak.last = Some((error.kind(), error.message().to_owned()));
        if streak.in_a_row < IN_A_ROW {
            return Ok(());
        }
        let message = format!(
            "{} fails to serve {}, of {IN_A_ROW} {} in a row (the last: {})",
            S::VENDOR,
            S::DETAILS,
            S::RECORDS,
            error.message()
        );
        Err(given_up::<S>(error.kind(), message))
    }

    /// Whether more failed than trouble with single records explains.
    pub(super) fn is_outage(self) -> bool {
        self.failed >= FEW && self.failed * SHARE > self.records
    }

    /// The verdict on the whole listing.
    ///
    /// # Errors
    /// When too many details could not be read.
    pub(super) fn verdict<S: Source>(self, streak: &Streak) -> Result<()> {
        if !self.is_outage() {
            return Ok(());
        }
        let (kind, last) = match &streak.last {
            Some((kind, last)) => (*kind, format!(" (the last: {last})")),
            None => (ErrorKind::Upstream, String::new()),
        };
        let message = format!(
            "the {} of {} of {} {} could not be read{last}",
            S::DETAILS,
            self.failed,
            self.records,
            S::RECORDS
        );
        Err(given_up::<S>(kind, message))
    }
}

fn given_up<S: Source>(kind: ErrorKind, message: String) -> Error {
    Error::new(kind, message)
        .during(format!("reading {}", S::DETAILS))
        .hint(S::hint(kind))
}
