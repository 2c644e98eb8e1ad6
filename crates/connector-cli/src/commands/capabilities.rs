//! `capabilities`: what the connector can list, which other programs read.
//!
//! It is the proto3-JSON form of a message of the ecosystem, so key order is field-number order and unset keys are left
//! out.

use connector_core::model::{EntitlementListing, ResourceType, Trait};
use connector_core::spec::ConnectorSpec;

use crate::json::{Json, Object};

/// The output of `capabilities`: two-space indent, no final line break.
pub fn capabilities_json(spec: &ConnectorSpec) -> String {
    let mut types: Vec<_> = spec.resource_types.iter().collect();
    types.sort_by(|a, b| a.id.cmp(&b.id));
    let mut out = Object::new();
    out.text(
        "@type",
        "type.googleapis.com/c1.connector.v2.ConnectorCapabilities",
    );
    out.list(
        "resourceTypeCapabilities",
        types.into_iter().map(type_capability).collect(),
    );
    out.list("connectorCapabilities", vec![Json::from("CAPABILITY_SYNC")]);
    out.put("credentialDetails", Object::new());
    out.pretty()
}

fn type_capability(resource_type: &ResourceType) -> Json {
    let mut described = Object::new();
    described.text("id", resource_type.id.as_str());
    described.text("displayName", resource_type.display_name);
    if let Some(kind) = resource_type.kind {
        described.list("traits", vec![Json::from(trait_name(kind))]);
    }
    described.list("annotations", annotations(resource_type));

    let mut out = Object::new();
    out.put("resourceType", described);
    out.list("capabilities", vec![Json::from("CAPABILITY_SYNC")]);
    out.put("permissions", permissions(resource_type));
    out.into()
}

/// The same annotations as in a file's row of the type.
fn annotations(resource_type: &ResourceType) -> Vec<Json> {
    let mut out = Vec::new();
    if resource_type.skips_entitlements_and_grants() {
        out.push(annotation("SkipEntitlementsAndGrants").into());
    } else if resource_type.entitlements == EntitlementListing::None {
        out.push(annotation("SkipEntitlements").into());
    }
    if !resource_type.permissions.is_empty() {
        let mut needed = annotation("CapabilityPermissions");
        for (key, value) in permissions(resource_type).entries() {
            needed.put(key, value.clone());
        }
        out.push(needed.into());
    }
    out
}

fn annotation(message: &str) -> Object {
    let mut out = Object::new();
    out.put(
        "@type",
        format!("type.googleapis.com/c1.connector.v2.{message}"),
    );
    out
}

fn permissions(resource_type: &ResourceType) -> Object {
    let each = resource_type.permissions.iter().map(|&name| {
        let mut permission = Object::new();
        permission.put("permission", name);
        permission.into()
    });
    let mut out = Object::new();
    out.list("permissions", each.collect());
    out
}

fn trait_name(kind: Trait) -> &'static str {
    match kind {
        Trait::User => "TRAIT_USER",
        Trait::Group => "TRAIT_GROUP",
        Trait::Role => "TRAIT_ROLE",
        Trait::App => "TRAIT_APP",
    }
}
