//! The protobuf messages inside a file's rows, as far as this suite writes or reads them.
//!
//! Field numbers are public contract of the Baton ecosystem. Decoding is lenient: unknown fields are skipped,
//! so files of newer and older writers can be read. Writing does not go through these structs but through the
//! encoder, which produces the same bytes without building them.

mod access;
mod annotations;
mod resources;

pub use access::{Entitlement, Grant, GrantSource, GrantSources};
pub use annotations::{
    CapabilityPermission, CapabilityPermissions, ChildResourceType, GrantExpandable,
    SkipEntitlements, SkipEntitlementsAndGrants, SkipGrants,
};
pub use resources::{
    AppTrait, Email, GroupTrait, Resource, ResourceId, ResourceType, RoleTrait, Status,
    StructuredName, UserTrait,
};

use prost::Name;
use prost_types::Any;

/// The package of all messages here.
pub(crate) const PACKAGE: &str = "c1.connector.v2";

/// Decodes the first annotation of a message type; `None` when there is none.
///
/// # Errors
/// When an annotation of the type is there but cannot be decoded.
pub fn pick<M: prost::Message + Name + Default>(
    annotations: &[Any],
) -> Result<Option<M>, prost::DecodeError> {
    annotations
        .iter()
        .find(|any| is_type(any, &M::full_name()))
        .map(|any| M::decode(any.value.as_slice()))
        .transpose()
}

/// Whether an annotation is of this message type; only what follows the last `/` counts.
pub(crate) fn is_type(any: &Any, full_name: &str) -> bool {
    any.type_url.rsplit('/').next() == Some(full_name)
}

/// Names messages for [`pick`] and type URLs.
macro_rules! named {
    ($($message:ident),* $(,)?) => {$(
        impl prost::Name for $message {
            const NAME: &'static str = stringify!($message);
            const PACKAGE: &'static str = crate::wire::PACKAGE;
        }
    )*};
}
pub(crate) use named;
