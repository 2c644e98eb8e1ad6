//! Sorting more byte strings than fit into memory: full buffers are sorted and written to a file without a name beside
//! the working file, and merged at the end.

mod runs;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};

use connector_core::Result;

use crate::fault;
use runs::{Reader, Runs};

/// What one string costs beside its bytes.
const ENTRY: usize = size_of::<Entry>();

/// Collects byte strings.
#[derive(Debug)]
pub(crate) struct Sorter {
    directory: PathBuf,
    buffer: Buffer,
    runs: Runs,
}

/// Strings in memory.
#[derive(Debug, Default)]
struct Buffer {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// How many bytes at the start all of them have in common.
    common: usize,
}

/// A string in a buffer.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The eight bytes behind the common ones, which decide most comparisons.
    head: u64,
    at: u32,
    len: u32,
}

impl Buffer {
    fn size(&self) -> usize {
        self.bytes.len() + self.entries.len() * ENTRY
    }

    fn push(&mut self, string: &[u8]) {
        self.common = match self.entries.first() {
            None => string.len(),
            Some(first) => {
                let first = &self.bytes[first.at as usize..][..first.len as usize];
                let first = &first[..self.common.min(first.len())];
                runs::shared(first, string)
            }
        };
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

    fn get(&self, place: usize) -> Option<&[u8]> {
        let entry = self.entries.get(place)?;
        Some(&self.bytes[entry.at as usize..][..entry.len as usize])
    }

    fn strings(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.entries.len()).filter_map(|place| self.get(place))
    }
}

impl Sorter {
    /// A sorter that writes what does not fit into `directory`.
    pub(crate) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            buffer: Buffer::default(),
            runs: Runs::default(),
        }
    }

    /// Memory in use.
    pub(crate) fn size(&self) -> usize {
        self.buffer.size()
    }

    /// About how much there is to sort and to merge, files included.
    pub(crate) fn total(&self) -> u64 {
        self.size() as u64 + self.runs.size()
    }

    /// Adds a string.
    pub(crate) fn push(&mut self, string: &[u8]) {
        self.buffer.push(string);
    }

    /// Moves the buffer to the file.
    pub(crate) fn spill(&mut self) -> Result<()> {
        // The memory is given back: another sorter may need it.
        let buffer = std::mem::take(&mut self.buffer);
        let added = self.runs.add(&self.directory, buffer);
        added.map_err(|e| failed(&self.directory, e))
    }

    /// All strings, sorted; `each` is called with each of them on the way.
    pub(crate) fn finish(mut self, each: impl FnMut(&[u8])) -> Result<Sorted> {
        if self.runs.are_none() {
            self.buffer.sort();
            self.buffer.strings().for_each(each);
        } else {
            self.spill()?;
            let merged = self.runs.merge(&self.directory, each);
            self.runs = merged.map_err(|e| failed(&self.directory, e))?;
        }
        Ok(Sorted {
            buffer: self.buffer,
            runs: self.runs,
            directory: self.directory,
        })
    }
}

fn failed(directory: &Path, error: io::Error) -> connector_core::Error {
    fault::file("sort rows in", directory, error)
}

/// A thread that sorts and writes buffers of several sorters while these take more strings. One buffer waits at most
/// until the one before is written.
#[derive(Debug)]
pub(crate) struct Spiller {
    buffers: Option<SyncSender<(usize, Buffer)>>,
    thread: Option<JoinHandle<Result<Vec<Runs>>>>,
}

impl Spiller {
    /// Starts the thread for the files of so many sorters in `directory`.
    pub(crate) fn start(directory: &Path, sorters: usize) -> Self {
        let directory = directory.to_owned();
        let (sender, buffers) = mpsc::sync_channel::<(usize, Buffer)>(0);
        let thread = thread::spawn(move || {
            let mut runs: Vec<_> = (0..sorters).map(|_| Runs::default()).collect();
            for (number, buffer) in buffers {
                let added = runs[number].add(&directory, buffer);
                added.map_err(|e| failed(&directory, e))?;
            }
            Ok(runs)
        });
        Self {
            buffers: Some(sender),
            thread: Some(thread),
        }
    }

    /// Takes the buffer of the sorter with this number.
    pub(crate) fn spill(&mut self, number: usize, sorter: &mut Sorter) -> Result<()> {
        // The next buffer will be about as large.
        let next = Buffer {
            bytes: Vec::with_capacity(sorter.buffer.bytes.len()),
            entries: Vec::with_capacity(sorter.buffer.entries.len()),
            common: 0,
        };
        let buffer = (number, std::mem::replace(&mut sorter.buffer, next));
        match self.buffers.as_ref().map(|buffers| buffers.send(buffer)) {
            Some(Ok(())) => Ok(()),
            _ => self.end().map(drop),
        }
    }

    /// Gives the sorters what was written of their strings.
    pub(crate) fn finish(mut self, sorters: &mut [Sorter]) -> Result<()> {
        let runs = self.end()?;
        sorters
            .iter_mut()
            .zip(runs)
            .for_each(|(sorter, runs)| sorter.runs = runs);
        Ok(())
    }

    fn end(&mut self) -> Result<Vec<Runs>> {
        self.buffers = None;
        let ended = self.thread.take().map(JoinHandle::join);
        match ended {
            Some(Ok(ended)) => ended,
            _ => Err(fault::bug("sorting failed")),
        }
    }
}

/// Nothing is written any more when the files are not needed.
impl Drop for Spiller {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Sorted byte strings; they can be gone through any number of times.
#[derive(Debug)]
pub(crate) struct Sorted {
    buffer: Buffer,
    runs: Runs,
    directory: PathBuf,
}

impl Sorted {
    /// Goes through the strings from the first one on.
    pub(crate) fn cursor(&self) -> Cursor<'_> {
        Cursor {
            sorted: self,
            next: 0,
            reader: (!self.runs.are_none()).then(|| Reader::whole(&self.runs)),
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
        let Sorted {
            buffer,
            runs,
            directory,
        } = self.sorted;
        if let Some(reader) = &mut self.reader {
            return reader.next(runs).map_err(|e| failed(directory, e));
        }
        self.next += 1;
        Ok(buffer.get(self.next - 1))
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
