//! The end of a run: its row is written, and the file is published.

use connector_core::Result;
use connector_core::store::{FileSummary, Phase};
use jiff::Timestamp;

use super::{C1zStore, Transaction};
use crate::{counters, fault, preflight, publish, record, retention};

impl C1zStore {
    /// Ends the run and publishes the file. A run that cannot be published is unfinished again.
    pub(super) fn end_run(&mut self, ended_at: Timestamp) -> Result<FileSummary> {
        let Transaction::Sealed { removed } = self.transaction else {
            return Err(fault::bug("a run cannot end before it is sealed"));
        };
        if preflight::is_changed(&self.target, self.earlier.as_ref()) {
            return Err(fault::precondition(
                "the output file was changed by another program while it was being saved",
            )
            .hint("run again; the work is kept"));
        }
        if self.checkpoint.is_some() {
            self.working()?.stash(&self.token()?)?;
        }
        self.write_end(ended_at)?;
        self.transaction = Transaction::Idle;
        let published = self.publish(removed);
        match published {
            Ok(_) => self.earlier = None,
            Err(_) => self.reopen(),
        }
        published
    }

    /// Writes the run's row and commits.
    fn write_end(&self, ended_at: Timestamp) -> Result<()> {
        let (db, run) = (&self.working()?.db, self.run()?);
        let mut expected = self.written.rows.clone();
        for phase in Phase::ALL {
            expected.of_mut(phase).retain(|_, count| *count > 0);
        }
        let found = counters::count(db, &run.sync_id)?;
        if found != expected {
            return Err(fault::bug(format!(
                "the finished database holds {found:?} where {expected:?} were written"
            )));
        }
        let stats = record::stats(&self.types, &expected)?;
        record::insert_ended(db, run, ended_at, &stats).map_err(fault::database)?;
        self.execute("COMMIT")
    }

    /// Writes the new file, puts it in place and removes the working file.
    fn publish(&mut self, removed: bool) -> Result<FileSummary> {
        let Some(working) = &mut self.working else {
            return Err(fault::bug("the run has ended"));
        };
        if self.earlier.is_some() {
            retention::detach(&working.db)?;
        }
        let summary = publish::publish(&self.target, working, removed)?;
        if let Some(working) = self.working.take() {
            working.remove()?;
        }
        Ok(summary)
    }

    /// Makes a run that could not be published unfinished again, so that it can be resumed.
    fn reopen(&mut self) {
        if self.working.is_none() {
            // The file is in place; only the working file could not be removed.
            return;
        }
        let reopened = || -> Result<()> {
            let working = self.working()?;
            record::reopen(&working.db, self.run()?, &self.token()?).map_err(fault::database)?;
            working.unstash()
        };
        if let Err(cause) = reopened() {
            tracing::warn!(%cause, "unfinished work cannot be kept");
            self.checkpoint = None;
        }
    }
}
