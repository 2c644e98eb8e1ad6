//! The store that the engine writes a run into.
//!
//! While the run goes on, its rows are in the working file beside the target, each page in one transaction with
//! the checkpoint that moves past it. Sealing and ending are one more transaction, so a run that dies on the way
//! is found at its last page. The target is replaced in one step, at the very end.

mod begin;
mod engine;
mod finish;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::leftovers::TempDirectory;
use connector_core::model::ResourceType;
use connector_core::store::{
    Begun, Checkpoint, FileSummary, Phase, Place, Rows, RunSpec, Store, StoredResource, Tally,
};
use connector_core::warning::Warning;
use connector_core::{Context, Result};
use jiff::Timestamp;

use crate::convert::Format;
use crate::counters::{self, Written};
use crate::preflight::{self, Target};
use crate::reader::ReadLimits;
use crate::record::{self, Run};
use crate::rows::{self, Common, Writer};
use crate::seal::Scope;
use crate::snapshot::Snapshot;
use crate::working::Working;
use crate::{fault, publish, retention, seal, time, working};

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
    /// The format of the file; that of the file that is there by default, else version 1.
    pub format: Option<Format>,
    /// A temporary directory in which the file lies. It is kept until the store is dropped, which may be later than the
    /// sync is: a sync that is given up leaves its store to finish what it is writing.
    pub directory: Option<Arc<TempDirectory>>,
}

/// Writes one run into a `.c1z` file.
///
/// Dropping it before [`Store::finish`] is like [`Store::abandon`] with `keep` set.
#[derive(Debug)]
pub struct C1zStore {
    target: Target,
    /// The earlier file.
    earlier: Option<Snapshot>,
    /// The format of the new one.
    format: Format,
    /// `None` once the run has ended or was given up.
    working: Option<Working>,
    run: Option<Run>,
    types: Vec<ResourceType>,
    targets: Option<Vec<ResourceId>>,
    /// That of the last committed page.
    checkpoint: Option<Checkpoint>,
    transaction: Transaction,
    /// Rows up to the last committed page.
    committed: Written,
    /// Rows including those of the open page.
    written: Written,
    writer: Writer,
    /// Last, because it may own the directory in which everything else lies.
    options: StoreOptions,
}

