//! What a log is about: the run that writes it, and which later run may go on with it.

use connector_core::entropy::SyncId;
use connector_core::store::{RunSpec, SyncType};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::convert::Format;
use crate::preflight;

/// Raised whenever unfinished work of an older program could be misread.
pub(super) const FORMAT: u32 = 5;

/// Unfinished work older than this is not worth going on with.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The run in the working file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(super) format: u32,
    pub(crate) sync_id: String,
    pub(crate) started_at: Timestamp,
    pub(crate) sync_type: SyncType,
    pub(super) fingerprint: String,
    /// The format of the file that it is for; logs of older programs do not say.
    #[serde(default)]
    pub(super) file: Format,
}

impl Run {
    pub(crate) fn new(spec: &RunSpec, file: Format) -> Self {
        Self {
            format: FORMAT,
            sync_id: spec.sync_id.to_string(),
            started_at: spec.started_at,
            sync_type: spec.sync_type,
            fingerprint: spec.fingerprint.clone(),
            file,
        }
    }

    pub(crate) fn id(&self) -> SyncId {
        SyncId::from_string(self.sync_id.clone())
    }

    /// Why a run cannot go on with this work, if so.
    pub(super) fn unusable_for(&self, spec: &RunSpec, file: Format) -> Option<&'static str> {
        if self.format != FORMAT {
            return Some("it was written by another version of this program");
        }
        if self.fingerprint != spec.fingerprint || self.sync_type != spec.sync_type {
            return Some(preflight::difference(&self.fingerprint, &spec.fingerprint));
        }
        if self.file != file {
            return Some("it belongs to a file of the other format");
        }
        let age = spec.started_at.duration_since(self.started_at);
        (age > MAX_AGE).then_some("it is older than seven days")
    }
}
