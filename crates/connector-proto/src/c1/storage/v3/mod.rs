//! `c1.storage.v3`: the records in the store inside a version 3 sync file.
//!
//! Field numbers are public contract of the Baton ecosystem (Go SDK 0.25.0, 2026-11). Unknown fields are skipped,
//! so files of newer and older writers can be read. Ids that are absent are empty texts.

use std::collections::BTreeMap;

use prost::Message;
use prost_types::{Any, Struct, Timestamp};

mod sync;

pub use sync::{CallStat, SyncRunRecord, SyncStatsRecord, sync_type_name, sync_type_number};

/// A kind of resource.
#[derive(Clone, PartialEq, Message)]
pub struct ResourceTypeRecord {
    /// Its id, such as `user`.
    #[prost(string, tag = "2")]
    pub external_id: String,
    /// Name for people.
    #[prost(string, tag = "3")]
    pub display_name: String,
    /// Names of its traits, such as `USER` or `GROUP`.
    #[prost(string, repeated, tag = "4")]
    pub traits: Vec<String>,
    /// How a sync treats the type.
    #[prost(message, repeated, tag = "5")]
    pub annotations: Vec<Any>,
    /// When it was found.
    #[prost(message, optional, tag = "6")]
    pub discovered_at: Option<Timestamp>,
    /// Free text.
    #[prost(string, tag = "7")]
    pub description: String,
    /// Whether another system is its source.
    #[prost(bool, tag = "8")]
    pub sourced_externally: bool,
}

/// A reference to a resource.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct ResourceRef {
    /// Its type.
    #[prost(string, tag = "1")]
    pub resource_type_id: String,
    /// The vendor's id.
    #[prost(string, tag = "2")]
    pub resource_id: String,
}

/// A state: 0 unspecified, 1 enabled, 2 disabled, 3 deleted.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct StatusRecord {
    /// The number of the state.
    #[prost(int32, tag = "1")]
    pub status: i32,
    /// The vendor's word.
    #[prost(string, tag = "2")]
    pub details: String,
}

/// A person, group or other thing.
#[derive(Clone, PartialEq, Message)]
pub struct ResourceRecord {
    /// Its type.
    #[prost(string, tag = "2")]
    pub resource_type_id: String,
    /// The vendor's id.
    #[prost(string, tag = "3")]
    pub resource_id: String,
    /// Name for people.
    #[prost(string, tag = "4")]
    pub display_name: String,
    /// Free text.
    #[prost(string, tag = "5")]
    pub description: String,
    /// The resource it hangs under.
    #[prost(message, optional, tag = "6")]
    pub parent: Option<ResourceRef>,
    /// Trait data and other annotations.
    #[prost(message, repeated, tag = "7")]
    pub annotations: Vec<Any>,
    /// When it was found.
    #[prost(message, optional, tag = "8")]
    pub discovered_at: Option<Timestamp>,
    /// Facts by name.
    #[prost(message, optional, tag = "9")]
    pub profile: Option<Struct>,
    /// Normalised state.
    #[prost(message, optional, tag = "10")]
    pub status: Option<StatusRecord>,
    /// When the vendor created it.
    #[prost(message, optional, tag = "11")]
    pub created_at: Option<Timestamp>,
    /// Which part of the vendor's data it was read with.
    #[prost(string, tag = "12")]
    pub source_scope_key: String,
    /// Its picture, an asset.
    #[prost(string, tag = "13")]
    pub icon_asset_external_id: String,
}

/// Something that can be held on a resource.
#[derive(Clone, PartialEq, Message)]
pub struct EntitlementRecord {
    /// Its id, usually `<type>:<id>:<slug>`.
    #[prost(string, tag = "2")]
    pub external_id: String,
    /// The resource it exists on.
    #[prost(message, optional, tag = "3")]
    pub resource: Option<ResourceRef>,
    /// Name for people.
    #[prost(string, tag = "4")]
    pub display_name: String,
    /// Free text.
    #[prost(string, tag = "5")]
    pub description: String,
    /// `ASSIGNMENT`, `PERMISSION`, `OWNERSHIP` or empty.
    #[prost(string, tag = "6")]
    pub purpose: String,
    /// Annotations.
    #[prost(message, repeated, tag = "7")]
    pub annotations: Vec<Any>,
    /// When it was found.
    #[prost(message, optional, tag = "8")]
    pub discovered_at: Option<Timestamp>,
    /// Short name.
    #[prost(string, tag = "9")]
    pub slug: String,
    /// Types whose resources may hold it.
    #[prost(string, repeated, tag = "10")]
    pub grantable_to_resource_type_ids: Vec<String>,
    /// Which part of the vendor's data it was read with.
    #[prost(string, tag = "11")]
    pub source_scope_key: String,
}

