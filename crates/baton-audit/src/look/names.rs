//! Names of resources and entitlements by id, looked up in the file as they are needed.
//!
//! A grant holds ids. Its names come from the rows these point to; what was looked up is kept as long as it fits
//! a fixed number of bytes, so a file may have any number of people.

use std::collections::HashMap;
use std::rc::Rc;

use connector_c1z::{GrantKey, wire};
use connector_core::Result;

use crate::identity::display_name;
use crate::source::Source;

/// What the kept names of resources may take, in bytes.
const RESOURCES_BYTES: usize = 16 << 20;
/// What the kept names of entitlements may take, in bytes.
const ENTITLEMENTS_BYTES: usize = 4 << 20;
/// What an entry takes beside its texts: two pointers with lengths, counters, its share of the table.
const ENTRY_BYTES: usize = 96;

/// The names of an entitlement.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct EntitlementNames {
    /// Name for people; empty when there is none.
    pub(crate) name: Box<str>,
    /// Short name; empty when there is none.
    pub(crate) slug: Box<str>,
    /// Its purpose on the wire.
    pub(crate) purpose: i32,
}

/// Names of one sync.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    source: &'a Source,
    resources: Cache<Rc<str>>,
    entitlements: Cache<Rc<EntitlementNames>>,
}

impl<'a> Names<'a> {
    /// Names of the source's sync.
    pub(crate) fn new(source: &'a Source) -> Self {
        Self {
            source,
            resources: Cache::new(RESOURCES_BYTES),
            entitlements: Cache::new(ENTITLEMENTS_BYTES),
        }
    }

    /// The name of a resource from its own row, else from the row that refers to it; empty when neither has one.
    pub(crate) fn resource(&mut self, reference: &wire::Resource) -> Result<Rc<str>> {
        let key = reference.external_id();
        if let Some(known) = self.resources.get(&key) {
            return Ok(known);
        }
        let sync_id = &self.source.sync.sync_id;
        let name = match self.source.reader.resource(sync_id, &key)? {
            Some((_, resource)) => Rc::from(display_name(&resource)),
            None => Rc::from(reference.display_name.trim()),
        };
        self.resources.put(&key, &name, key.len() + name.len());
        Ok(name)
    }

    /// The names of a grant's principal and of its entitlement; empty when there are none.
    pub(crate) fn of_grant(&mut self, grant: &GrantKey) -> Result<(String, String)> {
        let principal = wire::Resource {
            id: Some(wire::ResourceId {
                resource_type: grant.principal_type.clone(),
                resource: grant.principal_id.clone(),
            }),
            ..wire::Resource::default()
        };
        let on = wire::ResourceId {
            resource_type: grant.resource_type.clone(),
            resource: grant.resource_id.clone(),
        };
        let entitlement = wire::Entitlement {
            id: grant.entitlement.clone(),
            resource: Some(wire::Resource {
                id: Some(on),
                ..wire::Resource::default()
            }),
            ..wire::Entitlement::default()
        };
        let (who, what) = (self.resource(&principal)?, self.entitlement(&entitlement)?);
        Ok((who.as_ref().into(), what.name.as_ref().into()))
    }

    /// The name of an entitlement, found as that of a resource.
    pub(crate) fn entitlement(
        &mut self,
        reference: &wire::Entitlement,
    ) -> Result<Rc<EntitlementNames>> {
        if let Some(known) = self.entitlements.get(&reference.id) {
            return Ok(known);
        }
        let sync_id = &self.source.sync.sync_id;
        let named = |it: &wire::Entitlement| {
            Rc::new(EntitlementNames {
                name: it.display_name.as_str().into(),
                slug: it.slug.as_str().into(),
                purpose: it.purpose,
            })
        };
        let on = reference.resource.as_ref().and_then(|on| on.id.clone());
        let reader = &self.source.reader;
        let named = match reader.entitlement(sync_id, &on.unwrap_or_default(), &reference.id)? {
            Some((_, entitlement)) => named(&entitlement),
            None => named(reference),
        };
        let bytes = reference.id.len() + named.name.len() + named.slug.len();
        self.entitlements.put(&reference.id, &named, bytes);
        Ok(named)
    }
}

/// Values by key within a number of bytes. When half of it is full, what was not looked up since the last time
/// that happened is forgotten.
#[derive(Debug)]
struct Cache<V> {
    half: usize,
    bytes: usize,
    young: HashMap<Box<str>, (V, usize)>,
    old: HashMap<Box<str>, (V, usize)>,
}

impl<V: Clone> Cache<V> {
    fn new(limit: usize) -> Self {
        Self {
            half: limit / 2,
            bytes: 0,
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }

    fn get(&mut self, key: &str) -> Option<V> {
        if let Some((value, _)) = self.young.get(key) {
            return Some(value.clone());
        }
        let (key, (value, bytes)) = self.old.remove_entry(key)?;
        self.insert(key, value.clone(), bytes);
        Some(value)
    }

    fn put(&mut self, key: &str, value: &V, bytes: usize) {
        self.insert(key.into(), value.clone(), bytes + ENTRY_BYTES);
    }

    fn insert(&mut self, key: Box<str>, value: V, bytes: usize) {
        if self.bytes + bytes > self.half {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.young.insert(key, (value, bytes));
    }
}

#[cfg(test)]
mod tests;
