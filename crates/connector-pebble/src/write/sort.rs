//! Sorts rows by key within a bound of memory.
//!
//! Rows that do not fit are written as sorted runs to a file without a name and merged in the end.

mod run;

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use connector_core::Result;

use crate::error;
use crate::storage::Storage;
use run::{Part, Run, Spilled};

/// What a row costs beside its bytes.
const ROW_BYTES: usize = size_of::<Row>();
/// Buffers for reading runs; many runs get small ones.
const MIN_BUFFER: usize = 2 << 10;
const MAX_BUFFER: usize = 64 << 10;
/// The buffer for writing runs.
const WRITE_BUFFER: usize = 64 << 10;
/// Most bytes that are held; places among them have four bytes.
const MAX_HELD: usize = 1 << 30;

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
    /// How many bytes at the start all keys have in common.
    common: usize,
}

/// Where a row is, and the lengths of its parts.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// The eight bytes of the key behind the common ones, which decide most comparisons.
    head: u64,
    start: u32,
    key: u32,
    value: u32,
}

impl Held {
    fn size(&self) -> usize {
        self.bytes.len() + self.rows.len() * ROW_BYTES
    }

    fn key(&self, row: Row) -> &[u8] {
        let start = row.start as usize;
        self.bytes
            .get(start..start + row.key as usize)
            .unwrap_or_default()
    }

    fn value(&self, row: Row) -> &[u8] {
        let start = row.start as usize + row.key as usize;
        self.bytes
            .get(start..start + row.value as usize)
            .unwrap_or_default()
    }

    fn push(&mut self, key: &[u8], value: &[u8]) {
        self.common = match self.rows.first() {
            None => key.len(),
            Some(first) => {
                let common = self.key(*first).get(..self.common).unwrap_or_default();
                match key.starts_with(common) {
                    true => self.common,
                    false => common.iter().zip(key).take_while(|(a, b)| a == b).count(),
                }
            }
        };
        self.rows.push(Row {
            head: 0,
            start: self.bytes.len() as u32,
            key: key.len() as u32,
            value: value.len() as u32,
        });
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
    }

    /// Brings the rows in order and drops all but the last of those with one key.
    fn sort(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        for row in &mut rows {
            let mut head = [0; 8];
            let rest = self.key(*row).get(self.common..).unwrap_or_default();
            head.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
            row.head = u64::from_be_bytes(head);
        }
        rows.sort_unstable_by(|a, b| {
            let by_key = a.head.cmp(&b.head);
            by_key
                .then_with(|| self.key(*a).cmp(self.key(*b)))
                // A row without a byte starts where the next one does.
                .then_with(|| (a.start, a.value).cmp(&(b.start, b.value)))
        });
        // The later one of two neighbours replaces the earlier one in its place.
        rows.dedup_by(|later, earlier| {
            let same = later.head == earlier.head && self.key(*later) == self.key(*earlier);
            if same {
                *earlier = *later;
            }
            same
        });
        self.rows = rows;
    }
}

impl Sorter {
    /// Holds up to about `max_bytes` in memory and puts more into `temp_dir`, or into the system's temp directory.
    pub fn new(max_bytes: usize, temp_dir: Option<&Path>) -> Self {
        Self {
            held: Held::default(),
            max_bytes: max_bytes.min(MAX_HELD),
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
        self.held.push(key, value);
        Ok(())
    }

    /// Where more than what is held goes.
    fn directory(&self) -> PathBuf {
        self.temp_dir.clone().unwrap_or_else(std::env::temp_dir)
    }

    fn spill(&mut self) -> Result<()> {
        self.held.sort();
        let directory = self.directory();
        if self.spilled.is_none() {
            let file = tempfile::tempfile_in(&directory)
                .map_err(|e| error::file("create a temporary file in", &directory, e))?;
            self.spilled = Some(Spilled {
                file: BufWriter::with_capacity(WRITE_BUFFER, file),
                len: 0,
                runs: Vec::new(),
            });
        }
        if let Some(spilled) = &mut self.spilled {
            let written = spilled.write(&self.held);
            written.map_err(|e| error::file("write a temporary file in", &directory, e))?;
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
        let directory = self.directory();
        match self.spilled {
            None => self.held.sort(),
            // The memory is needed for reading the runs.
            Some(_) => self.spill()?,
        }
        let mut sorted = Sorted {
            held: Held::default(),
            next: 0,
            runs: Vec::new(),
            heap: BinaryHeap::new(),
            handed_over: false,
            passed: Vec::new(),
        };
        let Some(spilled) = self.spilled else {
            sorted.held = self.held;
            return Ok(sorted);
        };
        drop(self.held);
        let failed = |e| error::file("write a temporary file in", &directory, e);
        let file = spilled
            .file
            .into_inner()
            .map_err(|e| failed(e.into_error()))?;
        let storage = std::sync::Arc::new(Storage::File(file, spilled.len));
        let ends = spilled.runs.iter().skip(1).chain([&spilled.len]);
        let buffer = (self.max_bytes / spilled.runs.len().max(1)).clamp(MIN_BUFFER, MAX_BUFFER);
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
        sorted.begin()?;
        Ok(sorted)
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
    /// All of them, when there are no runs.
    held: Held,
    next: usize,
    runs: Vec<Run>,
    heap: BinaryHeap<Reverse<Head>>,
    /// Whether the first row of the heap has been handed over.
    handed_over: bool,
    passed: Vec<u8>,
}

impl Sorted {
    /// Puts the first row of each run on the heap.
    fn begin(&mut self) -> Result<()> {
        for (number, run) in self.runs.iter_mut().enumerate() {
            let mut key = Vec::new();
            let found = run.read(&mut key);
            if found.map_err(|e| error::io("read a temporary file", e))? {
                self.heap.push(Reverse(Head { key, run: number }));
            }
        }
        Ok(())
    }

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
        if self.handed_over {
            self.pass()?;
        }
        self.handed_over = true;
        let Some(Reverse(head)) = self.heap.peek() else {
            return Ok(None);
        };
        let run = self.runs.get(head.run);
        Ok(run.map(|run| (head.key.as_slice(), run.value.as_slice())))
    }

    /// Goes past the first key, in whichever runs it is.
    fn pass(&mut self) -> Result<()> {
        let Some(Reverse(first)) = self.heap.peek() else {
            return Ok(());
        };
        self.passed.clear();
        self.passed.extend_from_slice(&first.key);
        while let Some(mut first) = self.heap.peek_mut() {
            let Reverse(head) = &mut *first;
            if head.key != self.passed {
                break;
            }
            let run = self.runs.get_mut(head.run);
            let found = run.map_or(Ok(false), |run| run.read(&mut head.key));
            if !found.map_err(|e| error::io("read a temporary file", e))? {
                PeekMut::pop(first);
            }
        }
        Ok(())
    }
}
