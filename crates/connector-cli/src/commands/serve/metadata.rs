//! What the connector says about itself to the control plane, the same as `capabilities` prints.

use connector_core::model::ResourceType;
use connector_core::spec::ConnectorSpec;
use connector_proto::c1::connector::v2::{
    CAPABILITY_SYNC, ConnectorCapabilities, ConnectorMetadata, ResourceTypeCapability,
};

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
    ResourceTypeCapability {
        resource_type: Some(resource_type.into()),
        capabilities: vec![CAPABILITY_SYNC],
        permissions: Some(resource_type.permissions.as_slice().into()),
    }
}

#[cfg(test)]
mod tests;
