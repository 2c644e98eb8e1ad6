//! The store that the engine writes a run into.
//!
//! While the run goes on, its rows are in the working file beside the target, each page in one transaction with
//! the checkpoint that moves past it. Sealing and ending are one more transaction, so a run that dies on the way
//! is found at its last page. The target is replaced in one step, at the very end.

use std::path::{Path, PathBuf};

use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::model::ResourceType;
use connector_core::store::{
    Begun, Checkpoint, FileSummary, Rows, RunSpec, Store, StoredResource, Tally,
};
use connector_core::warning::Warning;
use connector_core::{Context, Result};
use jiff::Timestamp;

use crate::counters::Counters;
use crate::preflight::{self, Target};
use crate::reader::ReadLimits;
use crate::record::{self, Found, Run};
use crate::rows::{self, Common, Writer};
use crate::seal::Scope;
use crate::snapshot::Snapshot;
use crate::working::Working;
use crate::{fault, finish, retention, seal, time};

/// What is added to the target's name for the working file.
const WORKING_SUFFIX: &str = ".resume";

/// How a file is written.
#[derive(Debug, Clone, Default)]
pub struct StoreOptions {
    /// Where the earlier file is decoded; the system's temp directory by default.
    pub temp_dir: Option<PathBuf>,
    /// Finished full syncs to keep in the file, the new one included; 2 by default.
    pub keep_syncs: Option<u32>,
    /// Keeps all earlier syncs.
    pub skip_cleanup: bool,
    /// Limits for reading the earlier file.
    pub read_limits: ReadLimits,
}

/// Writes one run into a `.c1z` file.
///
/// Dropping it before [`Store::finish`] is like [`Store::abandon`] with `keep` set.
#[derive(Debug)]
pub struct C1zStore {
    pub(crate) target: Target,
    pub(crate) options: StoreOptions,
    /// The earlier file.
    pub(crate) earlier: Option<Snapshot>,
    /// `None` once the run has ended or was given up.
    pub(crate) working: Option<Working>,
    pub(crate) run: Option<Run>,
    pub(crate) types: Vec<ResourceType>,
    targets: Option<Vec<ResourceId>>,
    /// That of the last committed page.
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) state: State,
    /// Rows up to the last committed page.
    pub(crate) committed: Counters,
    /// Rows including those of the open page.
    pub(crate) counters: Counters,
    writer: Writer,
}

/// Whether a transaction is open, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Between transactions.
    Idle,
    /// A page is open.
    Page,
    /// The run is being ended.
    Sealed {
        /// Rows were removed, so the file has holes.
        removed: bool,
    },
}

impl C1zStore {
    /// Checks that a result can be put at `path`, reads what is there, and takes the lock on the working file.
    ///
    /// Nothing at `path` is changed before [`Store::finish`].
    ///
    /// # Errors
    /// [`connector_core::ErrorKind::Precondition`] when the directory is missing, not writable or full, when
    /// `path` is a directory or not a version 1 file, and when another run holds it.
    pub fn open(path: &Path, options: StoreOptions) -> Result<Self> {
        Self::prepare(path, options).during(format!("opening {}", path.display()))
    }

    fn prepare(path: &Path, options: StoreOptions) -> Result<Self> {
        let target = Target::check(path)?;
        let temp_dir = options.temp_dir.as_deref();
        let earlier = preflight::earlier(&target, options.read_limits, temp_dir)?;
        target.check_space(earlier.as_ref())?;
        let working = Working::open(target.beside(WORKING_SUFFIX))?;
        Ok(Self {
            target,
            options,
            earlier,
            working: Some(working),
            run: None,
            types: Vec::new(),
            targets: None,
            checkpoint: None,
            state: State::Idle,
            committed: Counters::default(),
            counters: Counters::default(),
            writer: Writer::default(),
        })
    }

    fn working(&self) -> Result<&Working> {
        let ended = || fault::bug("the run has ended");
        self.working.as_ref().ok_or_else(ended)
    }

    /// The token for the last committed page and the rows that are there now.
    pub(crate) fn token(&self) -> Result<String> {
        match (&self.run, &self.checkpoint) {
            (Some(run), Some(checkpoint)) => record::token(run, self.counters.totals(), checkpoint),
            _ => Err(fault::bug("no page was committed")),
        }
    }

    pub(crate) fn execute(&self, sql: &str) -> Result<()> {
        self.working()?
            .db
            .execute_batch(sql)
            .map_err(fault::database)
    }

