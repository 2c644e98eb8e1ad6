//! What a file records about its sync: the run and its counts.

use std::collections::BTreeMap;

use prost::Message;
use prost_types::Timestamp;

/// The sync run whose rows the file holds.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct SyncRunRecord {
    /// Its id.
    #[prost(string, tag = "1")]
    pub sync_id: String,
    /// Its type, see [`sync_type_name`].
    #[prost(int32, tag = "2")]
    pub sync_type: i32,
    /// The sync it builds on.
    #[prost(string, tag = "3")]
    pub parent_sync_id: String,
    /// When it started.
    #[prost(message, optional, tag = "4")]
    pub started_at: Option<Timestamp>,
    /// When it ended; absent while it is unfinished.
    #[prost(message, optional, tag = "5")]
    pub ended_at: Option<Timestamp>,
    /// What the writer needs to go on, or what it leaves behind.
    #[prost(string, tag = "6")]
    pub sync_token: String,
    /// Whether it can be compared with another one.
    #[prost(bool, tag = "7")]
    pub supports_diff: bool,
    /// The other sync of a pair of changes and deletions.
    #[prost(string, tag = "8")]
    pub linked_sync_id: String,
    /// Whether it was made out of several syncs.
    #[prost(bool, tag = "9")]
    pub compacted: bool,
    /// The generation of the checks that ran over its rows.
    #[prost(string, tag = "10")]
    pub ingest_invariant_generation: String,
    /// The checks that ran over its rows.
    #[prost(string, repeated, tag = "11")]
    pub ingest_invariant_coverage: Vec<String>,
    /// Who ran them.
    #[prost(string, tag = "12")]
    pub ingest_invariant_mode: String,
}

/// The word for a type of sync, as version 1 files have it; `unspecified` for a number that is not known.
pub const fn sync_type_name(number: i32) -> &'static str {
    match number {
        1 => "full",
        2 => "partial",
        3 => "resources_only",
        4 => "partial_upserts",
        5 => "partial_deletions",
        _ => "unspecified",
    }
}

/// The number of a type of sync, by its word in version 1 files; 0 for a word that is not known.
pub fn sync_type_number(name: &str) -> i32 {
    let known = (1..=5).find(|number| sync_type_name(*number) == name);
    known.unwrap_or_default()
}

/// How often something was called and how long it took.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Message)]
pub struct CallStat {
    /// How often.
    #[prost(int64, tag = "1")]
    pub count: i64,
    /// All calls together, in milliseconds.
    #[prost(int64, tag = "2")]
    pub total_ms: i64,
    /// The longest, in milliseconds.
    #[prost(int64, tag = "3")]
    pub max_ms: i64,
    /// How many failed.
    #[prost(int64, tag = "4")]
    pub errors: i64,
    /// How many took too long.
    #[prost(int64, tag = "5")]
    pub timeouts: i64,
}

/// Counts and timings of a sync.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct SyncStatsRecord {
    /// The sync.
    #[prost(string, tag = "1")]
    pub sync_id: String,
    /// How many resource types.
    #[prost(int64, tag = "2")]
    pub resource_types: i64,
    /// How many resources.
    #[prost(int64, tag = "3")]
    pub resources: i64,
    /// How many entitlements.
    #[prost(int64, tag = "4")]
    pub entitlements: i64,
    /// How many grants.
    #[prost(int64, tag = "5")]
    pub grants: i64,
    /// How many assets.
    #[prost(int64, tag = "6")]
    pub assets: i64,
    /// Resources by type.
    #[prost(btree_map = "string, int64", tag = "7")]
    pub resources_by_resource_type: BTreeMap<String, i64>,
    /// Grants by the type of their entitlement's resource.
    #[prost(btree_map = "string, int64", tag = "8")]
    pub grants_by_entitlement_resource_type: BTreeMap<String, i64>,
    /// Entitlements by the type of their resource.
    #[prost(btree_map = "string, int64", tag = "9")]
    pub entitlements_by_resource_type: BTreeMap<String, i64>,
    /// How long each step took, in milliseconds.
    #[prost(btree_map = "string, int64", tag = "10")]
    pub step_durations_ms: BTreeMap<String, i64>,
    /// Calls to the connector by name.
    #[prost(btree_map = "string, message", tag = "11")]
    pub connector_call_stats: BTreeMap<String, CallStat>,
    /// Calls to the session store by name.
    #[prost(btree_map = "string, message", tag = "12")]
    pub session_store_stats: BTreeMap<String, CallStat>,
    /// When the counts were written.
    #[prost(message, optional, tag = "100")]
    pub written_at: Option<Timestamp>,
}
