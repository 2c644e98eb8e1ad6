//! The working file: a plain SQLite database beside the target that holds the run being written.
//!
//! It is locked while open, so two runs cannot write one target. It never holds anything but the new run, and it
//! is never handed to a reader; what a run had committed when it ended early is found here by the next one.
//!
//! Durability: a rollback journal on disk and no fsync. A killed process leaves either whole transactions or a
//! journal that takes the last one back, because what was written stays in the operating system's cache. A power
//! cut may leave damage; resuming checks structure and row counts and starts anew when they are off.

use std::fs;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use std::time::Duration;

use connector_core::Result;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::fault;
use crate::schema;

/// Enough for the inner pages of every index being filled, small enough to bound memory.
const SETTINGS: &str = "
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -8192;
    PRAGMA synchronous = OFF;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = OFF;
    PRAGMA trusted_schema = OFF;
    PRAGMA journal_mode = TRUNCATE;";

/// How often a file that vanished while it was being opened is opened again.
const OPEN_TRIES: u32 = 5;

/// The journal that SQLite keeps beside a database.
const JOURNAL: &str = "-journal";

/// A token put aside, see [`Working::stash`].
const STASH: &str = "-checkpoint";

/// What is added to the target's name for the working file and the files that can be beside it.
pub(crate) const SUFFIXES: [&str; 4] = [
    ".resume",
    ".resume-journal",
    ".resume-wal",
    ".resume-checkpoint",
];

/// An open, locked working file.
#[derive(Debug)]
pub(crate) struct Working {
    pub(crate) db: Connection,
    path: PathBuf,
    /// Whether this process created it.
    created: bool,
    /// The file as plain bytes. It stays open until the file is closed or removed: closing any handle of the
    /// file would drop the locks that this process holds on it (a rule of POSIX locks).
    bytes: Option<fs::File>,
}

impl Working {
    /// Opens and locks the file at `path` (absolute), creating it when there is none. A file that is not a
    /// database is replaced.
    pub(crate) fn open(path: PathBuf) -> Result<Self> {
        for _ in 0..OPEN_TRIES {
            let created = create_private(&path)?;
            let before = identity(&path);
            let db = match connect(&path) {
                Ok(db) => db,
                Err(error) if is_unusable(&error) => {
                    tracing::warn!(
                        path = %path.display(),
                        "the working file of an earlier run is damaged; starting anew"
                    );
                    remove_files(&path)?;
                    continue;
                }
                Err(error) => return Err(fault::database(error)),
            };
            // The run that held the lock may have finished and removed the file while we waited for it.
            if before.is_some() && before == identity(&path) {
                return Ok(Self {
                    db,
                    path,
                    created,
                    bytes: None,
                });
            }
        }
        Err(fault::in_use())
    }

    /// The same file, empty, with the tables of the schema.
    pub(crate) fn renewed(self) -> Result<Self> {
        let path = self.path.clone();
        remove_files(&path)?;
        drop(self.db);
        let mut fresh = Self::open(path)?;
        // Whatever was there belonged to an earlier run and is gone; the new file is ours.
        fresh.created = true;
        Ok(fresh)
    }

    /// Creates the tables in an empty file.
    pub(crate) fn create_tables(&self) -> Result<()> {
        self.db
            .execute_batch(&schema::create_tables())
            .map_err(fault::database)
    }

    /// The database, and its file as plain bytes from the start; they agree between transactions.
    pub(crate) fn parts(&mut self) -> Result<(&Connection, &mut fs::File)> {
        let read_error = |e| fault::file("read", &self.path, e);
        let file = match self.bytes.take() {
            Some(file) => file,
            None => fs::File::open(&self.path).map_err(read_error)?,
        };
        let file = self.bytes.insert(file);
        file.rewind().map_err(read_error)?;
        Ok((&self.db, file))
    }

    /// Whether this process created it, so that nothing of an earlier run is in it.
    pub(crate) fn is_new(&self) -> bool {
        self.created
    }

    /// Puts the token of the last checkpoint beside the file, for the time in which the run is ended in the file
    /// but the result is not yet in place.
    pub(crate) fn stash(&self, token: &str) -> Result<()> {
        let path = beside(&self.path, STASH);
        fs::write(&path, token).map_err(|e| fault::file("write", &path, e))
    }

    /// The token put aside by a run that was killed in that time.
    pub(crate) fn stashed(&self) -> Option<String> {
        fs::read_to_string(beside(&self.path, STASH)).ok()
    }

    /// Forgets the token put aside.
    pub(crate) fn unstash(&self) -> Result<()> {
        remove_file(&beside(&self.path, STASH))
    }

    /// Closes the file, safe on disk, for a later run.
    pub(crate) fn keep(self) -> Result<()> {
        let Self { db, path, .. } = self;
        // While the lock is held no other process has a journal here. Between transactions this one is empty; after a
        // write that failed it holds what the next connection needs to take the transaction back.
        let journal = beside(&path, JOURNAL);
        if fs::metadata(&journal).is_ok_and(|file| file.len() == 0) {
            remove_file(&journal)?;
        }
        close(db)?;
        let saved = fs::File::open(&path).and_then(|file| file.sync_all());
        saved.map_err(|e| fault::file("save", &path, e))
    }

    /// Removes the file, then gives up the lock.
    pub(crate) fn remove(self) -> Result<()> {
        let Self {
            db, path, bytes, ..
        } = self;
        let removed = remove_files(&path);
        drop((db, bytes));
        removed
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Removes database, journal and what was put aside. Nothing is in the journal between transactions; it goes
/// first, so that it is never found without its database.
fn remove_files(path: &Path) -> Result<()> {
    remove_file(&beside(path, JOURNAL))?;
    remove_file(&beside(path, STASH))?;
    remove_file(path)
}

fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(fault::file("remove", path, e)),
        _ => Ok(()),
    }
}

/// Creates the file, readable by its owner only, unless it exists. An existing file must not be opened here:
/// closing it again would drop the locks that this process holds on it.
fn create_private(path: &Path) -> Result<bool> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(fault::file("create", path, e)),
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::ZERO)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.execute_batch(SETTINGS)?;
    if sorting_directory().is_none() {
        db.execute_batch("PRAGMA temp_store = MEMORY")?;
    }
    // In exclusive mode the lock taken here is held until the connection is closed.
    db.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    Ok(db)
}

/// Where SQLite sorts in temporary files while it builds indexes; minimal container images have no such place.
pub(crate) fn sorting_directory() -> Option<PathBuf> {
    let set = ["SQLITE_TMPDIR", "TMPDIR"].map(std::env::var_os);
    let fixed = ["/var/tmp", "/usr/tmp", "/tmp", "."].map(PathBuf::from);
    set.into_iter()
        .flatten()
        .map(PathBuf::from)
        .chain(fixed)
        .find(|directory| tempfile::tempfile_in(directory).is_ok())
}

fn close(db: Connection) -> Result<()> {
    db.close().map_err(|(_, e)| fault::database(e))
}

/// Whether the content of a database is what is wrong with it.
pub(crate) fn is_unusable(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

/// Tells a file from another one that later has the same name.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let file = fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

/// An open file cannot be removed on other systems, so its name is enough.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<()> {
    path.exists().then_some(())
}

/// Whether the structure of a database is whole.
pub(crate) fn is_sound(db: &Connection) -> Result<bool> {
    let answer: rusqlite::Result<String> =
        db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match answer {
        Ok(text) => Ok(text == "ok"),
        Err(e) if is_unusable(&e) => Ok(false),
        Err(e) => Err(fault::database(e)),
    }
}
