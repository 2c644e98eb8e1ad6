//! Paging by offset: a vendor that is asked for so many rows behind so many others, not for what follows a cursor.
//!
//! Rows move while pages are read. When one is removed from an earlier page, all later ones move up, and the first row
//! of the next page is never seen. So each page is asked for together with the last row of the page before
//! ([`Offset::first`]); when that row is not where it was, or the stated total has changed, the engine drops what it
//! has stored of the listing and starts it again. A listing that changes all the time ends with
//! [`ErrorKind::Contract`](crate::ErrorKind::Contract).

use serde::{Deserialize, Serialize};

use crate::id::Cursor;

/// A place in a listing that is paged by offset. Its cursor is [`Cursor::encode`] of it, by which the engine knows such
/// a listing: a resumed run starts it from its beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offset {
    /// Which of the requests that make up the listing, from 0; each has a total of its own.
    pub part: u32,
    /// Rows before the page.
    pub skip: u64,
}

impl Offset {
    /// The beginning of a part.
    pub const fn part(part: u32) -> Self {
        Self { part, skip: 0 }
    }

    /// The number of rows to skip in the request: one less than are known, so that the last known row comes again.
    pub const fn first(self) -> u64 {
        self.skip.saturating_sub(1)
    }

    /// The place that a cursor holds; `None` for a cursor of another kind.
    pub(crate) fn of(cursor: &Cursor) -> Option<Self> {
        cursor.decode().ok()
    }
}

/// What a vendor answered to a request for rows from [`Offset::first`] on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<R> {
    /// All records of the answer, in its order.
    pub records: Vec<R>,
    /// How many records the whole part has, when the answer states it.
    pub total: Option<u64>,
    /// The most records that a page has: what the answer states, else what was requested.
    pub limit: u64,
}
