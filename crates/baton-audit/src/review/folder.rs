//! A directory that a command of a review fills: new or empty, and for its owner alone.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use connector_core::{Error, ErrorKind, Result};

use crate::outfile::{Draft, failed};

/// The directory.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
}

impl Folder {
    /// Makes the directory, or takes an empty one.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it holds anything or cannot be made.
    pub(super) fn fresh(dir: &Path) -> Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(dir)
            .map_err(|e| failed("cannot make", dir, &e))?;
        let mut entries = fs::read_dir(dir).map_err(|e| failed("cannot read", dir, &e))?;
        if entries.next().is_some() {
            let message = format!("{} is not empty", dir.display());
            return Err(Error::new(ErrorKind::Precondition, message).hint("choose a new directory"));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let private = fs::Permissions::from_mode(0o700);
            fs::set_permissions(dir, private).map_err(|e| failed("cannot protect", dir, &e))?;
        }
        Ok(Self {
            dir: dir.to_owned(),
        })
    }

    /// Writes a file that its owner alone can read.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] when it cannot be written, and what `content` returns.
    pub(super) fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<()> {
        let mut draft = Draft::begin(&self.dir.join(name))?;
        content(&mut draft)?;
        draft.end()?.publish(false)
    }
}
