//! Sorting more byte strings than fit into memory: full buffers are sorted and written to a file without a name beside
//! the working file, and merged at the end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use connector_core::Result;

use crate::fault;

/// What one string costs beside its bytes.
const ENTRY: usize = size_of::<Entry>();
/// Bytes that are read at a time while runs are merged.
const READ: usize = 64 * 1024;
/// Bytes before the length of a string that were not written by this program are never allocated.
const MAX_LEN: usize = 1 << 30;

/// Collects byte strings.
#[derive(Debug)]
pub(crate) struct Sorter {
    directory: PathBuf,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// How many bytes at the start all strings of the buffer have in common.
    common: usize,
    runs: Runs,
}

/// A string in the buffer.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The eight bytes behind the common ones, which decide most comparisons.
    head: u64,
    at: u32,
    len: u32,
}

/// Sorted runs in one file.
#[derive(Debug, Default)]
struct Runs {
    file: Option<File>,
    /// Where each run begins and ends.
    places: Vec<(u64, u64)>,
}

impl Sorter {
    /// A sorter that writes what does not fit into `directory`.
    pub(crate) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            bytes: Vec::new(),
            entries: Vec::new(),
            common: usize::MAX,
            runs: Runs::default(),
        }
    }

    /// Memory in use.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len() + self.entries.len() * ENTRY
    }

    /// Adds a string.
    pub(crate) fn push(&mut self, string: &[u8]) {
        if let Some(first) = self.entries.first() {
            let first = &self.bytes[first.at as usize..][..first.len as usize];
            let most = self.common.min(string.len());
            let same = first
                .iter()
                .zip(&string[..most])
                .take_while(|(a, b)| a == b);
            self.common = same.count();
        } else {
            self.common = string.len();
        }
        self.entries.push(Entry {
            head: 0,
            at: self.bytes.len() as u32,
            len: string.len() as u32,
        });
        self.bytes.extend_from_slice(string);
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        let of = |e: &Entry| &bytes[e.at as usize..][..e.len as usize];
        for entry in &mut self.entries {
            let rest = &of(entry)[self.common..];
            let mut head = [0; 8];
            let len = rest.len().min(8);
            head[..len].copy_from_slice(&rest[..len]);
            entry.head = u64::from_be_bytes(head);
        }
        self.entries
            .sort_unstable_by(|a, b| a.head.cmp(&b.head).then_with(|| of(a).cmp(of(b))));
    }

    /// Moves the buffer to the file.
    pub(crate) fn spill(&mut self) -> Result<()> {
        self.sort();
        let (bytes, entries) = (&self.bytes, &self.entries);
        let strings = entries
            .iter()
            .map(|e| &bytes[e.at as usize..][..e.len as usize]);
        self.runs
            .add(&self.directory, strings)
            .map_err(|e| fault::file("sort rows in", &self.directory, e))?;
        // The memory is given back: another sorter may need it.
        self.bytes = Vec::new();
        self.entries = Vec::new();
        Ok(())
    }

    /// All strings, sorted.
    pub(crate) fn finish(mut self) -> Result<Sorted> {
        if self.runs.places.is_empty() {
            self.sort();
            return Ok(Sorted {
                bytes: self.bytes,
                entries: self.entries,
                runs: Runs::default(),
                directory: self.directory,
            });
        }
        self.spill()?;
        let mut runs = self.runs;
        if runs.places.len() > 1 {
            let merged = runs.merge(&self.directory);
            runs = merged.map_err(|e| fault::file("sort rows in", &self.directory, e))?;
        }
        Ok(Sorted {
            bytes: Vec::new(),
            entries: Vec::new(),
            runs,
            directory: self.directory,
        })
    }
}

