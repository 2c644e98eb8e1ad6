//! The messages in the values of a store, and where their keys are.

use connector_core::Result;
use prost::Message;

pub use connector_proto::c1::c1z::v3::SyncRunSummary;
pub use connector_proto::c1::storage::v3::*;

use crate::error::damaged;
use crate::keyspace::Keyspace;

/// A message that has keys of its own.
pub trait Record: Message + Default {
    /// Where its keys are.
    const KEYSPACE: Keyspace;
}

macro_rules! records {
    ($($message:ident => $keyspace:ident),* $(,)?) => {$(
        impl Record for $message {
            const KEYSPACE: Keyspace = Keyspace::$keyspace;
        }
    )*};
}

records!(
    ResourceTypeRecord => ResourceType,
    ResourceRecord => Resource,
    EntitlementRecord => Entitlement,
    GrantRecord => Grant,
    AssetRecord => Asset,
    SessionRecord => Session,
);

/// Decodes a message of the file.
pub(crate) fn decode_message<M: Message + Default>(bytes: &[u8]) -> Result<M> {
    M::decode(bytes).map_err(|e| damaged(format_args!("a record: {e}")).caused_by(e))
}
