//! Resource types, resources and the trait data they carry as annotations.

use connector_core::model::{self, EntitlementListing};
use prost::Message as _;
use prost::bytes::Buf as _;
use prost::encoding::{WireType, decode_key, decode_varint};
use prost_types::value::Kind;
use prost_types::{Any, Struct, Timestamp};

use super::{
    AccountType, CapabilityPermissions, SkipEntitlements, SkipEntitlementsAndGrants, StatusKind,
    Trait,
};
use crate::{holds, pack, pick};

/// A kind of resource.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceType {
    /// Its id, such as `user`.
    #[prost(string, tag = "1")]
    pub id: String,
    /// Name for people.
    #[prost(string, tag = "2")]
    pub display_name: String,
    /// What resources of the type are.
    #[prost(enumeration = "Trait", repeated, tag = "3")]
    pub traits: Vec<i32>,
    /// How a sync treats the type.
    #[prost(message, repeated, tag = "4")]
    pub annotations: Vec<Any>,
    /// Free text.
    #[prost(string, tag = "5")]
    pub description: String,
    /// Whether another system is its source.
    #[prost(bool, tag = "6")]
    pub sourced_externally: bool,
}

/// A resource's type and vendor id.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct ResourceId {
    /// The type's id.
    #[prost(string, tag = "1")]
    pub resource_type: String,
    /// The vendor's id.
    #[prost(string, tag = "2")]
    pub resource: String,
}

/// A person, group or other thing.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Resource {
    /// Its type and vendor id.
    #[prost(message, optional, tag = "1")]
    pub id: Option<ResourceId>,
    /// The resource it hangs under.
    #[prost(message, optional, tag = "2")]
    pub parent_resource_id: Option<ResourceId>,
    /// Name for people.
    #[prost(string, tag = "3")]
    pub display_name: String,
    /// Trait data and other annotations.
    #[prost(message, repeated, tag = "4")]
    pub annotations: Vec<Any>,
    /// Free text.
    #[prost(string, tag = "5")]
    pub description: String,
    /// Facts by name.
    #[prost(message, optional, tag = "9")]
    pub profile: Option<Struct>,
    /// Its picture, an asset.
    #[prost(message, optional, tag = "10")]
    pub icon: Option<AssetRef>,
    /// Normalised state.
    #[prost(message, optional, tag = "11")]
    pub status: Option<Status>,
    /// When the vendor created it.
    #[prost(message, optional, tag = "12")]
    pub created_at: Option<Timestamp>,
}

/// A reference to a picture or another attachment.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct AssetRef {
    /// Its id.
    #[prost(string, tag = "1")]
    pub id: String,
}

/// The state of a resource; the status of a user trait has the same shape.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Status {
    /// The state.
    #[prost(enumeration = "StatusKind", tag = "1")]
    pub status: i32,
    /// The vendor's word.
    #[prost(string, tag = "2")]
    pub details: String,
}

/// Trait data of users.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UserTrait {
    /// Addresses.
    #[prost(message, repeated, tag = "1")]
    pub emails: Vec<Email>,
    /// StatusKind; older than the resource's own field.
    #[prost(message, optional, tag = "2")]
    pub status: Option<Status>,
    /// Facts; older than the resource's own field.
    #[prost(message, optional, tag = "3")]
    pub profile: Option<Struct>,
    /// Whose account it is.
    #[prost(enumeration = "AccountType", tag = "5")]
    pub account_type: i32,
    /// Login name.
    #[prost(string, tag = "6")]
    pub login: String,
    /// Further login names.
    #[prost(string, repeated, tag = "7")]
    pub login_aliases: Vec<String>,
    /// When the vendor created it; older than the resource's own field.
    #[prost(message, optional, tag = "8")]
    pub created_at: Option<Timestamp>,
    /// Last login.
    #[prost(message, optional, tag = "9")]
    pub last_login: Option<Timestamp>,
    /// Whether a second factor is asked for.
    #[prost(message, optional, tag = "10")]
    pub mfa_status: Option<MfaStatus>,
    /// Whether the login goes through single sign-on.
    #[prost(message, optional, tag = "11")]
    pub sso_status: Option<SsoStatus>,
    /// The name in parts.
    #[prost(message, optional, tag = "12")]
    pub structured_name: Option<StructuredName>,
    /// The company's employee numbers.
    #[prost(string, repeated, tag = "13")]
    pub employee_ids: Vec<String>,
}

/// An e-mail address.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Email {
    /// The address.
    #[prost(string, tag = "1")]
    pub address: String,
    /// Whether it is the main one.
    #[prost(bool, tag = "2")]
    pub is_primary: bool,
}

/// Whether a second factor is asked for at login.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct MfaStatus {
    /// Whether it is.
    #[prost(bool, tag = "1")]
    pub mfa_enabled: bool,
}

/// Whether the login goes through single sign-on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct SsoStatus {
    /// Whether it does.
    #[prost(bool, tag = "1")]
    pub sso_enabled: bool,
}

