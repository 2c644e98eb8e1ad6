//! How far a log has come: in the file, and in the memory of the process that writes it.

use connector_core::store::{Checkpoint, RowCounts};
use serde::{Deserialize, Serialize};

use crate::counters::Written;

/// A checkpoint in the log, with what must have been found before it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Committed {
    pub(super) checkpoint: Checkpoint,
    pub(super) rows: RowCounts,
    /// See [`super::Log::seal_as`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sealed_as: Option<String>,
}

/// What the log holds up to some place.
#[derive(Debug, Clone, Default)]
pub(super) struct Mark {
    pub(super) end: u64,
    pub(super) written: Written,
    /// That of the last page.
    pub(super) checkpoint: Option<Checkpoint>,
    /// The id under which the rows were to be put in place.
    pub(super) sealed_as: Option<String>,
}
