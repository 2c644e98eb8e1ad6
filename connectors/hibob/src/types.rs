//! The resource types of the connector.

use connector_core::id::ResourceTypeId;
use connector_core::model::{
    EntitlementListing, EntitlementTemplate, GrantListing, Purpose, ResourceType, Trait,
};

/// Employees.
pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");
/// Departments and sub-departments.
pub(crate) const DEPARTMENT: ResourceTypeId = ResourceTypeId::new("department");
/// The one entitlement of a department.
pub(crate) const MEMBER: &str = "member";

/// The types, users first: which archived departments are listed depends on who is in them.
pub(crate) fn resource_types() -> Vec<ResourceType> {
    let member = EntitlementTemplate {
        slug: MEMBER,
        purpose: Purpose::Assignment,
        display_name: "{} member",
        description: "Works in the {} department",
        grantable_to: vec![USER],
    };
    vec![
        ResourceType::new(USER, "Employee", Some(Trait::User)).permissions([
            "People's data: Basic info (root)",
            "People's data: About",
            "People's data: Employment",
            "People's data: Work",
            "People's data: Lifecycle (internal)",
        ]),
        ResourceType::new(DEPARTMENT, "Department", Some(Trait::Group))
            .entitlements(EntitlementListing::Templates(vec![member]))
            .grants(GrantListing::PerType)
            .listed_after(USER)
            .permissions(["People's data: Work"]),
    ]
}
