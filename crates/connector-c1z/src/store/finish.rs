//! The end of a run: the new file is written and put in place.

use std::path::Path;

use connector_core::store::{FileSummary, Phase, RowCounts};
use connector_core::{Result, text};
use connector_pebble::records::SyncStatsRecord;
use jiff::Timestamp;

use super::{C1zStore, guard};
use crate::convert::Format;
use crate::log::{Log, Part};
use crate::preflight::Target;
use crate::record::{self, Ended};
use crate::retention::Earlier;
use crate::seal::{Ahead, Content, Sealed};
use crate::{export, fault, preflight, publish};

impl C1zStore {
    /// Ends the run and publishes the file. A run that cannot be published is unfinished again.
    pub(super) fn end_run(&mut self, ended_at: Timestamp) -> Result<FileSummary> {
        let Some((sealed, earlier)) = self.sealed.take() else {
            return Err(fault::bug("a run cannot end before it is sealed"));
        };
        if preflight::is_changed(&self.target, self.earlier.as_ref())? {
            return Err(fault::precondition(
                "the output file was changed by another program while it was being saved",
            )
            .hint("run again"));
        }
        if let Some(preview) = &self.options.preview {
            // It is set once, here.
            let _ = preview.set(self.preview(&sealed)?);
            self.log = None;
            return Ok(FileSummary {
                path: self.target.shown.clone(),
                decoded_bytes: 0,
                file_bytes: 0,
                sha256: String::new(),
                version: 0,
            });
        }
        let losses = self.losses(&sealed)?;
        let target = match losses.is_empty() {
            true => self.target.clone(),
            false => guard::quarantine(&self.target)?,
        };
        let ahead = self.ahead.take();
        let summary = self.save(&target, sealed, ahead, earlier.as_ref(), ended_at)?;
        self.earlier = None;
        if let Some(Err(error)) = self.log.take().map(Log::remove) {
            // The file is in place. The next run finds the sync in it and does not go on with what is left.
            tracing::warn!(%error, "the working file of the finished run could not be removed");
        }
        match losses.as_slice() {
            [] => Ok(summary),
            some => Err(guard::held(&self.target, &target, some)),
        }
    }

    /// Writes the new file and puts it in place.
    fn save(
        &self,
        target: &Target,
        sealed: Sealed,
        ahead: Option<Ahead>,
        earlier: Option<&Earlier>,
        ended_at: Timestamp,
    ) -> Result<FileSummary> {
        let (Some(log), Some(run)) = (&self.log, &self.run) else {
            return Err(fault::bug("the run has ended"));
        };
        let mut rows = sealed.rows.clone();
        for phase in Phase::ALL {
            rows.of_mut(phase).retain(|_, count| *count > 0);
        }
        let types: Vec<_> = self.types.iter().map(|kind| kind.id.clone()).collect();
        let stats = record::stats(&types, &rows)?;
        let parent = earlier.and_then(Earlier::newest_full);
        let scope = self.scope(log, run, earlier);
        let ended_at = scope.date.unwrap_or(ended_at);
        let ended = Ended::new(run, scope.started_at(), ended_at, parent, stats);
        let Sealed {
            mut draft, changes, ..
        } = sealed;
        let content = Content::new(scope, &changes, Part::Whole).ended(&ended);
        if self.format == Format::V3 {
            // Its memory is needed for other keys.
            drop(draft);
            let temp_dir = self.options.temp_dir.as_deref();
            let named = temp_dir.map_or_else(std::env::temp_dir, Path::to_owned);
            let in_temp = |e| fault::in_directory(e, &named);
            let writer = content.feed(ahead, temp_dir).map_err(in_temp)?;
            let record = ended.record(&run.sync_id);
            let placed = publish::place(target, |path| {
                let written = writer.finish(&record, path)?;
                // Some rows were made while others were stored, and none of them may be missing.
                if !has_all(&written.stats, &rows) {
                    return Err(fault::bug("rows are missing in the new file"));
                }
                Ok(written)
            });
            let written = placed.map_err(in_temp)?;
            return Ok(FileSummary {
                path: target.shown.clone(),
                decoded_bytes: written.decoded_bytes,
                file_bytes: written.file_bytes,
                sha256: text::hex(written.sha256),
                version: 3,
            });
        }
        content.complete(&mut draft)?;
        publish::publish(target, |out, path| {
            export::version_1(&mut draft, &content, out, path)
        })
    }
}

/// Whether as many rows were written as were sealed.
fn has_all(written: &SyncStatsRecord, sealed: &RowCounts) -> bool {
    let written = [
        (Phase::Resources, written.resources),
        (Phase::Entitlements, written.entitlements),
        (Phase::Grants, written.grants),
    ];
    let is_same = |(phase, count)| u64::try_from(count) == Ok(sealed.total(phase));
    written.into_iter().all(is_same)
}