    fn start(&mut self, spec: &RunSpec) -> Result<Begun> {
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
        let working = self.working()?;
        if let Some(stash) = working.stashed() {
            if record::recover(&working.db, &stash).is_err() {
                // Whatever is left is judged below; an open transaction would be in the way.
                self.take_back()?;
            }
            self.working()?.unstash()?;
        }
        match record::find(&self.working()?.db, spec)? {
            Found::Unfinished(found) => {
                let (run, checkpoint, counters) = *found;
                return self.resume(spec, run, checkpoint, counters);
            }
            Found::Unusable(reason) => {
                tracing::warn!(reason, "unfinished work of an earlier run was discarded");
                self.renew()?;
            }
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
        self.adopt(run, spec, None, Counters::default())
    }

    fn resume(
        &mut self,
        spec: &RunSpec,
        run: Run,
        checkpoint: Checkpoint,
        counters: Counters,
    ) -> Result<Begun> {
        let totals = counters.totals();
        tracing::info!(
            sync_id = %run.sync_id,
            resources = totals.resources,
            entitlements = totals.entitlements,
            grants = totals.grants,
            "resuming unfinished work"
        );
        self.execute("BEGIN IMMEDIATE")?;
        self.put_types(&run, spec)?;
        self.execute("COMMIT")?;
        self.adopt(run, spec, Some(checkpoint), counters)
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
        counters: Counters,
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
        self.committed = counters.clone();
        self.counters = counters;
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

    fn write(&mut self, rows: &Rows, at: Timestamp) -> Result<()> {
        if self.state == State::Idle {
            self.execute("BEGIN IMMEDIATE")?;
            self.state = State::Page;
        }
        let (Some(working), Some(run), State::Page) = (&self.working, &self.run, self.state) else {
            return Err(fault::bug("rows outside a page"));
        };
        let common = Common {
            sync_id: run.sync_id.as_str(),
            discovered_at: &time::text(at),
            types: &self.types,
        };
        self.writer
            .put(&working.db, rows, common, &mut self.counters)
    }

    fn take_back(&mut self) -> Result<()> {
        self.state = State::Idle;
        // A full disk makes SQLite take a transaction back by itself.
        if let Some(working) = self.working.as_ref().filter(|w| !w.db.is_autocommit()) {
            working
                .db
                .execute_batch("ROLLBACK")
                .map_err(fault::database)?;
        }
        self.counters.clone_from(&self.committed);
        Ok(())
    }

    fn end_page(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        let (Some(working), Some(run)) = (&self.working, &self.run) else {
            return Err(fault::bug("a page outside a run"));
        };
        let token = record::token(run, self.counters.totals(), checkpoint)?;
        if self.state == State::Idle {
            self.execute("BEGIN IMMEDIATE")?;
            self.state = State::Page;
        }
        record::set_token(&working.db, &token).map_err(fault::database)?;
        self.execute("COMMIT")?;
        self.state = State::Idle;
        self.checkpoint = Some(checkpoint.clone());
        self.committed.clone_from(&self.counters);
        Ok(())
    }

    fn seal_rows(&mut self, tally: &mut Tally) -> Result<Vec<Warning>> {
        // Rows after the last checkpoint do not count.
        self.take_back()?;
        self.refresh_earlier()?;
        self.execute("BEGIN IMMEDIATE")?;
        let (Some(working), Some(run)) = (&self.working, &self.run) else {
            return Err(fault::bug("the run has ended"));
        };
        let db = &working.db;
        record::remove(db).map_err(fault::database)?;
        // Before the indexes are built: filling a table is much faster without.
        if let Some(earlier) = &self.earlier {
            let (keep, all) = (self.options.keep_syncs, self.options.skip_cleanup);
            retention::take_over(db, &earlier.database(), run, keep, all)
                .during("keeping earlier syncs")?;
        }
        let scope = Scope {
            db,
            sync_id: &run.sync_id,
            types: &self.types,
            targets: self.targets.as_deref(),
        };
        let sealed = seal::seal(scope, &mut self.counters, tally)?;
        self.state = State::Sealed {
            removed: sealed.removed,
        };
        Ok(sealed.warnings)
    }

    /// Decodes the earlier file again if somebody changed it while the run went on.
    fn refresh_earlier(&mut self) -> Result<()> {
        if preflight::is_changed(&self.target, self.earlier.as_ref()) {
            tracing::warn!("the output file was changed by another program during the run");
            let temp_dir = self.options.temp_dir.as_deref();
            self.earlier = preflight::earlier(&self.target, self.options.read_limits, temp_dir)?;
        }
        Ok(())
    }

    fn give_up(&mut self, keep: bool) -> Result<()> {
        let taken_back = self.take_back();
        let Some(working) = self.working.take() else {
            return Ok(());
        };
        // Before `begin`, what is in the file belongs to an earlier run.
        let worth_keeping = match self.run {
            None => !working.is_new(),
            Some(_) => self.checkpoint.is_some(),
        };
        if keep && worth_keeping {
            taken_back.and_then(|()| working.keep())
        } else {
            working.remove()
        }
    }
}

impl Store for C1zStore {
    fn begin(&mut self, run: &RunSpec) -> Result<Begun> {
        self.start(run).during("starting the run")
    }

    fn put(&mut self, rows: Rows, at: Timestamp) -> Result<()> {
        self.write(&rows, at).during("writing rows")
    }

    fn restart_page(&mut self) -> Result<()> {
        self.take_back().during("discarding a page")
    }

    fn commit(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        self.end_page(checkpoint).during("committing a page")
    }

    fn resources(
        &mut self,
        resource_type: &ResourceTypeId,
        after: i64,
        limit: usize,
    ) -> Result<Vec<StoredResource>> {
        let Some(span) = self.counters.resources.get(resource_type) else {
            return Ok(Vec::new());
        };
        let after = after.max(span.first - 1);
        rows::select_resources(&self.working()?.db, resource_type, after, span.last, limit)
            .map_err(fault::database)
            .during("reading stored resources")
    }

    fn seal(&mut self, tally: &mut Tally) -> Result<Vec<Warning>> {
        self.seal_rows(tally).during("checking the rows")
    }

    fn finish(&mut self, ended_at: Timestamp, _tally: &Tally) -> Result<FileSummary> {
        let operation = format!("saving {}", self.target.shown);
        finish::finish(self, ended_at).during(operation)
    }

    fn abandon(&mut self, keep: bool) -> Result<()> {
        self.give_up(keep).during("giving up the run")
    }
}

impl Drop for C1zStore {
    fn drop(&mut self) {
        if let Err(error) = self.give_up(true) {
            tracing::warn!(%error, "unfinished work could not be kept");
        }
    }
}
