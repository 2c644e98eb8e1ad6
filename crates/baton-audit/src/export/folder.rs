//! The directory an export goes to. Files are drafted in it under other names and take their places together at
//! the end, so that a failed export leaves what was there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use connector_core::{Error, ErrorKind, Result};
use tempfile::{NamedTempFile, TempPath};

/// What every version of a sync file begins with.
const SYNC_FILE: &[u8] = b"C1Z";

/// The directory.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    force: bool,
    /// Files of an earlier export that this one would replace.
    earlier: Vec<String>,
    pending: Vec<(TempPath, String)>,
    written: Vec<Written>,
}

/// Rows that are in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The file's name, or the first and the last of several.
    pub(super) file: String,
    /// What the rows are.
    pub(super) table: &'static str,
    /// How many.
    pub(super) rows: u64,
}

/// A file that is being written. Only its owner may read it.
#[derive(Debug)]
pub(super) struct Draft {
    file: BufWriter<NamedTempFile>,
    name: String,
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Folder {
    /// Opens the directory and creates it when it does not exist. `own` is true for the names that the export may
    /// write.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it cannot be used, when it holds such files and they may not be replaced,
    /// or when one of them is a sync file.
    pub(super) fn open(dir: &Path, force: bool, own: impl Fn(&str) -> bool) -> Result<Self> {
        fs::create_dir_all(dir).map_err(|e| failed("cannot make", dir, &e))?;
        let mut earlier = Vec::new();
        let entries = fs::read_dir(dir).map_err(|e| failed("cannot read", dir, &e))?;
        for entry in entries {
            let entry = entry.map_err(|e| failed("cannot read", dir, &e))?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                continue;
            };
            if own(&name) {
                refuse_sync_file(&entry.path())?;
                earlier.push(name);
            }
        }
        earlier.sort_unstable();
        match earlier.first() {
            Some(first) if !force => Err(Error::new(
                ErrorKind::Precondition,
                format!("{} already holds {first}", dir.display()),
            )
            .hint("choose another directory, or replace what is there with --force")),
            _ => Ok(Self {
                dir: dir.to_owned(),
                force,
                earlier,
                pending: Vec::new(),
                written: Vec::new(),
            }),
        }
    }

    /// Begins a file.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when the directory cannot be written to.
    pub(super) fn draft(&self, name: String) -> Result<Draft> {
        let file = tempfile::Builder::new()
            .prefix(".export")
            .tempfile_in(&self.dir)
            .map_err(|e| failed("cannot write into", &self.dir, &e))?;
        Ok(Draft {
            file: BufWriter::new(file),
            name,
        })
    }

    /// Ends a file that holds these rows of these tables.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it cannot be written.
    pub(super) fn keep(&mut self, draft: Draft, tables: &[(&'static str, u64)]) -> Result<()> {
        for &(table, rows) in tables {
            self.written.push(Written {
                file: draft.name.clone(),
                table,
                rows,
            });
        }
        let path = self.dir.join(&draft.name);
        let end = || {
            let file = draft
                .file
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            Ok(file.into_temp_path())
        };
        let temp = end().map_err(|e: io::Error| failed("cannot write", &path, &e))?;
        self.pending.push((temp, draft.name));
        Ok(())
    }

    /// Puts the files in their places, removes what an earlier export left beside them, and returns what was written.
    /// Files of one table in a row become one line.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when a file cannot take its place.
    pub(super) fn publish(self) -> Result<Vec<Written>> {
        let mut names = Vec::new();
        for (temp, name) in self.pending {
            let path = self.dir.join(&name);
            let moved = match self.force {
                true => temp.persist(&path),
                false => temp.persist_noclobber(&path),
            };
            moved.map_err(|e| failed("cannot write", &path, &e.error))?;
            names.push(name);
        }
        for stale in self.earlier.iter().filter(|name| !names.contains(name)) {
            let path = self.dir.join(stale);
            fs::remove_file(&path).map_err(|e| failed("cannot remove", &path, &e))?;
        }
        Ok(merged(self.written))
    }
}

/// Parts of one table as one entry that names the first and the last.
fn merged(written: Vec<Written>) -> Vec<Written> {
    let mut lines: Vec<Written> = Vec::new();
    for part in written {
        match lines.last_mut() {
            Some(last) if last.table == part.table => {
                let first = last.file.split(" … ").next().unwrap_or_default();
                last.file = format!("{first} … {}", part.file);
                last.rows += part.rows;
            }
            _ => lines.push(part),
        }
    }
    lines
}

fn refuse_sync_file(path: &Path) -> Result<()> {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(3).read_to_end(&mut start));
    if read.is_ok() && start == SYNC_FILE {
        return Err(Error::new(
            ErrorKind::Precondition,
            format!("{} is a sync file and is never replaced", path.display()),
        )
        .hint("choose another directory"));
    }
    Ok(())
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::new(
        ErrorKind::Precondition,
        format!("{what} {}: {error}", path.display()),
    )
}
