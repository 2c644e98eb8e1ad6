//! What must not outlive the process: private temporary directories, and files that are not finished yet.
//!
//! A [`TempDirectory`] can be read by its owner alone and holds a lock file that its process keeps locked. The number of
//! a process would not say whether it is alive, because in containers every program has the same one. What a killed
//! process left is removed when the next directory is made beside it. A process that ends without running destructors
//! calls [`clear`] first.

use std::collections::BTreeSet;
use std::fs::{self, DirEntry, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

/// What the name of every temporary directory begins with.
const PREFIX: &str = "baton-tmp-";

/// The file in a temporary directory that its process keeps locked.
const LOCK: &str = ".lock";

/// What the name of every unfinished file begins with that its process keeps locked.
const DRAFT: &str = ".baton-draft-";

/// How often a directory or file is made again that another process removed before it was locked.
const TRIES: u32 = 10;

/// What [`clear`] removes.
static REGISTERED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn registered() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // A set of paths is whole whatever panicked meanwhile.
    REGISTERED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes everything that is registered, for a process that is about to end without running destructors.
pub fn clear() {
    let paths = std::mem::take(&mut *registered());
    remove_each(paths);
}

fn remove_each(paths: impl IntoIterator<Item = PathBuf>) {
    for path in paths {
        // The process ends whether or not this succeeds; the next one tries again.
        let _ = match path.is_dir() {
            true => remove(&path),
            false => fs::remove_file(&path),
        };
    }
}

/// Has [`clear`] remove the file at a path for as long as this lives.
#[derive(Debug)]
pub struct Registered(PathBuf);

impl Registered {
    /// Registers the file at `path`.
    pub fn new(path: PathBuf) -> Self {
        registered().insert(path.clone());
        Self(path)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        registered().remove(&self.0);
    }
}

/// A private temporary directory. It is removed with its content when this is dropped.
#[derive(Debug)]
pub struct TempDirectory {
    path: Registered,
    _lock: File,
}

impl TempDirectory {
    /// Makes a directory in `parent`, and removes there what killed processes of this user left.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn create(parent: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        for _ in 0..TRIES {
            let directory = builder.tempdir_in(parent)?;
            if let Some(lock) = lock(directory.path())? {
                let made = Self {
                    path: Registered::new(directory.keep()),
                    _lock: lock,
                };
                remove_each_abandoned(parent, &fs::metadata(made.path())?);
                return Ok(made);
            }
        }
        Err(io::Error::other(
            "temporary directories are removed by another program",
        ))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path.0
    }
}

impl Drop for TempDirectory {
    fn drop(&mut self) {
        // A sweep may have found the directory in the moment in which its lock file was gone.
        if let Err(error) = remove(self.path())
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.path().display(), %error, "a temporary directory could not be removed");
        }
    }
}

/// A file that only its owner may read, for what takes as long as a run. It is locked while this lives, removed when it is
/// dropped, and becomes the file it is for by [`Draft::publish`].
#[derive(Debug)]
pub struct Draft {
    file: NamedTempFile,
    _registered: Registered,
}

impl Draft {
    /// Makes a file in `directory`, and removes there what killed processes of this user left.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(directory: &Path) -> io::Result<Self> {
        for _ in 0..TRIES {
            let file = tempfile::Builder::new()
                .prefix(DRAFT)
                .tempfile_in(directory)?;
            let taken = matches!(file.as_file().try_lock(), Err(fs::TryLockError::WouldBlock));
            // Without a name it was found and removed before it was locked.
            if !taken && file.path().exists() {
                let made = Self {
                    _registered: Registered::new(file.path().to_owned()),
                    file,
                };
                remove_each_draft(directory, &made.file.as_file().metadata()?);
                return Ok(made);
            }
        }
        Err(io::Error::other(
            "unfinished files are removed by another program",
        ))
    }

    /// Puts the file at `place`, where it replaces what is there.
    ///
    /// # Errors
    /// When it cannot be put there; it is removed then.
    pub fn publish(self, place: &Path) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist(place).map_err(|e| e.error)?;
        Ok(())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Errors name the place that the file is for, not this one.
        self.file.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

