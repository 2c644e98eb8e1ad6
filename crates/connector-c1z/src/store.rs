//! The store that the engine writes a run into.
//!
//! While the run goes on, its rows are in the working file beside the target, each page with the checkpoint that moves
//! past it. Sealing and ending only read it, so a run that dies on the way is found at its last page. The target is
//! replaced in one step, at the very end.

mod begin;
mod engine;
mod finish;
mod guard;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::leftovers::TempDirectory;
use connector_core::model::ResourceType;
use connector_core::shrink::ShrinkLimits;
use connector_core::store::{
    Begun, Checkpoint, FileSummary, Phase, Place, Rows, RunSpec, Sealed as SealedAs, Store,
    StoredResource, Tally,
};
use connector_core::warning::Warning;
use connector_core::{Context, Result};
use jiff::Timestamp;

use crate::convert::Format;
use crate::database::Purpose;
use crate::log::{Log, Run};
use crate::preflight::{self, Target};
use crate::preview::Preview;
use crate::reader::ReadLimits;
use crate::retention::Earlier;
use crate::seal::{Ahead, Early, Scope, Sealed};
use crate::snapshot::Snapshot;
use crate::{fault, log, publish, seal};

/// How a file is written.
#[derive(Debug, Clone, Default)]
pub struct StoreOptions {
    /// Where the earlier file is decoded; the system's temp directory by default.
    pub temp_dir: Option<PathBuf>,
    /// Finished full syncs to keep in the file, the new one included; 2 by default.
    pub keep_syncs: Option<u32>,
    /// Keeps all earlier syncs.
    pub skip_cleanup: bool,
    /// Bytes of memory for keys that are being sorted; 3 MiB by default. What does not fit goes to files without a name
    /// beside the target.
    pub sort_memory: Option<usize>,
    /// Limits for reading the earlier file.
    pub read_limits: ReadLimits,
    /// How much of what the earlier file has may be missing in a full sync that replaces it. What lacks more is put
    /// beside the file, under its name with `.quarantine`, and [`Store::finish`] fails. Nothing is compared by default.
    pub shrink: Option<ShrinkLimits>,
    /// Takes the place of every time in the file, and the run's id is made of its rows when it is sealed: the same rows
    /// then give the same bytes. An earlier sync of the same id is replaced.
    pub source_date: Option<Timestamp>,
    /// The run is to be a whole one: its own unfinished work is not kept, because no other run goes on with it.
    pub whole: bool,
    /// The format of the file; that of the file that is there by default, else version 1.
    pub format: Option<Format>,
    /// Makes the run write nothing: its rows are kept in memory, cut down to what is compared, and what would have
    /// changed is put here by [`Store::finish`]. Unfinished work is neither gone on with nor left.
    pub preview: Option<Arc<OnceLock<Preview>>>,
    /// A temporary directory in which the file lies. It is kept until the store is dropped, which may be later than the
    /// sync is: a sync that is given up leaves its store to finish what it is writing.
    pub directory: Option<Arc<TempDirectory>>,
}

