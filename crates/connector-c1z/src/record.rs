//! The row of the ended run, as readers see it.

use std::collections::BTreeMap;

use connector_core::Result;
use connector_core::id::ResourceTypeId;
use connector_core::store::{Phase, RowCounts, SyncType};
use connector_pebble::records::{SyncRunRecord, sync_type_number};
use jiff::Timestamp;
use serde::Serialize;

use crate::convert::v1_source;
use crate::database::Value;
use crate::log::Run;
use crate::{fault, time};

/// The token that readers find in a finished run.
pub(crate) const FINISHED_TOKEN: &str = r#"{"version":1}"#;

/// The referential checks that every full sync runs, in this order.
const COVERAGE: &str = r#"["I7","I3","I8","I9"]"#;

/// What the row of an ended run says.
#[derive(Debug)]
pub(crate) struct Ended {
    started_at: Timestamp,
    ended_at: Timestamp,
    started_text: String,
    ended_text: String,
    sync_type: SyncType,
    /// What a partial run is a part of; empty for others.
    parent: String,
    stats: String,
}

impl Ended {
    pub(crate) fn new(
        run: &Run,
        started_at: Timestamp,
        ended_at: Timestamp,
        parent: Option<&str>,
        stats: String,
    ) -> Self {
        let parent = match run.sync_type {
            SyncType::Partial => parent.unwrap_or_default(),
            SyncType::Full | SyncType::ResourcesOnly => "",
        };
        Self {
            started_at,
            ended_at,
            started_text: time::text(started_at),
            ended_text: time::text(ended_at),
            sync_type: run.sync_type,
            parent: parent.to_owned(),
            stats,
        }
    }

    /// Generation, names and way of the checks that were made.
    fn checks(&self) -> (&'static str, &'static str, &'static str) {
        match self.sync_type {
            SyncType::Full => ("1", COVERAGE, "connector"),
            SyncType::ResourcesOnly | SyncType::Partial => ("", "", ""),
        }
    }

    /// What a version 3 file says of the run, which is the only one there.
    pub(crate) fn record(&self, sync_id: &str) -> SyncRunRecord {
        let (generation, coverage, mode) = self.checks();
        SyncRunRecord {
            sync_id: sync_id.to_owned(),
            sync_type: sync_type_number(self.sync_type.as_str()),
            started_at: v1_source::instant(self.started_at),
            ended_at: v1_source::instant(self.ended_at),
            supports_diff: true,
            ingest_invariant_generation: generation.to_owned(),
            ingest_invariant_coverage: serde_json::from_str(coverage).unwrap_or_default(),
            ingest_invariant_mode: mode.to_owned(),
            ..SyncRunRecord::default()
        }
    }

    /// The values of its row.
    pub(crate) fn values<'a>(&'a self, sync_id: Value<'a>) -> [Value<'a>; 14] {
        let full = self.sync_type == SyncType::Full;
        let (generation, coverage, mode) = self.checks();
        [
            Value::Null,
            sync_id,
            self.started_text.as_str().into(),
            self.ended_text.as_str().into(),
            FINISHED_TOKEN.into(),
            self.sync_type.as_str().into(),
            self.parent.as_str().into(),
            "".into(),
            Value::Integer(i64::from(full)),
            Value::Integer(1),
            self.stats.as_str().into(),
            generation.into(),
            coverage.into(),
            mode.into(),
        ]
    }
}

/// Counts for readers. The names and their order are those of other writers; what is zero is left out.
#[derive(Serialize)]
struct Stats<'a> {
    resource_types: usize,
    #[serde(skip_serializing_if = "is_zero")]
    resources: u64,
    #[serde(skip_serializing_if = "is_zero")]
    entitlements: u64,
    #[serde(skip_serializing_if = "is_zero")]
    grants: u64,
    resources_by_resource_type: &'a BTreeMap<ResourceTypeId, u64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    grants_by_resource_type: &'a BTreeMap<ResourceTypeId, u64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    entitlements_by_resource_type: &'a BTreeMap<ResourceTypeId, u64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The stats column: every type of the run is among the resources, even without any.
pub(crate) fn stats(types: &[ResourceTypeId], rows: &RowCounts) -> Result<String> {
    let mut resources = rows.resources.clone();
    for kind in types {
        resources.entry(kind.clone()).or_default();
    }
    let stats = Stats {
        resource_types: types.len(),
        resources: rows.total(Phase::Resources),
        entitlements: rows.total(Phase::Entitlements),
        grants: rows.total(Phase::Grants),
        resources_by_resource_type: &resources,
        grants_by_resource_type: &rows.grants,
        entitlements_by_resource_type: &rows.entitlements,
    };
    serde_json::to_string(&stats).map_err(|e| fault::bug("counts cannot be written").caused_by(e))
}
