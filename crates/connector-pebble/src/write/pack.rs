//! Makes frames, on two threads of their own: one compresses and hashes, the other one reads every frame back as soon
//! as it is complete and compares what it decodes to. The bytes do not depend on which thread is faster.

use std::fs::File;
use std::hash::Hasher;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use connector_core::{Context, Error, ErrorKind, Result};
use prost::Message;
use sha2::{Digest, Sha256};
use twox_hash::XxHash64;
use zstd::stream::write::Encoder;

use crate::Limits;
use crate::container;
use crate::error::{self, damaged};
use crate::storage::{Storage, write_at};

/// Level 3, which others use, takes half as much time again for files that are 4 % smaller.
const LEVEL: i32 = 1;
/// A window of 1 MiB, which the encoder and the decoder that checks it both hold; readers accept up to 8 MiB.
const WINDOW_LOG: u32 = 20;

/// What is done next.
pub(super) enum Step {
    /// These bytes belong to the open file.
    Bytes(Vec<u8>),
    /// The open file is complete.
    End,
}

/// The index's entry for one file; without a name as long as it is a frame among others.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Entry {
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

impl Entry {
    /// The same with a name.
    pub(super) fn named(&self, name: String) -> Self {
        Self {
            name,
            ..self.clone()
        }
    }

    /// Where the frame begins, and its length.
    pub(super) const fn place(&self) -> (u64, u64) {
        (self.offset.cast_unsigned(), self.compressed.cast_unsigned())
    }

    pub(super) const fn move_to(&mut self, offset: u64) {
        self.offset = offset.cast_signed();
    }
}

/// Packs files until there are no more steps; buffers go back through `used`.
pub(super) fn pack(
    spool: &File,
    steps: &Receiver<Step>,
    used: &Sender<Vec<u8>>,
    limits: &Limits,
) -> Result<Vec<Entry>> {
    let (packed, coming) = mpsc::channel();
    thread::scope(|scope| {
        let checking = scope.spawn(move || {
            coming.iter().try_for_each(|entry: Entry| {
                check(spool, &entry, limits).during("reading back what was written")
            })
        });
        let entries = frames(spool, steps, used, packed);
        let checked = checking.join();
        let checked = checked.map_err(|_| Error::new(ErrorKind::Bug, "checking has ended"))?;
        let entries = entries.map_err(|e| error::io("write a temporary file", e))?;
        checked.map(|()| entries)
    })
}

/// Makes all frames; each that is complete is handed to `packed`.
fn frames(
    spool: &File,
    steps: &Receiver<Step>,
    used: &Sender<Vec<u8>>,
    packed: Sender<Entry>,
) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut offset: u64 = 0;
    loop {
        let mut frame = Frame::new(spool, offset)?;
        loop {
            match steps.recv() {
                // What is not ended belongs to nothing.
                Err(_) => return Ok(entries),
                Ok(Step::End) => break,
                Ok(Step::Bytes(mut bytes)) => {
                    frame.write(&bytes)?;
                    bytes.clear();
                    // The other side may be gone already.
                    let _ = used.send(bytes);
                }
            }
        }
        let entry = frame.end()?;
        offset += entry.compressed.cast_unsigned();
        // When the check has failed, its error is what counts in the end.
        let _ = packed.send(entry.clone());
        entries.push(entry);
    }
}

/// One file, being compressed.
struct Frame<'a> {
    encoder: Encoder<'static, Counted<'a>>,
    raw: u64,
    xxh64: XxHash64,
    sha256: Sha256,
}

/// The end of a file from `start` on. Its cursor is not used, because another thread reads the same file.
struct Counted<'a> {
    file: &'a File,
    start: u64,
    len: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = write_at(self.file, self.start + self.len, bytes)?;
        self.len += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> Frame<'a> {
    fn new(file: &'a File, start: u64) -> io::Result<Self> {
        let len = 0;
        let mut encoder = Encoder::new(Counted { file, start, len }, LEVEL)?;
        encoder.include_checksum(true)?;
        encoder.window_log(WINDOW_LOG)?;
        Ok(Self {
            encoder,
            raw: 0,
            xxh64: XxHash64::with_seed(0),
            sha256: Sha256::new(),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.raw += bytes.len() as u64;
        self.xxh64.write(bytes);
        self.sha256.update(bytes);
        self.encoder.write_all(bytes)
    }

    fn end(self) -> io::Result<Entry> {
        let written = self.encoder.finish()?;
        Ok(Entry {
            name: String::new(),
            offset: written.start.cast_signed(),
            compressed: written.len.cast_signed(),
            raw: self.raw.cast_signed(),
            xxh64: self.xxh64.finish(),
            sha256: self.sha256.finalize().to_vec(),
        })
    }
}

/// Decodes a frame and compares it with what went in.
fn check(spool: &File, entry: &Entry, limits: &Limits) -> Result<()> {
    let (offset, compressed) = entry.place();
    let file = spool.try_clone();
    let file = file.map_err(|e| error::io("read a temporary file", e))?;
    let storage = Storage::File(file, offset + compressed);
    let place = container::FramePlace {
        offset,
        compressed,
        raw: entry.raw.cast_unsigned(),
    };
    let mut found = XxHash64::with_seed(0);
    container::decode_frame(&storage, place, limits, |bytes| {
        found.write(bytes);
        Ok(())
    })?;
    match found.finish() == entry.xxh64 {
        true => Ok(()),
        false => Err(damaged("it does not hold what was written")),
    }
}