/// A reference to an entitlement.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct EntitlementRef {
    /// The type of its resource.
    #[prost(string, tag = "1")]
    pub resource_type_id: String,
    /// The vendor's id of its resource.
    #[prost(string, tag = "2")]
    pub resource_id: String,
    /// Its own id.
    #[prost(string, tag = "3")]
    pub entitlement_id: String,
}

/// A reference to a holder.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct PrincipalRef {
    /// Its type.
    #[prost(string, tag = "1")]
    pub resource_type_id: String,
    /// The vendor's id.
    #[prost(string, tag = "2")]
    pub resource_id: String,
    /// The type of the resource it hangs under.
    #[prost(string, tag = "3")]
    pub parent_resource_type_id: String,
    /// The vendor's id of the resource it hangs under.
    #[prost(string, tag = "4")]
    pub parent_resource_id: String,
}

/// Holders of the listed entitlements also hold the grant's entitlement.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct GrantExpandableRecord {
    /// The source entitlements.
    #[prost(string, repeated, tag = "1")]
    pub entitlement_ids: Vec<String>,
    /// Only direct holders of a source count.
    #[prost(bool, tag = "2")]
    pub shallow: bool,
    /// Principal types that count; empty for all.
    #[prost(string, repeated, tag = "3")]
    pub resource_type_ids: Vec<String>,
}

/// One source of a derived grant.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct GrantSourceRecord {
    /// The type of the source entitlement's resource.
    #[prost(string, tag = "1")]
    pub resource_type_id: String,
    /// The vendor's id of the source entitlement's resource.
    #[prost(string, tag = "2")]
    pub resource_id: String,
    /// The source entitlement.
    #[prost(string, tag = "3")]
    pub entitlement_id: String,
    /// Whether the source itself was direct.
    #[prost(bool, tag = "4")]
    pub is_direct: bool,
}

/// A principal holds an entitlement.
#[derive(Clone, PartialEq, Message)]
pub struct GrantRecord {
    /// Its id; empty when it is the usual one, see [`GrantRecord::id`].
    #[prost(string, tag = "2")]
    pub external_id: String,
    /// What is held.
    #[prost(message, optional, tag = "3")]
    pub entitlement: Option<EntitlementRef>,
    /// Who holds it.
    #[prost(message, optional, tag = "4")]
    pub principal: Option<PrincipalRef>,
    /// When it was found.
    #[prost(message, optional, tag = "5")]
    pub discovered_at: Option<Timestamp>,
    /// Who else holds the entitlement because of this grant.
    #[prost(message, optional, tag = "6")]
    pub expansion: Option<GrantExpandableRecord>,
    /// Whether grants were still to be derived from it.
    #[prost(bool, tag = "7")]
    pub needs_expansion: bool,
    /// Annotations other than the expansion.
    #[prost(message, repeated, tag = "8")]
    pub annotations: Vec<Any>,
    /// Where it comes from, when it was derived, by entitlement id.
    #[prost(btree_map = "string, message", tag = "9")]
    pub sources: BTreeMap<String, GrantSourceRecord>,
    /// Which part of the vendor's data it was read with.
    #[prost(string, tag = "10")]
    pub source_scope_key: String,
}

impl GrantRecord {
    /// Its id: its own, or `<entitlement id>:<principal type>:<principal id>`.
    pub fn id(&self) -> String {
        if !self.external_id.is_empty() {
            return self.external_id.clone();
        }
        let entitlement = self.entitlement.as_ref().map_or("", |e| &e.entitlement_id);
        let (kind, id) = (self.principal.as_ref()).map_or(("", ""), |p| {
            (p.resource_type_id.as_str(), p.resource_id.as_str())
        });
        format!("{entitlement}:{kind}:{id}")
    }
}

/// A picture or another attachment.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct AssetRecord {
    /// The sync it belongs to.
    #[prost(string, tag = "1")]
    pub sync_id: String,
    /// Its id.
    #[prost(string, tag = "2")]
    pub external_id: String,
    /// Its media type.
    #[prost(string, tag = "3")]
    pub content_type: String,
    /// Its bytes.
    #[prost(bytes = "vec", tag = "4")]
    pub data: Vec<u8>,
    /// When it was found.
    #[prost(message, optional, tag = "5")]
    pub discovered_at: Option<Timestamp>,
}

/// A value that a connector kept during a sync.
#[derive(Clone, PartialEq, Eq, Hash, Message)]
pub struct SessionRecord {
    /// The sync it belongs to.
    #[prost(string, tag = "1")]
    pub sync_id: String,
    /// Its name.
    #[prost(string, tag = "2")]
    pub key: String,
    /// Its bytes.
    #[prost(bytes = "vec", tag = "3")]
    pub value: Vec<u8>,
}
