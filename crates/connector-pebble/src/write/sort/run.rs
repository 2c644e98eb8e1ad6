//! Sorted runs in a file without a name.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::sync::Arc;

use super::Held;
use crate::storage::Storage;
use crate::write::table::uvarint;

/// Sorted runs behind each other.
#[derive(Debug)]
pub(super) struct Spilled {
    pub(super) file: BufWriter<File>,
    pub(super) len: u64,
    /// Where each run starts.
    pub(super) runs: Vec<u64>,
}

impl Spilled {
    pub(super) fn write(&mut self, held: &Held) -> io::Result<()> {
        self.runs.push(self.len);
        let mut head = Vec::new();
        for row in &held.rows {
            head.clear();
            uvarint(&mut head, u64::from(row.key));
            uvarint(&mut head, u64::from(row.value));
            self.file.write_all(&head)?;
            self.file.write_all(held.key(*row))?;
            self.file.write_all(held.value(*row))?;
            self.len += head.len() as u64 + u64::from(row.key) + u64::from(row.value);
        }
        Ok(())
    }
}

/// A part of the temporary file, read from its start.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) storage: Arc<Storage>,
    pub(super) at: u64,
    pub(super) end: u64,
}

impl Read for Part {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self
            .storage
            .section(self.at, self.end - self.at)
            .read(out)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// A run being read, and the value of its next row.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) part: BufReader<Part>,
    pub(super) value: Vec<u8>,
}

impl Run {
    /// Reads the next row; its key goes to `key`.
    pub(super) fn read(&mut self, key: &mut Vec<u8>) -> io::Result<bool> {
        let Some(key_len) = self.number()? else {
            return Ok(false);
        };
        let value_len = self.number()?.ok_or(io::ErrorKind::UnexpectedEof)?;
        key.resize(key_len, 0);
        self.part.read_exact(key)?;
        self.value.resize(value_len, 0);
        self.part.read_exact(&mut self.value)?;
        Ok(true)
    }

    /// A number, `None` at the end of the run.
    fn number(&mut self) -> io::Result<Option<usize>> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let mut byte = [0];
            if self.part.read(&mut byte)? == 0 {
                return Ok(None);
            }
            let [byte] = byte;
            number |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(Some(number));
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }
}
