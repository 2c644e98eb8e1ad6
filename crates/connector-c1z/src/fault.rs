//! What the database and the file system report, as errors of the suite.

use std::io;
use std::path::Path;

use connector_core::{Error, ErrorKind};
use rusqlite::ErrorCode;

const FULL: &str = "the disk is full";
const FULL_HINT: &str = "free some space or choose another directory";

/// A condition outside the program that has to change.
pub(crate) fn precondition(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Precondition, message)
}

/// A defect in this program.
pub(crate) fn bug(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Bug, message)
}

/// An error of the database that holds the rows.
pub(crate) fn database(error: rusqlite::Error) -> Error {
    use ErrorCode as C;
    let fault = match error.sqlite_error_code() {
        Some(C::DiskFull) => precondition(FULL).hint(FULL_HINT),
        Some(C::DatabaseBusy | C::DatabaseLocked) => in_use(),
        Some(C::DatabaseCorrupt | C::NotADatabase) => precondition("the database is damaged"),
        Some(C::OutOfMemory) => precondition("there is not enough memory"),
        Some(C::SystemIoFailure | C::CannotOpen | C::ReadOnly | C::PermissionDenied) => {
            precondition(format!("the database cannot be read or written: {error}"))
        }
        _ => bug(format!("unexpected answer of the database: {error}")),
    };
    fault.caused_by(error)
}

/// An error while reading a database that another program wrote: what is odd about it is damage, not a defect here.
/// What the operating system refuses (an unreadable disk, too many open files) says nothing about the file.
pub(crate) fn foreign_database(error: rusqlite::Error) -> Error {
    use ErrorCode as C;
    match error.sqlite_error_code() {
        Some(
            C::DiskFull
            | C::OutOfMemory
            | C::SystemIoFailure
            | C::CannotOpen
            | C::ReadOnly
            | C::PermissionDenied,
        ) => database(error),
        _ => precondition(format!("the file is damaged: {error}")).caused_by(error),
    }
}

/// An error while reading the decoded copy of a file, which was found sound when it was made: what is wrong with it since
/// then is the disk's doing. SQLite takes some of what a disk does not hand over for damage.
pub(crate) fn copied_database(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => precondition(format!(
            "the copy of the earlier file can no longer be read: {error}"
        ))
        .caused_by(error),
        _ => foreign_database(error),
    }
}

/// Another process holds the working file.
pub(crate) fn in_use() -> Error {
    precondition("the output file is in use by another run")
        .hint("wait for the other run to end, or write to another file")
}

/// An error of the file system at `path`.
pub(crate) fn file(action: &str, path: &Path, error: io::Error) -> Error {
    use io::ErrorKind as K;
    let fault = match error.kind() {
        K::StorageFull | K::QuotaExceeded => {
            let directory = path.parent().filter(|_| !path.is_dir()).unwrap_or(path);
            in_directory(precondition(FULL).hint(FULL_HINT), directory)
        }
        K::PermissionDenied | K::ReadOnlyFilesystem => {
            precondition(format!("cannot {action} {}: no permission", path.display()))
        }
        K::FileTooLarge => precondition(format!("cannot {action} {}: {error}", path.display()))
            .hint("raise the limit for the size of a file (ulimit -f)"),
        _ => precondition(format!("cannot {action} {}: {error}", path.display())),
    };
    fault.caused_by(error)
}

/// Names the directory in the error of a full disk that does not name one yet.
pub(crate) fn in_directory(error: Error, directory: &Path) -> Error {
    match error.message() == FULL {
        true => error.about(&directory.display().to_string()),
        false => error,
    }
}

#[cfg(test)]
mod tests;
