//! Puts a new file in place of the earlier one in one step.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use connector_core::leftovers::{self, Registered};
use connector_core::store::FileSummary;
use connector_core::{Result, text};
use sha2::{Digest, Sha256};

use crate::fault;
use crate::preflight::Target;

/// What is added to the target's name while the new file is being written.
pub(crate) const TEMPORARY_SUFFIX: &str = ".tmp";

/// Puts a version 1 file that `write` writes in place of the target; `write` returns the size of the database in it.
pub(crate) fn publish(
    target: &Target,
    write: impl FnOnce(&mut Hashed<&File>, &Path) -> Result<u64>,
) -> Result<FileSummary> {
    let (decoded_bytes, (file_bytes, sha256)) = place(target, |path| {
        let file = leftovers::private_file(path).map_err(|e| fault::file("create", path, e))?;
        let mut out = Hashed::new(&file);
        let decoded_bytes = write(&mut out, path)?;
        let written = out.finish();
        file.sync_all().map_err(|e| fault::file("write", path, e))?;
        Ok((decoded_bytes, written))
    })?;
    Ok(FileSummary {
        path: target.shown.clone(),
        decoded_bytes,
        file_bytes,
        sha256: text::hex(sha256),
        version: 1,
    })
}

/// Lets `write` make the new file beside the target, gives it the permissions of the old one, and replaces that. When
/// anything fails, the target is as it was.
pub(crate) fn place<T>(target: &Target, write: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let temporary = Temporary(target.beside(TEMPORARY_SUFFIX));
    // Removed as well when the process ends without running destructors.
    let _registered = Registered::new(temporary.0.clone());
    // One may be left of a run that was killed. A link is removed, not followed.
    let _ = fs::remove_file(&temporary.0);
    let written = write(&temporary.0)?;
    copy_permissions(&target.path, &temporary.0);
    target.check_again()?;
    fs::rename(&temporary.0, &target.path).map_err(|e| fault::file("replace", &target.path, e))?;
    sync_directory(&target.directory);
    Ok(written)
}

/// Counts and hashes bytes on their way into a file, so that what is stated of them is not what another program made of
/// the file since.
pub(crate) struct Hashed<W> {
    out: W,
    bytes: u64,
    sha256: Sha256,
}

impl<W: Write> Hashed<W> {
    fn new(out: W) -> Self {
        Self {
            out,
            bytes: 0,
            sha256: Sha256::new(),
        }
    }

    fn finish(self) -> (u64, [u8; 32]) {
        (self.bytes, self.sha256.finalize().into())
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.sha256.update(bytes.get(..count).unwrap_or_default());
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Is removed unless it was put in place, where it no longer has this name.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The new file may be read by those who could read the old one; one that replaces nothing is its owner's alone. A file
/// system without permissions is no reason to lose the file.
fn copy_permissions(from: &Path, to: &Path) {
    if let Ok(earlier) = fs::metadata(from) {
        let _ = fs::set_permissions(to, earlier.permissions());
    }
}

/// Makes the rename durable; file systems that cannot do this do not need it.
fn sync_directory(directory: &Path) {
    let synced = File::open(directory).and_then(|handle| handle.sync_all());
    if let Err(error) = synced {
        tracing::debug!(%error, "the output directory cannot be synced");
    }
}

#[cfg(test)]
mod tests;
