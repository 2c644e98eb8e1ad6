//! Sorts what does not fit into memory by a number: full buffers are sorted and written to a file without a name, and
//! merged while they are read again. What has the same number stays in the order it came in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use crate::sort::read_at;

/// Memory for what is collected, in bytes.
const BUFFER: usize = 6 << 20;
/// Memory for all runs together while they are merged, in bytes; each has at least a page.
const READ: usize = 2 << 20;
const LEAST_READ: usize = 4 << 10;
/// Before each string: its number and its length.
const HEAD: usize = 12;

/// Where each number stands.
pub(super) fn inverse(numbers: &[u32]) -> Vec<u32> {
    let mut places = vec![0; numbers.len()];
    for (place, &number) in (0..).zip(numbers) {
        places[number as usize] = place;
    }
    places
}

/// Collects byte strings with numbers.
#[derive(Debug)]
pub(super) struct Sorter {
    directory: PathBuf,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    file: Option<File>,
    /// Where each run begins and ends in the file.
    runs: Vec<(u64, u64)>,
}

/// A string in the buffer. Those with the same number are in order by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    number: u64,
    at: u32,
    len: u32,
}

impl Sorter {
    /// A sorter that writes what does not fit into `directory`.
    pub(super) const fn new(directory: PathBuf) -> Self {
        Self {
            directory,
            bytes: Vec::new(),
            entries: Vec::new(),
            file: None,
            runs: Vec::new(),
        }
    }

    /// Adds a string, which is made of two parts.
    pub(super) fn push(&mut self, number: u64, first: &[u8], second: &[u8]) -> io::Result<()> {
        let len = first.len() + second.len();
        let held = self.bytes.len() + self.entries.len() * size_of::<Entry>();
        if held + len > BUFFER && !self.entries.is_empty() {
            self.spill()?;
        }
        self.entries.push(Entry {
            number,
            at: self.bytes.len() as u32,
            len: len as u32,
        });
        self.bytes.extend_from_slice(first);
        self.bytes.extend_from_slice(second);
        Ok(())
    }

    /// Moves the buffer to the file.
    fn spill(&mut self) -> io::Result<()> {
        self.entries.sort_unstable();
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile_in(&self.directory)?,
        };
        let file = self.file.insert(file);
        let from = self.runs.last().map_or(0, |(_, end)| *end);
        let mut end = from;
        let mut out = BufWriter::with_capacity(128 << 10, file);
        for entry in &self.entries {
            out.write_all(&entry.number.to_le_bytes())?;
            out.write_all(&entry.len.to_le_bytes())?;
            out.write_all(&self.bytes[entry.at as usize..][..entry.len as usize])?;
            end += (HEAD + entry.len as usize) as u64;
        }
        out.flush()?;
        drop(out);
        self.runs.push((from, end));
        self.bytes.clear();
        self.entries.clear();
        Ok(())
    }

    /// Goes through all strings in order.
    pub(super) fn finish(mut self) -> io::Result<Sorted> {
        if self.runs.is_empty() {
            self.entries.sort_unstable();
            return Ok(Sorted::Here {
                bytes: self.bytes,
                entries: self.entries.into_iter(),
            });
        }
        self.spill()?;
        let Self { file, runs, .. } = self;
        let portion = (READ / runs.len()).max(LEAST_READ);
        let mut merged = Merged {
            file,
            heap: BinaryHeap::with_capacity(runs.len()),
            runs: Vec::with_capacity(runs.len()),
            begun: None,
        };
        for (at, end) in runs {
            merged.runs.push(Run {
                at,
                end,
                buffer: Vec::new(),
                from: 0,
                portion,
            });
            merged.advance(merged.runs.len() - 1)?;
        }
        Ok(Sorted::Merged(merged))
    }
}

/// Sorted byte strings.
#[derive(Debug)]
pub(super) enum Sorted {
    /// In memory.
    Here {
        bytes: Vec<u8>,
        entries: std::vec::IntoIter<Entry>,
    },
    /// In runs.
    Merged(Merged),
}

impl Sorted {
    /// The next string and its number.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        match self {
            Self::Here { bytes, entries } => Ok(entries.next().map(|entry| {
                let string = &bytes[entry.at as usize..][..entry.len as usize];
                (entry.number, string)
            })),
            Self::Merged(merged) => merged.next(),
        }
    }
}

/// Runs that are read side by side.
#[derive(Debug)]
pub(super) struct Merged {
    file: Option<File>,
    runs: Vec<Run>,
    /// The numbers of the runs' next strings, with the runs' positions.
    heap: BinaryHeap<Reverse<(u64, usize)>>,
    /// The run whose string was given out last, and that string's length.
    begun: Option<(usize, usize)>,
}

#[derive(Debug)]
struct Run {
    /// What of the run is not in the buffer yet.
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    /// Where in the buffer the next string begins.
    from: usize,
    portion: usize,
}

impl Merged {
    /// Puts the number of a run's next string into the heap, in the place of the least one if it is the run's.
    fn advance(&mut self, position: usize) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let next = self.runs[position]
            .number(file)?
            .map(|number| Reverse((number, position)));
        let is_least = self.heap.peek().is_some_and(|least| least.0.1 == position);
        match (is_least.then(|| self.heap.peek_mut()).flatten(), next) {
            (Some(mut least), Some(next)) => *least = next,
            (Some(least), None) => drop(PeekMut::pop(least)),
            (None, Some(_)) | (None, None) => {}
        }
        if let (false, Some(next)) = (is_least, next) {
            self.heap.push(next);
        }
        Ok(())
    }

    fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        if let Some((position, len)) = self.begun.take() {
            self.runs[position].from += len;
            self.advance(position)?;
        }
        let Some(&Reverse((number, position))) = self.heap.peek() else {
            return Ok(None);
        };
        let Some(file) = &self.file else {
            return Ok(None);
        };
        let run = &mut self.runs[position];
        let len = run.len(file)?;
        self.begun = Some((position, len));
        Ok(Some((number, &run.buffer[run.from..][HEAD..len])))
    }
}

impl Run {
    /// The number of the next string, if there is one.
    fn number(&mut self, file: &File) -> io::Result<Option<u64>> {
        if self.from == self.buffer.len() && self.at == self.end {
            return Ok(None);
        }
        self.fill(file, HEAD)?;
        let number = self.buffer[self.from..].first_chunk::<8>();
        Ok(number.map(|number| u64::from_le_bytes(*number)))
    }

    /// Has the next string in the buffer; returns its length with its head.
    fn len(&mut self, file: &File) -> io::Result<usize> {
        let head = self.buffer[self.from..].get(8..HEAD);
        let len = head.and_then(|len| len.first_chunk::<4>());
        let len = HEAD + len.map_or(0, |len| u32::from_le_bytes(*len) as usize);
        self.fill(file, len)?;
        Ok(len)
    }

    /// Makes sure that `wanted` bytes are in the buffer.
    fn fill(&mut self, file: &File, wanted: usize) -> io::Result<()> {
        let held = self.buffer.len() - self.from;
        if held >= wanted {
            return Ok(());
        }
        self.buffer.drain(..self.from);
        self.from = 0;
        let more = self.portion.max(wanted) - held;
        let more = usize::try_from(self.end - self.at)
            .unwrap_or(more)
            .min(more);
        if held + more < wanted {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.buffer.resize(held + more, 0);
        read_at(file, &mut self.buffer[held..], self.at)?;
        self.at += more as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
