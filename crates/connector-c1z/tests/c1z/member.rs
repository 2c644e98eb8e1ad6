//! The membership that teams of the tests' companies offer.

use connector_core::id::ResourceTypeId;
use connector_core::model::{EntitlementTemplate, Purpose};

/// What a user may be of a team.
pub(crate) fn member() -> EntitlementTemplate {
    EntitlementTemplate {
        slug: "member",
        purpose: Purpose::Assignment,
        display_name: "{} Member",
        description: "Member of {}",
        grantable_to: vec![ResourceTypeId::new("user")],
    }
}
