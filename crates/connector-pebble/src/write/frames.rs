//! Writes the envelope of a file: the manifest, one compressed frame for each file of the directory, and an index.
//!
//! The manifest comes first but is known last, so frames are kept in a temporary file until then.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use connector_core::Result;
use prost::Message;
use sha2::{Digest, Sha256};
use std::hash::Hasher;
use twox_hash::XxHash64;
use zstd::stream::write::Encoder;

use crate::checksum::xxh64;
use crate::container::MAGIC;
use crate::error;

const LEVEL: i32 = 3;
/// The window of the level for large inputs, 2 MiB; readers accept up to 8 MiB and more would cost them memory.
const WINDOW_LOG: u32 = 21;
const BUFFER_BYTES: usize = 128 << 10;
/// What the index ends with.
const INDEX_MAGIC: [u8; 8] = *b"C1ZIDX1\0";

/// The index's entry for one file.
#[derive(Clone, PartialEq, Message)]
struct Entry {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(int64, tag = "2")]
    offset: i64,
    #[prost(int64, tag = "3")]
    compressed: i64,
    #[prost(int64, tag = "4")]
    raw: i64,
    #[prost(fixed64, tag = "5")]
    xxh64: u64,
    #[prost(bytes = "vec", tag = "6")]
    sha256: Vec<u8>,
}

/// The index behind the frames.
#[derive(Clone, PartialEq, Message)]
struct FrameIndex {
    #[prost(message, repeated, tag = "1")]
    entries: Vec<Entry>,
    #[prost(int64, tag = "2")]
    raw: i64,
    #[prost(int64, tag = "3")]
    compressed: i64,
    #[prost(fixed64, tag = "4")]
    manifest_xxh64: u64,
}

/// Frames that are complete.
pub(super) struct Frames {
    spool: Counted,
    /// Their offsets count from the first frame.
    entries: Vec<Entry>,
}

/// A file being written and how long it is.
struct Counted {
    file: File,
    len: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.len += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// One file of the directory, being compressed.
pub(super) struct Frame {
    encoder: Encoder<'static, Counted>,
    entries: Vec<Entry>,
    name: String,
    offset: u64,
    raw: u64,
    xxh64: XxHash64,
    sha256: Sha256,
}

impl std::fmt::Debug for Frames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frames").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame").finish_non_exhaustive()
    }
}

impl Frames {
    /// Keeps frames in a file without a name in `temp_dir`, or in the system's temp directory.
    pub(super) fn new(temp_dir: Option<&Path>) -> Result<Self> {
        let directory = temp_dir.map_or_else(std::env::temp_dir, Path::to_owned);
        let file = tempfile::tempfile_in(&directory)
            .map_err(|e| error::file("create a temporary file in", &directory, e))?;
        Ok(Self {
            spool: Counted { file, len: 0 },
            entries: Vec::new(),
        })
    }

    /// Begins a file; names must come in bytewise order.
    pub(super) fn begin(self, name: String) -> io::Result<Frame> {
        let offset = self.spool.len;
        let mut encoder = Encoder::new(self.spool, LEVEL)?;
        encoder.include_checksum(true)?;
        encoder.window_log(WINDOW_LOG)?;
        Ok(Frame {
            encoder,
            entries: self.entries,
            name,
            offset,
            raw: 0,
            xxh64: XxHash64::with_seed(0),
            sha256: Sha256::new(),
        })
    }

    /// Adds a whole file.
    pub(super) fn add(self, name: &str, content: &[u8]) -> io::Result<Self> {
        let mut frame = self.begin(name.to_owned())?;
        frame.write_all(content)?;
        frame.end()
    }

    /// Bytes of the directory's files.
    pub(super) fn raw_bytes(&self) -> u64 {
        self.entries.iter().map(|e| e.raw.cast_unsigned()).sum()
    }

    /// Writes the whole file.
    pub(super) fn finish(mut self, manifest: &[u8], out: &mut impl Write) -> io::Result<()> {
        out.write_all(&MAGIC)?;
        out.write_all(&(manifest.len() as u32).to_be_bytes())?;
        out.write_all(manifest)?;
        let start = (MAGIC.len() + 4 + manifest.len()) as u64;
        self.spool.file.rewind()?;
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let count = self.spool.file.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            out.write_all(buffer.get(..count).unwrap_or_default())?;
        }
        let index = FrameIndex {
            raw: self.raw_bytes().cast_signed(),
            compressed: self.spool.len.cast_signed(),
            entries: self.entries,
            manifest_xxh64: xxh64(manifest),
        };
        let mut index = index;
        for entry in &mut index.entries {
            entry.offset += start.cast_signed();
        }
        let index = index.encode_to_vec();
        out.write_all(&index)?;
        out.write_all(&(start + self.spool.len).to_be_bytes())?;
        out.write_all(&(index.len() as u32).to_be_bytes())?;
        out.write_all(&xxh64(&index).to_be_bytes())?;
        out.write_all(&INDEX_MAGIC)?;
        out.flush()
    }
}

impl Frame {
    /// Ends the file.
    pub(super) fn end(self) -> io::Result<Frames> {
        let spool = self.encoder.finish()?;
        let mut entries = self.entries;
        entries.push(Entry {
            name: self.name,
            offset: self.offset.cast_signed(),
            compressed: (spool.len - self.offset).cast_signed(),
            raw: self.raw.cast_signed(),
            xxh64: self.xxh64.finish(),
            sha256: self.sha256.finalize().to_vec(),
        });
        Ok(Frames { spool, entries })
    }
}

impl Write for Frame {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.raw += bytes.len() as u64;
        self.xxh64.write(bytes);
        self.sha256.update(bytes);
        self.encoder.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
