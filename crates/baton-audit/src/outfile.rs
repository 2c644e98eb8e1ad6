//! Files that a command writes: drafted beside their places, and put there when they are complete.

mod place;
mod proposal;

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use connector_core::leftovers::Registered;
use connector_core::{Error, ErrorKind, Result, output};
use tempfile::{NamedTempFile, TempPath};

pub(crate) use place::{Out, Place};
pub(crate) use proposal::{ProposalArgs, breaks, quoted, remark};

/// What every sync file begins with, whichever its version.
const SYNC_FILE: &[u8] = b"C1Z";

/// Checks, before there is anything to write, that an `--out` is the place of a regular file and not of a sync file.
///
/// # Errors
/// [`ErrorKind::Setting`] for a sync file, [`ErrorKind::Precondition`] for what is no regular file.
pub(crate) fn check(path: &Path) -> Result<()> {
    let place = output::resolve(path)?;
    let named = place
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("c1z"));
    if named || is_sync_file(&place) {
        let shown = path.display();
        let message = format!("--out {shown} is a sync file, which is never replaced");
        return Err(Error::new(ErrorKind::Setting, message).hint("give the output another name"));
    }
    Ok(())
}

/// Whether there is a file with the content of a sync file at a place that [`output::resolve`] has found.
pub(crate) fn is_sync_file(place: &Path) -> bool {
    let mut begins = [0; SYNC_FILE.len()];
    let read = File::open(place).and_then(|mut file| file.read_exact(&mut begins));
    read.is_ok() && begins == SYNC_FILE
}

/// Lets `content` write the file at `path` in one step: there is the old file or the whole new one.
///
/// # Errors
/// As [`check`], [`ErrorKind::Precondition`] when the file cannot be written, and what `content` returns; nothing has
/// changed then.
pub(crate) fn write(path: &Path, content: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    check(path)?;
    let mut draft = Draft::begin(path)?;
    content(&mut draft)?;
    draft.end()?.publish(true)
}

/// A file that is being written. It can be read by its owner alone, because it is about people, and is removed when the
/// command ends before it is complete.
#[derive(Debug)]
pub(crate) struct Draft {
    file: BufWriter<NamedTempFile>,
    to: Destination,
}

/// Where a draft goes.
#[derive(Debug)]
struct Destination {
    /// As the operator wrote it.
    shown: PathBuf,
    /// Symbolic links followed.
    place: PathBuf,
    _registered: Registered,
}

impl Destination {
    fn failed(&self, error: &io::Error) -> Error {
        failed("cannot write", &self.shown, error)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Draft {
    /// Begins the file for the place at `path`, symbolic links followed.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when there is something other than a regular file, or the directory cannot be written to.
    pub(crate) fn begin(path: &Path) -> Result<Self> {
        let place = output::resolve(path)?;
        let directory = place.parent().unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(".draft")
            .tempfile_in(directory)
            .map_err(|e| failed("cannot write", path, &e))?;
        let to = Destination {
            shown: path.to_owned(),
            _registered: Registered::new(file.path().to_owned()),
            place,
        };
        Ok(Self {
            file: BufWriter::new(file),
            to,
        })
    }

    /// The file's name, without its directory.
    pub(crate) fn name(&self) -> String {
        let name = self.to.shown.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Ends the file. One that replaces another has its permissions.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it cannot be written.
    pub(crate) fn end(self) -> Result<Complete> {
        let Self { file, to } = self;
        let end = || {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            if let Ok(earlier) = fs::metadata(&to.place) {
                file.as_file().set_permissions(earlier.permissions())?;
            }
            file.as_file().sync_all()?;
            Ok(file.into_temp_path())
        };
        match end() {
            Ok(temp) => Ok(Complete { temp, to }),
            Err(e) => Err(to.failed(&e)),
        }
    }
}

/// A complete file that is not in its place yet.
#[derive(Debug)]
pub(crate) struct Complete {
    temp: TempPath,
    to: Destination,
}

impl Complete {
    /// Puts the file in its place, where one may be only with `replace`.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it cannot be put there.
    pub(crate) fn publish(self, replace: bool) -> Result<()> {
        let Self { temp, to } = self;
        let moved = match replace {
            true => temp.persist(&to.place),
            false => temp.persist_noclobber(&to.place),
        };
        moved.map_err(|e| to.failed(&e.error))
    }
}

/// The error of a file or directory that cannot be used.
pub(crate) fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::new(
        ErrorKind::Precondition,
        format!("{what} {}: {error}", path.display()),
    )
}

#[cfg(test)]
mod tests;
