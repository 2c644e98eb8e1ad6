//! Stores pages: lets acceptable rows in, counts them, and moves the checkpoint past each page.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::SyncEnv;
use super::admit::Admission;
use super::listing::Listing;
use super::selection::Plan;
use super::writer::Writer;
use crate::error::{Error, ErrorKind, Result};
use crate::id::{Cursor, ResourceTypeId};
use crate::progress::Event;
use crate::store::{Checkpoint, Phase, Place, Position, Rows, Store, StoredResource, Tally};
use crate::warning::Warning;

/// Stored resources read at once while walking them.
const ROWS: usize = 1000;

/// The stored side of a run under way.
pub(super) struct Pages<'a, S> {
    writer: &'a Writer<S>,
    env: &'a SyncEnv,
    admission: Admission,
    /// What complete listings have counted.
    pub(super) tally: Tally,
    /// What the listing under way has counted, the open page aside.
    listing: Tally,
    /// Set while the open page drops what the listing under way has stored.
    dropping: bool,
    /// Whether this process has stored a page.
    pub(super) progressed: bool,
    /// Rows that have been stored. They are dropped where rows are made: memory that another thread gives back makes
    /// threads wait for each other, which took a tenth of a sync.
    spent: Arc<Mutex<Vec<Rows>>>,
}

impl<'a, S: Store> Pages<'a, S> {
    pub(super) fn new(
        writer: &'a Writer<S>,
        env: &'a SyncEnv,
        plan: &Plan,
        tally: Tally,
        listing: Tally,
    ) -> Self {
        Self {
            writer,
            env,
            admission: Admission::new(plan.types.clone()),
            tally,
            listing,
            dropping: false,
            progressed: false,
            spent: Arc::default(),
        }
    }

    /// Counts what was found before the first listing, once even when the run is resumed.
    pub(super) fn note_once(&mut self, warnings: Vec<Warning>) {
        let all = &mut self.tally.warnings;
        for warning in warnings {
            if !all.iter().any(|seen| seen.code == warning.code) {
                all.add(warning);
            }
        }
    }

    /// Adds rows to the open page, whose counts are in `page`.
    pub(super) async fn put(
        &self,
        listed: &ResourceTypeId,
        rows: Rows,
        page: &mut Tally,
    ) -> Result<()> {
        let (phase, count) = (rows.phase(), rows.len() as u64);
        let rows = self.admission.admit(listed, rows, page)?;
        self.env.progress.event(&Event::Rows {
            phase,
            resource_type: listed,
            rows: count,
        });
        let at = self.env.clock.now();
        let spent = std::mem::take(&mut *locked(&self.spent));
        // The lock is free again: the store need not wait meanwhile.
        drop(spent);
        let spent = self.spent.clone();
        let put = move |store: &mut S| {
            let stored = store.put(&rows, at);
            locked(&spent).push(rows);
            stored
        };
        self.writer.post(put).await
    }

    /// Discards the rows of the open page.
    pub(super) async fn restart(&self, phase: Phase) -> Result<()> {
        if self.dropping {
            return self.drop_listing(phase).await;
        }
        self.writer.post(|store| store.restart_page()).await
    }

    /// Takes back all rows, counts and warnings of the listing under way, which starts again.
    pub(super) async fn restart_listing(&mut self, phase: Phase) -> Result<()> {
        self.listing = Tally::default();
        self.dropping = true;
        self.drop_listing(phase).await
    }

    async fn drop_listing(&self, phase: Phase) -> Result<()> {
        let kept = self.tally.rows.total(phase);
        self.writer
            .post(move |store| store.restart_listing(phase, kept))
            .await
    }

    /// Makes the open page durable.
    pub(super) async fn commit(&mut self, position: Position, mut page: Tally) -> Result<()> {
        let (phase, resource_type) = (position.phase, position.resource_type.clone());
        let warnings = &page.warnings;
        page.counts.add_gaps(phase, &resource_type, warnings);
        let before = self.total(phase, &resource_type);
        self.listing.add(page);
        if position.next.is_none() {
            self.tally.add(std::mem::take(&mut self.listing));
        }
        let checkpoint = Checkpoint {
            position,
            tally: self.tally.clone(),
            listing: self.listing.clone(),
        };
        self.writer
            .call(move |store| store.commit(&checkpoint))
            .await?;
        self.progressed = true;
        self.dropping = false;
        let total = self.total(phase, &resource_type);
        self.env.progress.event(&Event::Page {
            phase,
            resource_type: &resource_type,
            rows: total - before,
            total,
        });
        Ok(())
    }

    /// Commits the open page of a listing, which goes on at `next`.
    pub(super) async fn end(
        &mut self,
        phase: Phase,
        listing: &Listing,
        next: Option<Cursor>,
        mut page: Tally,
    ) -> Result<()> {
        page.listings += u64::from(next.is_none());
        let position = Position {
            phase,
            resource_type: listing.scope.resource_type().clone(),
            place: listing.place,
            next,
        };
        self.commit(position, page).await
    }

    /// Ends a listing that failed. A resource that is gone since it was listed costs its own listing; everything else
    /// stops the sync.
    pub(super) async fn skip(
        &mut self,
        phase: Phase,
        listing: &Listing,
        error: Error,
    ) -> Result<()> {
        let (ErrorKind::NotFound, Some(resource)) = (error.kind(), listing.scope.resource()) else {
            return Err(error);
        };
        self.restart(phase).await?;
        let (skipped, all) = (self.tally.skipped + 1, self.tally.listings + 1);
        if skipped > 10 && skipped * 10 > all {
            return Err(
                error.hint("too many resources are gone since they were listed; sync again")
            );
        }
        let message = format!(
            "{} of a resource were skipped because the vendor no longer knows it",
            phase.as_str()
        );
        let mut page = Tally {
            skipped: 1,
            ..Tally::default()
        };
        page.warnings.add(
            Warning::left_out(&format!("gone-{}", phase.as_str()), message)
                .example(resource.to_string()),
        );
        self.end(phase, listing, None, page).await
    }

    /// The next stored resources of a type, from a place on.
    pub(super) async fn stored(
        &self,
        resource_type: &ResourceTypeId,
        from: Place,
    ) -> Result<Vec<StoredResource>> {
        let resource_type = resource_type.clone();
        self.writer
            .call(move |store| store.resources(&resource_type, from, ROWS))
            .await
    }

    /// Stored rows of the listing under way.
    pub(super) fn begun(&self, phase: Phase) -> u64 {
        self.listing.rows.total(phase)
    }

    /// Stored rows of a type in a step.
    pub(super) fn total(&self, phase: Phase, resource_type: &ResourceTypeId) -> u64 {
        let of = |tally: &Tally| tally.rows.of(phase).get(resource_type).copied();
        of(&self.tally).unwrap_or(0) + of(&self.listing).unwrap_or(0)
    }
}

/// What is behind the lock is whole at any time, so a thread that panicked while it held it has broken nothing.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
