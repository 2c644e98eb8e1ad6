//! `ConnectorMetadata`: what a connector reports about itself in `Hello`.

use prost_types::Any;

use super::{CapabilityPermissions, ResourceType};

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
