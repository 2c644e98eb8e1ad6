//! Bytes that are read by position: a file, or memory.
//!
//! The decoded content of a container goes into a [`Spool`], which keeps little content in memory and puts more
//! into a file without a name, so nothing is left behind however the process ends.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use connector_core::Result;

use crate::error;

/// Bytes that can be read from any position.
#[derive(Debug)]
pub(crate) enum Storage {
    Memory(Vec<u8>),
    /// A file and the number of its bytes.
    File(File, u64),
}

impl Storage {
    pub(crate) const fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(_, len) => *len,
        }
    }

    /// The bytes of a range. It is compared with what is there before memory is taken for it.
    pub(crate) fn read(&self, offset: u64, count: u64) -> Result<Vec<u8>> {
        let end = offset.checked_add(count).filter(|end| *end <= self.len());
        let (Some(_), Ok(count)) = (end, usize::try_from(count)) else {
            return Err(error::damaged("a part of it lies beyond its end"));
        };
        let mut bytes = vec![0; count];
        self.fill(offset, &mut bytes)
            .map_err(|e| error::io("read the file", e))?;
        Ok(bytes)
    }

    /// A reader over a range; what lies beyond the end is missing.
    pub(crate) fn section(&self, offset: u64, count: u64) -> Section<'_> {
        Section {
            storage: self,
            at: offset,
            end: offset.saturating_add(count).min(self.len()),
        }
    }

    fn fill(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match self {
            Self::Memory(bytes) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX);
                let bytes = bytes.get(from..).and_then(|rest| rest.get(..out.len()));
                out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
            Self::File(file, _) => read_exact_at(file, offset, out),
        }
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut offset: u64, mut out: &mut [u8]) -> io::Result<()> {
    while !out.is_empty() {
        let count = std::os::windows::fs::FileExt::seek_read(file, out, offset)?;
        let rest = out.split_at_mut_checked(count).filter(|_| count > 0);
        out = rest.ok_or(io::ErrorKind::UnexpectedEof)?.1;
        offset += count as u64;
    }
    Ok(())
}

/// Writes at a place of a file, whatever its cursor is; how many bytes were written.
#[cfg(unix)]
pub(crate) fn write_at(file: &File, offset: u64, bytes: &[u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, bytes, offset)
}

/// Writes at a place of a file, whatever its cursor is; how many bytes were written.
#[cfg(windows)]
pub(crate) fn write_at(file: &File, offset: u64, bytes: &[u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, bytes, offset)
}

/// Reads a range from its start to its end.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    storage: &'a Storage,
    at: u64,
    end: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let count = left.min(out.len());
        let out = out.get_mut(..count).unwrap_or_default();
        self.storage.fill(self.at, out)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// Takes bytes one after the other and hands them over as a [`Storage`].
#[derive(Debug)]
pub(crate) struct Spool<'a> {
    memory: Vec<u8>,
    file: Option<File>,
    len: u64,
    max_memory_bytes: u64,
    temp_dir: Option<&'a Path>,
}

impl<'a> Spool<'a> {
    /// Keeps up to `max_memory_bytes` in memory and more in `temp_dir`, or in the system's temp directory.
    pub(crate) const fn new(max_memory_bytes: u64, temp_dir: Option<&'a Path>) -> Self {
        Self {
            memory: Vec::new(),
            file: None,
            len: 0,
            max_memory_bytes,
            temp_dir,
        }
    }

    /// How many bytes it has taken.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.len += bytes.len() as u64;
        if self.file.is_none() && self.len <= self.max_memory_bytes {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        if self.file.is_none() {
            let file = self.unnamed_file()?;
            let held = std::mem::take(&mut self.memory);
            self.file
                .insert(file)
                .write_all(&held)
                .map_err(write_error)?;
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes).map_err(write_error),
            None => Ok(()),
        }
    }

    fn unnamed_file(&self) -> Result<File> {
        let directory = self
            .temp_dir
            .map_or_else(std::env::temp_dir, Path::to_owned);
        tempfile::tempfile_in(&directory)
            .map_err(|e| error::file("create a temporary file in", &directory, e))
    }

    pub(crate) fn finish(self) -> Storage {
        match self.file {
            Some(file) => Storage::File(file, self.len),
            None => Storage::Memory(self.memory),
        }
    }
}

fn write_error(error: io::Error) -> connector_core::Error {
    error::io("write a temporary file", error)
}

#[cfg(test)]
mod tests;
