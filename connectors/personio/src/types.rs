//! The resource types of the connector.

use connector_core::id::ResourceTypeId;
use connector_core::model::{ResourceType, Trait};

/// Persons.
pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");

/// The one type. Personio has no API for roles and permissions, so there is nothing to grant.
pub(crate) fn resource_types() -> Vec<ResourceType> {
    vec![
        ResourceType::new(USER, "Person", Some(Trait::User))
            .permissions(["personio:persons:read", "Employees: Read"]),
    ]
}
