//! A decoded copy of a `.c1z` file in a private temp directory, removed when it is no longer needed.
//!
//! The original is only ever read, and only once. A copy that one connection reads has no name any more when the first
//! byte is written, so no signal can leave it behind.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use connector_core::leftovers::{self, TempDirectory};
use connector_core::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::container::{self, Decoded};
use crate::convert::{self, Format};
use crate::fault;
use crate::reader::ReadLimits;
use crate::schema::{self, Completed};

/// The copy is ours alone: a journal on disk would only cost time. Damage is looked for, not worked around.
const SETTINGS: &str = "
    PRAGMA journal_mode = MEMORY;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA query_only = ON;";

/// The header's two versions of the file format, for writing and for reading (sqlite.org/fileformat2.html, 1.3.3).
const VERSIONS_AT: u64 = 18;
const WITH_LOG: [u8; 2] = [2, 2];
const WITH_JOURNAL: [u8; 2] = [1, 1];

/// Who opens a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copy {
    /// Its own connection alone, so that it needs no name.
    Unnamed,
    /// Other connections too, by its name.
    Named,
}

/// A decoded copy.
#[derive(Debug)]
pub(crate) struct Snapshot {
    // Closed before the directory it lives in is removed.
    db: Connection,
    directory: Option<TempDirectory>,
    original: PathBuf,
    stamp: Stamp,
    size: u64,
    format: Format,
}

/// Tells whether a file is still the one that was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// `None` when there is no file.
    fn of(path: &Path) -> Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(file) => Ok(Some(Self {
                len: file.len(),
                modified: file.modified().ok(),
            })),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(fault::file("read", path, e)),
        }
    }
}

impl Snapshot {
    /// Decodes and checks the file at `path`; `None` when it has no bytes.
    pub(crate) fn take(
        path: &Path,
        limits: ReadLimits,
        temp_dir: Option<&Path>,
        copy: Copy,
    ) -> Result<Option<Self>> {
        let taken = Self::take_as(path, limits, temp_dir, copy, |db, _| whole(db))?;
        Ok(taken.map(|(snapshot, ..)| snapshot))
    }

    /// As [`Snapshot::take`], for a reader that checks the rows itself. `check` gets the database and the file that it
    /// is in; both are handed over with what it returns.
    pub(crate) fn take_as<T>(
        path: &Path,
        limits: ReadLimits,
        temp_dir: Option<&Path>,
        copy: Copy,
        check: impl FnOnce(&Connection, &File) -> Result<T>,
    ) -> Result<Option<(Self, File, T)>> {
        let stamp = Stamp::of(path)?;
        let parent = temp_dir.map_or_else(std::env::temp_dir, Path::to_owned);
        let mut directory = Some(TempDirectory::create(&parent).map_err(|e| {
            fault::file("create a temp directory in", &parent, e)
                .hint("choose another one with --c1z-temp-dir")
        })?);
        let place = directory
            .as_ref()
            .map_or(&*parent, TempDirectory::path)
            .join(NAME);
        let mut out =
            leftovers::private_file(&place).map_err(|e| fault::file("create", &place, e))?;
        // SQLite opens the file now and reads it with the first statement.
        let db = open(&place).map_err(fault::database)?;
        // Elsewhere an open file keeps its name.
        if cfg!(unix) && copy == Copy::Unnamed {
            directory = None;
        }
        let size = match container::decode(path, &limits, &mut out, &place)? {
            Decoded::Empty => return Ok(None),
            Decoded::Database(size) => size,
        };
        leave_log(&mut out).map_err(|e| fault::file("write", &place, e))?;
        let stamp = stamp.ok_or_else(|| fault::precondition("the file vanished"))?;
        let snapshot = Self {
            db,
            directory,
            original: path.to_owned(),
            stamp,
            size,
            format: Format::V1,
        };
        // SQLite takes what cannot be read for damage. A disk that fails does so for a plain read as well.
        let prepared = snapshot.prepare(copy);
        let checked = prepared.and_then(|()| check(&snapshot.db, &out));
        match checked {
            Ok(checked) => Ok(Some((snapshot, out, checked))),
            Err(damaged) => {
                out.rewind()
                    .and_then(|()| io::copy(&mut out, &mut io::sink()))
                    .map_err(|e| fault::file("read", &place, e))?;
                Err(damaged)
            }
        }
    }

