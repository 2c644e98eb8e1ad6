//! What records refer to by ids alone, put back while they are read.
//!
//! Records and those they refer to are in the order of the same ids, so both are walked in step. Only what is
//! referred to in any order is held: resource types, and the names of resources.

use std::cell::OnceCell;
use std::collections::HashMap;

use connector_core::Result;
use connector_pebble::records::{
    EntitlementRecord, EntitlementRef, Record, ResourceRecord, ResourceRef, ResourceTypeRecord,
};
use connector_pebble::{Keyspace, Reader, Records, Row, entitlement_tail};

use super::message;
use crate::convert::records::type_message;
use crate::reader::intern::Interner;
use crate::wire;

/// Resource types by id.
pub(super) type TypeIndex = HashMap<String, wire::ResourceType>;

/// The resource types, read when first needed.
#[derive(Debug, Default)]
pub(super) struct Types(OnceCell<TypeIndex>);

impl Types {
    pub(super) fn of(&self, reader: &Reader) -> Result<&TypeIndex> {
        if let Some(known) = self.0.get() {
            return Ok(known);
        }
        let mut types = TypeIndex::new();
        for row in reader.records::<ResourceTypeRecord>()? {
            let kind = type_message(row?.record);
            types.insert(kind.id.clone(), kind);
        }
        Ok(self.0.get_or_init(|| types))
    }
}

/// The names of resources by key, read when first needed.
#[derive(Debug, Default)]
pub(super) struct Names(OnceCell<NameIndex>);

/// Names of resources by type and id.
#[derive(Debug)]
pub(super) struct NameIndex {
    ids: Interner<2>,
    names: Vec<Box<str>>,
}

impl Names {
    pub(super) fn of(&self, reader: &Reader) -> Result<&NameIndex> {
        if let Some(known) = self.0.get() {
            return Ok(known);
        }
        let mut index = NameIndex {
            ids: Interner::new(),
            names: Vec::new(),
        };
        for row in reader.records::<ResourceRecord>()? {
            let record = row?.record;
            if !record.display_name.is_empty() {
                let id = [&record.resource_type_id, &record.resource_id];
                let number = index.ids.number(id.map(|id| id.as_bytes())) as usize;
                if number == index.names.len() {
                    index.names.push(record.display_name.into_boxed_str());
                }
            }
        }
        Ok(self.0.get_or_init(|| index))
    }
}

impl NameIndex {
    /// The name of a resource; empty when it has none.
    pub(super) fn name(&self, id: &wire::ResourceId) -> String {
        let number = self
            .ids
            .known([id.resource_type.as_bytes(), id.resource.as_bytes()]);
        let name = number.and_then(|number| self.names.get(number as usize));
        name.map_or_else(String::new, |name| name.as_ref().to_owned())
    }
}

/// The records of a kind, found by keys that never go back.
struct InStep<R> {
    rows: Records<R>,
    next: Option<Row<R>>,
}

impl<R: Record> InStep<R> {
    fn new(reader: &Reader) -> Result<Self> {
        let mut rows = reader.records()?;
        let next = rows.next().transpose()?;
        Ok(Self { rows, next })
    }

    fn find(&mut self, key: &[u8]) -> Result<Option<&R>> {
        while self
            .next
            .as_ref()
            .is_some_and(|row| row.key.as_slice() < key)
        {
            self.next = self.rows.next().transpose()?;
        }
        let found = self.next.as_ref().filter(|row| row.key == key);
        Ok(found.map(|row| &row.record))
    }
}

/// Resources for entitlements that are read in order.
pub(super) struct WithResources(InStep<ResourceRecord>);

impl WithResources {
    pub(super) fn new(reader: &Reader) -> Result<Self> {
        InStep::new(reader).map(Self)
    }

    pub(super) fn resource(&mut self, on: Option<&ResourceRef>) -> Result<wire::Resource> {
        let (kind, id) = on.map_or(("", ""), |on| (&on.resource_type_id, &on.resource_id));
        let found = self.0.find(&Keyspace::Resource.key(&[kind, id]))?;
        Ok(found.map_or_else(
            || message::stub(message::resource_id(kind, id)),
            message::brief,
        ))
    }
}

/// Entitlements for grants that are read in order.
pub(super) struct WithEntitlements {
    rows: InStep<EntitlementRecord>,
    resources: WithResources,
    /// The entitlement of the grant before, which most grants share.
    last: Option<(EntitlementRef, wire::Entitlement)>,
}

impl WithEntitlements {
    pub(super) fn new(reader: &Reader) -> Result<Self> {
        Ok(Self {
            rows: InStep::new(reader)?,
            resources: WithResources::new(reader)?,
            last: None,
        })
    }

    pub(super) fn entitlement(
        &mut self,
        held: Option<&EntitlementRef>,
        types: &TypeIndex,
    ) -> Result<wire::Entitlement> {
        if let (Some((last, whole)), Some(held)) = (&self.last, held)
            && last == held
        {
            return Ok(whole.clone());
        }
        let held = held.cloned().unwrap_or_default();
        let (kind, resource) = (held.resource_type_id.as_str(), held.resource_id.as_str());
        let on = self.resources.resource(Some(&ResourceRef {
            resource_type_id: kind.to_owned(),
            resource_id: resource.to_owned(),
        }))?;
        let (flag, tail) = entitlement_tail(kind, resource, &held.entitlement_id);
        let key = Keyspace::Entitlement.key(&[kind, resource, flag, tail]);
        let whole = match self.rows.find(&key)? {
            Some(record) => message::entitlement(record.clone(), on, types),
            None => wire::Entitlement {
                id: held.entitlement_id.clone(),
                resource: Some(on),
                ..wire::Entitlement::default()
            },
        };
        self.last = Some((held, whole.clone()));
        Ok(whole)
    }
}
