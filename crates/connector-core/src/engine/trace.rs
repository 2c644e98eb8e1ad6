//! The spans of a sync, for tracing: what is done, of which type, how many rows. Never a name, an id of a resource,
//! or a cursor. Without a tracer they cost nothing.

use tracing::{Instrument, Span, field, info_span};

use crate::error::Result;
use crate::id::ResourceTypeId;
use crate::progress::SyncReport;
use crate::store::{Phase, SyncType};

/// Runs `work` in `span`, and notes in the span how it failed.
pub(super) async fn within<T>(span: Span, work: impl Future<Output = Result<T>>) -> Result<T> {
    let outcome = work.instrument(span.clone()).await;
    if let Err(error) = &outcome {
        span.record("error.type", error.kind().as_str());
    }
    outcome
}

/// A whole sync.
pub(super) fn sync(sync_type: SyncType) -> Span {
    info_span!(
        "sync",
        sync_type = sync_type.as_str(),
        sync_id = field::Empty,
        resumed = field::Empty,
        resources = field::Empty,
        entitlements = field::Empty,
        grants = field::Empty,
        warnings = field::Empty,
        requests = field::Empty,
        error.type = field::Empty,
    )
}

/// Notes what a sync came to.
pub(super) fn synced(span: &Span, report: &SyncReport) {
    for phase in Phase::ALL {
        span.record(phase.as_str(), report.tally.rows.total(phase));
    }
    span.record("warnings", report.tally.warnings.len());
    span.record("requests", report.requests);
}

/// The connector's probes.
pub(super) fn validate() -> Span {
    info_span!("validate", error.type = field::Empty)
}

/// All listings of one kind.
pub(super) fn phase(phase: Phase) -> Span {
    info_span!("phase", phase = phase.as_str(), error.type = field::Empty)
}

/// One page of a listing; the first one is 1.
pub(super) fn page(phase: Phase, resource_type: &ResourceTypeId, number: u64) -> Span {
    info_span!(
        "page",
        phase = phase.as_str(),
        resource_type = resource_type.as_str(),
        page = number,
        rows = field::Empty,
        error.type = field::Empty,
    )
}

/// Indexes and references.
pub(super) fn seal() -> Span {
    info_span!("seal", error.type = field::Empty)
}

/// Writing the finished file.
pub(super) fn save() -> Span {
    info_span!("save", error.type = field::Empty)
}
