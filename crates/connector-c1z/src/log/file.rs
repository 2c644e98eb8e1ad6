//! The file itself: created for its owner only, locked while open, removed before the lock is given up.

use std::fs::{self, File, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use connector_core::Result;

use crate::{fault, sort};

/// How often a file that vanished while it was being opened is opened again.
const OPEN_TRIES: u32 = 5;
/// How often a lock that is held is tried, and the pause in between. A lock outlives its owner for a moment when a thread
/// of the same process is just starting a program, which has a copy of all open files until it runs; and a run that is
/// just ending need not fail the next one.
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// An open file that no other process can open in this way.
#[derive(Debug)]
pub(super) struct Locked {
    file: File,
    pub(super) path: PathBuf,
    pub(super) created: bool,
    /// Where the next bytes would be written without seeking.
    next: u64,
}

impl Locked {
    pub(super) fn open(path: PathBuf) -> Result<Self> {
        for _ in 0..OPEN_TRIES {
            let (file, created) = open(&path)?;
            lock(&file, &path)?;
            // The run that held the lock may have finished and removed the file meanwhile.
            if is_at(&file, &path) {
                return Ok(Self {
                    file,
                    path,
                    created,
                    next: 0,
                });
            }
        }
        Err(fault::in_use())
    }

    pub(super) fn len(&self) -> Result<u64> {
        let found = self.file.metadata().map(|file| file.len());
        found.map_err(|e| fault::file("read", &self.path, e))
    }

    pub(super) fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        let mut write = || {
            if self.next != at {
                self.file.seek(SeekFrom::Start(at))?;
            }
            self.file.write_all(bytes)
        };
        let written = write();
        // After a failure the place is not known.
        self.next = match written {
            Ok(()) => at + bytes.len() as u64,
            Err(_) => u64::MAX,
        };
        written.map_err(|e| fault::file("write", &self.path, e))
    }

    pub(super) fn read(&self, at: u64, buffer: &mut [u8]) -> Result<()> {
        let read = sort::read_at(&self.file, buffer, at);
        read.map_err(|e| fault::file("read", &self.path, e))
    }

    /// Cuts off what lies behind `len`. A file that ends there is left alone: some file systems write a file that was ever
    /// emptied to disk when it is closed, even one that has been removed.
    pub(super) fn truncate(&self, len: u64) -> Result<()> {
        if self.len()? == len {
            return Ok(());
        }
        let cut = self.file.set_len(len);
        cut.map_err(|e| fault::file("write", &self.path, e))
    }

    /// Closes the file, safe on disk.
    pub(super) fn keep(self) -> Result<()> {
        let saved = self.file.sync_all();
        saved.map_err(|e| fault::file("save", &self.path, e))
    }

    /// Removes the file, then gives up the lock.
    pub(super) fn remove(self) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                Err(fault::file("remove", &self.path, e))
            }
            _ => Ok(()),
        }
    }
}

fn lock(file: &File, path: &Path) -> Result<()> {
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(e)) => return Err(fault::file("lock", path, e)),
        }
    }
    Err(fault::in_use())
}

/// Opens the file, creating it unless it exists.
fn open(path: &Path) -> Result<(File, bool)> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // A link at this place is not followed, and opening something that is no file does not wait for its other end.
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    match options.clone().create_new(true).open(path) {
        Ok(file) => return Ok((file, true)),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(e) => return Err(fault::file("create", path, e)),
    }
    let file = options
        .open(path)
        .map_err(|e| fault::file("open", path, e))?;
    match file.metadata() {
        Ok(found) if found.is_file() => Ok((file, false)),
        Ok(_) => Err(
            fault::precondition(format!("{} is not a regular file", path.display()))
                .hint("move it away, or write to another file"),
        ),
        Err(e) => Err(fault::file("read", path, e)),
    }
}

/// Whether an open file is the one that has this name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

/// An open file cannot be removed on other systems, so its name is enough.
#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}
