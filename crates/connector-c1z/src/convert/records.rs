//! The rows of both formats: what stands where, and what a format does not keep.

use connector_pebble::records::{
    EntitlementRecord, EntitlementRef, GrantExpandableRecord, GrantRecord, GrantSourceRecord,
    PrincipalRef, ResourceRecord, ResourceRef, ResourceTypeRecord, StatusRecord,
};
use connector_proto::holds;
use prost_types::{Any, Timestamp};

use super::GrantRow;
use crate::wire;

/// The words for purposes, by number.
const PURPOSES: [&str; 4] = ["", "ASSIGNMENT", "PERMISSION", "OWNERSHIP"];

/// The word for a trait in version 3; a number that is not known stays one.
fn trait_word(number: i32) -> String {
    match wire::Trait::try_from(number) {
        Ok(wire::Trait::Unspecified) => "UNSPECIFIED".to_owned(),
        Ok(known) => known.as_str().to_uppercase().replace(' ', "_"),
        Err(_) => number.to_string(),
    }
}

fn trait_number(word: &str) -> i32 {
    let known = (0..=wire::Trait::ManagedDevice as i32).find(|number| trait_word(*number) == word);
    known.or_else(|| word.parse().ok()).unwrap_or_default()
}

fn purpose_word(number: i32) -> String {
    let known = usize::try_from(number).ok().and_then(|at| PURPOSES.get(at));
    known.map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

fn purpose_number(word: &str) -> i32 {
    let known = (0..).zip(PURPOSES).find(|(_, known)| *known == word);
    let known = known.map(|(number, _)| number);
    known.or_else(|| word.parse().ok()).unwrap_or_default()
}

pub(crate) fn type_record(row: &wire::ResourceType, at: Option<Timestamp>) -> ResourceTypeRecord {
    ResourceTypeRecord {
        external_id: row.id.clone(),
        display_name: row.display_name.clone(),
        traits: row
            .traits
            .iter()
            .map(|number| trait_word(*number))
            .collect(),
        annotations: row.annotations.clone(),
        discovered_at: at,
        description: row.description.clone(),
        sourced_externally: row.sourced_externally,
    }
}

pub(crate) fn type_message(record: ResourceTypeRecord) -> wire::ResourceType {
    wire::ResourceType {
        traits: record
            .traits
            .iter()
            .map(|word| trait_number(word))
            .collect(),
        id: record.external_id,
        display_name: record.display_name,
        annotations: record.annotations,
        description: record.description,
        sourced_externally: record.sourced_externally,
    }
}

/// What older writers stored only in a user's trait is stored on the resource as well, where readers look first.
pub(crate) fn resource_record(row: &wire::Resource, at: Option<Timestamp>) -> ResourceRecord {
    let id = row.id.clone().unwrap_or_default();
    let is_whole = row.profile.is_some() && row.status.is_some() && row.created_at.is_some();
    let user = if is_whole { None } else { row.user_trait() };
    let user = user.unwrap_or_default();
    let status = row.status.clone().or(user.status);
    let parent = row.parent_resource_id.as_ref();
    ResourceRecord {
        resource_type_id: id.resource_type,
        resource_id: id.resource,
        display_name: row.display_name.clone(),
        description: row.description.clone(),
        parent: parent
            .filter(|parent| !parent.resource.is_empty())
            .map(|parent| ResourceRef {
                resource_type_id: parent.resource_type.clone(),
                resource_id: parent.resource.clone(),
            }),
        annotations: row.annotations.clone(),
        discovered_at: at,
        profile: row.profile.clone().or(user.profile),
        status: status.map(|status| StatusRecord {
            status: status.status,
            details: status.details,
        }),
        created_at: row.created_at.or(user.created_at),
        source_scope_key: String::new(),
        icon_asset_external_id: row.icon.clone().unwrap_or_default().id,
    }
}

pub(crate) fn resource_message(record: ResourceRecord) -> wire::Resource {
    let icon = Some(record.icon_asset_external_id).filter(|id| !id.is_empty());
    wire::Resource {
        id: Some(id(record.resource_type_id, record.resource_id)),
        parent_resource_id: record
            .parent
            .map(|parent| id(parent.resource_type_id, parent.resource_id)),
        display_name: record.display_name,
        annotations: record.annotations,
        description: record.description,
        profile: record.profile,
        icon: icon.map(|id| wire::AssetRef { id }),
        status: record.status.map(|status| wire::Status {
            status: status.status,
            details: status.details,
        }),
        created_at: record.created_at,
    }
}

pub(crate) fn entitlement_record(
    row: &wire::Entitlement,
    at: Option<Timestamp>,
) -> EntitlementRecord {
    let on = row.resource.as_ref().and_then(|on| on.id.clone());
    EntitlementRecord {
        external_id: row.id.clone(),
        resource: on.map(|on| ResourceRef {
            resource_type_id: on.resource_type,
            resource_id: on.resource,
        }),
        display_name: row.display_name.clone(),
        description: row.description.clone(),
        purpose: purpose_word(row.purpose),
        annotations: row.annotations.clone(),
        discovered_at: at,
        slug: row.slug.clone(),
        grantable_to_resource_type_ids: row.grantable_to.iter().map(|t| t.id.clone()).collect(),
        source_scope_key: String::new(),
    }
}

/// The names of the resource and of the types are not in the record; they are looked up by the caller.
pub(crate) fn entitlement_message(record: EntitlementRecord) -> wire::Entitlement {
    let types = record.grantable_to_resource_type_ids.into_iter();
    wire::Entitlement {
        resource: record
            .resource
            .map(|on| stub(on.resource_type_id, on.resource_id)),
        id: record.external_id,
        display_name: record.display_name,
        description: record.description,
        grantable_to: types
            .map(|id| wire::ResourceType {
                id,
                ..wire::ResourceType::default()
            })
            .collect(),
        annotations: record.annotations,
        purpose: purpose_number(&record.purpose),
        slug: record.slug,
    }
}

pub(super) fn grant_record(row: &GrantRow, at: Option<Timestamp>) -> GrantRecord {
    let grant = &row.grant;
    let entitlement = grant.entitlement.as_ref().map(|held| {
        let on = held.resource.as_ref().and_then(|on| on.id.clone());
        let on = on.unwrap_or_default();
        EntitlementRef {
            resource_type_id: on.resource_type,
            resource_id: on.resource,
            entitlement_id: held.id.clone(),
        }
    });
    let principal = grant.principal.as_ref().map(|holder| {
        let id = holder.id.clone().unwrap_or_default();
        let parent = holder.parent_resource_id.clone().unwrap_or_default();
        PrincipalRef {
            resource_type_id: id.resource_type,
            resource_id: id.resource,
            parent_resource_type_id: parent.resource_type,
            parent_resource_id: parent.resource,
        }
    });
    let sources = grant.sources.iter().flat_map(|all| &all.sources);
    GrantRecord {
        external_id: grant.id.clone(),
        entitlement,
        principal,
        discovered_at: at,
        expansion: row.expansion.as_ref().map(|it| GrantExpandableRecord {
            entitlement_ids: it.entitlement_ids.clone(),
            shallow: it.shallow,
            resource_type_ids: it.resource_type_ids.clone(),
        }),
        needs_expansion: row.needs_expansion,
        annotations: grant.annotations.clone(),
        sources: sources
            .map(|(id, source)| {
                let record = GrantSourceRecord {
                    is_direct: source.is_direct,
                    ..GrantSourceRecord::default()
                };
                (id.clone(), record)
            })
            .collect(),
        source_scope_key: String::new(),
    }
}

pub(crate) fn grant_row(record: GrantRecord) -> GrantRow {
    let id_of_grant = record.id();
    let sources = record.sources.into_iter().map(|(id, source)| {
        let is_direct = source.is_direct;
        (id, wire::GrantSource { is_direct })
    });
    let sources = wire::GrantSources {
        sources: sources.collect(),
    };
    let principal = record.principal.map(|holder| {
        let parent = Some(holder.parent_resource_id).filter(|id| !id.is_empty());
        wire::Resource {
            parent_resource_id: parent.map(|parent| id(holder.parent_resource_type_id, parent)),
            ..stub(holder.resource_type_id, holder.resource_id)
        }
    });
    let grant = wire::Grant {
        entitlement: record.entitlement.map(|held| wire::Entitlement {
            resource: Some(stub(held.resource_type_id, held.resource_id)),
            id: held.entitlement_id,
            ..wire::Entitlement::default()
        }),
        principal,
        id: id_of_grant,
        annotations: record.annotations,
        sources: Some(sources).filter(|all| !all.sources.is_empty()),
    };
    GrantRow {
        grant,
        expansion: record.expansion.map(|it| wire::GrantExpandable {
            entitlement_ids: it.entitlement_ids,
            shallow: it.shallow,
            resource_type_ids: it.resource_type_ids,
        }),
        needs_expansion: record.needs_expansion,
    }
}

/// Takes the annotation out of which writers make a column; files of older writers still have it.
pub(super) fn take_expansion(annotations: &mut Vec<Any>) -> Option<Any> {
    let at = annotations
        .iter()
        .position(holds::<wire::GrantExpandable>)?;
    let first = annotations.remove(at);
    annotations.retain(|any| !holds::<wire::GrantExpandable>(any));
    Some(first)
}

pub(super) fn id(resource_type: String, resource: String) -> wire::ResourceId {
    wire::ResourceId {
        resource_type,
        resource,
    }
}

/// A resource that is only an id.
pub(super) fn stub(resource_type: String, resource: String) -> wire::Resource {
    wire::Resource {
        id: Some(id(resource_type, resource)),
        ..wire::Resource::default()
    }
}
