//! Writes the envelope of a file: the manifest, one compressed frame for each file of the directory, and an index.
//!
//! The manifest comes first but is known last, so frames are kept in a temporary file until then. Other threads make
//! them ([`pack`](super::pack)); this side hands over bytes in portions of one size.

use std::fs::File;
use std::hash::Hasher;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use connector_core::{Error, ErrorKind, Result};
use prost::Message;
use sha2::{Digest, Sha256};
use twox_hash::XxHash64;

use super::pack::{self, Entry, Step};
use crate::Limits;
use crate::checksum::xxh64;
use crate::container::MAGIC;
use crate::error;
use crate::storage::Storage;

/// Bytes that are handed over at a time.
pub(super) const PORTION: usize = 64 << 10;
/// Portions that may wait.
const QUEUE: usize = 4;
/// What the index ends with.
const INDEX_MAGIC: [u8; 8] = *b"C1ZIDX1\0";

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

/// Files of a directory on their way to the threads that make frames of them.
#[derive(Debug)]
pub(super) struct Frames {
    portion: Vec<u8>,
    raw: u64,
    /// `None` once packing has ended.
    packing: Option<Packing>,
}

#[derive(Debug)]
struct Packing {
    steps: SyncSender<Step>,
    /// Buffers that have been used.
    spare: Receiver<Vec<u8>>,
    thread: JoinHandle<Result<Vec<Entry>>>,
    spool: File,
}

impl Frames {
    /// Keeps frames in a file without a name in `temp_dir`, or in the system's temp directory.
    pub(super) fn new(temp_dir: Option<&Path>, limits: Limits) -> Result<Self> {
        let directory = temp_dir.map_or_else(std::env::temp_dir, Path::to_owned);
        let failed = |e| error::file("create a temporary file in", &directory, e);
        let spool = tempfile::tempfile_in(&directory).map_err(failed)?;
        let own = spool.try_clone().map_err(failed)?;
        let (steps, coming) = mpsc::sync_channel(QUEUE);
        let (used, spare) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("pack".to_owned())
            .spawn(move || pack::pack(&own, &coming, &used, &limits))
            .map_err(|e| error::io("start a thread", e))?;
        let packing = Packing {
            steps,
            spare,
            thread,
            spool,
        };
        Ok(Self {
            portion: Vec::with_capacity(PORTION),
            raw: 0,
            packing: Some(packing),
        })
    }

    /// Adds bytes to the open file.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.raw += bytes.len() as u64;
        while let Some((now, rest)) = bytes.split_at_checked(PORTION - self.portion.len()) {
            self.portion.extend_from_slice(now);
            self.send_portion()?;
            bytes = rest;
        }
        self.portion.extend_from_slice(bytes);
        Ok(())
    }

    /// Ends the open file.
    pub(super) fn end(&mut self) -> Result<()> {
        self.send_portion()?;
        self.send(Step::End)
    }

    fn send_portion(&mut self) -> Result<()> {
        if self.portion.is_empty() {
            return Ok(());
        }
        let spare = self.packing.as_ref().and_then(|p| p.spare.try_recv().ok());
        let spare = spare.unwrap_or_else(|| Vec::with_capacity(PORTION));
        let portion = std::mem::replace(&mut self.portion, spare);
        self.send(Step::Bytes(portion))
    }

    fn send(&mut self, step: Step) -> Result<()> {
        let packing = self.packing.as_ref().ok_or_else(ended)?;
        if packing.steps.send(step).is_ok() {
            return Ok(());
        }
        // Why the thread has ended is what it returns.
        self.join().and_then(|_| Err(ended()))
    }

    fn join(&mut self) -> Result<(File, Vec<Entry>)> {
        let packing = self.packing.take().ok_or_else(ended)?;
        drop(packing.steps);
        let entries = packing.thread.join().map_err(|_| ended())??;
        Ok((packing.spool, entries))
    }

    /// Waits until all frames are there. The files are those with these names, in bytewise order, and the frames with
    /// these numbers.
    pub(super) fn finish(mut self, names: Vec<(String, usize)>) -> Result<Packed> {
        let (spool, frames) = self.join()?;
        let named = names.into_iter().map(|(name, frame)| {
            let frame = frames.get(frame).ok_or_else(ended)?;
            Ok(frame.named(name))
        });
        Ok(Packed {
            spool,
            entries: named.collect::<Result<_>>()?,
            raw: self.raw,
        })
    }
}

fn ended() -> Error {
    Error::new(ErrorKind::Bug, "compressing has ended")
}

/// Frames that are complete and decode to what went in.
#[derive(Debug)]
pub(super) struct Packed {
    spool: File,
    /// Their offsets are those in the spool.
    entries: Vec<Entry>,
    raw: u64,
}

impl Packed {
    /// Bytes of the directory's files.
    pub(super) const fn raw_bytes(&self) -> u64 {
        self.raw
    }

    /// Writes the whole file.
    pub(super) fn write(mut self, manifest: &[u8], out: &mut impl Write) -> io::Result<()> {
        out.write_all(&MAGIC)?;
        out.write_all(&(manifest.len() as u32).to_be_bytes())?;
        out.write_all(manifest)?;
        let start = (MAGIC.len() + 4 + manifest.len()) as u64;
        let mut end = start;
        let spool = Storage::File(self.spool, u64::MAX);
        for entry in &mut self.entries {
            let (from, len) = entry.place();
            let mut frame = spool.section(from, len);
            each_portion(&mut frame, |bytes| out.write_all(bytes))?;
            entry.move_to(end);
            end += len;
        }
        let index = FrameIndex {
            raw: self.raw.cast_signed(),
            compressed: (end - start).cast_signed(),
            entries: self.entries,
            manifest_xxh64: xxh64(manifest),
        };
        let index = index.encode_to_vec();
        out.write_all(&index)?;
        out.write_all(&end.to_be_bytes())?;
        out.write_all(&(index.len() as u32).to_be_bytes())?;
        out.write_all(&xxh64(&index).to_be_bytes())?;
        out.write_all(&INDEX_MAGIC)?;
        out.flush()
    }
}

fn each_portion(
    from: &mut impl Read,
    mut each: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = vec![0; PORTION];
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        each(buffer.get(..count).unwrap_or_default())?;
    }
}

/// What bytes were on their way to `out`.
pub(super) struct Hashed<W> {
    out: W,
    seen: Seen,
    sha256: Sha256,
}

/// The length of bytes, and a hash that tells whether they are the same.
#[derive(Default)]
pub(super) struct Seen {
    len: u64,
    xxh64: XxHash64,
}

impl Seen {
    fn add(&mut self, bytes: &[u8]) {
        self.len += bytes.len() as u64;
        self.xxh64.write(bytes);
    }
}

impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        (self.len, self.xxh64.finish()) == (other.len, other.xxh64.finish())
    }
}

impl<W> Hashed<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            seen: Seen::default(),
            sha256: Sha256::new(),
        }
    }

    pub(super) const fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The length and the SHA-256.
    pub(super) fn len_and_sha256(self) -> (u64, [u8; 32]) {
        (self.seen.len, self.sha256.finalize().into())
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        let written = bytes.get(..count).unwrap_or_default();
        self.sha256.update(written);
        self.seen.add(written);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads the file at `path`.
pub(super) fn read_back(path: &Path) -> io::Result<Seen> {
    let mut found = Seen::default();
    each_portion(&mut File::open(path)?, |bytes| {
        found.add(bytes);
        Ok(())
    })?;
    Ok(found)
}