/// A person's name in parts.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct StructuredName {
    /// Given name.
    #[prost(string, tag = "1")]
    pub given_name: String,
    /// Family name.
    #[prost(string, tag = "2")]
    pub family_name: String,
}

/// Trait data of groups.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GroupTrait {
    /// Facts; older than the resource's own field.
    #[prost(message, optional, tag = "2")]
    pub profile: Option<Struct>,
}

/// Trait data of roles.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RoleTrait {
    /// Facts; older than the resource's own field.
    #[prost(message, optional, tag = "1")]
    pub profile: Option<Struct>,
}

/// Trait data of applications.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AppTrait {
    /// Facts; older than the resource's own field.
    #[prost(message, optional, tag = "4")]
    pub profile: Option<Struct>,
}

impl From<&model::ResourceType> for ResourceType {
    fn from(resource_type: &model::ResourceType) -> Self {
        let mut annotations = Vec::new();
        if resource_type.skips_entitlements_and_grants() {
            annotations.push(pack(&SkipEntitlementsAndGrants {}));
        } else if resource_type.entitlements == EntitlementListing::None {
            annotations.push(pack(&SkipEntitlements {}));
        }
        let permissions = CapabilityPermissions::from(resource_type.permissions.as_slice());
        if !permissions.permissions.is_empty() {
            annotations.push(pack(&permissions));
        }
        Self {
            id: resource_type.id.as_str().to_owned(),
            display_name: resource_type.display_name.to_owned(),
            traits: resource_type
                .kind
                .map(|kind| Trait::from(kind).into())
                .into_iter()
                .collect(),
            annotations,
            description: String::new(),
            sourced_externally: false,
        }
    }
}

impl Resource {
    /// `<type>:<id>`, as other rows refer to it; empty parts when the message has no id.
    pub fn external_id(&self) -> String {
        match &self.id {
            Some(id) => [&id.resource_type, ":", &id.resource].concat(),
            None => ":".to_owned(),
        }
    }

    /// The user trait, when there is a readable one.
    pub fn user_trait(&self) -> Option<UserTrait> {
        pick(&self.annotations).ok().flatten()
    }

    /// The user trait, when there is a readable one, without its profile when that is the resource's own, and whether that
    /// was so. Connectors write a profile in both places, and decoding one takes longer than comparing it.
    pub fn user_trait_apart(&self) -> Option<(UserTrait, bool)> {
        let any = self
            .annotations
            .iter()
            .find(|any| holds::<UserTrait>(any))?;
        let whole = any.value.as_slice();
        let own = self.profile.as_ref();
        let decoded = match own.and_then(|own| without_profile(whole, own)) {
            Some((before, after)) => UserTrait::decode(before.chain(after)).map(|it| (it, true)),
            None => UserTrait::decode(whole).map(|it| (it, false)),
        };
        decoded.ok()
    }

    /// The text of a fact: the resource's own profile first, then that of its trait.
    pub fn profile_text(&self, key: &str) -> Option<String> {
        let own = self.profile.clone();
        let profile = own.or_else(|| self.trait_profile())?;
        match profile.fields.get(key)?.kind.as_ref()? {
            Kind::StringValue(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The number of the [`StatusKind`]: the resource's own first, then that of its user trait.
    pub fn status_number(&self) -> Option<i32> {
        let own = self.status.clone();
        own.or_else(|| self.user_trait()?.status)
            .map(|status| status.status)
    }

    /// The profile of its user, group, role or app trait.
    pub fn trait_profile(&self) -> Option<Struct> {
        let of = &self.annotations;
        let user = || pick::<UserTrait>(of).ok().flatten()?.profile;
        let group = || pick::<GroupTrait>(of).ok().flatten()?.profile;
        let role = || pick::<RoleTrait>(of).ok().flatten()?.profile;
        let app = || pick::<AppTrait>(of).ok().flatten()?.profile;
        user().or_else(group).or_else(role).or_else(app)
    }
}

/// What stands before and after the profile in a user trait; `None` when the profile is not there once, or another one.
fn without_profile<'a>(whole: &'a [u8], own: &Struct) -> Option<(&'a [u8], &'a [u8])> {
    const PROFILE: u32 = 3;
    let mut rest = whole;
    let mut found = None;
    while !rest.is_empty() {
        let start = whole.len() - rest.len();
        let (number, kind) = decode_key(&mut rest).ok()?;
        let len = match kind {
            WireType::Varint => decode_varint(&mut rest).map(|_| 0).ok()?,
            WireType::LengthDelimited => usize::try_from(decode_varint(&mut rest).ok()?).ok()?,
            WireType::SixtyFourBit => 8,
            WireType::ThirtyTwoBit => 4,
            WireType::StartGroup | WireType::EndGroup => return None,
        };
        let content = rest.split_off(..len)?;
        if number == PROFILE && found.replace((start, content, rest)).is_some() {
            return None;
        }
    }
    let (start, content, after) = found?;
    let is_own = own.encoded_len() == content.len() && own.encode_to_vec() == content;
    is_own.then(|| (whole.get(..start).unwrap_or_default(), after))
}

#[cfg(test)]
mod tests;
