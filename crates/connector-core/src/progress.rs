//! What a running sync reports while it runs, and when it is finished.

use std::time::Duration;

use jiff::Timestamp;

use crate::entropy::SyncId;
use crate::id::ResourceTypeId;
use crate::store::{FileSummary, Phase, SyncType, Tally};
use crate::verdict::Verdict;
use crate::warning::Warning;

/// Something that happened in a sync.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The run has an id; `resumed` when it goes on from unfinished work.
    Started {
        /// Its id.
        sync_id: &'a SyncId,
        /// What it covers.
        sync_type: SyncType,
        /// Whether earlier work was found.
        resumed: bool,
    },
    /// A step begins.
    Phase(Phase),
    /// A page of a type was stored; `total` counts the phase's rows of that type so far.
    Page {
        /// The step.
        phase: Phase,
        /// The type.
        resource_type: &'a ResourceTypeId,
        /// Rows in the page.
        rows: u64,
        /// Rows of the type in this step so far.
        total: u64,
    },
    /// Rows of a page under way were handed to the file; for live counts only.
    Rows {
        /// The step.
        phase: Phase,
        /// The type.
        resource_type: &'a ResourceTypeId,
        /// How many.
        rows: u64,
    },
    /// All of a type's listings of this step are complete.
    Listed {
        /// The step.
        phase: Phase,
        /// The type.
        resource_type: &'a ResourceTypeId,
        /// Rows in this step.
        total: u64,
    },
    /// Something odd; reported once, at the end, with its count.
    Warning(&'a Warning),
    /// References are being checked.
    Sealing,
    /// The file is in place.
    Saved(&'a FileSummary),
}

/// Takes the events of a sync. Implementations return quickly: they are called from the engine's own task.
pub trait Progress: Send + Sync + 'static {
    /// Takes an event.
    fn event(&self, event: &Event<'_>);
}

/// Ignores all events.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: &Event<'_>) {}
}

/// The result of a finished sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// The run's id.
    pub sync_id: SyncId,
    /// What it covered.
    pub sync_type: SyncType,
    /// Whether it went on from earlier work.
    pub resumed: bool,
    /// When it started, as the file has it; earlier than this process for one that went on.
    pub started_at: Timestamp,
    /// When its rows were complete, as the file has it.
    pub ended_at: Timestamp,
    /// Counts and warnings.
    pub tally: Tally,
    /// Whether it read all that the vendor listed.
    pub verdict: Verdict,
    /// Requests sent to the vendor by this process.
    pub requests: u64,
    /// Time this process took.
    pub took: Duration,
    /// The finished file.
    pub file: FileSummary,
}
