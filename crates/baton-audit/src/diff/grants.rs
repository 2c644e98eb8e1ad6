//! Which grants are new and which are gone: who holds what, compared by entitlement and principal.
//!
//! Both syncs are walked in order, so that a million grants cost no memory. What follows from groups in groups and a file
//! has no grant for is held and compared as if it had one, so that it makes no difference whether the writer of a file
//! expands groups, and access that ends because a nested group lost a grant is among what is gone. What a person holds under a new id as
//! under the old one follows from the new id and is marked so ([`GrantChange::other_key`]).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use connector_c1z::GrantKey;
use connector_core::Result;
use serde::Serialize;

use super::merge::{Meeting, merge};
use super::people::PeopleDiff;
use crate::expansion::Expansion;
use crate::identity::Key;
use crate::source::Source;

/// A grant that one sync alone has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantChange<'a> {
    /// NEW has it; OLD otherwise.
    pub added: bool,
    /// Who holds what.
    pub grant: GrantKey,
    /// The principal's id in the other sync, when the same is held there under that id.
    pub other_key: Option<&'a Key>,
    /// The way through groups in groups when the file has no grant: ids of entitlements, the first is held by a grant.
    pub via: Vec<String>,
}

/// What follows from groups in groups, and the way there.
type Followed = BTreeMap<GrantKey, Vec<Rc<str>>>;

/// How many grants differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct GrantCounts {
    /// Grants in both syncs.
    pub unchanged: u64,
    /// Grants in NEW alone, without those that were carried over.
    pub added: u64,
    /// Grants in OLD alone, without those that were carried over.
    pub removed: u64,
    /// Grants in OLD under one id of the principal and in NEW under another.
    pub carried_over: u64,
}

impl GrantCounts {
    /// Whether none differs.
    pub fn is_same(&self) -> bool {
        self.added == 0 && self.removed == 0 && self.carried_over == 0
    }
}

/// The grants of two syncs.
#[derive(Debug)]
pub struct Grants<'a> {
    old: &'a Source,
    new: &'a Source,
    old_followed: Followed,
    new_followed: Followed,
    /// People under another id: by the id in OLD that in NEW, and the other way round.
    later: HashMap<(&'a str, &'a str), &'a Key>,
    earlier: HashMap<(&'a str, &'a str), &'a Key>,
}

impl<'a> Grants<'a> {
    /// The grants of the two syncs whose people `people` compares.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn of(old: &'a Source, new: &'a Source, people: &PeopleDiff<'a>) -> Result<Self> {
        let both = people.changes.iter();
        let keys = both.filter_map(|c| c.both().map(|(before, after)| (&before.key, &after.key)));
        let rekeyed: Vec<_> = keys.filter(|(before, after)| before != after).collect();
        let from = |key: &'a Key| (&*key.resource_type, key.id.as_str());
        Ok(Self {
            old,
            new,
            old_followed: followed(old)?,
            new_followed: followed(new)?,
            later: rekeyed.iter().map(|&(b, a)| (from(b), a)).collect(),
            earlier: rekeyed.iter().map(|&(b, a)| (from(a), b)).collect(),
        })
    }

    /// Calls `each` with every grant that differs, by entitlement and principal, and counts all.
    ///
    /// # Errors
    /// When a file is damaged, or what `each` returns.
    pub fn for_each(
        &self,
        mut each: impl FnMut(GrantChange<'a>) -> Result<()>,
    ) -> Result<GrantCounts> {
        let mut counts = GrantCounts::default();
        let mut old = self.old.reader.grants_in_order(&self.old.sync.sync_id)?;
        let mut new = self.new.reader.grants_in_order(&self.new.sync.sync_id)?;
        let old = with(self.old.telling(old.rows()?), &self.old_followed);
        let new = with(self.new.telling(new.rows()?), &self.new_followed);
        merge(old, new, |meeting| {
            let (added, grant, via) = match meeting {
                Meeting::Both(..) => {
                    counts.unchanged += 1;
                    return Ok(());
                }
                Meeting::Old(grant, via) => (false, grant, via),
                Meeting::New(grant, via) => (true, grant, via),
            };
            let other_key = self.other_key(added, &grant)?;
            match (added, other_key.is_some()) {
                (true, false) => counts.added += 1,
                (false, false) => counts.removed += 1,
                // It is met in both syncs and counted once.
                (true, true) => counts.carried_over += 1,
                (false, true) => {}
            }
            each(GrantChange {
                added,
                grant,
                other_key,
                via: via.into_iter().flatten().map(|id| id.to_string()).collect(),
            })
        })?;
        Ok(counts)
    }

    /// The principal's id in the other sync, when the grant went from one id to the other.
    fn other_key(&self, added: bool, grant: &GrantKey) -> Result<Option<&'a Key>> {
        let (others, here, there) = match added {
            true => (&self.earlier, true, false),
            false => (&self.later, false, true),
        };
        let principal = (grant.principal_type.as_str(), grant.principal_id.as_str());
        let Some(&key) = others.get(&principal) else {
            return Ok(None);
        };
        let moved = GrantKey {
            principal_type: key.resource_type.to_string(),
            principal_id: key.id.clone(),
            ..grant.clone()
        };
        Ok((self.has(there, &moved)? && !self.has(here, &moved)?).then_some(key))
    }

    /// Whether a sync has a grant or what makes up for one.
    fn has(&self, new: bool, grant: &GrantKey) -> Result<bool> {
        let (source, followed) = match new {
            true => (self.new, &self.new_followed),
            false => (self.old, &self.old_followed),
        };
        let has = || source.reader.has_grant(&source.sync.sync_id, grant);
        Ok(followed.contains_key(grant) || has()?)
    }
}

