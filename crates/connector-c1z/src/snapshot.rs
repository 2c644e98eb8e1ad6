//! A decoded copy of a `.c1z` file in a private temp directory, removed when it is no longer needed.
//!
//! The original is only ever read, and only once.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use connector_core::{Context, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::container::{self, Decoded};
use crate::fault;
use crate::reader::ReadLimits;
use crate::schema;
use crate::working;

/// The copy is ours alone: locks and journals would only cost time. Damage is looked for, not worked around.
const SETTINGS: &str = "
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA query_only = ON;";

/// A decoded copy.
#[derive(Debug)]
pub(crate) struct Snapshot {
    directory: TempDir,
    original: PathBuf,
    stamp: Stamp,
    size: u64,
}

/// Tells whether a file is still the one that was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let file = fs::metadata(path).ok()?;
        Some(Self {
            len: file.len(),
            modified: file.modified().ok(),
        })
    }
}

impl Snapshot {
    /// Decodes the file at `path`; `None` when it has no bytes.
    pub(crate) fn take(
        path: &Path,
        limits: ReadLimits,
        temp_dir: Option<&Path>,
    ) -> Result<Option<Self>> {
        let stamp = Stamp::of(path);
        let parent = temp_dir.map_or_else(std::env::temp_dir, Path::to_owned);
        let directory = tempfile::Builder::new()
            .prefix("c1z")
            .tempdir_in(&parent)
            .map_err(|e| {
                fault::file("create a temp directory in", &parent, e)
                    .hint("choose another one with --c1z-temp-dir")
            })?;
        let copy = directory.path().join("db");
        let mut out = File::create(&copy).map_err(|e| fault::file("create", &copy, e))?;
        let size = match container::decode(path, &limits, &mut out)? {
            Decoded::Empty => return Ok(None),
            Decoded::Database(size) => size,
        };
        let stamp = stamp.ok_or_else(|| fault::precondition("the file vanished"))?;
        Ok(Some(Self {
            directory,
            original: path.to_owned(),
            stamp,
            size,
        }))
    }

    /// Where the copy is.
    pub(crate) fn database(&self) -> PathBuf {
        self.directory.path().join("db")
    }

    /// Size of the copy.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Whether the original has changed since.
    pub(crate) fn is_stale(&self) -> bool {
        Stamp::of(&self.original) != Some(self.stamp)
    }

    /// Opens the copy for reading.
    pub(crate) fn connect(&self) -> Result<Connection> {
        // Old writers left the database in WAL mode, which even a reader may only open when it can write.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let db = Connection::open_with_flags(self.database(), flags)?;
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            db.execute_batch(SETTINGS)?;
            Ok(db)
        };
        open()
            .map_err(fault::foreign_database)
            .during(format!("reading {}", self.original.display()))
    }

    /// Checks that rows can be taken over from it, and adds to the copy what files of older writers lack.
    pub(crate) fn check(&self) -> Result<()> {
        let db = self.connect()?;
        let complete = || {
            db.execute_batch("PRAGMA query_only = OFF")?;
            schema::complete(&db)
        };
        if working::is_sound(&db)? && complete().map_err(fault::foreign_database)? {
            return Ok(());
        }
        Err(fault::precondition("the file is damaged")
            .hint("restore the file from a copy, or move it away to start with an empty one"))
    }
}
