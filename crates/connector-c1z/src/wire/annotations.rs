//! Annotations that say how a sync treats a type, a resource or a grant.

use super::named;

/// Nothing is asked about entitlements and grants.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct SkipEntitlementsAndGrants {}

/// Nothing is asked about entitlements.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct SkipEntitlements {}

/// Nothing is asked about grants.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct SkipGrants {}

/// Resources of another type are listed under this resource.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct ChildResourceType {
    /// The other type.
    #[prost(string, tag = "1")]
    pub resource_type_id: String,
}

/// Holders of the listed entitlements also hold the grant's entitlement.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GrantExpandable {
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

/// Vendor permissions that reading a type needs.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct CapabilityPermissions {
    /// The permissions.
    #[prost(message, repeated, tag = "1")]
    pub permissions: Vec<CapabilityPermission>,
}

/// One vendor permission.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct CapabilityPermission {
    /// The vendor's name of it.
    #[prost(string, tag = "1")]
    pub permission: String,
}

named!(
    SkipEntitlementsAndGrants,
    SkipEntitlements,
    SkipGrants,
    ChildResourceType,
    GrantExpandable,
    CapabilityPermissions,
);
