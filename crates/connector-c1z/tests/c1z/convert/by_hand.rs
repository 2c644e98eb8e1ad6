//! Rows made by hand, and files of version 1 with them.

use std::path::Path;

use connector_c1z::{Export, GrantRow, V1File, wire};
use connector_pebble::records::{AssetRecord, SyncRunRecord};
use prost_types::Timestamp;

pub(super) fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp {
        seconds: 1_800_000_000 + seconds,
        nanos: 120_000_000,
    })
}

pub(super) fn run() -> SyncRunRecord {
    SyncRunRecord {
        sync_id: "2Z6wF8bSgGqO0rrCqB3xJ5aA1bC".to_owned(),
        sync_type: 1,
        started_at: at(0),
        ended_at: at(9),
        supports_diff: true,
        ..SyncRunRecord::default()
    }
}

pub(super) fn id(kind: &str, id: &str) -> wire::ResourceId {
    wire::ResourceId {
        resource_type: kind.to_owned(),
        resource: id.to_owned(),
    }
}

pub(super) fn stub(kind: &str, of: &str) -> wire::Resource {
    wire::Resource {
        id: Some(id(kind, of)),
        ..wire::Resource::default()
    }
}

/// Rows of one sync.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub(super) types: Vec<wire::ResourceType>,
    pub(super) resources: Vec<wire::Resource>,
    pub(super) entitlements: Vec<wire::Entitlement>,
    pub(super) grants: Vec<GrantRow>,
    pub(super) assets: Vec<AssetRecord>,
}

impl Rows {
    pub(super) fn write(&self, path: &Path) -> Vec<(String, u64)> {
        let mut file = V1File::new(&run().sync_id, None).unwrap();
        for row in &self.types {
            file.resource_type(row, at(1)).unwrap();
        }
        for row in &self.resources {
            file.resource(row, at(2)).unwrap();
        }
        for row in &self.entitlements {
            file.entitlement(row, at(3)).unwrap();
        }
        for row in &self.grants {
            file.grant(row, at(4)).unwrap();
        }
        for row in &self.assets {
            file.asset(row).unwrap();
        }
        let exported = Box::new(file).finish(&run(), path).unwrap();
        let warnings = exported.warnings.into_iter();
        warnings
            .map(|warning| (warning.to_string(), warning.count))
            .collect()
    }
}
