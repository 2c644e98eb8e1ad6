//! Listings whose records each need one more request: pages of records, and a detail for each of them.
//!
//! A vendor implements [`Source`]: how a page is read, and how one detail is. [`FanOut`] does the rest, in the same
//! way for each vendor:
//!
//! * **Fan-out and read-ahead.** The details of a page are read concurrently, and the next page is read while the
//!   rows of this one are taken. How many requests run at once is up to the source's client.
//! * **Order.** Rows come in the order of the page, however their details arrive.
//! * **An end at once.** A failure that concerns every record, such as a refused credential, ends the listing before the
//!   rows that are due, and stops what is being read for it and ahead of it.
//! * **Outage budget.** A detail that cannot be read costs one record its detail. When many cannot, the listing fails:
//!   a file that was written anyway would take the details away from every record.
//! * **Starting again.** A resumed listing starts again, without the rows that are stored, when the vendor no longer knows
//!   its cursor, or when an outage had used up the budget before it stopped.

mod budget;
mod reading;

use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, MutexGuard};

use crate::connector::Page;
use crate::error::{Error, ErrorKind, Result};
use crate::id::Cursor;
use crate::store::Rows;
use budget::{Streak, Tally};
use reading::{Head, Reading};

/// A vendor's listing whose records each have a detail of their own.
pub trait Source: Send + Sync + 'static {
    /// What a page lists, such as a person.
    type Record: Send + 'static;
    /// What one more request per record adds, such as an employment.
    type Detail: Send + 'static;

    /// The vendor's name in messages.
    const VENDOR: &'static str;
    /// What messages call records: `persons`.
    const RECORDS: &'static str;
    /// What messages call details: `employments`.
    const DETAILS: &'static str;

    /// Reads the page at `cursor`, the first one without.
    ///
    /// # Errors
    /// Whatever kept the page from being read; it fails the listing.
    fn page(
        &self,
        cursor: Option<&str>,
    ) -> impl Future<Output = Result<Listed<Self::Record>>> + Send;

    /// Reads the detail of a record; `None` when there is nothing to request, which counts neither as read nor as
    /// failed.
    ///
    /// # Errors
    /// Whatever kept the detail from being read. It fails the listing unless [`concerns_one_record`].
    fn detail(
        &self,
        record: &Self::Record,
    ) -> impl Future<Output = Result<Option<Self::Detail>>> + Send;

    /// What the operator can do when the budget is used up; `kind` is that of the last failure.
    fn hint(kind: ErrorKind) -> &'static str;
}

/// What a request for a page led to.
#[derive(Debug)]
pub enum Listed<R> {
    /// The page.
    Page {
        /// Its records, in the vendor's order.
        records: Vec<R>,
        /// The vendor's cursor of the next page; `None` at the end.
        next: Option<String>,
    },
    /// The vendor does not accept the cursor (any more). The error fails the listing when the cursor is not from an
    /// earlier process.
    CursorRefused(Error),
}

/// A record and its detail.
#[derive(Debug)]
pub struct Row<R, D> {
    /// The record.
    pub record: R,
    /// Its detail, or why it could not be read. Such a row is stored without it.
    pub detail: Result<Option<D>>,
}

/// Whether a failed detail may be the trouble of that record alone. A refused credential, a limit or a setting
/// concerns all of them.
pub const fn concerns_one_record(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Permission
            | ErrorKind::NotFound
            | ErrorKind::Upstream
            | ErrorKind::Timeout
            | ErrorKind::Contract
    )
}

/// Where a listing goes on, as its cursor holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    /// The vendor's cursor.
    page: Option<String>,
    /// What became of the details before it, so that a resumed run knows what an earlier process met.
    tally: Tally,
}

/// Reads the listing of a [`Source`], one page per call.
///
/// ```no_run
/// # use connector_core::connector::{Page, PageRequest};
/// # use connector_core::fan_out::{FanOut, Row, Source};
/// # use connector_core::id::Cursor;
/// # use connector_core::model::Resource;
/// # use connector_core::Result;
/// async fn list_resources<S: Source>(
///     people: &FanOut<S>,
///     resource: fn(S::Record, Option<S::Detail>) -> Resource,
///     request: &PageRequest,
///     page: &mut Page<Resource>,
/// ) -> Result<Option<Cursor>> {
///     let mut rows = people.page(request.cursor.as_ref(), page).await?;
///     while let Some(Row { record, detail }) = rows.next().await? {
///         page.push(resource(record, detail.unwrap_or_default())).await?;
///     }
///     rows.finish()
/// }
/// ```
pub struct FanOut<S: Source> {
    source: Arc<S>,
    listing: Mutex<Listing<S>>,
}

/// What this process knows of the listing under way.
struct Listing<S: Source> {
    /// The next page, being read. It is dropped when a different page is requested.
    ahead: Option<Reading<S>>,
    /// The vendor's cursors so far.
    seen: HashSet<String>,
    streak: Streak,
    /// Whether this process has handed over a page; if not, a cursor comes from an earlier one.
    begun: bool,
}

