//! Puts a finished database in place of the earlier file in one step.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;

use connector_core::Result;
use connector_core::leftovers::{self, Registered};
use connector_core::store::FileSummary;
use rusqlite::Connection;

use crate::preflight::Target;
use crate::working::Working;
use crate::{container, fault, working};

/// What is added to the target's name while the new file is being written.
pub(crate) const TEMPORARY_SUFFIX: &str = ".tmp";

/// Puts the finished database in the working file in place of the target, compacted if rows were `removed`.
pub(crate) fn publish(
    target: &Target,
    working: &mut Working,
    removed: bool,
) -> Result<FileSummary> {
    let size = compact(&working.db, removed)?;
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
    target.check_again()?;
    temporary.rename(&target.path)?;
    sync_directory(&target.directory);
    Ok(FileSummary {
        path: target.shown.clone(),
        decoded_bytes: size,
        file_bytes,
    })
}

/// Compacts the database if it has holes; returns its size.
fn compact(db: &Connection, removed: bool) -> Result<u64> {
    let number = |sql| {
        let number: rusqlite::Result<i64> = db.query_row(sql, [], |row| row.get(0));
        number.map(i64::cast_unsigned).map_err(fault::database)
    };
    if removed && number("PRAGMA freelist_count")? > 0 {
        db.execute_batch("VACUUM").map_err(fault::database)?;
    }
    number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
}

/// A file that is removed again unless it is put in place.
struct Temporary {
    path: PathBuf,
    file: File,
    placed: bool,
    /// Removed as well when the process ends without running destructors.
    _registered: Registered,
}

impl Temporary {
    fn create(path: PathBuf) -> Result<Self> {
        // One may be left of a run that was killed. A link is removed, not followed.
        let _ = fs::remove_file(&path);
        let registered = Registered::new(path.clone());
        let file = leftovers::private_file(&path).map_err(|e| fault::file("create", &path, e))?;
        Ok(Self {
            _registered: registered,
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

/// The new file may be read by those who could read the old one; one that replaces nothing is its owner's alone.
fn copy_permissions(from: &Path, to: &File) {
    if let Ok(earlier) = fs::metadata(from) {
        let _ = to.set_permissions(earlier.permissions());
    }
}

/// Makes the rename durable; file systems that cannot do this do not need it.
pub(crate) fn sync_directory(directory: &Path) {
    let synced = File::open(directory).and_then(|handle| handle.sync_all());
    if let Err(error) = synced {
        tracing::debug!(%error, "the output directory cannot be synced");
    }
}