/// What follows from groups in groups in a sync.
fn followed(source: &Source) -> Result<Followed> {
    let mut followed = Followed::new();
    // Many ways lead over the same entitlements.
    let mut ids: HashSet<Rc<str>> = HashSet::new();
    Expansion::whole(source)?.for_each(|holder, derived| {
        let on = derived.entitlement.resource.as_ref();
        let on = on.and_then(|on| on.id.clone()).unwrap_or_default();
        let key = GrantKey {
            resource_type: on.resource_type,
            resource_id: on.resource,
            entitlement: derived.entitlement.id.clone(),
            principal_type: holder.resource_type.clone(),
            principal_id: holder.resource.clone(),
        };
        let mut shared = |id: &str| match ids.get(id) {
            Some(known) => Rc::clone(known),
            None => {
                let id: Rc<str> = Rc::from(id);
                ids.insert(Rc::clone(&id));
                id
            }
        };
        let via = derived.via.into_iter().map(&mut shared).collect();
        followed.insert(key, via);
        Ok(())
    })?;
    Ok(followed)
}

/// The grants of a sync and what follows from them, in order.
fn with(
    grants: impl Iterator<Item = Result<(GrantKey, ())>>,
    followed: &Followed,
) -> impl Iterator<Item = Result<(GrantKey, Option<&Vec<Rc<str>>>)>> {
    let mut grants = grants.peekable();
    let mut followed = followed.iter().peekable();
    std::iter::from_fn(move || {
        let comes_first = match (grants.peek(), followed.peek()) {
            (Some(Ok((grant, ()))), Some((key, _))) => *key < grant,
            (Some(_), _) => false,
            (None, _) => true,
        };
        if comes_first {
            let (key, via) = followed.next()?;
            return Some(Ok((key.clone(), Some(via))));
        }
        let grant = grants.next()?.map(|(grant, ())| (grant, None));
        // What the file has a grant for is there once.
        if let (Ok((grant, _)), Some((key, _))) = (&grant, followed.peek())
            && *key == grant
        {
            followed.next();
        }
        Some(grant)
    })
}

impl Source {
    /// The rows, with errors that name the file.
    pub(super) fn telling<T>(
        &self,
        rows: impl Iterator<Item = Result<T>>,
    ) -> impl Iterator<Item = Result<T>> {
        rows.map(|row| row.map_err(|e| e.during(format!("reading {}", self.path.display()))))
    }
}
