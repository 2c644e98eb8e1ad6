//! The draft of a run, made while its rows are stored: when the last one has come, most keys are sorted.
//!
//! Rows can only be added. When some are taken back, the draft is given up, and sealing makes one from the log; so it
//! does for a run that goes on with earlier work.

use std::path::Path;

use connector_core::Result;
use connector_core::store::{Phase, RowCounts};
use jiff::Timestamp;

use super::Content;
use super::changes::table_of;
use super::columns::Columns;
use super::content::with_own;
use crate::database::{Draft, Purpose, Value};
use crate::log::Run;
use crate::rows::Decoder;

/// A draft that grows with the log.
#[derive(Debug)]
pub(crate) struct Early {
    draft: Draft,
    syncs: Vec<String>,
    own: u32,
    columns: Columns,
    /// How many rows of each kind are in it.
    rows: [u64; 3],
}

impl Early {
    /// A draft for a run whose file will hold these earlier syncs. Keys that do not fit into `memory` go to a file in
    /// `directory`.
    pub(crate) fn new(
        purpose: Purpose,
        directory: &Path,
        memory: usize,
        run: &Run,
        earlier: Vec<String>,
    ) -> Self {
        let syncs = with_own(earlier, run);
        let own = syncs.partition_point(|sync| *sync < run.sync_id) as u32;
        Self {
            draft: Draft::new(purpose, directory, memory, syncs.clone()),
            syncs,
            own,
            columns: Columns::new(&run.sync_id),
            rows: [0; 3],
        }
    }

    /// Adds rows that were just stored, with messages of so many bytes.
    pub(crate) fn add(
        &mut self,
        phase: Phase,
        at: Timestamp,
        columns: &[u8],
        blobs: usize,
    ) -> Result<()> {
        let table = table_of(phase);
        let mut rows = Decoder::new(phase, columns, blobs);
        while let Some(row) = rows.next()? {
            let number = &mut self.rows[phase as usize];
            *number += 1;
            let message = Value::BlobOf(row.blob.1 - row.blob.0);
            let (draft, own) = (&mut self.draft, self.own);
            self.columns.of(phase, at, row, message, |values| {
                draft.add(table, *number, values, own)
            })?;
        }
        Ok(())
    }

    /// The draft when it is that of this content, so far without changes, and of these rows.
    pub(super) fn draft_of(self, content: &Content<'_>, rows: &RowCounts) -> Option<Draft> {
        let is_whole = Phase::ALL
            .into_iter()
            .all(|phase| self.rows[phase as usize] == rows.total(phase));
        (is_whole && self.syncs == content.syncs).then_some(self.draft)
    }
}
