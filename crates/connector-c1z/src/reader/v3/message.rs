//! Records of version 3 as messages of version 1, with what they refer to.

use connector_pebble::records::{EntitlementRecord, GrantRecord, ResourceRecord};
use jiff::Timestamp;

use super::join::TypeIndex;
use crate::convert::GrantRow;
use crate::convert::records::{entitlement_message, grant_row};
use crate::{time as file_time, wire};

pub(super) fn resource_id(kind: &str, id: &str) -> wire::ResourceId {
    wire::ResourceId {
        resource_type: kind.to_owned(),
        resource: id.to_owned(),
    }
}

/// A resource that is only an id.
pub(super) fn stub(id: wire::ResourceId) -> wire::Resource {
    wire::Resource {
        id: Some(id),
        ..wire::Resource::default()
    }
}

/// A time in the shape of version 1; one that no calendar has is kept as its seconds.
pub(super) fn time(at: prost_types::Timestamp) -> String {
    let time = Timestamp::new(at.seconds, at.nanos);
    time.map_or_else(|_| at.seconds.to_string(), file_time::text)
}

/// A resource with id, parent and name alone, as other messages refer to it.
pub(super) fn brief(record: &ResourceRecord) -> wire::Resource {
    let parent = record.parent.as_ref();
    let parent = parent.map(|parent| resource_id(&parent.resource_type_id, &parent.resource_id));
    wire::Resource {
        id: Some(resource_id(&record.resource_type_id, &record.resource_id)),
        parent_resource_id: parent,
        display_name: record.display_name.clone(),
        ..wire::Resource::default()
    }
}

pub(super) fn entitlement(
    record: EntitlementRecord,
    on: wire::Resource,
    types: &TypeIndex,
) -> wire::Entitlement {
    let mut entitlement = entitlement_message(record);
    entitlement.resource = Some(on);
    for kind in &mut entitlement.grantable_to {
        if let Some(known) = types.get(&kind.id) {
            kind.clone_from(known);
        }
    }
    entitlement
}

/// `name_of` gives the name of a principal.
pub(super) fn grant(
    record: GrantRecord,
    held: wire::Entitlement,
    name_of: impl Fn(&wire::ResourceId) -> String,
) -> wire::Grant {
    let GrantRow {
        mut grant,
        expansion,
        ..
    } = grant_row(record);
    grant.entitlement = Some(held);
    if let Some(principal) = &mut grant.principal
        && let Some(id) = &principal.id
    {
        principal.display_name = name_of(id);
    }
    let expandable = expansion.iter().map(connector_proto::pack);
    grant.annotations.extend(expandable);
    grant
}
