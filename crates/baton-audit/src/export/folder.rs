//! The directory an export goes to. Files are drafted in it under other names and take their places together at
//! the end, so that a failed export leaves what was there.

use std::fs;
use std::path::{Path, PathBuf};

use connector_core::{Error, ErrorKind, Result, output};

use crate::outfile::{self, Complete, Draft, failed};

/// The directory.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    force: bool,
    /// Files of an earlier export that this one would replace.
    earlier: Vec<String>,
    pending: Vec<(Complete, String)>,
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

    /// Begins the file with this name.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when the directory cannot be written to.
    pub(super) fn draft(&self, name: String) -> Result<Draft> {
        Draft::begin(&self.dir.join(name))
    }

    /// Ends a file that holds these rows of these tables.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it cannot be written.
    pub(super) fn keep(&mut self, draft: Draft, tables: &[(&'static str, u64)]) -> Result<()> {
        let name = draft.name();
        for &(table, rows) in tables {
            self.written.push(Written {
                file: name.clone(),
                table,
                rows,
            });
        }
        self.pending.push((draft.end()?, name));
        Ok(())
    }

    /// Puts the files in their places, removes what an earlier export left beside them, and returns what was written.
    /// Files of one table in a row become one line.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when a file cannot take its place.
    pub(super) fn publish(self) -> Result<Vec<Written>> {
        let mut names = Vec::new();
        for (complete, name) in self.pending {
            complete.publish(self.force)?;
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

/// Refuses what is no regular file, and a sync file.
fn refuse_sync_file(path: &Path) -> Result<()> {
    if outfile::is_sync_file(&output::resolve(path)?) {
        return Err(Error::new(
            ErrorKind::Precondition,
            format!("{} is a sync file and is never replaced", path.display()),
        )
        .hint("choose another directory"));
    }
    Ok(())
}
