//! The record format that the MANIFEST and the write-ahead log share.
//!
//! A log is cut into blocks of 32 KiB. A record is one chunk or several, and no chunk crosses the end of a block.
//! Each chunk carries a checksum; what follows the last one is either nothing, zeros, or the rest of an older log
//! in the same file. Anything else is damage: a log that ends silently in the middle would lose rows.

use std::borrow::Cow;

use connector_core::Result;

use crate::bytes::Bytes;
use crate::checksum::masked_crc;
use crate::error::damaged;

const BLOCK_BYTES: usize = 32 << 10;
/// Checksum, length and type, with which every header begins.
const SHORT_HEADER_BYTES: usize = 7;
/// The longest header, which also has the log's number and an offset.
const LONG_HEADER_BYTES: usize = 19;

/// What a log is for, which decides what its chunks look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogKind {
    /// Version edits. Its chunks do not carry the log's number.
    Manifest,
    /// Batches of writes, in a file with this number.
    Wal(u64),
}

/// Which part of a record a chunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Full,
    First,
    Middle,
    Last,
}

/// One chunk that passed its checks.
#[derive(Debug)]
struct Chunk<'a> {
    part: Part,
    payload: &'a [u8],
}

/// Reads the records of a log.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    kind: LogKind,
}

impl<'a> Records<'a> {
    pub(crate) const fn new(bytes: &'a [u8], kind: LogKind) -> Self {
        Self { bytes, at: 0, kind }
    }

    /// The next record, `None` at the end of the log.
    pub(crate) fn next(&mut self) -> Result<Option<Cow<'a, [u8]>>> {
        let Some(first) = self.chunk()? else {
            return Ok(None);
        };
        match first.part {
            Part::Full => return Ok(Some(Cow::Borrowed(first.payload))),
            Part::First => {}
            Part::Middle | Part::Last => return Err(damaged("a log record has no beginning")),
        }
        let mut record = first.payload.to_vec();
        loop {
            let next = self
                .chunk()?
                .ok_or_else(|| damaged("the last record of a log has no end"))?;
            record.extend_from_slice(next.payload);
            match next.part {
                Part::Middle => {}
                Part::Last => return Ok(Some(Cow::Owned(record))),
                Part::Full | Part::First => return Err(damaged("a log record has no end")),
            }
        }
    }

    /// The next chunk, `None` at the end of the log.
    fn chunk(&mut self) -> Result<Option<Chunk<'a>>> {
        loop {
            let in_block = BLOCK_BYTES - self.at % BLOCK_BYTES;
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(None);
            }
            let block = rest.get(..in_block).unwrap_or(rest);
            // Too little room for a header: writers go on in the next block.
            let too_short = in_block < SHORT_HEADER_BYTES;
            let header = block.get(..SHORT_HEADER_BYTES);
            if too_short || (in_block < LONG_HEADER_BYTES && header == Some(&[0; 7])) {
                self.at += in_block;
                continue;
            }
            if header.is_none_or(|header| header == [0; 7]) {
                return match rest.iter().all(|byte| *byte == 0) {
                    true => Ok(None),
                    false => Err(damaged("a log goes on behind its end")),
                };
            }
            return self.parse(block);
        }
    }

    fn parse(&mut self, block: &'a [u8]) -> Result<Option<Chunk<'a>>> {
        let mut bytes = Bytes::new(block, "a log chunk");
        let crc = bytes.u32()?;
        let checked = bytes.rest().get(2..).unwrap_or_default();
        let length = usize::from(bytes.u16()?);
        let kind = bytes.u8()?;
        let (part, header) = self.layout(kind)?;
        let number = match header {
            SHORT_HEADER_BYTES => None,
            _ => Some(bytes.u32()?),
        };
        if header == LONG_HEADER_BYTES {
            // How far the writer knew the log to be safe; of no use after the fact.
            bytes.u64()?;
        }
        let payload = bytes.take(length)?;
        let covered = header - SHORT_HEADER_BYTES + 1 + length;
        if masked_crc(&[checked.get(..covered).unwrap_or_default()]) != crc {
            return Err(damaged("the checksum of a log chunk is another"));
        }
        if let (LogKind::Wal(own), Some(number)) = (self.kind, number)
            && u64::from(number) != own & u64::from(u32::MAX)
        {
            // The marker behind the last record, or what an older log left in the same file.
            return Ok(None);
        }
        self.at += header + length;
        Ok(Some(Chunk { part, payload }))
    }

    /// The part and the header's length of a chunk type.
    fn layout(&self, kind: u8) -> Result<(Part, usize)> {
        let part = match kind % 4 {
            1 => Part::Full,
            2 => Part::First,
            3 => Part::Middle,
            _ => Part::Last,
        };
        match (kind, self.kind) {
            (1..=4, _) => Ok((part, SHORT_HEADER_BYTES)),
            (5..=8, LogKind::Wal(_)) => Ok((part, 11)),
            (9..=12, LogKind::Wal(_)) => Ok((part, LONG_HEADER_BYTES)),
            _ => Err(damaged(format_args!("a log chunk of type {kind}"))),
        }
    }
}
