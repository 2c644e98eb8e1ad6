//! Frames: a kind, the length of the body, a checksum of all three, the body.

use connector_core::Result;
use connector_core::store::Phase;
use jiff::Timestamp;

use super::medium::Medium;
use crate::fault;

/// What a log starts with.
pub(super) const MAGIC: [u8; 8] = *b"C1ZLOG\n\0";

const HEAD: usize = 9;

/// The head of the body of a frame of rows: kind of the rows, time, length of the columns.
const ROWS_HEAD: usize = 1 + 8 + 4 + 4;

/// Where the columns of a frame of rows begin.
pub(super) const ROWS_BODY: u64 = (HEAD + ROWS_HEAD) as u64;

/// No frame is longer. A row of this size would be a vendor's answer of hundreds of megabytes about one account.
const MAX_BODY: usize = 256 << 20;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What the run is.
    Run = 1,
    /// Rows.
    Rows = 2,
    /// The checkpoint that completes a page.
    Page = 3,
    /// A listing starts again: which rows of its kind stay.
    Drop = 4,
}

fn checksum(kind: u8, len: [u8; 4], parts: &[&[u8]]) -> u32 {
    let start = crc32c::crc32c_append(crc32c::crc32c(&[kind]), &len);
    parts
        .iter()
        .fold(start, |sum, part| crc32c::crc32c_append(sum, part))
}

/// Appends a frame whose body is these parts, one after the other.
pub(super) fn encode(out: &mut Vec<u8>, kind: Kind, body: &[&[u8]]) -> Result<()> {
    let len: usize = body.iter().map(|part| part.len()).sum();
    let bytes = match u32::try_from(len) {
        Ok(len) if len as usize <= MAX_BODY => len.to_le_bytes(),
        _ => return Err(fault::precondition("the rows of a page are too large")),
    };
    out.push(kind as u8);
    out.extend_from_slice(&bytes);
    out.extend_from_slice(&checksum(kind as u8, bytes, body).to_le_bytes());
    body.iter().for_each(|part| out.extend_from_slice(part));
    Ok(())
}

/// The head of the body of a frame of rows.
pub(super) fn rows_head(phase: Phase, at: Timestamp, columns: usize) -> Result<[u8; ROWS_HEAD]> {
    let columns = u32::try_from(columns)
        .map_err(|e| fault::precondition("the rows of a page are too large").caused_by(e))?;
    let mut head = [0; ROWS_HEAD];
    head[0] = phase as u8;
    head[1..9].copy_from_slice(&at.as_second().to_le_bytes());
    head[9..13].copy_from_slice(&at.subsec_nanosecond().to_le_bytes());
    head[13..].copy_from_slice(&columns.to_le_bytes());
    Ok(head)
}

/// The parts of the body of a frame of rows: columns and messages behind their kind and time.
pub(super) fn split_rows(body: &[u8]) -> Option<(Phase, Timestamp, &[u8], &[u8])> {
    let (head, rest) = body.split_first_chunk::<ROWS_HEAD>()?;
    let phase = *Phase::ALL.get(usize::from(head[0]))?;
    let second = i64::from_le_bytes(*head[1..].first_chunk()?);
    let nanosecond = i32::from_le_bytes(*head[9..].first_chunk()?);
    let columns = u32::from_le_bytes(*head[13..].first_chunk()?);
    let (columns, blobs) = rest.split_at_checked(columns as usize)?;
    Some((
        phase,
        Timestamp::new(second, nanosecond).ok()?,
        columns,
        blobs,
    ))
}

/// The parts of the body of a frame that drops rows.
pub(super) fn split_drop(body: &[u8]) -> Option<(Phase, u64)> {
    let (phase, kept) = body.split_first()?;
    let kept = u64::from_le_bytes(kept.try_into().ok()?);
    Some((*Phase::ALL.get(usize::from(*phase))?, kept))
}

/// Goes through the frames of a file of which nothing is known.
pub(super) struct Scan {
    at: u64,
    end: u64,
    body: Vec<u8>,
}

impl Scan {
    pub(super) fn new(file: &Medium) -> Result<Self> {
        Ok(Self {
            at: 0,
            end: file.len()?,
            body: Vec::new(),
        })
    }

    /// Where the next frame begins.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    /// Whether the file starts as a log does.
    pub(super) fn magic(&mut self, file: &Medium) -> Result<bool> {
        Ok(self.take(file, MAGIC.len())? && self.body == MAGIC)
    }

    /// The next frame; `None` when there is none or it is torn or damaged.
    pub(super) fn next(&mut self, file: &Medium) -> Result<Option<(Kind, &[u8])>> {
        let from = self.at;
        let Some([byte, len @ .., s0, s1, s2, s3]) = self.head(file)? else {
            return Ok(None);
        };
        let sum = [s0, s1, s2, s3];
        let kinds = [Kind::Run, Kind::Rows, Kind::Page, Kind::Drop];
        let kind = kinds.into_iter().find(|kind| *kind as u8 == byte);
        let size = u32::from_le_bytes(len) as usize;
        let is_sound = size <= MAX_BODY
            && self.take(file, size)?
            && checksum(byte, len, &[&self.body]).to_le_bytes() == sum;
        match kind {
            Some(kind) if is_sound => Ok(Some((kind, &self.body))),
            _ => {
                self.at = from;
                Ok(None)
            }
        }
    }

    fn head(&mut self, file: &Medium) -> Result<Option<[u8; HEAD]>> {
        let is_there = self.take(file, HEAD)?;
        Ok(self.body.first_chunk().copied().filter(|_| is_there))
    }

    /// Reads the next bytes; `false` when there are not so many.
    fn take(&mut self, file: &Medium, len: usize) -> Result<bool> {
        if self.end - self.at < len as u64 {
            return Ok(false);
        }
        self.body.resize(len, 0);
        file.read(self.at, &mut self.body)?;
        self.at += len as u64;
        Ok(true)
    }
}
