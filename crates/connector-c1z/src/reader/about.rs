//! What is said of a file and its syncs, whatever the version.

use connector_core::store::RowCounts;
use jiff::Timestamp;

use crate::time;

/// What a file may cost to read; a small file can be built to decode to a huge one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// Largest database inside a file.
    pub max_decoded_bytes: u64,
    /// Largest compression window, which has to be held in memory.
    pub max_window_bytes: u64,
}

/// 10 GiB and 128 MiB, what other readers of the format allow.
impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            max_decoded_bytes: 10 << 30,
            max_window_bytes: 128 << 20,
        }
    }
}

/// A sync run in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRun {
    /// Its id.
    pub sync_id: String,
    /// `full`, `resources_only`, `partial` and others.
    pub sync_type: String,
    /// When it started, as a version 1 file has it.
    pub started_at: String,
    /// When it ended; `None` for an unfinished run.
    pub ended_at: Option<String>,
    /// Counts as JSON, when the writer of a version 1 file left any.
    pub stats: Option<String>,
}

impl SyncRun {
    /// When it started; `None` when the file does not have it in the usual format.
    pub fn started(&self) -> Option<Timestamp> {
        time::parse(&self.started_at)
    }

    /// When it ended; `None` when it has not, or when the file does not have it in the usual format.
    pub fn ended(&self) -> Option<Timestamp> {
        time::parse(self.ended_at.as_deref()?)
    }
}

/// Rows of one sync.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Resource types.
    pub resource_types: u64,
    /// Rows by type, whatever the file calls it.
    pub rows: RowCounts<String>,
}
