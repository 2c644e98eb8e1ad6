//! The end of a run: its row is written, and the file is published.

use connector_core::Result;
use connector_core::store::{FileSummary, Phase};
use jiff::Timestamp;

use super::{C1zStore, Transaction};
use crate::convert::Format;
use crate::working::Working;
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
            .hint("run again"));
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
        let types: Vec<_> = self.types.iter().map(|t| t.id.clone()).collect();
        let stats = record::stats(&types, &expected)?;
        record::insert_ended(db, run, ended_at, &stats).map_err(fault::database)?;
        self.execute("COMMIT")
    }

    /// Writes the new file, puts it in place and removes the working file.
    fn publish(&mut self, removed: bool) -> Result<FileSummary> {
        let summary = match (self.format, &mut self.working) {
            (_, None) => return Err(fault::bug("the run has ended")),
            (Format::V3, Some(_)) => self.export()?,
            (Format::V1, Some(working)) => {
                if self.earlier.is_some() {
                    retention::detach(&working.db)?;
                }
                publish::publish(&self.target, working, removed)?
            }
        };
        if let Some(Err(error)) = self.working.take().map(Working::remove) {
            // The file is in place. The next run finds the sync in it and does not go on with what is left.
            tracing::warn!(%error, "the working file of the finished run could not be removed");
        }
        Ok(summary)
    }

    /// Makes a run that could not be published unfinished again, so that it can be resumed.
    fn reopen(&mut self) {
        let reopened = || -> Result<()> {
            let working = self.working()?;
            record::reopen(&working.db, self.run()?, &self.token()?).map_err(fault::database)?;
            working.unstash()
        };
        if let Err(cause) = reopened() {
            // The checkpoint is still put aside, and the next run goes back to it.
            tracing::warn!(%cause, "the ended run could not be made unfinished again");
        }
    }
}
