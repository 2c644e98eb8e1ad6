//! Sorts the records of grants while the grants are stored.
//!
//! Grants seldom come in the order of their keys, so a version 3 file takes them from a sorter. A thread of its own
//! fills it, because storing keeps one thread busy already; when the last grant has come, most of the sorting is done.

use std::path::Path;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};

use connector_core::Result;
use connector_core::store::Phase;
use connector_pebble::{Sorted, Sorter};
use jiff::Timestamp;

use crate::convert::own::Records;
use crate::fault;
use crate::rows::Decoder;

/// Frames of rows that may wait.
const QUEUE: usize = 4;

/// Grants on their way into a sorter.
#[derive(Debug)]
pub(super) struct Sorting {
    frames: SyncSender<Frame>,
    thread: JoinHandle<Result<Sorted>>,
}

/// The columns of stored grants, which say everything.
#[derive(Debug)]
struct Frame {
    at: Timestamp,
    columns: Vec<u8>,
    blobs: usize,
}

impl Sorting {
    /// Begins with no grants. More than `memory` bytes go to a file without a name in `directory`.
    pub(super) fn start(memory: usize, directory: &Path) -> Result<Self> {
        let (frames, coming) = mpsc::sync_channel(QUEUE);
        let sorter = Sorter::new(memory, Some(directory));
        let thread = thread::Builder::new()
            .name("sort grants".to_owned())
            .spawn(move || sort(coming, sorter))
            .map_err(|e| fault::bug("a thread cannot be started").caused_by(e))?;
        Ok(Self { frames, thread })
    }

    /// Adds grants that were just stored.
    pub(super) fn add(&self, at: Timestamp, columns: &[u8], blobs: usize) -> Result<()> {
        let frame = Frame {
            at,
            columns: columns.to_vec(),
            blobs,
        };
        self.frames.send(frame).map_err(|_| ended())
    }

    /// All records in the order of their keys.
    pub(super) fn finish(self) -> Result<Sorted> {
        drop(self.frames);
        self.thread.join().map_err(|_| ended())?
    }
}

fn sort(frames: mpsc::Receiver<Frame>, mut sorter: Sorter) -> Result<Sorted> {
    let mut records = Records::default();
    for frame in frames {
        let mut rows = Decoder::new(Phase::Grants, &frame.columns, frame.blobs);
        while let Some(row) = rows.next()? {
            let (key, value) = records.record(Phase::Grants, frame.at, &row, &[])?;
            sorter.push(key, value)?;
        }
    }
    sorter.finish()
}

fn ended() -> connector_core::Error {
    fault::bug("sorting grants has ended")
}
