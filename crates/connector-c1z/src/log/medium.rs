//! Where the bytes of a log are: in the working file, or in memory for a run that writes nothing.

use std::path::{Path, PathBuf};

use connector_core::Result;

use super::file::Locked;
use crate::fault;

/// What a log in memory may take. Its rows are small, see [`crate::rows`].
const MAX_BYTES: u64 = 1 << 30;

/// The bytes of a log.
#[derive(Debug)]
pub(super) enum Medium {
    /// A file that no other process can open.
    File(Locked),
    /// Memory.
    Memory(Memory),
}

/// Byte strings as they were written, one for each frame.
#[derive(Debug)]
pub(super) struct Memory {
    frames: Vec<(u64, Box<[u8]>)>,
    end: u64,
    /// Where files that are needed for a while may lie.
    directory: PathBuf,
}

impl Memory {
    pub(super) const fn new(directory: PathBuf) -> Self {
        Self {
            frames: Vec::new(),
            end: 0,
            directory,
        }
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        self.truncate(at);
        let end = at + bytes.len() as u64;
        if end > MAX_BYTES {
            let message = "a run that writes nothing keeps its rows in memory, and there are too many of them";
            return Err(fault::precondition(message).hint("sync into a file in another directory"));
        }
        self.frames.push((at, bytes.into()));
        self.end = end;
        Ok(())
    }

    /// Reads a part of one frame, which is all that is ever asked for.
    fn read(&self, at: u64, buffer: &mut [u8]) -> Result<()> {
        let behind = self.frames.partition_point(|(from, _)| *from <= at);
        let frame = behind.checked_sub(1).and_then(|n| self.frames.get(n));
        let part = frame.and_then(|(from, bytes)| {
            let from = usize::try_from(at - from).ok()?;
            bytes.get(from..from.checked_add(buffer.len())?)
        });
        buffer.copy_from_slice(part.ok_or_else(|| fault::bug("rows are not in one frame"))?);
        Ok(())
    }

    fn truncate(&mut self, len: u64) {
        let kept = self.frames.partition_point(|(from, _)| *from < len);
        self.frames.truncate(kept);
        self.end = self.end.min(len);
    }
}

impl Medium {
    pub(super) fn len(&self) -> Result<u64> {
        match self {
            Self::File(file) => file.len(),
            Self::Memory(memory) => Ok(memory.end),
        }
    }

    pub(super) fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        match self {
            Self::File(file) => file.write(at, bytes),
            Self::Memory(memory) => memory.write(at, bytes),
        }
    }

    pub(super) fn read(&self, at: u64, buffer: &mut [u8]) -> Result<()> {
        match self {
            Self::File(file) => file.read(at, buffer),
            Self::Memory(memory) => memory.read(at, buffer),
        }
    }

    pub(super) fn truncate(&mut self, len: u64) -> Result<()> {
        match self {
            Self::File(file) => file.truncate(len)?,
            Self::Memory(memory) => memory.truncate(len),
        }
        Ok(())
    }

    /// Whether nothing of an earlier run is in it.
    pub(super) const fn is_new(&self) -> bool {
        match self {
            Self::File(file) => file.created,
            Self::Memory(_) => true,
        }
    }

    /// Where files that are needed for a while may lie.
    pub(super) fn directory(&self) -> &Path {
        match self {
            Self::File(file) => file.path.parent().unwrap_or(Path::new(".")),
            Self::Memory(memory) => &memory.directory,
        }
    }

    /// Closes it, safe for a later run if it can be.
    pub(super) fn keep(self) -> Result<()> {
        match self {
            Self::File(file) => file.keep(),
            Self::Memory(_) => Ok(()),
        }
    }

    /// Gives up what is in it.
    pub(super) fn remove(self) -> Result<()> {
        match self {
            Self::File(file) => file.remove(),
            Self::Memory(_) => Ok(()),
        }
    }
}
