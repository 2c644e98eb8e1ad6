//! The floor of version 3: rows that are ready in memory, in no order, are sorted and put into blocks, and the blocks into
//! compressed frames.
//!
//! Blocks and frames have the checksums and hashes that the format demands. There are no columns, no index and no digests,
//! and nothing is read back. Rows of indexes are ready like all others.

use std::fs::File;
use std::hash::Hasher;
use std::io::Write;
use std::path::Path;

use connector_pebble::{Limits, Reader};
use sha2::{Digest, Sha256};
use twox_hash::XxHash64;

use crate::Result;

/// The level at which version 3 is compressed.
const LEVEL: i32 = 1;
/// Bytes of a block, and of all blocks of a frame.
const BLOCK: usize = 32 << 10;
const FRAME: usize = 8 << 20;

/// A step that leads to every place of a list before it comes back, when it has no divisor in common with the length.
const STRIDE: usize = 1_000_003;

/// All rows of a finished file.
pub(super) struct Source {
    bytes: Vec<u8>,
    rows: Vec<Row>,
}

/// Where a row begins, and the lengths of its parts.
#[derive(Clone, Copy)]
struct Row {
    start: usize,
    key: usize,
    value: usize,
}

impl Source {
    pub(super) fn load(file: &Path) -> Result<Self> {
        let reader = Reader::open(file, Limits::default())?;
        let (mut bytes, mut rows) = (Vec::new(), Vec::new());
        let mut entries = reader.entries()?;
        while let Some((key, value)) = entries.next_entry()? {
            rows.push(Row {
                start: bytes.len(),
                key: key.len(),
                value: value.len(),
            });
            bytes.extend_from_slice(key);
            bytes.extend_from_slice(value);
        }
        let count = rows.len();
        // Nothing is in order before it is sorted.
        let rows = (0..count).map(|at| rows[at * STRIDE % count]).collect();
        Ok(Self { bytes, rows })
    }

    /// Writes the file to `out`.
    pub(super) fn write(&self, out: &Path) -> Result<()> {
        let mut rows = self.rows.clone();
        rows.sort_unstable_by_key(|row| &self.bytes[row.start..row.start + row.key]);
        let mut file = File::create(out)?;
        let mut frame = Frame::new(file.try_clone()?)?;
        let mut block = Vec::with_capacity(2 * BLOCK);
        for row in rows {
            for len in [row.key, row.value] {
                block.extend((len as u32).to_le_bytes());
            }
            block.extend_from_slice(&self.bytes[row.start..row.start + row.key + row.value]);
            if block.len() >= BLOCK {
                frame.block(&block)?;
                block.clear();
                if frame.bytes >= FRAME {
                    let full = std::mem::replace(&mut frame, Frame::new(file.try_clone()?)?);
                    file.write_all(&full.end()?)?;
                }
            }
        }
        frame.block(&block)?;
        file.write_all(&frame.end()?)?;
        Ok(file.sync_all()?)
    }
}

/// A frame, being compressed.
struct Frame {
    encoder: zstd::Encoder<'static, File>,
    xxh64: XxHash64,
    sha256: Sha256,
    bytes: usize,
}

impl Frame {
    fn new(file: File) -> Result<Self> {
        let mut encoder = zstd::Encoder::new(file, LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(Self {
            encoder,
            xxh64: XxHash64::with_seed(0),
            sha256: Sha256::new(),
            bytes: 0,
        })
    }

    fn block(&mut self, block: &[u8]) -> Result<()> {
        let crc = crc32c::crc32c(block).to_le_bytes();
        for bytes in [block, &crc] {
            self.xxh64.write(bytes);
            self.sha256.update(bytes);
            self.encoder.write_all(bytes)?;
        }
        self.bytes += block.len();
        Ok(())
    }

    /// Its hashes, as they stand in the index of the file.
    fn end(self) -> Result<Vec<u8>> {
        self.encoder.finish()?;
        let mut hashes = self.xxh64.finish().to_le_bytes().to_vec();
        hashes.extend_from_slice(&self.sha256.finalize());
        Ok(hashes)
    }
}