/// Memory for keys that are being sorted, unless the options say otherwise.
const SORT_MEMORY: usize = 3 << 20;

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
    log: Option<Log>,
    run: Option<Run>,
    /// The version 3 file, as long as it has only what the log has.
    ahead: Option<Ahead>,
    /// Set as long as it holds all rows of the log.
    early: Option<Early>,
    types: Vec<ResourceType>,
    targets: Option<Vec<ResourceId>>,
    /// Set between sealing and the end.
    sealed: Option<(Sealed, Option<Earlier>)>,
    /// Last, because it may own the directory in which everything else lies.
    options: StoreOptions,
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
        let writes = options.preview.is_none();
        let target = match writes {
            true => Target::check(path, &[log::SUFFIX, publish::TEMPORARY_SUFFIX])?,
            false => Target::find(path)?,
        };
        if writes && options.shrink.is_some() && target.path.exists() {
            guard::check_names(&target)?;
        }
        let temp_dir = options.temp_dir.as_deref();
        let format = engine::choose(&target, options.format)?;
        let earlier = preflight::earlier(&target, format, options.read_limits, temp_dir)?;
        let log = match writes {
            true => {
                target.check_space(earlier.as_ref())?;
                Log::open(target.beside(log::SUFFIX))?
            }
            false => Log::in_memory(options.temp_dir.clone().unwrap_or_else(std::env::temp_dir)),
        };
        Ok(Self {
            target,
            earlier,
            format,
            log: Some(log),
            run: None,
            ahead: None,
            early: None,
            types: Vec::new(),
            targets: None,
            sealed: None,
            options,
        })
    }

    fn log(&mut self) -> Result<&mut Log> {
        let ended = || fault::bug("the run has ended");
        self.log.as_mut().ok_or_else(ended)
    }

    /// The log of a run that has begun.
    fn begun(&mut self) -> Result<&mut Log> {
        match self.run {
            Some(_) => self.log(),
            None => Err(fault::bug("no run has begun")),
        }
    }

    fn write(&mut self, rows: &Rows, at: Timestamp) -> Result<()> {
        self.sealed = None;
        let (Some(log), Some(_)) = (&mut self.log, &self.run) else {
            return self.begun().map(drop);
        };
        if rows.is_empty() {
            return Ok(());
        }
        log.put(rows, &self.types, at)?;
        let (phase, stored) = (rows.phase(), log.last());
        let (columns, blobs) = (&stored.columns, &stored.blobs);
        // What is wrong shows when sealing makes a draft, or when the file is made of the log, if it is wrong still.
        self.early
            .take_if(|early| early.add(phase, at, columns, blobs.len()).is_err());
        self.ahead
            .take_if(|ahead| ahead.add(phase, at, columns, blobs).is_err());
        Ok(())
    }

    fn take_back(&mut self) -> Result<()> {
        let log = self.begun()?;
        let loses_rows = log.has_open();
        log.take_back()?;
        self.ahead.take_if(|_| loses_rows);
        self.early.take_if(|_| loses_rows);
        Ok(())
    }

    fn seal_rows(&mut self, tally: &mut Tally) -> Result<Vec<Warning>> {
        // Rows after the last checkpoint do not count.
        self.take_back()?;
        self.refresh_earlier()?;
        if let Some(date) = self.options.source_date {
            self.name_after_rows(date, tally.clone())?;
        }
        let early = self.early.take();
        let (Some(log), Some(run)) = (&self.log, &self.run) else {
            return Err(fault::bug("the run has ended"));
        };
        let earlier = self.kept(run)?;
        earlier.iter().for_each(Earlier::report);
        let mut sealed = seal::seal(self.scope(log, run, earlier.as_ref()), early, tally)?;
        let mut warnings = std::mem::take(&mut sealed.warnings);
        warnings.extend(self.format_warnings()?);
        self.ahead.take_if(|_| !sealed.changes.are_none());
        self.sealed = Some((sealed, earlier));
        if let Some(snapshot) = &mut self.earlier {
            snapshot.unname();
        }
        Ok(warnings)
    }

    /// Gives the run an id that is made of its rows. They are sealed once without it, because the id decides which
    /// earlier syncs stay and how rows are sorted.
    fn name_after_rows(&mut self, date: Timestamp, mut tally: Tally) -> Result<()> {
        let (Some(log), Some(run)) = (&self.log, &self.run) else {
            return Err(fault::bug("the run has ended"));
        };
        let scope = self.scope(log, run, None);
        let sealed = seal::seal(scope, None, &mut tally)?;
        let sync_id = seal::sync_id(scope, &sealed.changes, date)?.to_string();
        if let Some(run) = &mut self.run {
            run.sync_id.clone_from(&sync_id);
        }
        self.log()?.seal_as(sync_id)
    }

    fn scope<'a>(&'a self, log: &'a Log, run: &'a Run, earlier: Option<&'a Earlier>) -> Scope<'a> {
        let snapshot = self.earlier.as_ref().map(Snapshot::db);
        Scope {
            log,
            run,
            types: &self.types,
            targets: self.targets.as_deref(),
            earlier: earlier.zip(snapshot),
            purpose: self.purpose(),
            memory: match self.options.preview {
                // The log in memory has a limit, which is one for keys as well.
                Some(_) => usize::MAX,
                None => self.sort_memory(),
            },
            date: self.options.source_date,
        }
    }

    /// What sealing makes of the keys of rows.
    fn purpose(&self) -> Purpose {
        match self.format {
            Format::V1 if self.options.preview.is_none() => Purpose::File,
            _ => Purpose::Keys(seal::is_searched),
        }
    }

    fn sort_memory(&self) -> usize {
        self.options.sort_memory.unwrap_or(SORT_MEMORY)
    }

    /// What stays of the earlier file beside this run.
    fn kept(&self, run: &Run) -> Result<Option<Earlier>> {
        let (keep, keep_all) = (self.options.keep_syncs, self.options.skip_cleanup);
        // A version 3 file holds one sync.
        let keeps = self.format == Format::V1 && self.options.preview.is_none();
        let snapshot = self.earlier.as_ref().filter(|_| keeps);
        let earlier = snapshot.map(|snapshot| {
            Earlier::read(snapshot.db(), run, keep, keep_all).during("keeping earlier syncs")
        });
        earlier.transpose()
    }

    /// Decodes the earlier file again if another program changed it while the run went on.
    fn refresh_earlier(&mut self) -> Result<()> {
        if preflight::is_changed(&self.target, self.earlier.as_ref())? {
            tracing::warn!("the output file was changed by another program during the run");
            let temp_dir = self.options.temp_dir.as_deref();
            let limits = self.options.read_limits;
            self.earlier = preflight::earlier(&self.target, self.format, limits, temp_dir)?;
        }
        Ok(())
    }

    fn give_up(&mut self, keep: bool) -> Result<bool> {
        self.sealed = None;
        let Some(log) = self.log.take() else {
            return Ok(false);
        };
        // Before `begin`, what is in the file belongs to an earlier run.
        let worth_keeping = match self.run {
            None => !log.is_new(),
            Some(_) => log.checkpoint().is_some() && !self.options.whole,
        };
        if keep && worth_keeping && self.options.preview.is_none() {
            log.keep()?;
            return Ok(true);
        }
        log.remove()?;
        Ok(false)
    }
}

