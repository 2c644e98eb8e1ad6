//! The working file: an append-only log beside the target that holds the run being written.
//!
//! It begins with what the run is, then come the rows in the order of storing and, after each page, the checkpoint that
//! moves past it. A listing that starts again says so, and how many rows of its step stay. Each of these is a frame with a
//! checksum. What stands behind the last checkpoint is a page that was
//! not completed; it is cut off when the page is given up and when a later run opens the file.
//!
//! The file is locked while open, so two runs cannot write one target. It never holds anything but the new run, and it
//! is never handed to a reader.
//!
//! Durability: one write for each frame and no fsync before the run ends early. A killed process leaves whole frames and
//! at most one torn one, because what was written stays in the operating system's cache. A power cut may leave less:
//! whatever does not fit its checksum, and all that follows it, is cut off.

mod file;
mod frame;
mod mark;
mod medium;
mod read;
mod run;

use std::path::{Path, PathBuf};

use connector_core::Result;
use connector_core::id::ResourceTypeId;
use connector_core::model::ResourceType;
use connector_core::store::{Checkpoint, Phase, RowCounts, Rows, RunSpec};
use jiff::Timestamp;

use crate::convert::Format;
use crate::fault;
use crate::rows::{Encoded, Writer};
use file::Locked;
use frame::Kind;
use mark::{Committed, Mark};
use medium::{Medium, Memory};
pub(crate) use read::Part;
pub(crate) use run::Run;

/// What is added to the target's name for the working file.
pub const SUFFIX: &str = ".resume";

/// Where a frame of rows lies.
#[derive(Debug, Clone, Copy)]
struct FrameAt {
    /// The number of its first row among those of its kind.
    first: u64,
    /// How many of its rows count: less than there are when a listing that began within it started again.
    rows: u64,
    /// Where its columns begin.
    at: u64,
    columns: u32,
    blobs: u32,
    /// When its rows were discovered.
    discovered: Timestamp,
}

/// An open, locked working file.
#[derive(Debug)]
pub(crate) struct Log {
    file: Medium,
    /// Frames of rows by kind, those of the open page included.
    frames: [Vec<FrameAt>; 3],
    /// What is there, the open page included.
    open: Mark,
    /// What is there up to the last checkpoint.
    committed: Mark,
    /// Frames as they were before the open page dropped some.
    before_drop: [Option<Vec<FrameAt>>; 3],
    writer: Writer,
    encoded: Encoded,
    bytes: Vec<u8>,
}

/// What an opened file holds of an earlier run.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nothing.
    Nothing,
    /// Work that cannot be used, and why.
    Unusable(&'static str),
    /// Work to go on with.
    Unfinished(Box<(Run, Checkpoint)>),
}

impl Log {
    /// Opens and locks the file at `path` (absolute), creating it when there is none.
    pub(crate) fn open(path: PathBuf) -> Result<Self> {
        Ok(Self::on(
            Medium::File(Locked::open(path)?),
            Writer::default(),
        ))
    }

    /// A log in memory, of rows that are cut down to what tells whether they differ. What has to be sorted and does not
    /// fit goes to files without a name in `directory`.
    pub(crate) fn in_memory(directory: PathBuf) -> Self {
        Self::on(Medium::Memory(Memory::new(directory)), Writer::short())
    }

    fn on(file: Medium, writer: Writer) -> Self {
        Self {
            file,
            frames: Default::default(),
            open: Mark::default(),
            committed: Mark::default(),
            before_drop: Default::default(),
            writer,
            encoded: Encoded::default(),
            bytes: Vec::new(),
        }
    }

    /// Whether this process created the file, so that nothing of an earlier run is in it.
    pub(crate) fn is_new(&self) -> bool {
        self.file.is_new()
    }

    /// Where files that are needed for a while may lie.
    pub(crate) fn directory(&self) -> &Path {
        self.file.directory()
    }

    /// Rows up to the last checkpoint.
    pub(crate) fn rows(&self) -> &RowCounts {
        &self.committed.written.rows
    }

    /// The last checkpoint.
    pub(crate) fn checkpoint(&self) -> Option<&Checkpoint> {
        self.committed.checkpoint.as_ref()
    }

