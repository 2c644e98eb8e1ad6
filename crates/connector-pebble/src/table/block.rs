//! Reads one block of a table: range, checksum, decompression.

use std::io::Read;

use connector_core::Result;
use zstd::stream::read::Decoder;

use super::footer::{ChecksumKind, Footer};
use crate::bytes::Bytes;
use crate::checksum::{masked_crc, xxh64};
use crate::container::Extent;
use crate::error::{damaged, too_large, unsupported};
use crate::store::Store;

/// The kind of compression and the checksum behind each block.
const TRAILER_BYTES: u64 = 5;

/// Snappy's best case is 64 bytes out of 3, so a block that promises more than this factor is lying.
const MAX_SNAPPY_RATIO: u64 = 22;

/// Where a block lies in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Handle {
    pub(crate) offset: u64,
    /// Without the trailer.
    pub(crate) len: u64,
}

impl Handle {
    /// Takes a handle off the front.
    pub(crate) fn take(bytes: &mut Bytes<'_>) -> Result<Self> {
        Ok(Self {
            offset: bytes.uvarint()?,
            len: bytes.uvarint()?,
        })
    }

    /// Decodes a handle; properties of the block may follow it.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        Self::take(&mut Bytes::new(bytes, "a block handle"))
    }
}

/// The content of a block.
pub(crate) fn read_block(
    store: &Store,
    extent: Extent,
    footer: &Footer,
    handle: Handle,
) -> Result<Vec<u8>> {
    let max = store.limits().max_block_bytes;
    let end =
        (handle.offset.checked_add(handle.len)).and_then(|end| end.checked_add(TRAILER_BYTES));
    if end.is_none_or(|end| end > footer.blocks_bytes) {
        return Err(damaged("a block lies outside its table"));
    }
    if handle.len > max {
        return Err(too_large(
            format_args!("a block of {} bytes", handle.len),
            max,
        ));
    }
    let mut stored = store.read(extent, handle.offset, handle.len + TRAILER_BYTES)?;
    let trailer = stored.split_off(usize::try_from(handle.len).unwrap_or(0));
    let mut trailer = Bytes::new(&trailer, "a block");
    let compression = trailer.u8()?;
    let checksum = trailer.u32()?;
    let found = match footer.checksum {
        ChecksumKind::Crc32c => masked_crc(&[&stored, &[compression]]),
        ChecksumKind::XxHash64 => {
            stored.push(compression);
            let hash = xxh64(&stored);
            stored.pop();
            // The low half is what is stored.
            hash as u32
        }
    };
    if found != checksum {
        return Err(damaged("the checksum of a block is another"));
    }
    match compression {
        0 => Ok(stored),
        1 => snappy(&stored, max),
        7 => zstd(&stored, max),
        8 => Err(unsupported("a block compressed with MinLZ")),
        other => Err(unsupported(format_args!("block compression {other}"))),
    }
}

fn snappy(stored: &[u8], max: u64) -> Result<Vec<u8>> {
    let undecodable = |e| damaged(format_args!("a Snappy block: {e}")).caused_by(e);
    let raw = snap::raw::decompress_len(stored).map_err(undecodable)? as u64;
    check_size(raw, max)?;
    if raw > (stored.len() as u64).saturating_mul(MAX_SNAPPY_RATIO) {
        return Err(damaged("a Snappy block that promises too much"));
    }
    snap::raw::Decoder::new()
        .decompress_vec(stored)
        .map_err(undecodable)
}

/// The output grows with what is decoded, never with what the block promises.
fn zstd(stored: &[u8], max: u64) -> Result<Vec<u8>> {
    let undecodable = |e: std::io::Error| damaged(format_args!("a zstd block: {e}")).caused_by(e);
    let mut bytes = Bytes::new(stored, "a zstd block");
    let raw = bytes.uvarint()?;
    check_size(raw, max)?;
    let mut decoder = Decoder::with_buffer(bytes.rest()).map_err(undecodable)?;
    decoder
        .window_log_max(max.max(1).ilog2().clamp(10, 30))
        .map_err(undecodable)?;
    let mut out = Vec::new();
    decoder
        .take(raw + 1)
        .read_to_end(&mut out)
        .map_err(undecodable)?;
    match out.len() as u64 == raw {
        true => Ok(out),
        false => Err(damaged("a zstd block has another length than it says")),
    }
}

fn check_size(raw: u64, max: u64) -> Result<()> {
    match raw > max {
        true => Err(too_large(format_args!("a block of {raw} bytes"), max)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests;
