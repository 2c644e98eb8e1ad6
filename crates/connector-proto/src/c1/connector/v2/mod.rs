//! `c1.connector.v2`: resource types, resources, entitlements and grants as sync files hold them, and what a
//! connector reports about itself.

mod access;
mod annotations;
mod metadata;
mod numbers;
mod resources;

pub use access::{Entitlement, Grant, GrantSource, GrantSources};
pub use annotations::{
    CapabilityPermission, CapabilityPermissions, GrantExpandable, ListActionSchemasResponse,
    ListEventFeedsResponse, RateLimitDescription, SkipEntitlements, SkipEntitlementsAndGrants,
};
pub use metadata::{
    CAPABILITY_SYNC, ConnectorCapabilities, ConnectorMetadata, ResourceTypeCapability,
};
pub use numbers::{AccountType, Purpose, StatusKind, Trait};
pub use resources::{
    AppTrait, AssetRef, Email, GroupTrait, MfaStatus, Resource, ResourceId, ResourceType,
    RoleTrait, SsoStatus, Status, StructuredName, UserTrait,
};

use crate::any::named;

named!("c1.connector.v2":
    AppTrait,
    CapabilityPermissions,
    Entitlement,
    Grant,
    GrantExpandable,
    GroupTrait,
    ListActionSchemasResponse,
    ListEventFeedsResponse,
    RateLimitDescription,
    Resource,
    ResourceType,
    RoleTrait,
    SkipEntitlements,
    SkipEntitlementsAndGrants,
    UserTrait,
);
