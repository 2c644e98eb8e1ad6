//! Names of resources and entitlements by id, looked up in the file as they are needed.
//!
//! A grant holds ids. Its names come from the rows these point to; what was looked up is kept as long as it fits
//! a fixed number of bytes, so a file may have any number of people. Where many are needed and all fit, all are read.

use std::collections::HashMap;
use std::rc::Rc;

use connector_c1z::{ByNumber, GrantKey, Interner, wire};
use connector_core::Result;

use crate::identity::display_name;
use crate::source::Source;

/// What the kept names of resources may take, in bytes.
const RESOURCES_BYTES: usize = 16 << 20;
/// What the kept names of entitlements may take, in bytes.
const ENTITLEMENTS_BYTES: usize = 4 << 20;
/// What the kept names of each kind may take where few are needed, in bytes.
const FEW_BYTES: usize = 2 << 20;
/// After so many look-ups reading all names at once is quicker.
const MANY: usize = 1000;
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
    resources: Kept<Rc<str>>,
    entitlements: Kept<Rc<EntitlementNames>>,
}

impl<'a> Names<'a> {
    /// Names of the source's sync.
    pub(crate) fn new(source: &'a Source) -> Self {
        Self::within(source, RESOURCES_BYTES, ENTITLEMENTS_BYTES)
    }

    /// Names of the source's sync for a command that needs few of them and keeps other things.
    pub(crate) fn few(source: &'a Source) -> Self {
        Self::within(source, FEW_BYTES, FEW_BYTES)
    }

    fn within(source: &'a Source, resources: usize, entitlements: usize) -> Self {
        Self {
            source,
            resources: Kept::within(resources),
            entitlements: Kept::within(entitlements),
        }
    }

    /// The name of a resource from its own row, else from the row that refers to it; empty when neither has one.
    pub(crate) fn resource(&mut self, reference: &wire::Resource) -> Result<Rc<str>> {
        let key = reference.external_id();
        let (reader, sync_id) = (&self.source.reader, &self.source.sync.sync_id);
        let known = self.resources.get(&key, |all| {
            reader.for_each_name(sync_id, |id, name| {
                // One without a name is called by what else its row has.
                if !name.trim().is_empty() {
                    all.add(id, name.len(), || Rc::from(name));
                }
                Ok(())
            })
        })?;
        if let Some(known) = known {
            return Ok(known);
        }
        let name = match reader.resource(sync_id, &key)? {
            Some((_, resource)) => Rc::from(display_name(&resource)),
            None => Rc::from(reference.display_name.trim()),
        };
        self.resources.put(&key, &name, name.len());
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

    /// The names of an entitlement and of the resource it is on.
    pub(super) fn held(&mut self, it: &wire::Entitlement) -> Result<HeldNames> {
        let entitlement = self.entitlement(it)?;
        let resource = match &it.resource {
            Some(resource) => self.resource(resource)?,
            None => self.resource(&wire::Resource::default())?,
        };
        Ok((entitlement, resource))
    }

    /// The name of an entitlement, found as that of a resource.
    pub(crate) fn entitlement(
        &mut self,
        reference: &wire::Entitlement,
    ) -> Result<Rc<EntitlementNames>> {
        let (reader, sync_id) = (&self.source.reader, &self.source.sync.sync_id);
        let known = self.entitlements.get(&reference.id, |all| {
            reader.for_each_entitlement(sync_id, |it| {
                let bytes = it.display_name.len() + it.slug.len();
                all.add(&it.id, bytes, || EntitlementNames::of(&it));
                Ok(())
            })
        })?;
        if let Some(known) = known {
            return Ok(known);
        }
        let on = reference.resource.as_ref().and_then(|on| on.id.clone());
        let named = match reader.entitlement(sync_id, &on.unwrap_or_default(), &reference.id)? {
            Some((_, entitlement)) => EntitlementNames::of(&entitlement),
            None => EntitlementNames::of(reference),
        };
        let bytes = named.name.len() + named.slug.len();
        self.entitlements.put(&reference.id, &named, bytes);
        Ok(named)
    }
}

/// Names by the numbers of a walk over grants. Of principals those that [`Names`] keeps for good are found so; of
/// entitlements the last one, which most grants share with the one before.
#[derive(Debug)]
pub(crate) struct NumberedNames<'n, 'a> {
    names: &'n mut Names<'a>,
    /// The numbers that their names are kept by.
    principals: ByNumber<u32>,
    held: Option<(u32, HeldNames)>,
}

/// The names of an entitlement and of the resource it is on.
pub(super) type HeldNames = (Rc<EntitlementNames>, Rc<str>);

impl<'n, 'a> NumberedNames<'n, 'a> {
    /// Without any number.
    pub(crate) fn new(names: &'n mut Names<'a>) -> Self {
        Self {
            names,
            principals: ByNumber::default(),
            held: None,
        }
    }

