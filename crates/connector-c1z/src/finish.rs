//! The end of a run: earlier syncs are taken over, the run's row is written, and the finished database replaces
//! the file at the target in one step.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use connector_core::store::FileSummary;
use connector_core::{Context, Error, Result};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::preflight::{self, Target};
use crate::record::{self, Run};
use crate::schema::{Built, INDEXES, TABLES};
use crate::store::{C1zStore, State};
use crate::working::Working;
use crate::{container, counters::RowCounts, fault, retention, working};

/// What is added to the target's name while the new file is being written.
const TEMPORARY_SUFFIX: &str = ".tmp";

/// Ends the run and publishes the file.
pub(crate) fn finish(store: &mut C1zStore, ended_at: Timestamp) -> Result<FileSummary> {
    let State::Sealed { removed } = store.state else {
        return Err(fault::bug("a run cannot end before it is sealed"));
    };
    refresh_earlier(store)?;
    let (Some(working), Some(run)) = (&store.working, &store.run) else {
        return Err(fault::bug("the run has ended"));
    };
    end_run(store, working, run, ended_at)?;
    store.state = State::Idle;
    let published = complete(store, removed).and_then(|size| publish(store, size));
    match published {
        Ok(summary) => {
            store.earlier = None;
            Ok(summary)
        }
        Err(error) => Err(reopen(store, error)),
    }
}

/// Decodes the earlier file again if somebody changed it while the run went on.
fn refresh_earlier(store: &mut C1zStore) -> Result<()> {
    let changed = match &store.earlier {
        Some(snapshot) => snapshot.is_stale(),
        None => fs::metadata(&store.target.path).is_ok_and(|file| file.len() > 0),
    };
    if changed {
        tracing::warn!("the output file was changed by another program during the run");
        let temp_dir = store.options.temp_dir.as_deref();
        store.earlier = preflight::earlier(&store.target, store.options.read_limits, temp_dir)?;
    }
    Ok(())
}

/// Everything that belongs to the last transaction, and its commit.
fn end_run(store: &C1zStore, working: &Working, run: &Run, ended_at: Timestamp) -> Result<()> {
    let db = &working.db;
    db.execute("DELETE FROM v1_sync_runs", [])
        .map_err(fault::database)?;
    if let Some(earlier) = &store.earlier {
        let options = &store.options;
        let path = earlier.database();
        retention::take_over(db, &path, options.keep_syncs, options.skip_cleanup)
            .during("keeping earlier syncs")?;
    }
    for index in INDEXES.iter().filter(|i| i.built == Built::AtTheEnd) {
        db.execute_batch(index.create).map_err(fault::database)?;
    }
    let types = store.types.iter().map(|t| t.id.as_str());
    let stats = record::stats(types, &store.counters)?;
    record::insert_ended(db, run, ended_at, &stats).map_err(fault::database)?;
    db.execute_batch("COMMIT").map_err(fault::database)
}

/// Compacts the database if it has holes and checks it; returns its size.
fn complete(store: &C1zStore, removed: bool) -> Result<u64> {
    let (Some(working), Some(run)) = (&store.working, &store.run) else {
        return Err(fault::bug("the run has ended"));
    };
    let db = &working.db;
    if store.earlier.is_some() {
        retention::detach(db)?;
    }
    if removed && has_free_pages(db)? {
        db.execute_batch("VACUUM").map_err(fault::database)?;
    }
    if !working::is_sound(db)? {
        return Err(fault::precondition("the finished database is damaged")
            .hint("check the disk and run again"));
    }
    check_counts(db, run, store.counters.totals())?;
    let pages: i64 = db
        .query_row(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            [],
            |r| r.get(0),
        )
        .map_err(fault::database)?;
    Ok(pages.cast_unsigned())
}

fn has_free_pages(db: &Connection) -> Result<bool> {
    let free: rusqlite::Result<i64> = db.query_row("PRAGMA freelist_count", [], |row| row.get(0));
    free.map(|pages| pages > 0).map_err(fault::database)
}

