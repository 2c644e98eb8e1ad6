//! The messages in the values of a store, and where their keys are.

use std::collections::BTreeMap;

use connector_core::Result;
use prost::{Message, encoding};

pub use connector_proto::c1::c1z::v3::SyncRunSummary;
pub use connector_proto::c1::storage::v3::*;

use crate::error::damaged;
use crate::keyspace::{Keyspace, entitlement_tail};

/// A message that has keys of its own.
pub trait Record: Message + Default {
    /// Where its keys are.
    const KEYSPACE: Keyspace;

    /// Its key; `None` when an id is missing that the key needs.
    fn key(&self) -> Option<Vec<u8>>;

    /// Its bytes, as the Go SDK encodes it.
    fn to_bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }
}

impl Record for ResourceTypeRecord {
    const KEYSPACE: Keyspace = Keyspace::ResourceType;

    fn key(&self) -> Option<Vec<u8>> {
        key_of(Self::KEYSPACE, &[&self.external_id], None)
    }
}

impl Record for ResourceRecord {
    const KEYSPACE: Keyspace = Keyspace::Resource;

    fn key(&self) -> Option<Vec<u8>> {
        key_of(
            Self::KEYSPACE,
            &[&self.resource_type_id, &self.resource_id],
            None,
        )
    }
}

impl Record for EntitlementRecord {
    const KEYSPACE: Keyspace = Keyspace::Entitlement;

    fn key(&self) -> Option<Vec<u8>> {
        let on = self.resource.as_ref()?;
        let on = [on.resource_type_id.as_str(), &on.resource_id];
        key_of(Self::KEYSPACE, &on, Some((&self.external_id, &[])))
    }
}

impl Record for GrantRecord {
    const KEYSPACE: Keyspace = Keyspace::Grant;

    fn key(&self) -> Option<Vec<u8>> {
        let (held, holder) = (self.entitlement.as_ref()?, self.principal.as_ref()?);
        let on = [held.resource_type_id.as_str(), &held.resource_id];
        let holder = [holder.resource_type_id.as_str(), &holder.resource_id];
        key_of(Self::KEYSPACE, &on, Some((&held.entitlement_id, &holder)))
    }

    /// The value of a map's entry is written even when it is empty, which the derived encoding leaves out.
    fn to_bytes(&self) -> Vec<u8> {
        if self.sources.is_empty() {
            return self.encode_to_vec();
        }
        let before = Self {
            sources: BTreeMap::new(),
            source_scope_key: String::new(),
            ..self.clone()
        };
        let behind = Self {
            source_scope_key: self.source_scope_key.clone(),
            ..Self::default()
        };
        let mut bytes = before.encode_to_vec();
        for (id, source) in &self.sources {
            let mut entry = Vec::new();
            encoding::string::encode(1, id, &mut entry);
            encoding::message::encode(2, source, &mut entry);
            encoding::bytes::encode(9, &entry, &mut bytes);
        }
        bytes.extend(behind.encode_to_vec());
        bytes
    }
}

impl Record for AssetRecord {
    const KEYSPACE: Keyspace = Keyspace::Asset;

    fn key(&self) -> Option<Vec<u8>> {
        key_of(Self::KEYSPACE, &[&self.external_id], None)
    }
}

impl Record for SessionRecord {
    const KEYSPACE: Keyspace = Keyspace::Session;

    fn key(&self) -> Option<Vec<u8>> {
        key_of(Self::KEYSPACE, &[&self.sync_id, &self.key], None)
    }
}

/// A key of these ids, then those of an entitlement on a resource with the first two, and those behind it.
fn key_of(space: Keyspace, ids: &[&str], entitlement: Option<(&str, &[&str])>) -> Option<Vec<u8>> {
    let mut all = ids.to_vec();
    if let (Some((id, behind)), [resource_type, resource]) = (entitlement, ids) {
        let (flag, tail) = entitlement_tail(resource_type, resource, id);
        let is_whole = !id.is_empty() && behind.iter().all(|id| !id.is_empty());
        all.extend(is_whole.then_some([flag, tail])?);
        all.extend(behind);
    }
    ids.iter().all(|id| !id.is_empty()).then(|| space.key(&all))
}

/// Decodes a message of the file.
pub(crate) fn decode_message<M: Message + Default>(bytes: &[u8]) -> Result<M> {
    M::decode(bytes).map_err(|e| damaged(format_args!("a record: {e}")).caused_by(e))
}
