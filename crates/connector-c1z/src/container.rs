//! The envelope of a version 1 file: five magic bytes, then one zstd frame with the SQLite database inside.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use connector_core::{Error, Result};
use zstd::stream::read::Decoder;
use zstd::stream::write::Encoder;
use zstd::zstd_safe::CParameter;

use crate::fault;
use crate::reader::ReadLimits;

/// What a version 1 file starts with.
pub(crate) const MAGIC: [u8; 5] = *b"C1ZF\0";
/// What a version 3 file starts with.
const MAGIC_V3: [u8; 5] = *b"C1Z3\0";

/// With the window and the hash table below, a database gets smaller than with level 3 and its own parameters, in two
/// thirds of the time.
const LEVEL: i32 = 1;
/// Every known reader accepts windows of up to 8 MiB; more than 2 MiB would cost memory.
const MAX_WINDOW_LOG: u32 = 21;
/// 128 KiB of memory.
const HASH_LOG: u32 = 15;
const MIN_WINDOW_LOG: u32 = 10;
const BUFFER: usize = 256 * 1024;
/// The longest possible frame header.
const FRAME_HEADER: u64 = 18;
/// The header of a SQLite database.
const DATABASE_HEADER: u64 = 100;
/// Bytes that may follow a database.
const SLACK: u64 = 1 << 20;
const RESTORE: &str = "restore the file from a copy, or move it away to start with an empty one";

/// Writes `size` bytes of `database` as a version 1 file.
pub(crate) fn encode(database: &mut impl Read, size: u64, out: &mut impl Write) -> io::Result<()> {
    let mut frame = begin(size, out)?;
    copy(database, &mut frame).map_err(CopyError::into_inner)?;
    frame.finish()?.flush()
}

/// Writes blocks, together `size` bytes of a database, as a version 1 file. Each goes to `used` afterwards.
pub(crate) fn encode_blocks(
    blocks: impl IntoIterator<Item = Vec<u8>>,
    size: u64,
    out: &mut impl Write,
    mut used: impl FnMut(Vec<u8>),
) -> io::Result<()> {
    let mut frame = begin(size, out)?;
    for block in blocks {
        frame.write_all(&block)?;
        used(block);
    }
    frame.finish()?.flush()
}

fn begin<W: Write>(size: u64, out: &mut W) -> io::Result<Encoder<'static, &mut W>> {
    out.write_all(&MAGIC)?;
    let mut frame = Encoder::new(out, LEVEL)?;
    frame.include_checksum(true)?;
    frame.include_contentsize(true)?;
    frame.set_pledged_src_size(Some(size))?;
    frame.window_log(window_log(size))?;
    frame.set_parameter(CParameter::HashLog(HASH_LOG))?;
    Ok(frame)
}

/// The largest window that is smaller than the content; a larger one would make the frame a single segment,
/// which no other writer of this format produces.
fn window_log(size: u64) -> u32 {
    let below = size.saturating_sub(1).checked_ilog2().unwrap_or(0);
    below.clamp(MIN_WINDOW_LOG, MAX_WINDOW_LOG)
}

/// Which side of a copy failed.
#[derive(Debug)]
enum CopyError {
    Read(io::Error),
    Write(io::Error),
}

impl CopyError {
    fn into_inner(self) -> io::Error {
        match self {
            Self::Read(e) | Self::Write(e) => e,
        }
    }
}

fn copy(from: &mut impl Read, to: &mut impl Write) -> Result<u64, CopyError> {
    let mut buffer = vec![0; BUFFER];
    let mut copied = 0;
    loop {
        let n = from.read(&mut buffer).map_err(CopyError::Read)?;
        if n == 0 {
            return Ok(copied);
        }
        to.write_all(buffer.get(..n).unwrap_or_default())
            .map_err(CopyError::Write)?;
        copied += n as u64;
    }
}

/// What [`decode`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// The file has no bytes at all: a valid empty store.
    Empty,
    /// A database of this size was written.
    Database(u64),
}

