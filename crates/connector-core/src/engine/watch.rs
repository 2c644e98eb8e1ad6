//! Notices a listing that would never end, ends before the total that the vendor stated, or moves while it is read.
//!
//! The rules hold for every vendor and every listing. Of a row only a keyed 64-bit hash of its id is kept, so a listing
//! of a million people needs 8 MB when it has one page, and some 16 MB otherwise.
//!
//! A resumed listing starts with an empty memory of ids and cursors. A loop is noticed all the same: each of its rows
//! is new once only, so it runs through once more and then brings nothing new.

mod seen;

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, RandomState};

use crate::error::{Error, ErrorKind, Result};
use crate::id::Cursor;
use crate::paging::{Batch, Offset};
use crate::store::Rows;
use crate::verdict::PageCounts;
use seen::Seen;

/// Pages in a row without anything new that are accepted while the vendor promises another one.
const IDLE: u32 = 3;

/// How many times more pages there may be than the stated total fills.
const EXCESS: u64 = 10;

/// How often a listing starts again because rows moved or because its place was lost.
const AGAIN: u32 = 5;

/// How often a listing starts again because it ended too early.
const SHORTS: u32 = 2;

/// What is known of one listing under way.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    hasher: RandomState,
    cursors: HashSet<u64>,
    part: Part,
    again: u32,
    shorts: u32,
    verdict: Verdict,
}

/// What follows from a broken rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Verdict {
    /// None was broken.
    #[default]
    Fine,
    /// The listing starts again.
    Again,
    /// The listing would never end, and to go on with what is stored of it would only go on with the loop.
    Endless,
}

/// A part of a listing that has a beginning, a total and an end of its own; most listings are one part.
#[derive(Debug, Default)]
struct Part {
    number: u32,
    total: Option<u64>,
    /// Rows that an earlier process stored.
    before: u64,
    ids: Seen,
    /// Different ids up to the last page that ended.
    known: u64,
    /// Whether its last page has ended.
    is_over: bool,
    /// Rows that have no id to be known by.
    nameless: u64,
    pages: u64,
    /// Rows of the largest page.
    largest: u64,
    /// Pages in a row that brought nothing new.
    idle: u32,
    /// Id of the last row of the page before, for vendors that page by offset.
    last: Option<String>,
    page: OpenPage,
}

/// The page being read.
#[derive(Debug, Default, Clone, Copy)]
struct OpenPage {
    rows: u64,
    nameless: u64,
    /// Whether its rows were counted as the vendor sent them, so that those that are pushed are not counted again.
    counted: bool,
    /// Rows that are pushed, when only these tell what was seen of the listing's type.
    pushed: Option<u64>,
}

impl Watch {
    /// A listing of which an earlier process stored `before` rows.
    pub(super) fn resumed(from: Option<&Cursor>, before: u64) -> Self {
        let mut watch = Self::default();
        if let Some(cursor) = from {
            watch.cursors.insert(watch.hasher.hash_one(cursor));
            watch.part.before = before;
        }
        watch
    }

    /// Whether the listing starts again after an error; all that is known of it is then forgotten.
    pub(crate) fn starts_again(&mut self) -> bool {
        let again = self.verdict == Verdict::Again;
        if again {
            *self = Self {
                again: self.again,
                shorts: self.shorts,
                ..Self::default()
            };
        }
        again
    }

    /// Whether going on from what is stored of the listing would only go on with a loop.
    pub(super) fn is_endless(&self) -> bool {
        self.verdict == Verdict::Endless
    }

    /// Notes the total that the vendor states for this part of the listing.
    pub(crate) fn total(&mut self, total: u64) {
        self.part.total = Some(total);
    }

    /// Counts rows that are stored.
    pub(crate) fn stored(&mut self, rows: &Rows) {
        if let Some(pushed) = &mut self.part.page.pushed {
            *pushed += rows.len() as u64;
        }
        if self.part.page.counted {
            return;
        }
        match rows {
            // All of one type; a row that is left out elsewhere is known by the same id.
            Rows::Resources(rows) => rows.iter().for_each(|r| self.saw(Some(&r.id.id))),
            Rows::Entitlements(rows) => rows.iter().for_each(|e| self.saw(Some(&e.id))),
            Rows::Grants(rows) => rows
                .iter()
                .for_each(|g| self.saw(Some(&(&g.entitlement, &g.principal)))),
        }
    }

    /// Has the page count as seen no more than what is pushed, and its part as one without a total.
    pub(crate) fn counts_pushed(&mut self) {
        self.part.page.pushed = Some(0);
    }

    /// Counts a row of the vendor's by its id.
    pub(crate) fn saw<T: Hash>(&mut self, id: Option<&T>) {
        let page = &mut self.part.page;
        page.rows += 1;
        match id {
            Some(id) => self.part.ids.insert(self.hasher.hash_one(id)),
            None => page.nameless += 1,
        }
    }

    /// Forgets the rows of the open page, which is read again. Ids that were new in it count as new still.
    pub(crate) fn restart_page(&mut self) {
        self.part.ids.page_ends();
        self.part.page = OpenPage::default();
    }

