//! Entitlements and grants.

use std::collections::BTreeMap;

use prost::DecodeError;
use prost_types::Any;

use super::{GrantExpandable, Purpose, Resource, ResourceType};
use crate::pick;

/// Something that can be held on a resource.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Entitlement {
    /// The resource it exists on, at least its id.
    #[prost(message, optional, tag = "1")]
    pub resource: Option<Resource>,
    /// Its id, `<type>:<id>:<slug>`.
    #[prost(string, tag = "2")]
    pub id: String,
    /// Name for people.
    #[prost(string, tag = "3")]
    pub display_name: String,
    /// Free text.
    #[prost(string, tag = "4")]
    pub description: String,
    /// Types whose resources may hold it.
    #[prost(message, repeated, tag = "5")]
    pub grantable_to: Vec<ResourceType>,
    /// Annotations.
    #[prost(message, repeated, tag = "6")]
    pub annotations: Vec<Any>,
    /// What holding it means.
    #[prost(enumeration = "Purpose", tag = "7")]
    pub purpose: i32,
    /// Short name.
    #[prost(string, tag = "8")]
    pub slug: String,
}

/// A principal holds an entitlement.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Grant {
    /// What is held, at least its id and resource.
    #[prost(message, optional, tag = "1")]
    pub entitlement: Option<Entitlement>,
    /// Who holds it, at least its id.
    #[prost(message, optional, tag = "2")]
    pub principal: Option<Resource>,
    /// Its id, `<entitlement id>:<principal type>:<principal id>`.
    #[prost(string, tag = "3")]
    pub id: String,
    /// Annotations.
    #[prost(message, repeated, tag = "4")]
    pub annotations: Vec<Any>,
    /// Where it comes from, when it was derived.
    #[prost(message, optional, tag = "5")]
    pub sources: Option<GrantSources>,
}

impl Grant {
    /// How the grant is to be expanded, when its annotations say so.
    ///
    /// # Errors
    /// When the annotation cannot be decoded.
    pub fn expandable(&self) -> Result<Option<GrantExpandable>, DecodeError> {
        pick(&self.annotations)
    }
}

/// The entitlements a derived grant comes from.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct GrantSources {
    /// Sources by entitlement id.
    #[prost(btree_map = "string, message", tag = "1")]
    pub sources: BTreeMap<String, GrantSource>,
}

/// One source of a derived grant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct GrantSource {
    /// Whether the source itself was direct.
    #[prost(bool, tag = "1")]
    pub is_direct: bool,
}
