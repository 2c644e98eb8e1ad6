//! What can be said of a file's bytes.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::text;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version of a sync file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileFormat {
    /// SQLite inside zstd.
    #[serde(rename = "c1z/1")]
    V1,
    /// Pebble inside zstd.
    #[serde(rename = "c1z/3")]
    V3,
}

impl FileFormat {
    /// The version with this number.
    pub const fn of_version(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::V1),
            3 => Some(Self::V3),
            _ => None,
        }
    }

    /// The version that begins with these bytes.
    pub fn of(begins: &[u8]) -> Option<Self> {
        match begins {
            [b'C', b'1', b'Z', b'F', 0, ..] => Some(Self::V1),
            [b'C', b'1', b'Z', b'3', 0, ..] => Some(Self::V3),
            _ => None,
        }
    }
}

/// As documents have it.
impl fmt::Display for FileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "c1z/1",
            Self::V3 => "c1z/3",
        })
    }
}

/// SHA-256 of a file in hexadecimal, its size in bytes, and the version that its first bytes name.
///
/// # Errors
/// [`ErrorKind::Precondition`] when the file cannot be read, or is no regular file.
pub fn digest(path: &Path) -> Result<(String, u64, Option<FileFormat>)> {
    let failed = |e: std::io::Error| {
        Error::new(
            ErrorKind::Precondition,
            format!("the file cannot be read: {e}"),
        )
        .caused_by(e)
    };
    // Looked at before it is opened: a pipe without a writer could be opened by nobody, and a device never ends.
    if !path.metadata().map_err(failed)?.is_file() {
        let message = "the file is no regular file";
        return Err(Error::new(ErrorKind::Precondition, message));
    }
    let mut file = File::open(path).map_err(failed)?;
    let mut sha = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    let (mut bytes, mut format) = (0, None);
    loop {
        let n = file.read(&mut buffer).map_err(failed)?;
        if n == 0 {
            break;
        }
        if bytes == 0 {
            format = FileFormat::of(&buffer[..n]);
        }
        bytes += n as u64;
        sha.update(&buffer[..n]);
    }
    Ok((text::hex(sha.finalize()), bytes, format))
}
