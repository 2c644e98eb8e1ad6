//! The checks before the first request to a vendor: that the result of the run can be written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use connector_core::Result;

use crate::fault;
use crate::reader::ReadLimits;
use crate::snapshot::Snapshot;

/// Room that even the smallest run needs.
#[cfg(unix)]
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
    /// Finds the place and checks that a file can be put there.
    pub(crate) fn check(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let absolute = resolve(path)?;
        let (Some(directory), Some(_)) = (absolute.parent(), absolute.file_name()) else {
            return Err(fault::precondition(format!("{shown} is not a file name"))
                .hint("give the path of a file, such as sync.c1z"));
        };
        let target = Self {
            shown,
            directory: directory.to_owned(),
            path: absolute.clone(),
        };
        target.check_directory()?;
        if target.path.is_dir() {
            return Err(
                fault::precondition(format!("{} is a directory", target.shown))
                    .hint("give the path of a file, such as sync.c1z"),
            );
        }
        Ok(target)
    }

    fn check_directory(&self) -> Result<()> {
        let shown = self.directory.display();
        if !self.directory.is_dir() {
            return Err(fault::precondition(format!(
                "the output directory {shown} does not exist"
            ))
            .hint("create the directory, or write to another file"));
        }
        // Permission bits are not enough (read-only mounts, access lists); creating a file shows it.
        tempfile::Builder::new()
            .prefix(".c1z-write-test")
            .tempfile_in(&self.directory)
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

/// The earlier file at the target, decoded; `None` when there is none or it is empty.
pub(crate) fn earlier(
    target: &Target,
    limits: ReadLimits,
    temp_dir: Option<&Path>,
) -> Result<Option<Snapshot>> {
    match fs::metadata(&target.path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(fault::file("read", &target.path, e)),
        Ok(_) => {
            let snapshot = Snapshot::take(&target.path, limits, temp_dir)?;
            if let Some(snapshot) = &snapshot {
                snapshot.check()?;
            }
            Ok(snapshot)
        }
    }
}

/// Whether the file at the target is another one than the one that was decoded.
pub(crate) fn is_changed(target: &Target, earlier: Option<&Snapshot>) -> bool {
    match earlier {
        Some(snapshot) => snapshot.is_stale(),
        None => fs::metadata(&target.path).is_ok_and(|file| file.len() > 0),
    }
}

fn resolve(path: &Path) -> Result<PathBuf> {
    match fs::canonicalize(path) {
        Ok(real) => Ok(real),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            std::path::absolute(path).map_err(|e| fault::file("find", path, e))
        }
        Err(e) => Err(fault::file("find", path, e)),
    }
}

#[cfg(unix)]
fn check_free(directory: &Path, wanted: u64) -> Result<()> {
    let Ok(space) = rustix::fs::statvfs(directory) else {
        // Some file systems do not report their free space; a full disk is then noticed when a write fails.
        return Ok(());
    };
    let free = space.f_bavail.saturating_mul(space.f_frsize);
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

#[cfg(not(unix))]
fn check_free(_directory: &Path, _wanted: u64) -> Result<()> {
    Ok(())
}