/// Removes the drafts in `directory` whose processes are gone and that belong to the owner of `own`.
fn remove_each_draft(directory: &Path, own: &Metadata) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = || {
            let found = entry.metadata();
            found.is_ok_and(|found| found.is_file() && same_owner(&found, own))
        };
        if !name.as_encoded_bytes().starts_with(DRAFT.as_bytes()) || !ours() {
            continue;
        }
        let abandoned = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if abandoned && fs::remove_file(entry.path()).is_ok() {
            tracing::debug!(path = %entry.path().display(), "removed an unfinished file of a process that was killed");
        }
    }
}

/// Removes what killed processes of this user left in `parent`, as making a directory there does.
pub fn sweep(parent: &Path) {
    if let Err(error) = TempDirectory::create(parent) {
        // Whoever needs a directory there reports it.
        tracing::debug!(%error, "the temp directory was not searched for leftovers");
    }
}

/// Makes and locks the lock file of a new directory; `None` when another process is removing the directory.
fn lock(directory: &Path) -> io::Result<Option<File>> {
    let name = directory.join(LOCK);
    let file = match private_file(&name) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match file.try_lock() {
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        // Where a file system has no locks, no process finds this one unlocked either. Without a name it was found
        // and removed before it was locked.
        Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(name.exists().then_some(file)),
    }
}

/// Creates a file that only its owner may read, to be read and written.
///
/// # Errors
/// When there is such a name already, a symbolic link included, or when it cannot be created.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Removes the directories in `parent` whose processes are gone and that belong to the owner of `own`.
fn remove_each_abandoned(parent: &Path, own: &Metadata) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let named = entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(PREFIX.as_bytes());
        if named
            && is_ours(&entry, own)
            && remove_abandoned(&entry.path()).is_ok_and(|removed| removed)
        {
            tracing::debug!(path = %entry.path().display(), "removed temporary files of a process that was killed");
        }
    }
}

/// Whether an entry is a directory, not a link to one, of the owner of `own`.
fn is_ours(entry: &DirEntry, own: &Metadata) -> bool {
    entry
        .metadata()
        .is_ok_and(|found| found.is_dir() && same_owner(&found, own))
}

#[cfg(unix)]
fn same_owner(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.uid() == other.uid()
}

/// Elsewhere the temp directory belongs to the user, as everything in it does.
#[cfg(not(unix))]
fn same_owner(_one: &Metadata, _other: &Metadata) -> bool {
    true
}

/// Removes a directory unless its process lives.
fn remove_abandoned(path: &Path) -> io::Result<bool> {
    let lock = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path.join(LOCK));
    match lock {
        // Only an empty one is removed: the process was killed before it locked the directory, or will make another one.
        Err(e) if e.kind() == io::ErrorKind::NotFound => fs::remove_dir(path).map(|()| true),
        Err(e) => Err(e),
        Ok(lock) => match lock.try_lock() {
            Ok(()) => remove(path).map(|()| true),
            Err(_) => Ok(false),
        },
    }
}

/// Removes a directory and, last, its lock file: if the process is killed meanwhile, the next one recognises the rest.
fn remove(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            _ if entry.file_name() == LOCK => {}
            true => fs::remove_dir_all(entry.path())?,
            false => fs::remove_file(entry.path())?,
        }
    }
    fs::remove_file(path.join(LOCK))?;
    fs::remove_dir(path)
}

/// Whether the process was started with SIGHUP ignored, as `nohup` does; it must not listen to that signal then.
pub fn hangup_is_ignored() -> bool {
    // Linux shows the ignored signals as bits in hexadecimal, the first for SIGHUP (proc(5)). Other systems have no
    // safe way to ask.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let bits = ignored.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
    bits.is_some_and(|bits| bits & 1 == 1)
}

#[cfg(test)]
mod tests;
