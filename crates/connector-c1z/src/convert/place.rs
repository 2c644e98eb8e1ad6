//! Puts a new file in its place in one step.

use std::fs;
use std::path::{Path, PathBuf};

use connector_core::Result;
use connector_core::leftovers::Registered;

use crate::fault;
use crate::preflight::Target;
use crate::publish::{TEMPORARY_SUFFIX, sync_directory};

/// Lets `write` make the new file beside the target, gives it the permissions of the old one, and replaces that. When
/// anything fails, the target is as it was.
pub(crate) fn place<T>(target: &Target, write: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let temporary = Temporary(target.beside(TEMPORARY_SUFFIX));
    // Removed as well when the process ends without running destructors.
    let _registered = Registered::new(temporary.0.clone());
    // One may be left of a run that was killed. A link is removed, not followed.
    let _ = fs::remove_file(&temporary.0);
    let written = write(&temporary.0)?;
    if let Ok(earlier) = fs::metadata(&target.path) {
        fs::set_permissions(&temporary.0, earlier.permissions())
            .map_err(|e| fault::file("write", &temporary.0, e))?;
    }
    target.check_again()?;
    fs::rename(&temporary.0, &target.path).map_err(|e| fault::file("replace", &target.path, e))?;
    sync_directory(&target.directory);
    Ok(written)
}

/// Is removed unless it was put in place, where it no longer has this name.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
