//! What the database and the file system report, as errors of the suite.

use std::path::Path;

use connector_core::output::{DISK_FULL, DISK_FULL_HINT};
use connector_core::{Error, ErrorKind};
use rusqlite::ErrorCode;

/// An error of the file system at a path.
pub(crate) use connector_core::output::file_error as file;

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
        Some(C::DiskFull) => precondition(DISK_FULL).hint(DISK_FULL_HINT),
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

/// Names the directory in the error of a full disk that does not name one yet.
pub(crate) fn in_directory(error: Error, directory: &Path) -> Error {
    match error.message() == DISK_FULL {
        true => error.about(&directory.display().to_string()),
        false => error,
    }
}

#[cfg(test)]
mod tests;