    /// Decodes and checks the file at `path`, whatever its format: of one of version 3 the copy is the database that
    /// version 1 has for its rows, so that nothing else has to know of the format. The copy has a name.
    ///
    /// When a version 3 file is made (`for_format`), no row of an earlier one stays. Then the copy of such a one holds
    /// its run alone; the file is decoded all the same, so that damage is found.
    pub(crate) fn take_any(
        path: &Path,
        for_format: Format,
        limits: ReadLimits,
        temp_dir: Option<&Path>,
    ) -> Result<Option<Self>> {
        let stamp = Stamp::of(path)?;
        if Format::of(path)? != Some(Format::V3) {
            return Self::take(path, limits, temp_dir, Copy::Named);
        }
        let database = convert::database_of(path, limits, temp_dir, for_format == Format::V1)?;
        let snapshot = Self {
            db: open(&database.path).map_err(fault::database)?,
            directory: Some(database.directory),
            original: path.to_owned(),
            stamp: stamp.ok_or_else(|| fault::precondition("the file vanished"))?,
            size: database.size,
            format: Format::V3,
        };
        snapshot.prepare(Copy::Named)?;
        whole(&snapshot.db)?;
        Ok(Some(snapshot))
    }

    /// The format of the original.
    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    /// Reads the copy.
    pub(crate) const fn db(&self) -> &Connection {
        &self.db
    }

    /// Takes the copy's name away when no further connection has to open it.
    pub(crate) fn unname(&mut self) {
        // Elsewhere an open file cannot be removed.
        if cfg!(unix) {
            self.directory = None;
        }
    }

    /// Size of the copy.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Whether the original has changed since.
    pub(crate) fn is_stale(&self) -> Result<bool> {
        Ok(Stamp::of(&self.original)? != Some(self.stamp))
    }

    /// The connection that reads the copy, and the directory that must outlive it.
    pub(crate) fn into_parts(self) -> (Connection, Option<TempDirectory>) {
        (self.db, self.directory)
    }

    /// Whether the file has an ended run of this id.
    pub(crate) fn has_ended(&self, sync_id: &str) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM v1_sync_runs WHERE sync_id = ?1 AND ended_at IS NOT NULL)";
        self.db
            .query_row(sql, [sync_id], |row| row.get(0))
            .map_err(fault::foreign_database)
    }

    /// Checks that the copy is a database with the tables of a sync file, and adds to it what files of older writers
    /// lack.
    fn prepare(&self, copy: Copy) -> Result<()> {
        let prepare = || {
            self.db.execute_batch(SETTINGS)?;
            if copy == Copy::Unnamed {
                // Nothing else can open it, so that locks would only cost time.
                self.db.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
            }
            self.db.execute_batch("PRAGMA query_only = OFF")?;
            let complete = schema::complete(&self.db)?;
            self.db.execute_batch("PRAGMA query_only = ON")?;
            Ok(complete)
        };
        match prepare() {
            Ok(Completed::Yes) => Ok(()),
            Ok(Completed::NoSyncFile) => Err(damaged()),
            Ok(Completed::Computed(table, column)) => {
                let message = format!(
                    "the column {column} of {table} is computed from others, as in no sync file"
                );
                Err(fault::precondition(message))
            }
            Err(e) if is_unusable(&e) => Err(damaged()),
            Err(e) => Err(fault::foreign_database(e)),
        }
    }
}

/// The database inside a file is not whole.
pub(crate) fn damaged() -> Error {
    fault::precondition("the file is damaged")
        .hint("restore the file from a copy, or move it away to start with an empty one")
}

/// Checks that rows can be taken over from a copy.
pub(crate) fn whole(db: &Connection) -> Result<()> {
    match is_sound(db)? {
        true => Ok(()),
        false => Err(damaged()),
    }
}

/// The copy's name in its directory.
const NAME: &str = "db";

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(db)
}

/// Old writers left the database in WAL mode, in which SQLite would look for a log beside it. The copy never has one,
/// and without one both modes are the same.
fn leave_log(database: &mut File) -> io::Result<()> {
    let mut versions = [0; WITH_LOG.len()];
    database.seek(SeekFrom::Start(VERSIONS_AT))?;
    match database.read_exact(&mut versions) {
        Ok(()) if versions == WITH_LOG => {
            database.seek(SeekFrom::Start(VERSIONS_AT))?;
            database.write_all(&WITH_JOURNAL)
        }
        // What is too short to be a database is found when it is read.
        Err(e) if e.kind() != io::ErrorKind::UnexpectedEof => Err(e),
        _ => Ok(()),
    }
}

/// Whether the content of a database is what is wrong with it.
fn is_unusable(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
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
