//! `c1.c1z.v3`: what the container of a version 3 sync file states about its content.

use prost::Message;
use prost_types::Timestamp;

use crate::c1::storage::v3::SyncStatsRecord;

/// A digest over all grants of the file.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct GrantDigestRoot {
    /// The content hashes of all grants, combined by exclusive or; eight bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub xor_digest: Vec<u8>,
    /// How many grants there are.
    #[prost(int64, tag = "2")]
    pub count: i64,
    /// How the digest is computed; 1 is the only way so far.
    #[prost(uint32, tag = "3")]
    pub abi_version: u32,
}

/// What a container states about the sync inside.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct SyncRunSummary {
    /// The sync.
    #[prost(string, tag = "1")]
    pub sync_id: String,
    /// Its type, see [`sync_type_name`](super::super::storage::v3::sync_type_name).
    #[prost(int32, tag = "2")]
    pub sync_type: i32,
    /// When it started.
    #[prost(message, optional, tag = "3")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[prost(message, optional, tag = "4")]
    pub ended_at: Option<Timestamp>,
    /// The sync it builds on.
    #[prost(string, tag = "5")]
    pub parent_sync_id: String,
    /// Its counts.
    #[prost(message, optional, tag = "6")]
    pub stats: Option<SyncStatsRecord>,
}
