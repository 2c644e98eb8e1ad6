//! Resource types: the blob of their own row and the stub inside an entitlement.

use connector_core::id::ResourceTypeId;
use connector_core::model::{EntitlementListing, ResourceType, Trait};

use super::{any, field};

const SKIP_BOTH: &str = "type.googleapis.com/c1.connector.v2.SkipEntitlementsAndGrants";
const SKIP_ENTITLEMENTS: &str = "type.googleapis.com/c1.connector.v2.SkipEntitlements";
const PERMISSIONS: &str = "type.googleapis.com/c1.connector.v2.CapabilityPermissions";

/// The number of a trait in `ResourceType.traits`.
const fn trait_number(kind: Trait) -> u8 {
    match kind {
        Trait::User => 1,
        Trait::Group => 2,
        Trait::Role => 3,
        Trait::App => 4,
    }
}

/// The blob of a resource type.
pub(crate) fn encode_type(resource_type: &ResourceType) -> Vec<u8> {
    let mut out = Vec::new();
    field::text(&mut out, 1, resource_type.id.as_str());
    field::text(&mut out, 2, resource_type.display_name);
    if let Some(kind) = resource_type.kind {
        field::bytes(&mut out, 3, &[trait_number(kind)]);
    }
    if resource_type.skips_entitlements_and_grants() {
        any(&mut out, 4, SKIP_BOTH, &[]);
    } else if resource_type.entitlements == EntitlementListing::None {
        any(&mut out, 4, SKIP_ENTITLEMENTS, &[]);
    }
    if !resource_type.permissions.is_empty() {
        any(&mut out, 4, PERMISSIONS, &encode_permissions(resource_type));
    }
    out
}

fn encode_permissions(resource_type: &ResourceType) -> Vec<u8> {
    let mut out = Vec::new();
    for permission in &resource_type.permissions {
        field::head(&mut out, 1, field::len_of_text(1, permission));
        field::text(&mut out, 1, permission);
    }
    out
}

/// Id and, when the run knows the type, its display name.
pub(crate) fn encode_stub(out: &mut Vec<u8>, id: &ResourceTypeId, types: &[ResourceType]) {
    field::text(out, 1, id.as_str());
    if let Some(known) = types.iter().find(|t| &t.id == id) {
        field::text(out, 2, known.display_name);
    }
}
