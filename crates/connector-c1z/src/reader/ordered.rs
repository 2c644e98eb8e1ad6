//! Reads a sync's rows by their keys, so that two syncs can be walked side by side while neither is held in memory.

use std::cmp::Ordering;

use connector_core::{Error, Result};
use connector_pebble::{Keyspace, entitlement_tail};

use super::listing::{Mapped, Place};
use super::{Listing, RowAt};
use crate::{fault, wire};

/// The content of a grant: which principal holds which entitlement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GrantKey {
    /// The type of the resource that the entitlement is on.
    pub resource_type: String,
    /// The vendor id of that resource.
    pub resource_id: String,
    /// The entitlement's id.
    pub entitlement: String,
    /// The principal's type.
    pub principal_type: String,
    /// The principal's vendor id.
    pub principal_id: String,
}

impl GrantKey {
    /// What is wrong with a grant that leaves out one of these: access that cannot be attributed would be missing
    /// without a word.
    pub(super) fn unnamed(&self) -> Option<&'static str> {
        let held = [&self.resource_type, &self.resource_id, &self.entitlement];
        let holder = [&self.principal_type, &self.principal_id];
        missing(held.map(String::as_str), holder.map(String::as_str))
    }

    /// The order of the entitlements' ids. Those that do not begin with their resource's come before the others.
    fn entitlement_order(&self, other: &Self) -> Ordering {
        if self.entitlement == other.entitlement {
            return Ordering::Equal;
        }
        let on_resource =
            |key: &Self| entitlement_tail(&key.resource_type, &key.resource_id, &key.entitlement).0;
        on_resource(self)
            .cmp(on_resource(other))
            .then_with(|| self.entitlement.cmp(&other.entitlement))
    }
}

impl Ord for GrantKey {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.resource_type.cmp(&other.resource_type))
            .then_with(|| self.resource_id.cmp(&other.resource_id))
            .then_with(|| self.entitlement_order(other))
            .then_with(|| self.principal_type.cmp(&other.principal_type))
            .then_with(|| self.principal_id.cmp(&other.principal_id))
    }
}

impl PartialOrd for GrantKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of entitlements by their resource's ids and their own: as in a version 3 file's keys, those whose id does not
/// begin with their resource's come first.
pub(super) fn by_key(a: [&[u8]; 3], b: [&[u8]; 3]) -> Ordering {
    let both = a[..2].cmp(&b[..2]);
    both.then_with(|| is_on_resource(a).cmp(&is_on_resource(b)))
        .then_with(|| a[2].cmp(b[2]))
}

/// Whether the id of an entitlement begins with that of its resource.
fn is_on_resource([kind, resource, entitlement]: [&[u8]; 3]) -> bool {
    (entitlement.strip_prefix(kind))
        .and_then(|rest| rest.strip_prefix(b":"))
        .and_then(|rest| rest.strip_prefix(resource))
        .is_some_and(|rest| rest.starts_with(b":"))
}

/// Messages that have a key in a version 3 file.
pub(super) trait Keyed {
    fn key(&self) -> Vec<u8>;
    fn has_id(&self) -> bool;
}

impl Keyed for wire::ResourceType {
    fn key(&self) -> Vec<u8> {
        Keyspace::ResourceType.key(&[&self.id])
    }

    fn has_id(&self) -> bool {
        !self.id.is_empty()
    }
}

impl Keyed for wire::Resource {
    fn key(&self) -> Vec<u8> {
        let (kind, id) = ids(Some(self));
        Keyspace::Resource.key(&[kind, id])
    }

    fn has_id(&self) -> bool {
        !ids(Some(self)).1.is_empty()
    }
}

impl Keyed for wire::Entitlement {
    fn key(&self) -> Vec<u8> {
        let (kind, id) = ids(self.resource.as_ref());
        let (on_resource, tail) = entitlement_tail(kind, id, &self.id);
        Keyspace::Entitlement.key(&[kind, id, on_resource, tail])
    }

    fn has_id(&self) -> bool {
        !self.id.is_empty()
    }
}

/// What a grant does not name; see [`GrantKey::unnamed`].
pub(crate) fn unnamed(grant: &wire::Grant) -> Option<&'static str> {
    missing(entitlement_ids(grant), principal_ids(grant))
}

/// The ids of what a grant gives: those of the resource and its own; empty where the grant has none.
pub(super) fn entitlement_ids(grant: &wire::Grant) -> [&str; 3] {
    let held = grant.entitlement.as_ref();
    let (kind, id) = ids(held.and_then(|held| held.resource.as_ref()));
    [kind, id, held.map_or("", |held| &held.id)]
}

/// The ids of who holds a grant; empty where the grant has none.
pub(super) fn principal_ids(grant: &wire::Grant) -> [&str; 2] {
    ids(grant.principal.as_ref()).into()
}

fn missing(held: [&str; 3], holder: [&str; 2]) -> Option<&'static str> {
    match (held.contains(&""), holder.contains(&"")) {
        (true, _) => Some("it does not name what is held"),
        (false, true) => Some("it does not name who holds it"),
        (false, false) => None,
    }
}

fn ids(resource: Option<&wire::Resource>) -> (&str, &str) {
    let id = resource.and_then(|resource| resource.id.as_ref());
    id.map_or(("", ""), |id| (&id.resource_type, &id.resource))
}

/// Rows to be read in the order of their keys; see [`InOrder::rows`].
#[derive(Debug)]
pub struct InOrder<'r, K, V>(Listing<'r, (K, V)>);

impl<'r, K, V> InOrder<'r, K, V> {
    pub(super) const fn new(rows: Listing<'r, (K, V)>) -> Self {
        Self(rows)
    }

    /// The rows from the first on.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn rows(&mut self) -> Result<InOrderRows<'_, K, V>> {
        Ok(InOrderRows {
            rows: self.0.rows()?,
            next: None,
        })
    }
}

/// Messages with their keys.
pub(super) fn keyed<'r, M: Keyed + 'r>(rows: Listing<'r, Place<M>>) -> InOrder<'r, Vec<u8>, M> {
    let with_key = |(at, message): Place<M>| match at {
        RowAt::Key(key) => (key.into_vec(), message),
        RowAt::Table { .. } => (message.key(), message),
    };
    InOrder::new(Listing::new(Mapped(rows, with_key)))
}

/// Rows in the order of their keys, each key once. After an error there are no more.
pub struct InOrderRows<'s, K, V> {
    rows: Box<dyn Iterator<Item = Result<(K, V)>> + 's>,
    /// Read already, to be given once the row after it is known to have another key.
    next: Option<(K, V)>,
}

impl<K, V> std::fmt::Debug for InOrderRows<'_, K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InOrderRows").finish_non_exhaustive()
    }
}

impl<K: Ord, V> InOrderRows<'_, K, V> {
    fn take(&mut self) -> Result<Option<(K, V)>> {
        loop {
            let Some(row) = self.rows.next().transpose()? else {
                return Ok(self.next.take());
            };
            match self.next.as_ref().map(|next| next.0.cmp(&row.0)) {
                Some(Ordering::Equal) => {}
                Some(Ordering::Greater) => return Err(disordered()),
                Some(Ordering::Less) => return Ok(self.next.replace(row)),
                None => self.next = Some(row),
            }
        }
    }
}

impl<K: Ord, V> Iterator for InOrderRows<'_, K, V> {
    type Item = Result<(K, V)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take().transpose()
    }
}

/// Columns that contradict their messages, or an index that does not fit its table.
fn disordered() -> Error {
    fault::precondition("the file is damaged: its rows cannot be put in order")
}
