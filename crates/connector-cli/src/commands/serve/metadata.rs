//! What the connector says about itself to the control plane, the same as `capabilities` prints.

use connector_core::model::{EntitlementListing, ResourceType, Trait};
use connector_core::spec::ConnectorSpec;
use connector_service::wire::connector::{
    self, CAPABILITY_SYNC, CapabilityPermission, CapabilityPermissions, ConnectorCapabilities,
    ConnectorMetadata, ResourceTypeCapability,
};
use connector_service::wire::status::{name, pack};
use connector_service::wire::task::Unread;

/// The metadata of a connector that only reads.
pub(super) fn of(spec: &ConnectorSpec) -> ConnectorMetadata {
    let mut types: Vec<_> = spec.resource_types.iter().collect();
    types.sort_by(|a, b| a.id.cmp(&b.id));
    let help = spec.help_url.filter(|url| url.starts_with("https://"));
    ConnectorMetadata {
        display_name: spec.display_name.to_owned(),
        help_url: help.unwrap_or_default().to_owned(),
        annotations: Vec::new(),
        description: spec.about.to_owned(),
        capabilities: Some(ConnectorCapabilities {
            resource_type_capabilities: types.into_iter().map(capability).collect(),
            connector_capabilities: vec![CAPABILITY_SYNC],
        }),
    }
}

fn capability(resource_type: &ResourceType) -> ResourceTypeCapability {
    let permissions = permissions(resource_type);
    let mut annotations = Vec::new();
    if resource_type.skips_entitlements_and_grants() {
        annotations.push(pack(name::SKIP_ENTITLEMENTS_AND_GRANTS, &Unread {}));
    } else if resource_type.entitlements == EntitlementListing::None {
        annotations.push(pack(name::SKIP_ENTITLEMENTS, &Unread {}));
    }
    if !permissions.permissions.is_empty() {
        annotations.push(pack(name::CAPABILITY_PERMISSIONS, &permissions));
    }
    ResourceTypeCapability {
        resource_type: Some(connector::ResourceType {
            id: resource_type.id.as_str().to_owned(),
            display_name: resource_type.display_name.to_owned(),
            traits: resource_type.kind.map(number).into_iter().collect(),
            annotations,
            description: String::new(),
        }),
        capabilities: vec![CAPABILITY_SYNC],
        permissions: Some(permissions),
    }
}

fn permissions(resource_type: &ResourceType) -> CapabilityPermissions {
    let each = resource_type.permissions.iter();
    CapabilityPermissions {
        permissions: each
            .map(|&permission| CapabilityPermission {
                permission: permission.to_owned(),
            })
            .collect(),
    }
}

const fn number(kind: Trait) -> i32 {
    match kind {
        Trait::User => 1,
        Trait::Group => 2,
        Trait::Role => 3,
        Trait::App => 4,
    }
}

#[cfg(test)]
mod tests {
    use connector_core::id::ResourceTypeId;
    use connector_core::model::GrantListing;

    use super::*;

    #[test]
    fn types_are_sorted_and_say_what_they_lack() {
        let id = |id: &str| ResourceTypeId::from_string(id.to_owned());
        let spec = ConnectorSpec {
            display_name: "Lake",
            help_url: Some("http://lake.example.com"),
            resource_types: vec![
                ResourceType::new(id("user"), "User", Some(Trait::User)).permissions(["read"]),
                ResourceType::new(id("boat"), "Boat", None).grants(GrantListing::PerType),
            ],
            ..ConnectorSpec::default()
        };
        let metadata = of(&spec);
        assert_eq!(metadata.display_name, "Lake");
        // Only an https address is taken.
        assert_eq!(metadata.help_url, "");
        let capabilities = metadata.capabilities.unwrap();
        assert_eq!(capabilities.connector_capabilities, [CAPABILITY_SYNC]);
        let told: Vec<_> = capabilities
            .resource_type_capabilities
            .iter()
            .map(|c| {
                let shown = c.resource_type.as_ref().unwrap();
                let urls = shown.annotations.iter().map(|a| a.type_url.as_str());
                let named: Vec<_> = urls.map(|url| url.rsplit('.').next().unwrap()).collect();
                let needed = c.permissions.as_ref().unwrap().permissions.len();
                (shown.id.as_str(), shown.traits.clone(), named, needed)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("boat", vec![], vec!["SkipEntitlements"], 0),
                (
                    "user",
                    vec![1],
                    vec!["SkipEntitlementsAndGrants", "CapabilityPermissions"],
                    1
                ),
            ]
        );
    }
}
