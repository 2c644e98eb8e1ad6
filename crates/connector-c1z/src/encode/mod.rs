//! Turns the model into the protobuf blobs of a file's rows.
//!
//! The bytes are deterministic: fields in number order, profile keys in name order, at most one annotation of a
//! type. Values that the format keeps twice (profile, state and creation time, once in the trait and once on the
//! resource) are encoded once and copied. Buffers are reused from row to row.

pub(crate) mod field;
mod profile;

use connector_core::id::ResourceId;
use connector_core::model::{
    Entitlement, Grant, Resource, ResourceType, Status, TraitData, UserTrait,
};
use jiff::Timestamp;

use crate::wire;

/// Encodes rows, one after the other, each behind what is in a buffer.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    trait_data: Vec<u8>,
    profile: Vec<u8>,
    status: Vec<u8>,
    created_at: Vec<u8>,
}

impl Encoder {
    /// Appends the blob of a resource.
    pub(crate) fn resource(&mut self, resource: &Resource, out: &mut Vec<u8>) {
        self.encode_shared_parts(resource);
        self.encode_trait(resource);
        message_of_id(out, 1, &resource.id);
        if let Some(parent) = &resource.parent {
            message_of_id(out, 2, parent);
        }
        field::text(out, 3, &resource.display_name);
        if let Some(url) = trait_url(&resource.trait_data) {
            any(out, 4, url, &self.trait_data);
        }
        field::text(out, 5, resource.description.as_deref().unwrap_or_default());
        if !self.profile.is_empty() {
            field::bytes(out, 9, &self.profile);
        }
        if resource.status.is_some() {
            field::bytes(out, 11, &self.status);
        }
        if resource.created_at.is_some() {
            field::bytes(out, 12, &self.created_at);
        }
    }

    /// Encodes what goes both into the trait and onto the resource.
    fn encode_shared_parts(&mut self, resource: &Resource) {
        self.profile.clear();
        profile::encode(&mut self.profile, &resource.profile);
        self.status.clear();
        if let Some(status) = &resource.status {
            encode_status(&mut self.status, status);
        }
        self.created_at.clear();
        if let Some(at) = resource.created_at {
            encode_timestamp(&mut self.created_at, at);
        }
    }

    fn encode_trait(&mut self, resource: &Resource) {
        self.trait_data.clear();
        let profile_field = match &resource.trait_data {
            TraitData::None => return,
            TraitData::User(user) => return self.encode_user(resource, user),
            TraitData::Group => 2,
            TraitData::Role => 1,
            TraitData::App => 4,
        };
        if !self.profile.is_empty() {
            field::bytes(&mut self.trait_data, profile_field, &self.profile);
        }
    }

    fn encode_user(&mut self, resource: &Resource, user: &UserTrait) {
        let out = &mut self.trait_data;
        if let Some(email) = user.email.as_deref().filter(|e| !e.is_empty()) {
            field::head(out, 1, field::len_of(1, email.len()) + 2);
            field::text(out, 1, email);
            field::number(out, 2, 1);
        }
        if resource.status.is_some() {
            field::bytes(out, 2, &self.status);
        }
        if !self.profile.is_empty() {
            field::bytes(out, 3, &self.profile);
        }
        field::number(out, 5, wire::AccountType::from(user.account_type) as u64);
        field::text(out, 6, user.login.as_deref().unwrap_or_default());
        if resource.created_at.is_some() {
            field::bytes(out, 8, &self.created_at);
        }
        let given = user.given_name.as_deref().unwrap_or_default();
        let family = user.family_name.as_deref().unwrap_or_default();
        let name_len = field::len_of_text(1, given) + field::len_of_text(2, family);
        if name_len > 0 {
            field::head(out, 12, name_len);
            field::text(out, 1, given);
            field::text(out, 2, family);
        }
        for id in user.employee_ids.iter().filter(|id| !id.is_empty()) {
            field::text(out, 13, id);
        }
    }