/// Whether a transaction is open, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transaction {
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
    /// `path` is no regular file or not a sync file, and when another run holds it.
    pub fn open(path: &Path, options: StoreOptions) -> Result<Self> {
        Self::prepare(path, options).during(format!("opening {}", path.display()))
    }

    fn prepare(path: &Path, options: StoreOptions) -> Result<Self> {
        let [working, ..] = working::SUFFIXES;
        let mut suffixes = working::SUFFIXES.to_vec();
        suffixes.push(publish::TEMPORARY_SUFFIX);
        let target = Target::check(path, &suffixes)?;
        let temp_dir = options.temp_dir.as_deref();
        let format = engine::choose(&target, options.format)?;
        let earlier = preflight::earlier(&target, options.read_limits, temp_dir)?;
        target.check_space(earlier.as_ref())?;
        let working = Working::open(target.beside(working))?;
        Ok(Self {
            target,
            earlier,
            format,
            working: Some(working),
            run: None,
            types: Vec::new(),
            targets: None,
            checkpoint: None,
            transaction: Transaction::Idle,
            committed: Written::default(),
            written: Written::default(),
            writer: Writer::default(),
            options,
        })
    }

    fn working(&self) -> Result<&Working> {
        let ended = || fault::bug("the run has ended");
        self.working.as_ref().ok_or_else(ended)
    }

    fn run(&self) -> Result<&Run> {
        self.run
            .as_ref()
            .ok_or_else(|| fault::bug("no run has begun"))
    }

    /// The token for the last committed page and the rows that are there now.
    fn token(&self) -> Result<String> {
        let none = || fault::bug("no page was committed");
        let checkpoint = self.checkpoint.as_ref().ok_or_else(none)?;
        record::token(self.run()?, &self.written.rows, checkpoint)
    }

    fn execute(&self, sql: &str) -> Result<()> {
        self.working()?
            .db
            .execute_batch(sql)
            .map_err(fault::database)
    }

    fn open_page(&mut self) -> Result<()> {
        if self.transaction == Transaction::Idle {
            self.execute("BEGIN IMMEDIATE")?;
            self.transaction = Transaction::Page;
        }
        Ok(())
    }

    fn write(&mut self, rows: &Rows, at: Timestamp) -> Result<()> {
        self.open_page()?;
        let (Some(working), Some(run), Transaction::Page) =
            (&self.working, &self.run, self.transaction)
        else {
            return Err(fault::bug("rows outside a page"));
        };
        let common = Common {
            sync_id: run.sync_id.as_str(),
            discovered_at: &time::text(at),
            types: &self.types,
        };
        self.writer
            .put(&working.db, rows, common, &mut self.written)
    }

    fn take_back(&mut self) -> Result<()> {
        self.transaction = Transaction::Idle;
        // A full disk makes SQLite take a transaction back by itself.
        if let Some(working) = self.working.as_ref().filter(|w| !w.db.is_autocommit()) {
            working
                .db
                .execute_batch("ROLLBACK")
                .map_err(fault::database)?;
        }
        self.written.clone_from(&self.committed);
        Ok(())
    }

    fn drop_rows(&mut self, phase: Phase, kept: u64) -> Result<()> {
        self.take_back()?;
        self.open_page()?;
        let db = &self.working()?.db;
        rows::drop_after(db, phase, kept).map_err(fault::database)?;
        self.written = Written::read(db, &self.run()?.sync_id)?;
        Ok(())
    }

    fn end_page(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        let token = record::token(self.run()?, &self.written.rows, checkpoint)?;
        self.open_page()?;
        record::set_token(&self.working()?.db, &token).map_err(fault::database)?;
        self.execute("COMMIT")?;
        self.transaction = Transaction::Idle;
        self.checkpoint = Some(checkpoint.clone());
        self.committed.clone_from(&self.written);
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
        if let (Some(earlier), Format::V1) = (&mut self.earlier, self.format) {
            let (keep, all) = (self.options.keep_syncs, self.options.skip_cleanup);
            let database = earlier.database().unwrap_or_default();
            retention::take_over(db, &database, run, keep, all).during("keeping earlier syncs")?;
            // It is attached now, so that its rows are read without its name.
            earlier.unname();
        }
        let scope = Scope {
            db,
            sync_id: &run.sync_id,
            types: &self.types,
            targets: self.targets.as_deref(),
        };
        let sealed = seal::seal(scope, &mut self.written.rows, tally)?;
        self.transaction = Transaction::Sealed {
            removed: sealed.removed,
        };
        let mut warnings = sealed.warnings;
        warnings.extend(self.format_warnings()?);
        Ok(warnings)
    }

    /// Decodes the earlier file again if another program changed it while the run went on.
    fn refresh_earlier(&mut self) -> Result<()> {
        if preflight::is_changed(&self.target, self.earlier.as_ref()) {
            tracing::warn!("the output file was changed by another program during the run");
            let temp_dir = self.options.temp_dir.as_deref();
            self.earlier = preflight::earlier(&self.target, self.options.read_limits, temp_dir)?;
        }
        Ok(())
    }

    fn give_up(&mut self, keep: bool) -> Result<bool> {
        let taken_back = self.take_back();
        let Some(working) = self.working.take() else {
            return Ok(false);
        };
        // Before `begin`, what is in the file belongs to an earlier run.
        let worth_keeping = match self.run {
            None => !working.is_new(),
            Some(_) => self.checkpoint.is_some(),
        };
        if keep && worth_keeping {
            taken_back.and_then(|()| working.keep())?;
            return Ok(true);
        }
        working.remove()?;
        Ok(false)
    }

    /// Names the directory in the error of a full disk.
    fn located<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|error| {
            let sorting = working::sorting_directory();
            preflight::in_fullest(error, &self.target, sorting.as_deref())
        })
    }
}

impl Store for C1zStore {
    fn begin(&mut self, run: &RunSpec) -> Result<Begun> {
        let begun = self.start(run);
        self.located(begun).during("starting the run")
    }

    fn put(&mut self, rows: Rows, at: Timestamp) -> Result<()> {
        let put = self.write(&rows, at);
        self.located(put).during("writing rows")
    }

    fn restart_page(&mut self) -> Result<()> {
        let discarded = self.take_back();
        self.located(discarded).during("discarding a page")
    }

    fn restart_listing(&mut self, phase: Phase, kept: u64) -> Result<()> {
        let dropped = self.drop_rows(phase, kept);
        self.located(dropped).during("discarding a listing")
    }

    fn commit(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        let committed = self.end_page(checkpoint);
        self.located(committed).during("committing a page")
    }

    fn resources(
        &mut self,
        resource_type: &ResourceTypeId,
        from: Place,
        limit: usize,
    ) -> Result<Vec<StoredResource>> {
        let Some(&(first, last)) = self.written.spans.get(resource_type) else {
            return Ok(Vec::new());
        };
        let first = first.max(counters::row(from));
        rows::select_resources(&self.working()?.db, resource_type, first, last, limit)
            .map_err(fault::database)
            .during("reading stored resources")
    }

    fn seal(&mut self, tally: &mut Tally) -> Result<Vec<Warning>> {
        let sealed = self.seal_rows(tally);
        self.located(sealed).during("checking the rows")
    }

    fn finish(&mut self, ended_at: Timestamp) -> Result<FileSummary> {
        let ended = self.end_run(ended_at);
        let operation = format!("saving {}", self.target.shown);
        self.located(ended).during(operation)
    }

    fn abandon(&mut self, keep: bool) -> Result<bool> {
        let given_up = self.give_up(keep);
        self.located(given_up).during("giving up the run")
    }
}

impl Drop for C1zStore {
    fn drop(&mut self) {
        if let Err(error) = self.give_up(true) {
            tracing::warn!(%error, "unfinished work could not be kept");
        }
    }
}