    /// Empties the file and begins a run in it.
    pub(crate) fn start(&mut self, run: &Run) -> Result<()> {
        self.restore(Mark::default());
        self.file.truncate(0)?;
        self.bytes.clear();
        self.bytes.extend_from_slice(&frame::MAGIC);
        let body = serde_json::to_vec(run)
            .map_err(|e| fault::bug("a run cannot be written").caused_by(e))?;
        frame::encode(&mut self.bytes, Kind::Run, &[&body])?;
        self.append()?;
        self.committed = self.open.clone();
        Ok(())
    }

    /// Adds rows to the open page.
    pub(crate) fn put(&mut self, rows: &Rows, types: &[ResourceType], at: Timestamp) -> Result<()> {
        let phase = rows.phase();
        let first = self.open.written.rows.total(phase) + 1;
        self.encoded.columns.clear();
        self.encoded.blobs.clear();
        self.writer
            .encode(rows, types, &mut self.encoded, &mut self.open.written);
        self.bytes.clear();
        let Encoded { columns, blobs } = &self.encoded;
        let head = frame::rows_head(phase, at, columns.len())?;
        frame::encode(&mut self.bytes, Kind::Rows, &[&head, columns, blobs])?;
        let frame = FrameAt {
            first,
            rows: rows.len() as u64,
            at: self.open.end + frame::ROWS_BODY,
            columns: columns.len() as u32,
            blobs: blobs.len() as u32,
            discovered: at,
        };
        self.append()?;
        self.frames[phase as usize].push(frame);
        Ok(())
    }

    /// The rows that were stored last.
    pub(crate) const fn last(&self) -> &Encoded {
        &self.encoded
    }

    /// Whether the open page holds anything.
    pub(crate) fn has_open(&self) -> bool {
        self.open.end != self.committed.end
    }

    /// Ends the open page with the checkpoint that moves past it.
    pub(crate) fn commit(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        self.end_page(checkpoint.clone(), None)
    }

    /// Notes that all rows are about to be put in place under an id that is not the run's.
    pub(crate) fn seal_as(&mut self, id: String) -> Result<()> {
        match self.checkpoint().cloned() {
            Some(checkpoint) => self.end_page(checkpoint, Some(id)),
            None => Ok(()),
        }
    }

    /// The id of [`Log::seal_as`], when no page has followed.
    pub(crate) fn sealed_as(&self) -> Option<&str> {
        self.committed.sealed_as.as_deref()
    }

    fn end_page(&mut self, checkpoint: Checkpoint, sealed_as: Option<String>) -> Result<()> {
        let committed = Committed {
            checkpoint,
            rows: self.open.written.rows.clone(),
            sealed_as,
        };
        let body = serde_json::to_vec(&committed)
            .map_err(|e| fault::bug("a checkpoint cannot be written").caused_by(e))?;
        self.bytes.clear();
        frame::encode(&mut self.bytes, Kind::Page, &[&body])?;
        self.append()?;
        self.page_ends(committed);
        Ok(())
    }

    fn page_ends(&mut self, page: Committed) {
        self.open.checkpoint = Some(page.checkpoint);
        self.open.sealed_as = page.sealed_as;
        self.committed = self.open.clone();
        self.before_drop = Default::default();
    }

    /// Drops all rows of a kind but the first `kept`, as a part of the open page.
    pub(crate) fn drop_after(&mut self, phase: Phase, kept: u64) -> Result<()> {
        self.take_back()?;
        self.bytes.clear();
        let kept_bytes = kept.to_le_bytes();
        frame::encode(&mut self.bytes, Kind::Drop, &[&[phase as u8], &kept_bytes])?;
        self.append()?;
        self.apply_drop(phase, kept)
    }

    fn apply_drop(&mut self, phase: Phase, kept: u64) -> Result<()> {
        let frames = &self.frames[phase as usize];
        let (mut gone, mut bytes) = (Vec::new(), Vec::new());
        for frame in frames
            .iter()
            .filter(|frame| frame.first + frame.rows > kept + 1)
        {
            self.each_of(phase, frame, Part::Columns, &mut bytes, |number, row, _| {
                if number > kept {
                    gone.push(row.resource().resource_type);
                }
                Ok(())
            })?;
        }
        self.open.written.remove_after(phase, kept, &gone);
        let frames = &mut self.frames[phase as usize];
        self.before_drop[phase as usize].get_or_insert_with(|| frames.clone());
        frames.truncate(frames.partition_point(|frame| frame.first <= kept));
        if let Some(last) = frames.last_mut() {
            last.rows = last.rows.min(kept + 1 - last.first);
        }
        Ok(())
    }

