//! How a listing continues: from the records that were received, never from the limit that was requested.
//!
//! A `$limit` that is too large may be lowered without an error, which only the echoed `limit` shows (not documented,
//! 2026-11), and `total` counts records that may come and go while they are read. So the next page starts behind the
//! records that came, and a listing ends with an empty page, or with a page that reaches `total` and was not full.

use connector_core::id::Cursor;
use connector_core::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

use crate::model::{HasId, Listing};

/// Where a listing goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Records before the page.
    pub(crate) skip: usize,
    /// Id of the first record of the page before, by which a server that ignores `$skip` is noticed.
    before: Option<String>,
}

impl Place {
    /// The place behind the page that `listing` is; `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Contract`] when the page is the one before once more.
    pub(crate) fn next<T: HasId>(
        &self,
        listing: &Listing<T>,
        asked: usize,
    ) -> Result<Option<Self>> {
        let came = listing.data.len();
        let first = listing.data.first().and_then(|r| r.0.id());
        if self.before.is_some() && self.before.as_deref() == first {
            return Err(Error::new(
                ErrorKind::Contract,
                "Humaans answered with the same page twice",
            )
            .hint("check BATON_BASE_URL and proxies in between: $skip must reach Humaans"));
        }
        let skip = self.skip + came;
        let full = came >= listing.limit().unwrap_or(asked);
        let reached = listing.total().is_some_and(|total| skip >= total);
        if came == 0 || (reached && !full) {
            return Ok(None);
        }
        let before = first.map(str::to_owned);
        Ok(Some(Self { skip, before }))
    }
}

/// A status that people are listed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Pass {
    NewHire,
    Active,
    Offboarded,
}

impl Pass {
    /// In the order of a career: a person whose status changes while people are listed is met again in a later pass,
    /// and the record read last counts.
    const ALL: [Self; 3] = [Self::NewHire, Self::Active, Self::Offboarded];

    /// The vendor's word.
    pub(crate) const fn status(self) -> &'static str {
        match self {
            Self::NewHire => "newHire",
            Self::Active => "active",
            Self::Offboarded => "offboarded",
        }
    }

    fn following(self) -> Option<Self> {
        let at = Self::ALL.iter().position(|p| *p == self)?;
        Self::ALL.get(at + 1).copied()
    }
}

/// The pass and place of a page of people.
pub(crate) fn people_at(cursor: Option<&Cursor>) -> Result<(Pass, Place)> {
    cursor.map_or_else(|| Ok((Pass::ALL[0], Place::default())), Cursor::decode)
}

/// Where people go on after a page of `pass`: its next page, else the next pass.
pub(crate) fn people_after(pass: Pass, next: Option<Place>) -> Result<Option<Cursor>> {
    let next = match next {
        Some(place) => Some((pass, place)),
        None => pass.following().map(|pass| (pass, Place::default())),
    };
    next.as_ref().map(Cursor::encode).transpose()
}

#[cfg(test)]
mod tests;
