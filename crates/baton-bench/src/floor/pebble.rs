//! The floor of version 3: rows that are ready in memory, in no order, are sorted and compressed one behind the other.
//!
//! There are no blocks, no checksums and no digests, and nothing is read back. Rows of indexes are ready like all others.

use std::io::{BufWriter, Write};
use std::path::Path;

use connector_pebble::{Limits, Reader};

use crate::Result;

/// The level at which version 3 is compressed.
const LEVEL: i32 = 1;

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
        let encoder = zstd::Encoder::new(std::fs::File::create(out)?, LEVEL)?;
        let mut encoder = BufWriter::with_capacity(128 << 10, encoder);
        for row in rows {
            for len in [row.key, row.value] {
                encoder.write_all(&(len as u32).to_le_bytes())?;
            }
            encoder.write_all(&self.bytes[row.start..row.start + row.key + row.value])?;
        }
        let encoder = encoder.into_inner().map_err(|e| e.into_error())?;
        encoder.finish()?.sync_all()?;
        Ok(())
    }
}