    /// Takes a page that was read at an offset: returns the records that are new in it, and where the part goes on.
    pub(crate) fn by_offset<R>(
        &mut self,
        at: Offset,
        batch: Batch<R>,
        id: impl Fn(&R) -> Option<&str>,
    ) -> Result<(Vec<R>, Option<Offset>)> {
        let Batch {
            mut records,
            total,
            limit,
        } = batch;
        if at.part != self.part.number || at.skip == 0 {
            self.part = Part {
                number: at.part,
                total,
                ..Part::default()
            };
        } else if total != self.part.total {
            let shown = |total: Option<u64>| total.map_or("none".to_owned(), |n| n.to_string());
            let (old, new) = (shown(self.part.total), shown(total));
            return Err(self.moved(&format!("the total changed from {old} to {new}")));
        }
        let full = records.len() as u64 >= limit;
        if at.skip > 0 {
            let first = records.first().map(&id);
            if first != Some(self.part.last.as_deref()) {
                return Err(self.moved(&format!("row {} was no longer where it had been", at.skip)));
            }
            records.remove(0);
            if full && records.is_empty() {
                let message = "the vendor sends one row per page, too few to page by offset";
                return Err(Error::new(ErrorKind::Contract, message));
            }
        }
        self.part.page.counted = true;
        records.iter().for_each(|r| self.saw(id(r).as_ref()));
        let Some(last) = records.last() else {
            return Ok((records, None));
        };
        self.part.last = id(last).map(str::to_owned);
        let skip = at.skip + records.len() as u64;
        // A page that is full although the total is reached shows that the total is not one.
        let ends = total.is_some_and(|total| skip >= total) && !full;
        let next = (!ends).then_some(Offset { skip, ..at });
        Ok((records, next))
    }

    /// Judges the page that ends, before it is stored, and says what was counted in it.
    pub(crate) fn end_page(&mut self, next: Option<&Cursor>) -> Result<PageCounts> {
        let part = &mut self.part;
        let page = std::mem::take(&mut part.page);
        let known = part.ids.count();
        let fresh = known - std::mem::replace(&mut part.known, known);
        part.pages += 1;
        part.nameless += page.nameless;
        part.largest = part.largest.max(page.rows);
        part.idle = if fresh > 0 { 0 } else { part.idle + 1 };
        let ends_part = self.judge(page.rows, next)?;
        // A part that is left out has no total of its own, and the one before it has been counted.
        let is_new = ends_part && !std::mem::replace(&mut self.part.is_over, ends_part);
        if let Some(seen) = page.pushed {
            return Ok(PageCounts {
                stated: None,
                seen,
                repeated: 0,
            });
        }
        let stated = self.part.total.filter(|_| is_new);
        Ok(PageCounts {
            stated,
            seen: fresh + page.nameless,
            repeated: (page.rows - page.nameless).saturating_sub(fresh),
        })
    }

    /// Whether the page, of this many rows, is the last one of its part.
    fn judge(&mut self, rows: u64, next: Option<&Cursor>) -> Result<bool> {
        let Some(next) = next else {
            return self.end_part().map(|()| true);
        };
        self.part.ids.page_ends();
        if !self.cursors.insert(self.hasher.hash_one(next)) {
            let pages = self.cursors.len();
            return Err(self.endless(format!(
                "the vendor sent a page cursor again after {pages} pages"
            )));
        }
        if Offset::of(next).is_some_and(|next| next.part != self.part.number) {
            return self.end_part().map(|()| true);
        }
        let Part { idle, pages, .. } = self.part;
        if idle > IDLE {
            let what = match rows {
                // They may have been known to the connector, too.
                0 => String::new(),
                rows => format!(", the last one with {rows} that had come before"),
            };
            return Err(self.endless(format!(
                "the vendor sent {idle} pages in a row without a new row{what}"
            )));
        }
        if let Some(total) = self.part.total {
            let expected = total.div_ceil(self.part.largest.max(1)).max(1);
            if pages > expected.saturating_mul(EXCESS) {
                return Err(self.endless(format!(
                    "the vendor sent {pages} pages although its total of {total} rows fills {expected}"
                )));
            }
        }
        Ok(false)
    }

    /// Judges a part that is complete.
    fn end_part(&mut self) -> Result<()> {
        let part = &mut self.part;
        let Some(total) = part.total else {
            return Ok(());
        };
        let seen = part.before + part.nameless + part.known;
        if seen >= total {
            return Ok(());
        }
        self.shorts += 1;
        let times = match self.shorts {
            1 => String::new(),
            count => format!(", {count} times"),
        };
        let message = format!("the vendor stated a total of {total} rows and sent {seen}{times}");
        let again = self.shorts <= SHORTS;
        Err(self.broken(again, message).hint(
            "rows would be missing, so the old file was left as it was; try again later and report it if it stays",
        ))
    }

    /// Lets the listing start again, unless it has done so too often.
    pub(crate) fn start_again(&mut self, what: &str) -> Error {
        self.again += 1;
        if self.again <= AGAIN {
            return self.broken(true, what.to_owned());
        }
        self.broken(false, format!("{what}, {} times", self.again))
    }

    fn moved(&mut self, what: &str) -> Error {
        self.start_again(&format!("{what} while pages were read")).hint(
            "rows would be missing, so the old file was left as it was; try again later; if it stays, the number of rows to \
             skip does not reach the vendor",
        )
    }

    fn broken(&mut self, again: bool, message: String) -> Error {
        if again {
            self.verdict = Verdict::Again;
        }
        Error::new(ErrorKind::Contract, message)
    }

    fn endless(&mut self, what: String) -> Error {
        self.verdict = Verdict::Endless;
        Error::new(
            ErrorKind::Contract,
            format!("{what}, the listing would never end"),
        )
        .hint("this is a fault of the vendor's API; try again later and report it if it stays")
    }
}
