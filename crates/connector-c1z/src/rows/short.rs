//! Messages cut down to what tells whether two rows with the same key differ: names, states and hashes.
//!
//! A run that writes nothing keeps these in memory, about 20 bytes and the name for each resource and entitlement and
//! nothing for a grant, whose key says everything.

use std::hash::{DefaultHasher, Hash, Hasher};

use connector_core::store::Phase;
use prost::Message;

use crate::convert::records;
use crate::wire;

/// A short message; names and states stand where whole messages have them.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Short {
    #[prost(string, tag = "3")]
    pub(crate) display_name: String,
    #[prost(message, optional, tag = "11")]
    pub(crate) status: Option<wire::Status>,
    /// A hash of everything in the row.
    #[prost(fixed64, tag = "100")]
    pub(crate) content: u64,
}

impl From<wire::Resource> for Short {
    fn from(row: wire::Resource) -> Self {
        let status = row.status_number().map(|status| wire::Status {
            status,
            ..wire::Status::default()
        });
        Self {
            display_name: row.display_name.clone(),
            status,
            content: content(&row),
        }
    }
}

impl From<wire::Entitlement> for Short {
    fn from(row: wire::Entitlement) -> Self {
        Self {
            display_name: row.display_name,
            ..Self::default()
        }
    }
}

/// The hash of a resource, the same whatever version of file it comes from.
fn content(row: &wire::Resource) -> u64 {
    let usual = records::resource_message(records::resource_record(row, None));
    hash(&usual.encode_to_vec())
}

/// A hash that is the same within a process.
pub(crate) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The short form of a message. One that cannot be read is empty; ours always can.
pub(super) fn message(phase: Phase, message: &[u8]) -> Vec<u8> {
    match phase {
        Phase::Resources => {
            Short::from(wire::Resource::decode(message).unwrap_or_default()).encode_to_vec()
        }
        Phase::Entitlements => {
            Short::from(wire::Entitlement::decode(message).unwrap_or_default()).encode_to_vec()
        }
        Phase::Grants => Vec::new(),
    }
}
