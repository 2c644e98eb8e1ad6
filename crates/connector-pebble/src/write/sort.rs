//! Sorts rows by key within a bound of memory.
//!
//! Rows that do not fit are written as sorted runs to a file without a name and merged in the end.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use connector_core::Result;

use super::table::uvarint;
use crate::error;
use crate::storage::Storage;

/// What a row costs beside its bytes.
const ROW_BYTES: usize = 24;
/// Buffers for reading runs; many runs get small ones.
const MIN_BUFFER: usize = 4 << 10;
const MAX_BUFFER: usize = 64 << 10;

/// Takes rows in any order and hands them over in the order of their keys. Of several rows with one key the last one
/// counts.
#[derive(Debug)]
pub struct Sorter {
    held: Held,
    max_bytes: usize,
    temp_dir: Option<PathBuf>,
    spilled: Option<Spilled>,
}

/// Rows in memory.
#[derive(Debug, Default)]
struct Held {
    bytes: Vec<u8>,
    rows: Vec<Row>,
}

/// Where a row is, and the lengths of its parts.
#[derive(Debug, Clone, Copy)]
struct Row {
    start: usize,
    key: usize,
    value: usize,
}

impl Held {
    fn size(&self) -> usize {
        self.bytes.len() + self.rows.len() * ROW_BYTES
    }

    fn key(&self, row: Row) -> &[u8] {
        let end = row.start + row.key;
        self.bytes.get(row.start..end).unwrap_or_default()
    }

    fn value(&self, row: Row) -> &[u8] {
        let start = row.start + row.key;
        self.bytes.get(start..start + row.value).unwrap_or_default()
    }

    /// Brings the rows in order and drops all but the last of those with one key.
    fn sort(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_by(|a, b| self.key(*a).cmp(self.key(*b)));
        // The later one of two neighbours replaces the earlier one in its place.
        rows.dedup_by(|later, earlier| {
            let same = self.key(*later) == self.key(*earlier);
            if same {
                *earlier = *later;
            }
            same
        });
        self.rows = rows;
    }
}

/// Sorted runs behind each other.
#[derive(Debug)]
struct Spilled {
    file: BufWriter<File>,
    len: u64,
    /// Where each run starts.
    runs: Vec<u64>,
}

