//! `c1.connector.v2.ConnectorMetadata`: what a connector says about itself in `Hello`.

use prost_types::Any;

/// `CAPABILITY_SYNC`.
pub const CAPABILITY_SYNC: i32 = 2;

/// `ConnectorMetadata`. Icons, profile and account creation are left out.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ConnectorMetadata {
    /// Name for people; must not be empty.
    #[prost(string, tag = "1")]
    pub display_name: String,
    /// An `https://` address, or empty.
    #[prost(string, tag = "2")]
    pub help_url: String,
    /// Extra messages.
    #[prost(message, repeated, tag = "6")]
    pub annotations: Vec<Any>,
    /// Free text.
    #[prost(string, tag = "7")]
    pub description: String,
    /// What it can do.
    #[prost(message, optional, tag = "8")]
    pub capabilities: Option<ConnectorCapabilities>,
}

/// `ConnectorCapabilities`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ConnectorCapabilities {
    /// By resource type, sorted by id.
    #[prost(message, repeated, tag = "1")]
    pub resource_type_capabilities: Vec<ResourceTypeCapability>,
    /// Sorted union of the types' capabilities.
    #[prost(int32, repeated, tag = "2")]
    pub connector_capabilities: Vec<i32>,
}

/// `ResourceTypeCapability`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceTypeCapability {
    /// The type.
    #[prost(message, optional, tag = "1")]
    pub resource_type: Option<ResourceType>,
    /// What can be done with it.
    #[prost(int32, repeated, tag = "2")]
    pub capabilities: Vec<i32>,
    /// What the credential needs; present even when empty.
    #[prost(message, optional, tag = "3")]
    pub permissions: Option<CapabilityPermissions>,
}

/// `CapabilityPermissions`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CapabilityPermissions {
    /// Names in the vendor's terms.
    #[prost(message, repeated, tag = "1")]
    pub permissions: Vec<CapabilityPermission>,
}

/// `CapabilityPermission`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CapabilityPermission {
    /// The name.
    #[prost(string, tag = "1")]
    pub permission: String,
}

/// `ResourceType`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceType {
    /// Such as `user`.
    #[prost(string, tag = "1")]
    pub id: String,
    /// Name for people.
    #[prost(string, tag = "2")]
    pub display_name: String,
    /// 1 user, 2 group, 3 role, 4 app.
    #[prost(int32, repeated, tag = "3")]
    pub traits: Vec<i32>,
    /// How a sync treats the type.
    #[prost(message, repeated, tag = "4")]
    pub annotations: Vec<Any>,
    /// Free text.
    #[prost(string, tag = "5")]
    pub description: String,
}

/// `ResourceId`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceId {
    /// The type's id.
    #[prost(string, tag = "1")]
    pub resource_type: String,
    /// The vendor's id.
    #[prost(string, tag = "2")]
    pub resource: String,
}

/// `Resource`, as a targeted sync names it: other fields are skipped.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Resource {
    /// What it is.
    #[prost(message, optional, tag = "1")]
    pub id: Option<ResourceId>,
    /// What it hangs under.
    #[prost(message, optional, tag = "2")]
    pub parent_resource_id: Option<ResourceId>,
    /// Name for people.
    #[prost(string, tag = "3")]
    pub display_name: String,
}
