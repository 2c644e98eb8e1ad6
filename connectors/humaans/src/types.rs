//! The resource types of the connector.

use connector_core::id::ResourceTypeId;
use connector_core::model::{ResourceType, Trait};

/// People.
pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");
/// Records of which person had which job, and from when to when.
pub(crate) const JOB_TITLE: ResourceTypeId = ResourceTypeId::new("job_title");

/// The types, users first: a job title hangs under the person who has it.
pub(crate) fn resource_types() -> Vec<ResourceType> {
    vec![
        ResourceType::new(USER, "User", Some(Trait::User))
            .permissions(["public:read", "private:read"]),
        ResourceType::new(JOB_TITLE, "Job title", None)
            .listed_after(USER)
            .permissions(["public:read", "private:read"]),
    ]
}