    /// The name of the principal with a number.
    pub(super) fn principal(&mut self, number: u32, it: &wire::Resource) -> Result<Rc<str>> {
        let known = self.principals.known(number);
        if let Some(name) = known.and_then(|&known| self.names.resources.all.at(known)) {
            return Ok(Rc::clone(name));
        }
        let name = self.names.resource(it)?;
        if let Some(known) = self.names.resources.all.number(&it.external_id()) {
            self.principals.put(number, known);
        }
        Ok(name)
    }

    /// The names of the entitlement with a number.
    pub(super) fn held(&mut self, number: u32, it: &wire::Entitlement) -> Result<HeldNames> {
        if let Some((last, (entitlement, resource))) = &self.held
            && *last == number
        {
            return Ok((Rc::clone(entitlement), Rc::clone(resource)));
        }
        let (entitlement, resource) = self.names.held(it)?;
        let held = (Rc::clone(&entitlement), Rc::clone(&resource));
        self.held = Some((number, held));
        Ok((entitlement, resource))
    }
}

impl EntitlementNames {
    fn of(it: &wire::Entitlement) -> Rc<Self> {
        Rc::new(Self {
            name: it.display_name.as_str().into(),
            slug: it.slug.as_str().into(),
            purpose: it.purpose,
        })
    }
}

/// Values that are looked up one by one and kept within a number of bytes, until so many were that reading all is
/// quicker; all are kept when they fit.
#[derive(Debug)]
struct Kept<V> {
    all: All<V>,
    looked_up: usize,
    cache: Cache<V>,
}

/// All values by key; none any more once they take too much.
#[derive(Debug)]
struct All<V> {
    keys: Interner<1>,
    /// By the numbers of their keys.
    values: Vec<V>,
    room: usize,
    is_full: bool,
}

impl<V> All<V> {
    fn within(room: usize) -> Self {
        Self {
            keys: Interner::new(),
            values: Vec::new(),
            room,
            is_full: false,
        }
    }

    fn add(&mut self, key: &str, bytes: usize, value: impl FnOnce() -> V) {
        let bytes = ENTRY_BYTES + key.len() + bytes;
        if self.is_full || bytes > self.room {
            *self = Self::within(0);
            self.is_full = true;
            return;
        }
        self.room -= bytes;
        let number = self.keys.number([key.as_bytes()]) as usize;
        match self.values.get_mut(number) {
            Some(known) => *known = value(),
            None => self.values.push(value()),
        }
    }

    /// The number of a key.
    fn number(&self, key: &str) -> Option<u32> {
        self.keys.known([key.as_bytes()])
    }

    /// The value of the key with a number.
    fn at(&self, number: u32) -> Option<&V> {
        self.values.get(number as usize)
    }

    fn get(&self, key: &str) -> Option<&V> {
        self.at(self.number(key)?)
    }
}

impl<V: Clone> Kept<V> {
    fn within(limit: usize) -> Self {
        Self {
            all: All::within(limit),
            looked_up: 0,
            cache: Cache::new(limit),
        }
    }

    /// A value that is kept. `read` reads all values.
    fn get(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut All<V>) -> Result<()>,
    ) -> Result<Option<V>> {
        if let Some(value) = self.all.get(key) {
            return Ok(Some(value.clone()));
        }
        let kept = self.cache.get(key);
        if kept.is_none() {
            self.looked_up += 1;
            if self.looked_up == MANY {
                read(&mut self.all)?;
                return Ok(self.all.get(key).cloned());
            }
        }
        Ok(kept)
    }

    fn put(&mut self, key: &str, value: &V, bytes: usize) {
        self.cache.put(key, value, key.len() + bytes);
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
