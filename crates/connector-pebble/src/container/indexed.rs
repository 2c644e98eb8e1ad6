//! The usual payload: one zstd frame per file, then an index with sizes and digests, then a footer.

use std::hash::Hasher;
use std::io::{BufRead, BufReader, Read};

use connector_core::{Context, Result};
use sha2::{Digest, Sha256};
use twox_hash::XxHash64;
use zstd::stream::read::Decoder;

use super::{Unpacking, window_log};
use crate::Limits;
use crate::bytes::Bytes;
use crate::checksum::xxh64;
use crate::error::{self, damaged, too_large};
use crate::proto::Fields;
use crate::storage::Storage;

const FOOTER_BYTES: u64 = 28;
const FOOTER_MAGIC: &[u8] = b"C1ZIDX1\0";
const MAX_INDEX_BYTES: u64 = 64 << 20;
const SHA256_BYTES: usize = 32;
const BUFFER_BYTES: usize = 64 << 10;

/// What the index records about one file.
#[derive(Debug, Default)]
struct Entry<'a> {
    name: &'a str,
    frame_offset: u64,
    compressed_size: u64,
    raw_size: u64,
    raw_xxh64: u64,
    raw_sha256: &'a [u8],
}

impl<'a> Entry<'a> {
    fn decode(bytes: &'a [u8]) -> Result<Self> {
        let mut entry = Self::default();
        let mut fields = Fields::new(bytes, "the index");
        while let Some((number, value)) = fields.next()? {
            match number {
                1 => entry.name = value.text()?,
                // Negative sizes become huge ones, which no file has room for.
                2 => entry.frame_offset = value.varint()?,
                3 => entry.compressed_size = value.varint()?,
                4 => entry.raw_size = value.varint()?,
                5 => entry.raw_xxh64 = value.fixed64()?,
                6 => entry.raw_sha256 = value.bytes()?,
                _ => {}
            }
        }
        Ok(entry)
    }

    fn check(&self, payload: &std::ops::Range<u64>) -> Result<()> {
        let end = self.frame_offset.checked_add(self.compressed_size);
        let inside = self.frame_offset >= payload.start && end.is_some_and(|e| e <= payload.end);
        if self.compressed_size == 0 || !inside {
            return Err(damaged("its frame lies outside the payload"));
        }
        if self.raw_sha256.len() != SHA256_BYTES {
            return Err(damaged("its SHA-256 has a wrong length"));
        }
        Ok(())
    }
}

/// Decodes all files of the payload that begins at `payload_start`.
pub(super) fn unpack(
    source: &Storage,
    payload_start: u64,
    manifest: &[u8],
    limits: &Limits,
    out: &mut Unpacking<'_>,
) -> Result<()> {
    let (index_offset, index) = read_index(source, payload_start)?;
    let payload = payload_start..index_offset;
    let mut raw_bytes: u64 = 0;
    let mut fields = Fields::new(&index, "the index");
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => {
                let entry = Entry::decode(value.bytes()?)?;
                raw_bytes = raw_bytes.saturating_add(entry.raw_size);
                out.check_size(raw_bytes)?;
                let during = || format!("decoding {:?}", entry.name);
                entry.check(&payload).during(during())?;
                out.begin(entry.name)?;
                unpack_frame(source, &entry, limits, out).during(during())?;
                out.end(entry.name);
            }
            4 => match value.fixed64()? {
                // The index does not record the manifest's hash.
                0 => {}
                hash if hash == xxh64(manifest) => {}
                _ => return Err(damaged("the manifest's hash is another")),
            },
            _ => {}
        }
    }
    Ok(())
}

/// The offset of the index and its bytes.
fn read_index(source: &Storage, payload_start: u64) -> Result<(u64, Vec<u8>)> {
    let footer_offset = source
        .len()
        .checked_sub(FOOTER_BYTES)
        .filter(|offset| *offset >= payload_start)
        .ok_or_else(truncated)?;
    let footer = source.read(footer_offset, FOOTER_BYTES)?;
    let mut footer = Bytes::new(&footer, "the footer");
    let offset = footer.u64_be()?;
    let length = u64::from(footer.u32_be()?);
    let hash = footer.u64_be()?;
    if footer.rest() != FOOTER_MAGIC {
        return Err(truncated());
    }
    if length > MAX_INDEX_BYTES {
        return Err(too_large(
            format_args!("an index of {length} bytes"),
            MAX_INDEX_BYTES,
        ));
    }
    if offset < payload_start || offset.checked_add(length) != Some(footer_offset) {
        return Err(damaged("its index is not where its footer says"));
    }
    let index = source.read(offset, length)?;
    if xxh64(&index) != hash {
        return Err(damaged("the index's hash is another"));
    }
    Ok((offset, index))
}

fn truncated() -> connector_core::Error {
    damaged("its last bytes are not a footer; it was probably cut off")
}

/// Decodes one frame and compares size and digests with the index.
fn unpack_frame(
    source: &Storage,
    entry: &Entry<'_>,
    limits: &Limits,
    out: &mut Unpacking<'_>,
) -> Result<()> {
    let mut sha256 = Sha256::new();
    let mut xxh64 = XxHash64::with_seed(0);
    let place = FramePlace {
        offset: entry.frame_offset,
        compressed: entry.compressed_size,
        raw: entry.raw_size,
    };
    decode_frame(source, place, limits, |bytes| {
        sha256.update(bytes);
        xxh64.write(bytes);
        out.append(bytes)
    })?;
    if xxh64.finish() != entry.raw_xxh64 || sha256.finalize().as_slice() != entry.raw_sha256 {
        return Err(damaged("its digest is another"));
    }
    Ok(())
}

/// Where a frame lies, and how many bytes it decodes to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FramePlace {
    pub(crate) offset: u64,
    pub(crate) compressed: u64,
    pub(crate) raw: u64,
}

/// Decodes one frame, which must have exactly the size that is stated, and hands over its content in portions.
pub(crate) fn decode_frame(
    source: &Storage,
    place: FramePlace,
    limits: &Limits,
    mut each: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let undecodable = |e| damaged(format_args!("its frame: {e}")).caused_by(e);
    let section = source.section(place.offset, place.compressed);
    let input = BufReader::with_capacity(BUFFER_BYTES, section);
    let mut decoder = Decoder::with_buffer(input)
        .map_err(undecodable)?
        .single_frame();
    decoder
        .window_log_max(window_log(limits))
        .map_err(undecodable)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut left = place.raw;
    loop {
        let count = decoder.read(&mut buffer).map_err(undecodable)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        left = left
            .checked_sub(count as u64)
            .ok_or_else(|| damaged("its frame holds more than its index says"))?;
        each(bytes)?;
    }
    if left > 0 {
        return Err(damaged("its frame holds less than its index says"));
    }
    let rest = decoder.finish().fill_buf().map(<[u8]>::len);
    if rest.map_err(|e| error::io("read the file", e))? > 0 {
        return Err(damaged("something follows its frame"));
    }
    Ok(())
}
