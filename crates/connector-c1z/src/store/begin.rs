//! The start of a run: anew, or from unfinished work in the working file.

use connector_core::Result;
use connector_core::store::{Begun, Checkpoint, Phase, RunSpec};
use rusqlite::ErrorCode;

use super::C1zStore;
use crate::counters::Written;
use crate::record::{self, Found, Run};
use crate::rows::{self, Common};
use crate::working::Working;
use crate::{fault, time};

impl C1zStore {
    pub(super) fn start(&mut self, spec: &RunSpec) -> Result<Begun> {
        if let Some(odd) = spec
            .resource_types
            .iter()
            .find(|t| t.id.as_str().contains(':'))
        {
            return Err(fault::bug(format!(
                "the type id {} has a colon in it",
                odd.id
            )));
        }
        self.refuse_replacing(spec.sync_type)?;
        self.recover()?;
        match record::find(&self.working()?.db, spec)? {
            Found::Unfinished(found) => {
                let (run, checkpoint, written) = *found;
                if !self.is_published(&run)? {
                    return self.resume(spec, run, checkpoint, written);
                }
                self.discard("its sync is complete and in the file")?;
            }
            Found::Unusable(reason) => self.discard(&reason)?,
            Found::Nothing => self.renew()?,
        }
        let run = Run {
            sync_id: spec.sync_id.clone(),
            started_at: spec.started_at,
            sync_type: spec.sync_type,
            fingerprint: spec.fingerprint.clone(),
        };
        self.execute("BEGIN IMMEDIATE")?;
        let working = self.working()?;
        working.create_tables()?;
        record::insert(&working.db, &run).map_err(fault::database)?;
        self.put_types(&run, spec)?;
        self.execute("COMMIT")?;
        self.adopt(run, spec, None, Written::default())
    }

    /// Whether a run was killed when its file was in place and its working file not yet removed. Going on with it would
    /// publish rows as new that were listed long ago.
    fn is_published(&self, run: &Run) -> Result<bool> {
        match &self.earlier {
            Some(earlier) => earlier.has_ended(run.sync_id.as_str()),
            None => Ok(false),
        }
    }

    fn discard(&mut self, reason: &str) -> Result<()> {
        tracing::warn!(reason, "unfinished work of an earlier run was discarded");
        self.renew()
    }

    fn resume(
        &mut self,
        spec: &RunSpec,
        run: Run,
        checkpoint: Checkpoint,
        written: Written,
    ) -> Result<Begun> {
        tracing::info!(
            sync_id = %run.sync_id,
            resources = written.rows.total(Phase::Resources),
            entitlements = written.rows.total(Phase::Entitlements),
            grants = written.rows.total(Phase::Grants),
            "resuming unfinished work"
        );
        self.execute("BEGIN IMMEDIATE")?;
        self.put_types(&run, spec)?;
        self.execute("COMMIT")?;
        self.adopt(run, spec, Some(checkpoint), written)
    }

    fn put_types(&self, run: &Run, spec: &RunSpec) -> Result<()> {
        let common = Common {
            sync_id: run.sync_id.as_str(),
            discovered_at: &time::text(run.started_at),
            types: &spec.resource_types,
        };
        rows::put_types(&self.working()?.db, common).map_err(fault::database)
    }

    fn adopt(
        &mut self,
        run: Run,
        spec: &RunSpec,
        checkpoint: Option<Checkpoint>,
        written: Written,
    ) -> Result<Begun> {
        self.checkpoint.clone_from(&checkpoint);
        let begun = Begun {
            sync_id: run.sync_id.clone(),
            started_at: run.started_at,
            checkpoint,
        };
        self.run = Some(run);
        self.types.clone_from(&spec.resource_types);
        self.targets.clone_from(&spec.targets);
        self.committed = written.clone();
        self.written = written;
        Ok(begun)
    }

    /// Makes sure that the working file is empty.
    fn renew(&mut self) -> Result<()> {
        if self.working.as_ref().is_some_and(Working::is_new) {
            return Ok(());
        }
        if let Some(old) = self.working.take() {
            self.working = Some(old.renewed()?);
        }
        Ok(())
    }

    /// Goes back to the last checkpoint of a run that was ended but never published.
    fn recover(&mut self) -> Result<()> {
        let working = self.working()?;
        let Some(stash) = working.stashed() else {
            return Ok(());
        };
        if let Err(error) = record::recover(&working.db, &stash) {
            self.take_back()?;
            // A disk that is full is no reason to discard the work; anything else is judged afterwards.
            if error.sqlite_error_code() == Some(ErrorCode::DiskFull) {
                return Err(fault::database(error));
            }
        }
        self.working()?.unstash()
    }
}