impl<S: Source> Default for Listing<S> {
    fn default() -> Self {
        Self {
            ahead: None,
            seen: HashSet::new(),
            streak: Streak::default(),
            begun: false,
        }
    }
}

impl<S: Source> FanOut<S> {
    /// The listing of `source`. Nothing is read yet.
    pub fn new(source: Arc<S>) -> Self {
        Self {
            source,
            listing: Mutex::default(),
        }
    }

    /// Starts to hand over the page at `cursor`, whose rows go to `page`, and to read the one after it.
    ///
    /// # Errors
    /// Whatever kept the page from being read, [`ErrorKind::Contract`] when the vendor repeats a cursor, and
    /// [`Page::start_again`] when a resumed listing cannot go on.
    pub async fn page<T>(
        &self,
        cursor: Option<&Cursor>,
        page: &mut Page<T>,
    ) -> Result<EnrichedPage<'_, S>>
    where
        Vec<T>: Into<Rows>,
    {
        let mut at: Position = cursor.map_or_else(|| Ok(Position::default()), Cursor::decode)?;
        let mut listing = self.listing.lock().await;
        if at.page.is_none() {
            *listing = Listing::default();
        }
        let resumed = !listing.begun && at.page.is_some();
        if resumed && at.tally.is_outage() {
            let what = format!(
                "many {} could not be read before the run was resumed",
                S::DETAILS
            );
            return Err(page.start_again(&what));
        }
        let ahead = listing.ahead.take();
        let ahead = ahead.filter(|ahead| ahead.is_at(at.page.as_deref()));
        let mut reading = ahead.unwrap_or_else(|| self.start(at.page.clone(), 0));
        let next = match reading.head().await? {
            Head::Page { next } => next,
            Head::CursorRefused(error) if resumed => {
                let what = format!(
                    "the place to go on from is no longer accepted ({})",
                    error.message()
                );
                return Err(page.start_again(&what));
            }
            Head::CursorRefused(error) => return Err(error),
        };
        listing.begun = true;
        listing.seen.extend(at.page.clone());
        if let Some(next) = &next {
            if !listing.seen.insert(next.clone()) {
                return Err(repeated::<S>(listing.seen.len()));
            }
            listing.ahead = Some(self.start(Some(next.clone()), 1));
        }
        at.page = next;
        Ok(EnrichedPage {
            listing,
            reading,
            next: at,
        })
    }

    fn start(&self, cursor: Option<String>, ahead: u32) -> Reading<S> {
        Reading::start(Arc::clone(&self.source), cursor, ahead)
    }
}

/// The engine notices repeated cursors of its own; they hold the tally, and so differ even when the vendor's do not.
fn repeated<S: Source>(pages: usize) -> Error {
    let message = format!(
        "the vendor sent a page cursor again after {pages} pages, the listing would never end"
    );
    Error::new(ErrorKind::Contract, message)
        .during(format!("listing {}", S::RECORDS))
        .hint("this is a fault of the vendor's API; try again later and report it if it stays")
}

impl<S: Source> fmt::Debug for FanOut<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FanOut").finish_non_exhaustive()
    }
}

/// The rows of one page.
pub struct EnrichedPage<'a, S: Source> {
    listing: MutexGuard<'a, Listing<S>>,
    reading: Reading<S>,
    /// Where the listing goes on after this page; its tally counts the rows handed over.
    next: Position,
}

impl<S: Source> EnrichedPage<'_, S> {
    /// The next row; `None` after the last one.
    ///
    /// # Errors
    /// What fails the listing: a failure that concerns every record, or so many failures in a row that the next
    /// detail will fail, too.
    pub async fn next(&mut self) -> Result<Option<Row<S::Record, S::Detail>>> {
        let row = self.advance().await;
        if row.is_err() {
            // Nothing comes of the page that is read ahead, so it sends no further request.
            self.listing.ahead = None;
        }
        row
    }

    async fn advance(&mut self) -> Result<Option<Row<S::Record, S::Detail>>> {
        let Some(row) = self.reading.next().await? else {
            return Ok(None);
        };
        let (tally, streak) = (&mut self.next.tally, &mut self.listing.streak);
        match &row.detail {
            Ok(None) => {}
            Ok(Some(_)) => tally.add_read(streak),
            Err(error) => tally.add_failed::<S>(streak, error)?,
        }
        Ok(Some(row))
    }

    /// Where the listing goes on.
    ///
    /// # Errors
    /// At the end of the listing, when more details could not be read than the budget allows.
    pub fn finish(self) -> Result<Option<Cursor>> {
        if self.next.page.is_none() {
            self.next.tally.verdict::<S>(&self.listing.streak)?;
            return Ok(None);
        }
        Cursor::encode(&self.next).map(Some)
    }
}

impl<S: Source> fmt::Debug for EnrichedPage<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnrichedPage")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