impl Runs {
    fn add<'a>(
        &mut self,
        directory: &Path,
        strings: impl Iterator<Item = &'a [u8]>,
    ) -> io::Result<()> {
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile_in(directory)?,
        };
        let file = self.file.insert(file);
        let from = self.places.last().map_or(0, |(_, end)| *end);
        let mut out = BufWriter::with_capacity(READ, file);
        let mut end = from;
        for string in strings {
            end += put(&mut out, string)?;
        }
        out.flush()?;
        self.places.push((from, end));
        Ok(())
    }

    fn merge(&self, directory: &Path) -> io::Result<Self> {
        let file = tempfile::tempfile_in(directory)?;
        let mut out = BufWriter::with_capacity(READ, &file);
        let mut end = 0;
        let mut readers = Vec::new();
        let mut heap = BinaryHeap::new();
        // All runs together read with a fixed amount of memory.
        let buffer = (16 * READ / self.places.len().max(1)).clamp(4096, READ);
        for (number, place) in self.places.iter().enumerate() {
            let mut reader = Reader::new(*place, buffer);
            if let Some(string) = reader.next(self.file.as_ref())? {
                heap.push(Reverse((string.to_vec(), number)));
            }
            readers.push(reader);
        }
        while let Some(mut least) = heap.peek_mut() {
            let Reverse((string, number)) = &mut *least;
            end += put(&mut out, string)?;
            match readers[*number].next(self.file.as_ref())? {
                Some(next) => {
                    string.clear();
                    string.extend_from_slice(next);
                }
                None => drop(PeekMut::pop(least)),
            }
        }
        out.flush()?;
        drop(out);
        Ok(Self {
            file: Some(file),
            places: vec![(0, end)],
        })
    }
}

fn put(out: &mut impl Write, string: &[u8]) -> io::Result<u64> {
    out.write_all(&(string.len() as u32).to_le_bytes())?;
    out.write_all(string)?;
    Ok(4 + string.len() as u64)
}

/// Sorted byte strings; they can be gone through any number of times.
#[derive(Debug)]
pub(crate) struct Sorted {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    runs: Runs,
    directory: PathBuf,
}

impl Sorted {
    /// Goes through the strings from the first one on.
    pub(crate) fn cursor(&self) -> Cursor<'_> {
        let place = self.runs.places.first();
        Cursor {
            sorted: self,
            next: 0,
            reader: place.map(|place| Reader::new(*place, READ)),
        }
    }
}

/// A place among sorted strings.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    sorted: &'a Sorted,
    next: usize,
    reader: Option<Reader>,
}

impl Cursor<'_> {
    /// The next string, if there is one.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>> {
        if let Some(reader) = &mut self.reader {
            return reader
                .next(self.sorted.runs.file.as_ref())
                .map_err(|e| fault::file("sort rows in", &self.sorted.directory, e));
        }
        let Some(entry) = self.sorted.entries.get(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        Ok(Some(
            &self.sorted.bytes[entry.at as usize..][..entry.len as usize],
        ))
    }
}

/// Reads one run.
#[derive(Debug)]
struct Reader {
    /// What of the run is not in the buffer yet.
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    from: usize,
    portion: usize,
}

impl Reader {
    fn new((at, end): (u64, u64), portion: usize) -> Self {
        Self {
            at,
            end,
            buffer: Vec::new(),
            from: 0,
            portion,
        }
    }

    fn next(&mut self, file: Option<&File>) -> io::Result<Option<&[u8]>> {
        let Some(file) = file else { return Ok(None) };
        if self.from == self.buffer.len() && self.at == self.end {
            return Ok(None);
        }
        self.fill(file, 4)?;
        let Some(head) = self.buffer[self.from..].first_chunk::<4>() else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let len = u32::from_le_bytes(*head) as usize;
        if len > MAX_LEN {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.fill(file, 4 + len)?;
        let from = self.from + 4;
        self.from = from + len;
        match self.buffer.get(from..self.from) {
            Some(string) => Ok(Some(string)),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Makes sure that `wanted` bytes are in the buffer, as far as the run has them.
    fn fill(&mut self, file: &File, wanted: usize) -> io::Result<()> {
        if self.buffer.len() - self.from >= wanted {
            return Ok(());
        }
        self.buffer.drain(..self.from);
        self.from = 0;
        let missing = wanted - self.buffer.len();
        let left = self.end - self.at;
        let more = (self.portion.max(missing) as u64).min(left) as usize;
        let old = self.buffer.len();
        self.buffer.resize(old + more, 0);
        read_at(file, &mut self.buffer[old..], self.at)?;
        self.at += more as u64;
        Ok(())
    }
}

/// Fills `buffer` from a place of a file.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, at)
}

/// Fills `buffer` from a place of a file.
#[cfg(not(unix))]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = file;
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(buffer)
}

#[cfg(test)]
mod tests;
