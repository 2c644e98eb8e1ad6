//! The checks before the first request to a vendor: that the result of the run can be written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use connector_core::{Result, output};

use crate::convert::Format;
use crate::fault;
use crate::reader::ReadLimits;
use crate::snapshot::Snapshot;

/// Room that even the smallest run needs.
const MIN_FREE: u64 = 8 * 1024 * 1024;

/// Where the result goes.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// As the operator wrote it.
    pub(crate) shown: String,
    /// Absolute, symbolic links followed.
    pub(crate) path: PathBuf,
    /// The directory it is in.
    pub(crate) directory: PathBuf,
}

impl Target {
    /// Finds the place and checks that a file can be put there, under names that end in `suffixes` while it is written.
    pub(crate) fn check(path: &Path, suffixes: &[&str]) -> Result<Self> {
        let target = Self::find(path)?;
        target.check_directory()?;
        suffixes
            .iter()
            .try_for_each(|suffix| target.check_name(suffix))?;
        Ok(target)
    }

    /// Finds the place, which holds a file or nothing.
    pub(crate) fn find(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let place = output::resolve(path)?;
        let (Some(directory), Some(_)) = (place.parent(), place.file_name()) else {
            return Err(fault::precondition(format!("{shown} is not a file name"))
                .hint("give the path of a file, such as sync.c1z"));
        };
        Ok(Self {
            shown,
            directory: directory.to_owned(),
            path: place,
        })
    }

    /// Checks again, right before it is replaced, that the place holds a regular file or nothing.
    pub(crate) fn check_again(&self) -> Result<()> {
        output::resolve(&self.path).map(drop)
    }

    /// Refuses a name that is too long, or that something other than a file of an earlier run has: a link would lead
    /// what is written to a place that the operator did not name, and a pipe would hold up the run.
    pub(crate) fn check_name(&self, suffix: &str) -> Result<()> {
        let path = self.beside(suffix);
        match fs::symlink_metadata(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) if e.kind() == io::ErrorKind::InvalidFilename => Err(fault::precondition(
                format!("the file name is too long: while it is written, {suffix} is added to it"),
            )
            .hint("choose a shorter file name")
            .caused_by(e)),
            Err(e) => Err(fault::file("find", &path, e)),
            Ok(found) => match output::not_regular(found.file_type()) {
                None => Ok(()),
                Some(what) => Err(fault::precondition(format!(
                    "{} is {what}, and the run needs this name",
                    path.display()
                ))
                .hint("remove it, or write to another file")),
            },
        }
    }

    fn check_directory(&self) -> Result<()> {
        let shown = self.directory.display();
        if !self.directory.is_dir() {
            return Err(fault::precondition(format!(
                "the output directory {shown} does not exist"
            ))
            .hint("create the directory, or write to another file"));
        }
        // Permission bits are not enough (read-only mounts, access lists); creating a file shows it. This one has no
        // name, so that nothing is left when the process is killed here.
        tempfile::tempfile_in(&self.directory)
            .map(drop)
            .map_err(|e| {
                fault::file("write to the output directory", &self.directory, e)
                    .hint("make the directory writable, or write to another file")
            })
    }

    /// The target's path with something added to the file name.
    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    }

    /// Checks that there is room for the working file, the new file and, in the temp directory, the old one.
    pub(crate) fn check_space(&self, earlier: Option<&Snapshot>) -> Result<()> {
        let compressed = fs::metadata(&self.path).map_or(0, |file| file.len());
        let decoded = earlier.map_or(0, Snapshot::size);
        check_free(&self.directory, decoded + compressed)
    }
}

/// The earlier file at the target, decoded for a run that makes a file of `format`; `None` when there is none or it is
/// empty.
pub(crate) fn earlier(
    target: &Target,
    format: Format,
    limits: ReadLimits,
    temp_dir: Option<&Path>,
) -> Result<Option<Snapshot>> {
    match fs::metadata(&target.path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(fault::file("read", &target.path, e)),
        Ok(_) => Snapshot::take_any(&target.path, format, limits, temp_dir),
    }
}

/// Whether the file at the target is another one than the one that was decoded.
pub(crate) fn is_changed(target: &Target, earlier: Option<&Snapshot>) -> Result<bool> {
    match earlier {
        Some(snapshot) => snapshot.is_stale(),
        None => match fs::metadata(&target.path) {
            Ok(file) => Ok(file.len() > 0),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(fault::file("read", &target.path, e)),
        },
    }
}

/// Why unfinished work with one fingerprint is not gone on with by a run with another one.
pub(crate) fn difference(found: &str, wanted: &str) -> &'static str {
    const REASONS: [&str; 3] = [
        "it was written by another version of this program",
        "it belongs to a sync with other settings",
        "it was read with another credential",
    ];
    let [mut found, mut wanted] = [found.split(' '), wanted.split(' ')];
    let differs = REASONS.into_iter().find(|_| found.next() != wanted.next());
    differs.unwrap_or("it belongs to a sync with other settings")
}

/// The free bytes where a directory is. Some file systems do not report them; a full disk is then noticed when a
/// write fails.
#[cfg(unix)]
fn free(directory: &Path) -> u64 {
    rustix::fs::statvfs(directory).map_or(u64::MAX, |space| {
        space.f_bavail.saturating_mul(space.f_frsize)
    })
}

#[cfg(not(unix))]
fn free(_directory: &Path) -> u64 {
    u64::MAX
}

fn check_free(directory: &Path, wanted: u64) -> Result<()> {
    let free = free(directory);
    let wanted = wanted + MIN_FREE;
    if free >= wanted {
        return Ok(());
    }
    Err(fault::precondition(format!(
        "{} MiB are free in {}, at least {} MiB are needed",
        free >> 20,
        directory.display(),
        wanted >> 20
    ))
    .hint("free some space or write to another file"))
}

#[cfg(test)]
mod tests;