impl Sorter {
    /// Holds up to about `max_bytes` in memory and puts more into `temp_dir`, or into the system's temp directory.
    pub fn new(max_bytes: usize, temp_dir: Option<&Path>) -> Self {
        Self {
            held: Held::default(),
            max_bytes,
            temp_dir: temp_dir.map(Path::to_owned),
            spilled: None,
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let coming = key.len() + value.len() + ROW_BYTES;
        if !self.held.rows.is_empty() && self.held.size() + coming > self.max_bytes {
            self.spill()?;
        }
        self.held.rows.push(Row {
            start: self.held.bytes.len(),
            key: key.len(),
            value: value.len(),
        });
        self.held.bytes.extend_from_slice(key);
        self.held.bytes.extend_from_slice(value);
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        self.held.sort();
        if self.spilled.is_none() {
            let directory = self.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
            let file = tempfile::tempfile_in(&directory)
                .map_err(|e| error::file("create a temporary file in", &directory, e))?;
            self.spilled = Some(Spilled {
                file: BufWriter::new(file),
                len: 0,
                runs: Vec::new(),
            });
        }
        if let Some(spilled) = &mut self.spilled {
            let written = spilled.write(&self.held);
            written.map_err(|e| error::io("write a temporary file", e))?;
        }
        self.held.bytes.clear();
        self.held.rows.clear();
        Ok(())
    }

    /// All rows in order.
    ///
    /// # Errors
    /// When the temporary file cannot be written or read.
    pub fn finish(mut self) -> Result<Sorted> {
        self.held.sort();
        let Some(spilled) = self.spilled else {
            return Ok(Sorted {
                held: self.held,
                next: 0,
                runs: Vec::new(),
                heap: BinaryHeap::new(),
                open: None,
            });
        };
        let failed = |e: io::Error| error::io("write a temporary file", e);
        let file = spilled
            .file
            .into_inner()
            .map_err(|e| failed(e.into_error()))?;
        let storage = std::sync::Arc::new(Storage::File(file, spilled.len));
        let ends = spilled.runs.iter().skip(1).chain([&spilled.len]);
        let buffer = (self.max_bytes / spilled.runs.len().max(1)).clamp(MIN_BUFFER, MAX_BUFFER);
        let mut sorted = Sorted {
            held: self.held,
            next: 0,
            heap: BinaryHeap::new(),
            open: None,
            runs: Vec::new(),
        };
        for (start, end) in spilled.runs.iter().zip(ends) {
            let part = Part {
                storage: storage.clone(),
                at: *start,
                end: *end,
            };
            sorted.runs.push(Run {
                part: BufReader::with_capacity(buffer, part),
                value: Vec::new(),
            });
        }
        for number in 0..=sorted.runs.len() {
            sorted.advance(number, Vec::new())?;
        }
        Ok(sorted)
    }
}

impl Spilled {
    fn write(&mut self, held: &Held) -> io::Result<()> {
        self.runs.push(self.len);
        let mut head = Vec::new();
        for row in &held.rows {
            head.clear();
            uvarint(&mut head, row.key as u64);
            uvarint(&mut head, row.value as u64);
            self.file.write_all(&head)?;
            self.file.write_all(held.key(*row))?;
            self.file.write_all(held.value(*row))?;
            self.len += (head.len() + row.key + row.value) as u64;
        }
        Ok(())
    }
}

/// A part of the temporary file, read from its start.
#[derive(Debug)]
struct Part {
    storage: std::sync::Arc<Storage>,
    at: u64,
    end: u64,
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
struct Run {
    part: BufReader<Part>,
    value: Vec<u8>,
}

impl Run {
    /// Reads the next row; its key goes to `key`.
    fn read(&mut self, key: &mut Vec<u8>) -> io::Result<bool> {
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

/// The next key of a run. Of equal keys that of the latest run comes first.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    key: Vec<u8>,
    run: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_key = self.key.cmp(&other.key);
        by_key.then_with(|| other.run.cmp(&self.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Rows in the order of their keys, each key once.
#[derive(Debug)]
pub struct Sorted {
    /// Those that were never spilled: the latest run.
    held: Held,
    next: usize,
    runs: Vec<Run>,
    heap: BinaryHeap<Reverse<Head>>,
    /// The row that was handed over last, when it may stand in several runs.
    open: Option<Head>,
}

impl Sorted {
    /// The next key and its value, which are valid until the next call; `None` behind the last.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn next_row(&mut self) -> Result<Option<(&[u8], &[u8])>> {
        if self.runs.is_empty() {
            let row = self.held.rows.get(self.next).copied();
            self.next += 1;
            return Ok(row.map(|row| (self.held.key(row), self.held.value(row))));
        }
        if let Some(Head { key, run }) = self.open.take() {
            while self
                .heap
                .peek()
                .is_some_and(|Reverse(head)| head.key == key)
            {
                if let Some(Reverse(same)) = self.heap.pop() {
                    self.advance(same.run, same.key)?;
                }
            }
            self.advance(run, key)?;
        }
        let Some(Reverse(head)) = self.heap.pop() else {
            return Ok(None);
        };
        let head = self.open.insert(head);
        let value = match self.runs.get(head.run) {
            Some(run) => run.value.as_slice(),
            None => {
                let row = self.held.rows.get(self.next - 1).copied();
                row.map_or(&[][..], |row| self.held.value(row))
            }
        };
        Ok(Some((&head.key, value)))
    }

    /// Puts the next row of a run on the heap, if there is one. The run behind the last is what is held in memory.
    fn advance(&mut self, run: usize, mut key: Vec<u8>) -> Result<()> {
        let found = match self.runs.get_mut(run) {
            Some(reading) => reading
                .read(&mut key)
                .map_err(|e| error::io("read a temporary file", e))?,
            None => {
                let row = self.held.rows.get(self.next).copied();
                self.next += 1;
                if let Some(row) = row {
                    key.clear();
                    key.extend_from_slice(self.held.key(row));
                }
                row.is_some()
            }
        };
        if found {
            self.heap.push(Reverse(Head { key, run }));
        }
        Ok(())
    }
}
