//! The resource types of the connector.

use connector_core::id::ResourceTypeId;
use connector_core::model::{ResourceType, Trait};

/// Members of the organization.
pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");

/// The one type. Roles are facts about a member, not entitlements: CircleCI's API shows the organization's role
/// only, not what is granted per project or through groups.
pub(crate) fn resource_types() -> Vec<ResourceType> {
    vec![
        ResourceType::new(USER, "User", Some(Trait::User)).permissions([
            "Personal API token of a member of the organization",
            "Organization: View org access",
        ]),
    ]
}
