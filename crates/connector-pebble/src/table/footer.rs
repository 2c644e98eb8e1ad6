//! The last bytes of a table, which record what format it has and where its index is.

use connector_core::Result;

use super::Format;
use super::block::Handle;
use crate::bytes::Bytes;
use crate::checksum::masked_crc;
use crate::container::Extent;
use crate::error::{damaged, unsupported};
use crate::store::Store;

const MAGIC: &[u8] = &[0xF0, 0x9F, 0xAA, 0xB3, 0xF0, 0x9F, 0xAA, 0xB3];
/// The version and the magic, which all formats end with.
const TAIL_BYTES: usize = 12;
const HANDLES_BYTES: usize = 40;
const MAX_FOOTER_BYTES: u64 = 61;

/// Attributes of format 7 that are known and can be read: range deletions, a two-level index, point keys.
const READABLE: u32 = 0x10 | 0x20 | 0x80;

/// How the blocks of a table are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChecksumKind {
    Crc32c,
    XxHash64,
}

/// A footer that passed its checks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Footer {
    pub(crate) format: Format,
    pub(crate) checksum: ChecksumKind,
    pub(crate) metaindex: Handle,
    pub(crate) index: Handle,
    /// How many bytes of the file come before it.
    pub(crate) blocks_bytes: u64,
}

impl Footer {
    pub(crate) fn read(store: &Store, extent: Extent) -> Result<Self> {
        let count = extent.len.min(MAX_FOOTER_BYTES);
        let tail = store.read(extent, extent.len - count, count)?;
        Self::decode(&tail, extent.len)
    }

    /// Decodes the footer at the end of `tail`, the last bytes of a file of `file_bytes` bytes.
    fn decode(tail: &[u8], file_bytes: u64) -> Result<Self> {
        let version_at = tail.len().saturating_sub(TAIL_BYTES);
        let mut end = Bytes::new(
            tail.get(version_at..).unwrap_or_default(),
            "a table's footer",
        );
        let version = end.u32()?;
        if end.rest() != MAGIC {
            return Err(damaged("a table does not end like one"));
        }
        // Format 6 added a checksum, format 7 attributes before it.
        let (length, has_attributes, has_checksum) = match version {
            1..=5 => (53, false, false),
            6 => (57, false, true),
            7 => (61, true, true),
            _ => return Err(unsupported(format_args!("table format {version}"))),
        };
        let footer = (tail.len().checked_sub(length)).and_then(|at| tail.get(at..));
        let footer = footer.ok_or_else(|| damaged("a table is shorter than its footer"))?;
        let mut bytes = Bytes::new(footer, "a table's footer");
        let checksum = match bytes.u8()? {
            1 => ChecksumKind::Crc32c,
            3 => ChecksumKind::XxHash64,
            other => return Err(unsupported(format_args!("table checksum {other}"))),
        };
        let mut handles = Bytes::new(bytes.take(HANDLES_BYTES)?, "a table's footer");
        let metaindex = Handle::take(&mut handles)?;
        let index = Handle::take(&mut handles)?;
        if has_attributes {
            check_attributes(bytes.u32()?)?;
        }
        if has_checksum {
            let covered = length - bytes.len();
            let crc = bytes.u32()?;
            let (before, after) = (footer.get(..covered).unwrap_or_default(), bytes.rest());
            if masked_crc(&[before, after]) != crc {
                return Err(damaged("the checksum of a table's footer is another"));
            }
        }
        Ok(Self {
            format: Format(version),
            checksum,
            metaindex,
            index,
            blocks_bytes: file_bytes.saturating_sub(length as u64),
        })
    }
}

fn check_attributes(attributes: u32) -> Result<()> {
    if attributes & 0x01 != 0 {
        return Err(unsupported("a table with value blocks"));
    }
    if attributes & 0x0E != 0 {
        return Err(unsupported("a table with range keys"));
    }
    if attributes & 0x40 != 0 {
        return Err(unsupported("a table with blob values"));
    }
    match attributes & !READABLE {
        0 => Ok(()),
        unknown => Err(unsupported(format_args!("table attributes {unknown:#x}"))),
    }
}

#[cfg(test)]
mod tests;
