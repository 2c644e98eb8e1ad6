//! What can be wrong with a file, as errors of the suite.
//!
//! Three kinds of sentences: the file is damaged, the file uses something that is not supported (each thing by
//! its name), the file is larger than the limits allow.

use std::fmt::Display;
use std::io;
use std::path::Path;

use connector_core::{Error, ErrorKind};

const FULL: &str = "the disk is full";

/// A condition outside the program that has to change.
pub(crate) fn precondition(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Precondition, message)
}

/// The bytes contradict the format or a checksum.
pub(crate) fn damaged(what: impl Display) -> Error {
    precondition(format!("the file is damaged: {what}"))
        .hint("restore the file from a copy or write it anew")
}

/// The bytes may be sound, but they use what no known writer of these files uses.
pub(crate) fn unsupported(what: impl Display) -> Error {
    precondition(format!("{what}: not supported")).hint(
        "write the file anew with a current connector, or as version 1 (--storage-engine sqlite)",
    )
}

/// A number in the file, or the amount of its content, is above a limit.
pub(crate) fn too_large(what: impl Display, limit: impl Display) -> Error {
    precondition(format!(
        "the file is too large: {what}, at most {limit} allowed"
    ))
}

/// The file system failed.
pub(crate) fn io(action: &str, error: io::Error) -> Error {
    let fault = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            precondition(FULL).hint("free some space or choose another temp directory")
        }
        io::ErrorKind::PermissionDenied => precondition(format!("cannot {action}: no permission")),
        _ => precondition(format!("cannot {action}: {error}")),
    };
    fault.caused_by(error)
}

/// The file system failed at `path`, a file or a directory. A full disk is named by the directory.
pub(crate) fn file(action: &str, path: &Path, error: io::Error) -> Error {
    let fault = io(&format!("{action} {}", path.display()), error);
    let directory = path.parent().filter(|_| !path.is_dir()).unwrap_or(path);
    match fault.message() == FULL {
        true => fault.about(&directory.display().to_string()),
        false => fault,
    }
}
