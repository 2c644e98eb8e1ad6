//! Which grants are new and which are gone: who holds what, compared by entitlement and principal.
//!
//! Both syncs are walked in order, so that a million grants cost no memory. What a person holds under a new id as
//! under the old one follows from the new id and is marked so ([`GrantChange::other_key`]).

use std::collections::HashMap;

use connector_c1z::GrantKey;
use connector_core::Result;
use serde::Serialize;

use super::merge::{Meeting, merge};
use super::people::PeopleDiff;
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
}

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
    /// People under another id: by the id in OLD that in NEW, and the other way round.
    later: HashMap<(&'a str, &'a str), &'a Key>,
    earlier: HashMap<(&'a str, &'a str), &'a Key>,
}

impl<'a> Grants<'a> {
    /// The grants of the two syncs whose people `people` compares.
    pub fn of(old: &'a Source, new: &'a Source, people: &PeopleDiff<'a>) -> Self {
        let both = people.changes.iter();
        let keys = both.filter_map(|c| c.both().map(|(before, after)| (&before.key, &after.key)));
        let rekeyed: Vec<_> = keys.filter(|(before, after)| before != after).collect();
        let from = |key: &'a Key| (&*key.resource_type, key.id.as_str());
        Self {
            old,
            new,
            later: rekeyed.iter().map(|&(b, a)| (from(b), a)).collect(),
            earlier: rekeyed.iter().map(|&(b, a)| (from(a), b)).collect(),
        }
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
        let (old, new) = (self.old.telling(old.rows()?), self.new.telling(new.rows()?));
        merge(old, new, |meeting| {
            let (added, grant) = match meeting {
                Meeting::Both(..) => {
                    counts.unchanged += 1;
                    return Ok(());
                }
                Meeting::Old(grant, ()) => (false, grant),
                Meeting::New(grant, ()) => (true, grant),
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
            })
        })?;
        Ok(counts)
    }

    /// The principal's id in the other sync, when the grant went from one id to the other.
    fn other_key(&self, added: bool, grant: &GrantKey) -> Result<Option<&'a Key>> {
        let (others, here, there) = match added {
            true => (&self.earlier, self.new, self.old),
            false => (&self.later, self.old, self.new),
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
        let has = |source: &Source| source.reader.has_grant(&source.sync.sync_id, &moved);
        Ok((has(there)? && !has(here)?).then_some(key))
    }
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
