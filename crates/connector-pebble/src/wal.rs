//! The write-ahead log: batches of writes that are not in a table yet.
//!
//! Files of the Go SDK never need it, because the SDK flushes before it saves. A log with content is replayed, so
//! that the rows of a file written otherwise are not lost.

use connector_core::Result;

use crate::Limits;
use crate::bytes::Bytes;
use crate::container::Directory;
use crate::error::{damaged, too_large, unsupported};
use crate::key::{Kind, MAX_SEQUENCE, Trailer, kind};
use crate::log::{LogKind, Records};

/// A log entry that takes no sequence number and means nothing to readers.
const LOG_DATA: u8 = 3;
/// Not written to a log; only tables have it.
const SET_WITH_DELETE: u8 = 18;

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) key: Vec<u8>,
    pub(crate) trailer: Trailer,
    pub(crate) value: Vec<u8>,
}

/// A range whose keys are gone as of a sequence number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeDeletion {
    /// The first key that is gone.
    pub start: Vec<u8>,
    /// The first key behind the range.
    pub end: Vec<u8>,
    /// Writes with a lower number are gone.
    pub sequence: u64,
}

impl RangeDeletion {
    /// About how much memory it takes.
    pub(crate) fn held_bytes(&self) -> usize {
        self.start.len() + self.end.len() + 2 * ROW_BYTES
    }
}

/// Everything in the logs, in the order of internal keys.
#[derive(Debug, Default)]
pub(crate) struct MemoryTable {
    pub(crate) rows: Vec<Row>,
    pub(crate) range_deletions: Vec<RangeDeletion>,
    /// About how much memory all of it takes.
    held_bytes: u64,
}

/// The memory that a row costs beyond its own bytes. With it, a log of empty rows cannot exceed the limit either.
const ROW_BYTES: usize = 64;

impl MemoryTable {
    /// Replays the logs of `directory` from number `oldest` on.
    ///
    /// # Errors
    /// When a log is damaged, larger than allowed, or holds what is not supported.
    pub(crate) fn replay(directory: &Directory, oldest: u64, limits: &Limits) -> Result<Self> {
        let mut table = Self::default();
        let mut bytes: u64 = 0;
        for (number, extent) in directory.logs()?.range(oldest..) {
            bytes = bytes.saturating_add(extent.len);
            if bytes > limits.max_log_bytes {
                return Err(too_large("its write-ahead log", limits.max_log_bytes));
            }
            table.replay_log(&directory.read(*extent)?, *number, limits)?;
        }
        table.sort();
        Ok(table)
    }

    /// Adds the batches of one log.
    pub(crate) fn replay_log(&mut self, log: &[u8], number: u64, limits: &Limits) -> Result<()> {
        let mut records = Records::new(log, LogKind::Wal(number));
        while let Some(batch) = records.next()? {
            self.replay_batch(&batch, limits)?;
        }
        Ok(())
    }

    /// Adds the writes of one batch.
    pub(crate) fn replay_batch(&mut self, batch: &[u8], limits: &Limits) -> Result<()> {
        let mut bytes = Bytes::new(batch, "a batch of the log");
        let first = bytes.u64()?;
        let count = u64::from(bytes.u32()?);
        if first.saturating_add(count) >= MAX_SEQUENCE {
            return Err(damaged("the sequence number of a batch"));
        }
        let mut entries = 0;
        while !bytes.is_empty() {
            let number = bytes.u8()?;
            let key = bytes.string()?;
            if number == LOG_DATA {
                continue;
            }
            if number == SET_WITH_DELETE {
                return Err(unsupported("an entry of kind 18 in the log"));
            }
            if key.len() > limits.max_key_bytes {
                return Err(too_large("a key of the log", limits.max_key_bytes));
            }
            let sequence = first + entries;
            entries += 1;
            if entries > count {
                break;
            }
            let kind = kind(number)?;
            // A sized deletion carries the size of what it deletes.
            let has_value = kind != Kind::Delete || number == 23;
            let value = if has_value { bytes.string()? } else { &[] };
            self.hold(key.len() + value.len() + ROW_BYTES, limits)?;
            match kind {
                Kind::RangeDelete => self.range_deletions.push(RangeDeletion {
                    start: key.to_vec(),
                    end: value.to_vec(),
                    sequence,
                }),
                Kind::Set | Kind::Delete => self.rows.push(Row {
                    key: key.to_vec(),
                    trailer: Trailer(sequence << 8 | u64::from(number)),
                    value: value.to_vec(),
                }),
            }
        }
        match entries == count {
            true => Ok(()),
            false => Err(damaged("a batch of the log has another number of entries")),
        }
    }

    fn hold(&mut self, bytes: usize, limits: &Limits) -> Result<()> {
        self.held_bytes += bytes as u64;
        match self.held_bytes > limits.max_open_bytes {
            true => Err(too_large("the rows of its log", limits.max_open_bytes)),
            false => Ok(()),
        }
    }

    /// Puts the rows into the order of internal keys.
    pub(crate) fn sort(&mut self) {
        self.rows
            .sort_by(|a, b| a.key.cmp(&b.key).then(b.trailer.cmp(&a.trailer)));
    }
}
