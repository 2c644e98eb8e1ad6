//! Sorted runs of byte strings in a file. Of each string stands there what it does not share with the one before.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use prost::encoding::{decode_varint, encode_varint};

use super::{Buffer, read_at};

/// Bytes that are read and written at a time.
pub(super) const PORTION: usize = 64 * 1024;
/// The longest number of those that stand before a string.
const NUMBER: usize = 10;
/// Bytes before the length of a string that were not written by this program are never allocated.
const MAX_LEN: usize = 1 << 30;

/// Sorted runs in one file.
#[derive(Debug, Default)]
pub(super) struct Runs {
    file: Option<File>,
    /// Where each run begins and ends.
    places: Vec<(u64, u64)>,
    /// The last string of the last run.
    last: Vec<u8>,
}

/// How many bytes at their start two strings have in common.
pub(super) fn shared(a: &[u8], b: &[u8]) -> usize {
    let ((a_words, _), (b_words, _)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let words = a_words.iter().zip(b_words);
    let words = 8 * words.take_while(|(a, b)| a == b).count();
    let rest = a[words..].iter().zip(&b[words..]);
    words + rest.take_while(|(a, b)| a == b).count()
}

impl Runs {
    pub(super) fn are_none(&self) -> bool {
        self.places.is_empty()
    }

    /// Bytes in the file.
    pub(super) fn size(&self) -> u64 {
        self.places.last().map_or(0, |(_, end)| *end)
    }

    /// Sorts and adds strings. When they go on where the last run ends, which is so for rows that are listed in order,
    /// they become a part of it.
    pub(super) fn add(&mut self, directory: &Path, mut buffer: Buffer) -> io::Result<()> {
        if buffer.entries.is_empty() {
            return Ok(());
        }
        buffer.sort();
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile_in(directory)?,
        };
        let first = buffer.get(0).unwrap_or_default();
        let goes_on = self.last.as_slice() <= first;
        let (from, at) = match self.places.last() {
            Some((from, end)) if goes_on => (*from, *end),
            Some((_, end)) => (*end, *end),
            None => (0, 0),
        };
        if goes_on {
            self.places.pop();
        } else {
            self.last.clear();
        }
        let file = self.file.insert(file);
        let mut out = Output::new(file, at, std::mem::take(&mut self.last));
        for string in buffer.strings() {
            out.put(string)?;
        }
        let (end, last) = out.finish()?;
        self.last = last;
        self.places.push((from, end));
        Ok(())
    }

    /// One run of all; `each` is called with each string in order.
    pub(super) fn merge(self, directory: &Path, mut each: impl FnMut(&[u8])) -> io::Result<Self> {
        if self.places.len() <= 1 {
            let mut reader = Reader::whole(&self);
            while let Some(string) = reader.next(&self)? {
                each(string);
            }
            return Ok(self);
        }
        let file = tempfile::tempfile_in(directory)?;
        let mut out = Output::new(&file, 0, Vec::new());
        let mut readers = Vec::new();
        let mut heap = BinaryHeap::new();
        // All runs together read with a fixed amount of memory.
        let portion = (16 * PORTION / self.places.len()).clamp(4096, PORTION);
        for (number, place) in self.places.iter().enumerate() {
            let mut reader = Reader::new(*place, portion);
            if let Some(string) = reader.next(&self)? {
                heap.push(Reverse((string.to_vec(), number)));
            }
            readers.push(reader);
        }
        while let Some(mut least) = heap.peek_mut() {
            let Reverse((string, number)) = &mut *least;
            each(string);
            out.put(string)?;
            match readers[*number].next(&self)? {
                Some(next) => {
                    string.clear();
                    string.extend_from_slice(next);
                }
                None => drop(PeekMut::pop(least)),
            }
        }
        let (end, last) = out.finish()?;
        Ok(Self {
            file: Some(file),
            places: vec![(0, end)],
            last,
        })
    }
}

/// Writes one run.
struct Output<'a> {
    out: BufWriter<&'a File>,
    at: u64,
    last: Vec<u8>,
    head: Vec<u8>,
}

impl<'a> Output<'a> {
    /// Goes on at `at` of a file, behind the string `last`.
    fn new(file: &'a File, at: u64, last: Vec<u8>) -> Self {
        Self {
            out: BufWriter::with_capacity(PORTION, file),
            at,
            last,
            head: Vec::with_capacity(2 * NUMBER),
        }
    }

    fn put(&mut self, string: &[u8]) -> io::Result<()> {
        let shared = shared(&self.last, string);
        let rest = &string[shared..];
        self.head.clear();
        encode_varint(shared as u64, &mut self.head);
        encode_varint(rest.len() as u64, &mut self.head);
        self.out.write_all(&self.head)?;
        self.out.write_all(rest)?;
        self.at += (self.head.len() + rest.len()) as u64;
        self.last.truncate(shared);
        self.last.extend_from_slice(rest);
        Ok(())
    }

    /// Where the run ends, and with which string.
    fn finish(mut self) -> io::Result<(u64, Vec<u8>)> {
        self.out.flush()?;
        Ok((self.at, self.last))
    }
}

/// Reads one run.
#[derive(Debug)]
pub(super) struct Reader {
    /// What of the run is not in the buffer yet.
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    from: usize,
    portion: usize,
    string: Vec<u8>,
}

impl Reader {
    /// Reads all strings of a file that has one run.
    pub(super) fn whole(runs: &Runs) -> Self {
        let place = runs.places.first().copied().unwrap_or_default();
        Self::new(place, PORTION)
    }

    fn new((at, end): (u64, u64), portion: usize) -> Self {
        Self {
            at,
            end,
            buffer: Vec::new(),
            from: 0,
            portion,
            string: Vec::new(),
        }
    }

    pub(super) fn next(&mut self, runs: &Runs) -> io::Result<Option<&[u8]>> {
        let Some(file) = &runs.file else {
            return Ok(None);
        };
        if self.from == self.buffer.len() && self.at == self.end {
            return Ok(None);
        }
        self.fill(file, 2 * NUMBER)?;
        let mut rest = &self.buffer[self.from..];
        let before = rest.len();
        let number = |rest: &mut &[u8]| match decode_varint(rest) {
            Ok(n) if n <= MAX_LEN as u64 => Ok(n as usize),
            _ => Err(io::Error::from(io::ErrorKind::InvalidData)),
        };
        let (shared, len) = (number(&mut rest)?, number(&mut rest)?);
        self.from += before - rest.len();
        self.fill(file, len)?;
        let Some(rest) = self.buffer.get(self.from..self.from + len) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        self.from += len;
        self.string.truncate(shared);
        self.string.extend_from_slice(rest);
        Ok(Some(&self.string))
    }

    /// Makes sure that `wanted` bytes are in the buffer, as far as the run has them.
    fn fill(&mut self, file: &File, wanted: usize) -> io::Result<()> {
        if self.buffer.len() - self.from >= wanted || self.at == self.end {
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
