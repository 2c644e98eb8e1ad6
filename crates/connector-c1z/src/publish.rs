//! Puts a finished database in place of the earlier file in one step.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use connector_core::Result;
use connector_core::leftovers::{self, Registered};
use connector_core::store::FileSummary;

use crate::fault;
use crate::preflight::Target;

/// What is added to the target's name while the new file is being written.
pub(crate) const TEMPORARY_SUFFIX: &str = ".tmp";

/// Puts a file that `write` writes in place of the target; `write` returns the size of the database in it.
pub(crate) fn publish(
    target: &Target,
    write: impl FnOnce(&File, &Path) -> Result<u64>,
) -> Result<FileSummary> {
    let temporary = Temporary::create(target.beside(TEMPORARY_SUFFIX))?;
    let write_error = |e| fault::file("write", &temporary.path, e);
    let decoded_bytes = write(&temporary.file, &temporary.path)?;
    copy_permissions(&target.path, &temporary.file);
    temporary.file.sync_all().map_err(write_error)?;
    let file_bytes = temporary.file.metadata().map_err(write_error)?.len();
    target.check_again()?;
    temporary.rename(&target.path)?;
    sync_directory(&target.directory);
    Ok(FileSummary {
        path: target.shown.clone(),
        decoded_bytes,
        file_bytes,
    })
}

/// A file that is removed again unless it is put in place.
struct Temporary {
    path: PathBuf,
    file: File,
    placed: bool,
    /// Removed as well when the process ends without running destructors.
    _registered: Registered,
}

impl Temporary {
    fn create(path: PathBuf) -> Result<Self> {
        // One may be left of a run that was killed. A link is removed, not followed.
        let _ = fs::remove_file(&path);
        let registered = Registered::new(path.clone());
        let file = leftovers::private_file(&path).map_err(|e| fault::file("create", &path, e))?;
        Ok(Self {
            _registered: registered,
            path,
            file,
            placed: false,
        })
    }

    fn rename(mut self, target: &Path) -> Result<()> {
        fs::rename(&self.path, target).map_err(|e| fault::file("replace", target, e))?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The new file may be read by those who could read the old one; one that replaces nothing is its owner's alone.
fn copy_permissions(from: &Path, to: &File) {
    if let Ok(earlier) = fs::metadata(from) {
        let _ = to.set_permissions(earlier.permissions());
    }
}

/// Makes the rename durable; file systems that cannot do this do not need it.
pub(crate) fn sync_directory(directory: &Path) {
    let synced = File::open(directory).and_then(|handle| handle.sync_all());
    if let Err(error) = synced {
        tracing::debug!(%error, "the output directory cannot be synced");
    }
}
