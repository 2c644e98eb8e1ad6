//! Where a result may be written: a regular file, or a name that does not exist yet.

use std::fs::{self, FileType};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::leftovers::Registered;

/// How many symbolic links in a row are followed, as on Linux.
const MAX_LINKS: u32 = 40;

/// The absolute path of the file that `path` leads to, symbolic links followed, dangling ones included.
///
/// # Errors
/// [`ErrorKind::Precondition`] when there is something other than a regular file, or when the place cannot be looked at.
pub fn resolve(path: &Path) -> Result<PathBuf> {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return end_of_links(path).map_err(|e| not_found(path, e));
        }
        Err(e) => return Err(not_found(path, e)),
    };
    match not_regular(found.file_type()) {
        None => fs::canonicalize(path).map_err(|e| not_found(path, e)),
        Some(what) => {
            let message = format!("{} is {what}", path.display());
            Err(Error::new(ErrorKind::Precondition, message)
                .hint("give the path of a regular file, or of one that does not exist yet"))
        }
    }
}

/// Writes a file that only its owner may read, in one step: at `place`, which [`resolve`] has found, is the old file or the
/// whole new one.
///
/// # Errors
/// When it cannot be written.
pub fn write_private(place: &Path, content: &[u8]) -> io::Result<()> {
    let directory = place.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".draft")
        .tempfile_in(directory)?;
    let registered = Registered::new(file.path().to_owned());
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(place)?;
    drop(registered);
    Ok(())
}

/// What the message of [`file_error`] ends with when there is no space.
pub const DISK_FULL: &str = "the disk is full";
/// What the operator can do then.
pub const DISK_FULL_HINT: &str = "free some space or choose another directory";

/// An error of the file system at `path`, a file or a directory, for the operator. A full disk is named by the directory.
pub fn file_error(action: &str, path: &Path, error: io::Error) -> Error {
    use io::ErrorKind as K;
    let precondition = |message: String| Error::new(ErrorKind::Precondition, message);
    let shown = path.display();
    let fault = match error.kind() {
        K::StorageFull | K::QuotaExceeded => {
            let directory = path.parent().filter(|_| !path.is_dir()).unwrap_or(path);
            let fault = precondition(DISK_FULL.to_owned()).hint(DISK_FULL_HINT);
            fault.about(&directory.display().to_string())
        }
        K::PermissionDenied | K::ReadOnlyFilesystem => {
            precondition(format!("cannot {action} {shown}: no permission"))
        }
        K::FileTooLarge => precondition(format!("cannot {action} {shown}: {error}"))
            .hint("raise the limit for the size of a file (ulimit -f)"),
        _ => precondition(format!("cannot {action} {shown}: {error}")),
    };
    fault.caused_by(error)
}

/// What something other than a regular file is, in words.
pub fn not_regular(kind: FileType) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a named pipe (FIFO)");
        } else if kind.is_socket() {
            return Some("a socket");
        } else if kind.is_char_device() || kind.is_block_device() {
            return Some("a device");
        }
    }
    if kind.is_file() {
        None
    } else if kind.is_dir() {
        Some("a directory")
    } else if kind.is_symlink() {
        Some("a symbolic link")
    } else {
        Some("not a regular file")
    }
}

/// The name at the end of a chain of links that leads to nothing.
fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    let mut place = std::path::absolute(path)?;
    for _ in 0..MAX_LINKS {
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_symlink() => {
                let to = fs::read_link(&place)?;
                // What is relative in a link is relative to the link's directory.
                place.pop();
                place.push(to);
            }
            // What appeared meanwhile is looked at again before it is replaced.
            _ => return Ok(place),
        }
    }
    Err(io::Error::other("too many symbolic links in a row"))
}

fn not_found(path: &Path, error: io::Error) -> Error {
    let message = format!("cannot find {}: {error}", path.display());
    Error::new(ErrorKind::Precondition, message).caused_by(error)
}

#[cfg(test)]
mod tests;