impl Store for C1zStore {
    fn begin(&mut self, run: &RunSpec) -> Result<Begun> {
        self.start(run).during("starting the run")
    }

    fn put(&mut self, rows: &Rows, at: Timestamp) -> Result<()> {
        self.write(rows, at).during("writing rows")
    }

    fn restart_page(&mut self) -> Result<()> {
        self.take_back().during("discarding a page")
    }

    fn restart_listing(&mut self, phase: Phase, kept: u64) -> Result<()> {
        self.ahead = None;
        self.early = None;
        let dropped = self.begun().and_then(|log| log.drop_after(phase, kept));
        dropped.during("discarding a listing")
    }

    fn commit(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        let committed = self.begun().and_then(|log| log.commit(checkpoint));
        committed.during("committing a page")
    }

    fn resources(
        &mut self,
        resource_type: &ResourceTypeId,
        from: Place,
        limit: usize,
    ) -> Result<Vec<StoredResource>> {
        let found = self.begun()?.resources(resource_type, from, limit);
        found.during("reading stored resources")
    }

    fn seal(&mut self, tally: &mut Tally) -> Result<Vec<Warning>> {
        self.seal_rows(tally).during("checking the rows")
    }

    fn sealed(&self) -> Option<SealedAs> {
        let (run, date) = self.run.as_ref().zip(self.options.source_date)?;
        Some(SealedAs {
            sync_id: run.id(),
            date,
        })
    }

    fn finish(&mut self, ended_at: Timestamp) -> Result<FileSummary> {
        let operation = format!("saving {}", self.target.shown);
        self.end_run(ended_at).during(operation)
    }

    fn abandon(&mut self, keep: bool) -> Result<bool> {
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