/// Writes the database inside the file at `path` to `out`, which is or was at `place`.
///
/// # Errors
/// When the file is of another format, damaged, or larger than the limits allow.
pub(crate) fn decode(
    path: &Path,
    limits: &ReadLimits,
    out: &mut File,
    place: &Path,
) -> Result<Decoded> {
    let read_error = |e| fault::file("read", path, e);
    let mut file = File::open(path).map_err(read_error)?;
    if file.metadata().map_err(read_error)?.len() == 0 {
        return Ok(Decoded::Empty);
    }
    let mut magic = Vec::new();
    let mut head = Read::by_ref(&mut file).take(MAGIC.len() as u64);
    head.read_to_end(&mut magic).map_err(read_error)?;
    check_magic(&magic)?;
    let mut head = Vec::new();
    let mut start = Read::by_ref(&mut file).take(FRAME_HEADER);
    start.read_to_end(&mut head).map_err(read_error)?;
    check_declared_size(&head, limits)?;
    let frames = io::Cursor::new(head).chain(file);
    let (written, bound) = decode_frames(frames, limits, out).map_err(|e| match e {
        CopyError::Read(e) => damaged(path, e),
        CopyError::Write(e) => fault::file("write", place, e),
    })?;
    match written {
        _ if written > limits.max_decoded_bytes => Err(too_large(limits)),
        _ if written > bound => {
            let more = "the file is damaged: it decodes to more than its database states";
            Err(fault::precondition(more).hint(RESTORE))
        }
        _ => Ok(Decoded::Database(written)),
    }
}

fn check_magic(magic: &[u8]) -> Result<()> {
    if magic == MAGIC {
        return Ok(());
    }
    if magic == MAGIC_V3 {
        return Err(fault::precondition(
            "the file is a .c1z file of version 3 (Pebble), which is not supported",
        )
        .hint(
            "write and read version 1 files: run the other connector with --storage-engine sqlite",
        ));
    }
    Err(fault::precondition("the file is not a .c1z file")
        .hint("give the path of a .c1z file, or of a file that does not exist yet"))
}

/// The size that the first frame declares, if it does.
fn check_declared_size(head: &[u8], limits: &ReadLimits) -> Result<()> {
    match zstd::zstd_safe::get_frame_content_size(head) {
        Ok(Some(size)) if size > limits.max_decoded_bytes => Err(too_large(limits)),
        // What is wrong with the frame is found, and reported, while decoding it.
        _ => Ok(()),
    }
}

/// Decodes to `out`; returns how many bytes there were, and how many there may be: no more than the limits allow, and
/// not many more than the header of the database states.
fn decode_frames(
    frames: impl Read,
    limits: &ReadLimits,
    out: &mut File,
) -> Result<(u64, u64), CopyError> {
    let mut decoder = Decoder::new(frames).map_err(CopyError::Read)?;
    let window = limits.max_window_bytes.max(1).ilog2().clamp(10, 30);
    decoder.window_log_max(window).map_err(CopyError::Read)?;
    let mut header = Vec::new();
    let mut start = Read::by_ref(&mut decoder).take(DATABASE_HEADER);
    start.read_to_end(&mut header).map_err(CopyError::Read)?;
    let stated = stated_size(&header).map_or(u64::MAX, |size| size.saturating_add(SLACK));
    let bound = stated.min(limits.max_decoded_bytes);
    let mut content = header
        .as_slice()
        .chain(decoder)
        .take(bound.saturating_add(1));
    Ok((copy(&mut content, out)?, bound))
}

/// The size that a database's header has for it (<https://sqlite.org/fileformat2.html>, section 1.3); `None` when it
/// has none that counts.
fn stated_size(header: &[u8]) -> Option<u64> {
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let page = u16::from_be_bytes(header.get(16..18)?.try_into().ok()?);
    let page = if page == 1 { 1 << 16 } else { u64::from(page) };
    // The number of pages counts when it was written with the last change.
    let counts = number(24)? == number(92)?;
    let pages = number(28).filter(|pages| counts && *pages > 0)?;
    Some(page * u64::from(pages))
}

/// What the operating system reports says nothing about the content; everything else comes from the decoder.
fn damaged(path: &Path, error: io::Error) -> Error {
    match error.raw_os_error() {
        Some(_) => fault::file("read", path, error),
        None => fault::precondition(format!("the file is damaged: {error}"))
            .hint(RESTORE)
            .caused_by(error),
    }
}

fn too_large(limits: &ReadLimits) -> Error {
    let max = limits.max_decoded_bytes >> 20;
    fault::precondition(format!("the file holds more than {max} MiB"))
        .hint("raise BATON_DECODER_MAX_DECODED_SIZE_MB if the file is trusted")
}

#[cfg(test)]
mod tests;