/// Whether the file holds exactly the rows that were counted.
fn check_counts(db: &Connection, run: &Run, expected: RowCounts) -> Result<()> {
    let count = |table: &str| -> Result<u64> {
        let sql = format!("SELECT count(*) FROM {table} WHERE sync_id = ?1");
        let found: rusqlite::Result<i64> =
            db.query_row(&sql, [run.sync_id.as_str()], |row| row.get(0));
        found.map(i64::cast_unsigned).map_err(fault::database)
    };
    let found = RowCounts {
        resources: count("v1_resources")?,
        entitlements: count("v1_entitlements")?,
        grants: count("v1_grants")?,
    };
    if found == expected {
        return Ok(());
    }
    Err(fault::bug(format!(
        "the finished database holds {found:?} where {expected:?} were written"
    )))
}

/// Writes the new file, puts it in place and removes the working file.
fn publish(store: &mut C1zStore, size: u64) -> Result<FileSummary> {
    let Some(working) = &mut store.working else {
        return Err(fault::bug("the run has ended"));
    };
    let summary = write_new(&store.target, working, size)?;
    if let Some(working) = store.working.take() {
        working.remove()?;
    }
    Ok(summary)
}

fn write_new(target: &Target, working: &mut Working, size: u64) -> Result<FileSummary> {
    let database = working.bytes()?;
    let found = database.metadata().map_or(0, |file| file.len());
    if found != size {
        return Err(fault::bug(format!(
            "the working file has {found} bytes instead of {size}"
        )));
    }
    let temporary = Temporary::create(target.beside(TEMPORARY_SUFFIX))?;
    let write_error = |e| fault::file("write", &temporary.path, e);
    container::encode(database, size, &mut &temporary.file).map_err(write_error)?;
    copy_permissions(&target.path, &temporary.file);
    temporary.file.sync_all().map_err(write_error)?;
    let file_bytes = temporary.file.metadata().map_err(write_error)?.len();
    temporary.rename(&target.path)?;
    sync_directory(&target.directory);
    Ok(FileSummary {
        path: target.shown.clone(),
        decoded_bytes: size,
        file_bytes,
    })
}

/// A file that is removed again unless it is put in place.
struct Temporary {
    path: PathBuf,
    file: File,
    placed: bool,
}

impl Temporary {
    fn create(path: PathBuf) -> Result<Self> {
        // One may be left of a run that was killed. A link is removed, not followed.
        let _ = fs::remove_file(&path);
        let file = File::create_new(&path).map_err(|e| fault::file("create", &path, e))?;
        Ok(Self {
            path,
            file,
            placed: false,
        })
    }

    fn rename(mut self, target: &Path) -> Result<()> {
        fs::rename(&self.path, target).map_err(|e| fault::file("replace", target, e))?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The new file may be read by those who could read the old one.
fn copy_permissions(from: &Path, to: &File) {
    if let Ok(earlier) = fs::metadata(from) {
        let _ = to.set_permissions(earlier.permissions());
    }
}

/// Makes the rename durable; file systems that cannot do this do not need it.
fn sync_directory(directory: &Path) {
    let synced = File::open(directory).and_then(|handle| handle.sync_all());
    if let Err(error) = synced {
        tracing::debug!(%error, "the output directory cannot be synced");
    }
}

/// Makes a run that could not be published unfinished again, so that it can be resumed.
fn reopen(store: &mut C1zStore, error: Error) -> Error {
    let (Some(working), Some(run)) = (&store.working, &store.run) else {
        return error;
    };
    if let Err(cause) = undo(store, working, run) {
        tracing::warn!(%cause, "unfinished work cannot be kept");
        store.checkpoint = None;
    }
    error
}

fn undo(store: &C1zStore, working: &Working, run: &Run) -> Result<()> {
    let checkpoint = store.checkpoint.as_ref();
    let checkpoint = checkpoint.ok_or_else(|| fault::bug("no page was committed"))?;
    let token = record::token(run, store.counters.totals(), checkpoint)?;
    let db = &working.db;
    let undo = || {
        db.execute_batch("BEGIN IMMEDIATE")?;
        let mut names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'index'")?;
        let indexes: Vec<String> = names
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for name in indexes {
            db.execute_batch(&format!("DROP INDEX \"{name}\""))?;
        }
        for table in &TABLES {
            let sql = format!("DELETE FROM {} WHERE sync_id <> ?1", table.name);
            db.execute(&sql, [run.sync_id.as_str()])?;
        }
        db.execute("DELETE FROM v1_sync_runs", [])?;
        record::insert(db, run)?;
        record::set_token(db, &token)?;
        db.execute_batch("COMMIT")
    };
    undo().map_err(fault::database)
}