    /// Discards the rows of the open page.
    pub(crate) fn take_back(&mut self) -> Result<()> {
        if !self.has_open() {
            return Ok(());
        }
        self.restore(self.committed.clone());
        self.file.truncate(self.committed.end)
    }

    fn restore(&mut self, mark: Mark) {
        for phase in Phase::ALL {
            let rows = mark.written.rows.total(phase);
            let frames = &mut self.frames[phase as usize];
            if let Some(before) = self.before_drop[phase as usize].take() {
                *frames = before;
            }
            frames.truncate(frames.partition_point(|frame| frame.first <= rows));
        }
        self.open = mark;
    }

    /// Writes what is in `bytes` behind everything else.
    fn append(&mut self) -> Result<()> {
        self.file.write(self.open.end, &self.bytes)?;
        self.open.end += self.bytes.len() as u64;
        Ok(())
    }

    /// Looks for work that `spec` can go on with for a file of a format, and cuts off what was not completed.
    pub(crate) fn find(&mut self, spec: &RunSpec, file: Format) -> Result<Found> {
        let Some(run) = self.recover()? else {
            return Ok(match self.file.len()? {
                0 => Found::Nothing,
                _ => Found::Unusable("it cannot be read"),
            });
        };
        if let Some(reason) = run.unusable_for(spec, file) {
            return Ok(Found::Unusable(reason));
        }
        let Some(checkpoint) = self.committed.checkpoint.clone() else {
            return Ok(Found::Unusable("no page was completed"));
        };
        Ok(Found::Unfinished(Box::new((run, checkpoint))))
    }

    /// Reads the whole log up to the last checkpoint that is sound; what follows is cut off.
    fn recover(&mut self) -> Result<Option<Run>> {
        self.restore(Mark::default());
        let mut scan = frame::Scan::new(&self.file)?;
        if !scan.magic(&self.file)? {
            return Ok(None);
        }
        let Some((Kind::Run, body)) = scan.next(&self.file)? else {
            return Ok(None);
        };
        let Ok(run) = serde_json::from_slice::<Run>(body) else {
            return Ok(None);
        };
        self.open.end = scan.at();
        self.committed = self.open.clone();
        while let Some((kind, body)) = scan.next(&self.file)? {
            let is_sound = match kind {
                Kind::Run => false,
                Kind::Rows => self.rows_found(body),
                Kind::Drop => match frame::split_drop(body) {
                    Some((phase, kept)) => self.apply_drop(phase, kept).is_ok(),
                    None => false,
                },
                Kind::Page => match serde_json::from_slice::<Committed>(body) {
                    Ok(page) if page.rows == self.open.written.rows => {
                        self.open.end = scan.at();
                        self.page_ends(page);
                        true
                    }
                    _ => false,
                },
            };
            if !is_sound {
                break;
            }
            self.open.end = scan.at();
        }
        self.restore(self.committed.clone());
        self.file.truncate(self.committed.end)?;
        Ok(Some(run))
    }

    /// Counts the rows of a frame; `false` when they are no rows.
    fn rows_found(&mut self, body: &[u8]) -> bool {
        let Some((phase, discovered, columns, blobs)) = frame::split_rows(body) else {
            return false;
        };
        let first = self.open.written.rows.total(phase) + 1;
        let mut rows = 0;
        let mut decoder = crate::rows::Decoder::new(phase, columns, blobs.len());
        loop {
            match decoder.next() {
                Ok(None) => break,
                Err(_) => return false,
                Ok(Some(row)) => {
                    let kind = ResourceTypeId::from_string(row.resource_type.to_owned());
                    self.open.written.add(phase, &kind);
                    rows += 1;
                }
            }
        }
        self.frames[phase as usize].push(FrameAt {
            first,
            rows,
            at: self.open.end + frame::ROWS_BODY,
            columns: columns.len() as u32,
            blobs: blobs.len() as u32,
            discovered,
        });
        true
    }

    /// Closes the file, safe on disk, for a later run. What is there of a run that was neither begun nor found stays.
    pub(crate) fn keep(mut self) -> Result<()> {
        if self.committed.end > 0 {
            self.file.truncate(self.committed.end)?;
        }
        self.file.keep()
    }

    /// Removes the file, then gives up the lock.
    pub(crate) fn remove(self) -> Result<()> {
        self.file.remove()
    }
}

#[cfg(test)]
mod tests;
