//! `google.rpc.Status` and the messages inside `google.protobuf.Any`.

use std::collections::HashMap;

use prost::Message;
use prost_types::Any;

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Status {
    /// The gRPC code.
    #[prost(int32, tag = "1")]
    pub code: i32,
    /// One sentence for people.
    #[prost(string, tag = "2")]
    pub message: String,
    /// Details for programs.
    #[prost(message, repeated, tag = "3")]
    pub details: Vec<Any>,
}

/// `google.rpc.ErrorInfo`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ErrorInfo {
    /// Why, in capitals.
    #[prost(string, tag = "1")]
    pub reason: String,
    /// Who defines the reason.
    #[prost(string, tag = "2")]
    pub domain: String,
    /// More facts.
    #[prost(map = "string, string", tag = "3")]
    pub metadata: HashMap<String, String>,
}

/// Full names of messages that are packed into an `Any`.
pub mod name {
    /// [`ErrorInfo`](super::ErrorInfo).
    pub const ERROR_INFO: &str = "google.rpc.ErrorInfo";
    /// The answer to a task that lists actions; empty here.
    pub const LIST_ACTION_SCHEMAS: &str = "c1.connector.v2.ListActionSchemasResponse";
    /// The answer to a task that lists event feeds; empty here.
    pub const LIST_EVENT_FEEDS: &str = "c1.connector.v2.ListEventFeedsResponse";
    /// [`RateLimitDescription`](super::RateLimitDescription).
    pub const RATE_LIMIT: &str = "c1.connector.v2.RateLimitDescription";
    /// A type without entitlements and grants; an empty message.
    pub const SKIP_ENTITLEMENTS_AND_GRANTS: &str = "c1.connector.v2.SkipEntitlementsAndGrants";
    /// A type without entitlements; an empty message.
    pub const SKIP_ENTITLEMENTS: &str = "c1.connector.v2.SkipEntitlements";
    /// [`CapabilityPermissions`](crate::wire::connector::CapabilityPermissions).
    pub const CAPABILITY_PERMISSIONS: &str = "c1.connector.v2.CapabilityPermissions";
}

/// `c1.connector.v2.RateLimitDescription`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RateLimitDescription {
    /// 2: over the limit.
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
    pub reset_at: Option<prost_types::Timestamp>,
}

impl RateLimitDescription {
    /// The value of [`Self::status`] when the limit is exceeded.
    pub const OVER_LIMIT: i32 = 2;
}

/// Packs a message under its full name, with the address form that other programs of the ecosystem write.
pub fn pack(name: &str, message: &impl Message) -> Any {
    Any {
        type_url: format!("type.googleapis.com/{name}"),
        value: message.encode_to_vec(),
    }
}

/// Whether `any` holds the message of this full name, whatever address precedes it.
pub fn holds(any: &Any, name: &str) -> bool {
    any.type_url.rsplit('/').next() == Some(name)
}
