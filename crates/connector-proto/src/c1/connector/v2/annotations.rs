//! Messages that travel inside a `google.protobuf.Any`: annotations of resource types, and details of errors and
//! results.

use prost_types::Timestamp;

/// A sync lists neither entitlements nor grants of the type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct SkipEntitlementsAndGrants {}

/// A sync lists no entitlements of the type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct SkipEntitlements {}

/// Vendor permissions that reading a type needs.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct CapabilityPermissions {
    /// The permissions.
    #[prost(message, repeated, tag = "1")]
    pub permissions: Vec<CapabilityPermission>,
}

impl From<&[&str]> for CapabilityPermissions {
    fn from(names: &[&str]) -> Self {
        let permissions = names.iter().map(|&name| CapabilityPermission {
            permission: name.to_owned(),
        });
        Self {
            permissions: permissions.collect(),
        }
    }
}

/// One vendor permission.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct CapabilityPermission {
    /// The vendor's name of it.
    #[prost(string, tag = "1")]
    pub permission: String,
}

/// The result of a task that lists actions; a connector that only reads has none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct ListActionSchemasResponse {}

/// The result of a task that lists event feeds; a connector that only reads has none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct ListEventFeedsResponse {}

/// The state of a vendor's rate limit, as a detail of an error.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RateLimitDescription {
    /// [`Self::OVER_LIMIT`] when the limit is exceeded.
    #[prost(int32, tag = "1")]
    pub status: i32,
    /// Requests in a period.
    #[prost(int64, tag = "2")]
    pub limit: i64,
    /// Requests left.
    #[prost(int64, tag = "3")]
    pub remaining: i64,
    /// When the period ends.
    #[prost(message, optional, tag = "4")]
    pub reset_at: Option<Timestamp>,
}

impl RateLimitDescription {
    /// The value of [`Self::status`] when the limit is exceeded.
    pub const OVER_LIMIT: i32 = 2;
}

/// Holders of the listed entitlements also hold the entitlement of the grant that carries this.
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
