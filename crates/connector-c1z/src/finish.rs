//! The end of a run: its row is written, and the finished database replaces the file at the target in one step.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;

use connector_core::store::FileSummary;
use connector_core::{Error, Result};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::preflight::{self, Target};
use crate::record::{self, Run};
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
    if preflight::is_changed(&store.target, store.earlier.as_ref()) {
        return Err(fault::precondition(
            "the output file was changed by another program while it was being saved",
        )
        .hint("run again; the work is kept"));
    }
    let (Some(working), Some(run)) = (&store.working, &store.run) else {
        return Err(fault::bug("the run has ended"));
    };
    if store.checkpoint.is_some() {
        working.stash(&store.token()?)?;
    }
    end_run(store, &working.db, run, ended_at)?;
    store.state = State::Idle;
    match complete(store, removed).and_then(|size| publish(store, size)) {
        Ok(summary) => {
            store.earlier = None;
            Ok(summary)
        }
        Err(error) => Err(reopen(store, error)),
    }
}

/// Writes the run's row and commits.
fn end_run(store: &C1zStore, db: &Connection, run: &Run, ended_at: Timestamp) -> Result<()> {
    check_counts(db, run, store.counters.totals())?;
    let types = store.types.iter().map(|t| t.id.as_str());
    let stats = record::stats(types, &store.counters)?;
    record::insert_ended(db, run, ended_at, &stats).map_err(fault::database)?;
    db.execute_batch("COMMIT").map_err(fault::database)
}

/// Compacts the database if it has holes; returns its size.
fn complete(store: &C1zStore, removed: bool) -> Result<u64> {
    let Some(working) = &store.working else {
        return Err(fault::bug("the run has ended"));
    };
    let db = &working.db;
    if store.earlier.is_some() {
        retention::detach(db)?;
    }
    if removed && has_free_pages(db)? {
        db.execute_batch("VACUUM").map_err(fault::database)?;
    }
    let size: i64 = db
        .query_row(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            [],
            |row| row.get(0),
        )
        .map_err(fault::database)?;
    Ok(size.cast_unsigned())
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
    let (db, bytes) = working.parts()?;
    let found = bytes.metadata().map_or(0, |file| file.len());
    if found != size {
        return Err(fault::bug(format!(
            "the working file has {found} bytes instead of {size}"
        )));
    }
    let temporary = Temporary::create(target.beside(TEMPORARY_SUFFIX))?;
    let write_error = |e| fault::file("write", &temporary.path, e);
    // Checking and compressing both read the whole database, so they do it at the same time.
    let (sound, written) = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            container::encode(bytes, size, &mut &temporary.file)?;
            copy_permissions(&target.path, &temporary.file);
            temporary.file.sync_all()
        });
        (working::is_sound(db), writer.join())
    });
    let panicked = |_| fault::bug("compressing the file failed");
    written.map_err(panicked)?.map_err(write_error)?;
    if !sound? {
        return Err(fault::precondition("the finished database is damaged")
            .hint("check the disk and run again"));
    }
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
    let reopened = store
        .token()
        .and_then(|token| record::reopen(&working.db, run, &token).map_err(fault::database))
        .and_then(|()| working.unstash());
    if let Err(cause) = reopened {
        tracing::warn!(%cause, "unfinished work cannot be kept");
        store.checkpoint = None;
    }
    error
}