    /// Appends the blob of an entitlement; `types` are those of the run, for the names of grantable types.
    pub(crate) fn entitlement(
        &mut self,
        entitlement: &Entitlement,
        external_id: &str,
        types: &[ResourceType],
        out: &mut Vec<u8>,
    ) {
        let resource = &entitlement.id.resource;
        let id_len = field::len_of(1, len_of_id(resource));
        let name_len = field::len_of_text(3, &entitlement.resource_name);
        field::head(out, 1, id_len + name_len);
        message_of_id(out, 1, resource);
        field::text(out, 3, &entitlement.resource_name);
        field::text(out, 2, external_id);
        field::text(out, 3, &entitlement.display_name);
        field::text(out, 4, &entitlement.description);
        for grantable in &entitlement.grantable_to {
            // Id and, when the run knows the type, its display name.
            let known = types.iter().find(|t| &t.id == grantable);
            let name = known.map_or("", |t| t.display_name);
            let id = grantable.as_str();
            field::head(
                out,
                5,
                field::len_of_text(1, id) + field::len_of_text(2, name),
            );
            field::text(out, 1, id);
            field::text(out, 2, name);
        }
        field::number(out, 7, wire::Purpose::from(entitlement.purpose) as u64);
        field::text(out, 8, &entitlement.id.slug);
    }

    /// Appends the blob of a grant: references only, everything else is in the rows they point to.
    pub(crate) fn grant(
        &mut self,
        grant: &Grant,
        external_id: &str,
        entitlement_id: &str,
        out: &mut Vec<u8>,
    ) {
        let resource_len = field::len_of(1, len_of_id(&grant.entitlement.resource));
        let entitlement_len =
            field::len_of(1, resource_len) + field::len_of_text(2, entitlement_id);
        field::head(out, 1, entitlement_len);
        field::head(out, 1, resource_len);
        message_of_id(out, 1, &grant.entitlement.resource);
        field::text(out, 2, entitlement_id);
        field::head(out, 2, field::len_of(1, len_of_id(&grant.principal)));
        message_of_id(out, 1, &grant.principal);
        field::text(out, 3, external_id);
    }
}

fn len_of_id(id: &ResourceId) -> usize {
    field::len_of_text(1, id.resource_type.as_str()) + field::len_of_text(2, &id.id)
}

fn message_of_id(out: &mut Vec<u8>, field: u32, id: &ResourceId) {
    field::head(out, field, len_of_id(id));
    field::text(out, 1, id.resource_type.as_str());
    field::text(out, 2, &id.id);
}

/// A `google.protobuf.Any`; an empty message has no value field.
fn any(out: &mut Vec<u8>, field: u32, url: &str, value: &[u8]) {
    let value_len = if value.is_empty() {
        0
    } else {
        field::len_of(2, value.len())
    };
    field::head(out, field, field::len_of(1, url.len()) + value_len);
    field::text(out, 1, url);
    if !value.is_empty() {
        field::bytes(out, 2, value);
    }
}

fn encode_status(out: &mut Vec<u8>, status: &Status) {
    field::number(out, 1, wire::StatusKind::from(status.kind) as u64);
    field::text(out, 2, status.details.as_deref().unwrap_or_default());
}

/// Seconds may be negative, nanoseconds never.
fn encode_timestamp(out: &mut Vec<u8>, at: Timestamp) {
    let nanos = at.as_nanosecond();
    let seconds = nanos.div_euclid(1_000_000_000);
    let rest = nanos.rem_euclid(1_000_000_000);
    field::number(out, 1, (seconds as i64).cast_unsigned());
    field::number(out, 2, rest as u64);
}

const fn trait_url(data: &TraitData) -> Option<&'static str> {
    match data {
        TraitData::None => None,
        TraitData::User(_) => Some(wire::UserTrait::TYPE_URL),
        TraitData::Group => Some(wire::GroupTrait::TYPE_URL),
        TraitData::Role => Some(wire::RoleTrait::TYPE_URL),
        TraitData::App => Some(wire::AppTrait::TYPE_URL),
    }
}
