//! What a run that writes nothing would have changed, compared with the newest finished full sync of the file that is
//! there.
//!
//! Rows are found again by their ids: a person who is back under another id counts as removed and as added. A person is
//! changed when anything in the row is; everything else is changed when its name is.

use std::collections::BTreeMap;

use connector_core::Result;
use connector_core::model::{ResourceType, Trait};
use connector_core::shrink::Loss;
use connector_core::store::Phase;
use jiff::Timestamp;
use prost::Message;

use crate::rows::short::{Short, hash};
use crate::seal::Content;
use crate::shrink::Old;

/// What a run would have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preview {
    /// There is no file, or none with a finished full sync.
    NothingBefore,
    /// The run covers a part only, which is not compared with a whole.
    Part,
    /// The difference to the earlier sync.
    Difference(Box<Difference>),
}

/// The difference between two full syncs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The id of the earlier sync.
    pub sync_id: String,
    /// When the earlier sync ended.
    pub ended_at: Option<Timestamp>,
    /// Resources of types with the user trait.
    pub people: Changed,
    /// Resources of types with the group trait.
    pub groups: Changed,
    /// All other resources.
    pub others: Changed,
    /// Entitlements.
    pub entitlements: Changed,
    /// Grants; they are there or not, and never changed.
    pub grants: Changed,
    /// What the shrink guard would hold the run back for.
    pub losses: Vec<Loss>,
}

/// How many rows of a kind differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changed {
    /// Rows that only the new sync has.
    pub added: u64,
    /// Rows that only the earlier sync has.
    pub removed: u64,
    /// Rows of both that differ.
    pub changed: u64,
    /// Rows that are the same in both.
    pub unchanged: u64,
}

/// The rows of a kind by the hash of the id, each with the hash of what is compared: 16 bytes a row.
#[derive(Debug, Default)]
struct Rows {
    rows: Vec<(u64, u64)>,
    counts: Changed,
}

impl Rows {
    fn add(&mut self, id: &(impl std::hash::Hash + ?Sized), content: u64) {
        self.rows.push((hash(id), content));
    }

    fn sort(&mut self) {
        self.rows.sort_unstable();
        self.rows.dedup_by_key(|(id, _)| *id);
    }

    fn meet(&mut self, id: &(impl std::hash::Hash + ?Sized), content: u64) {
        let found = self.rows.binary_search_by_key(&hash(id), |(id, _)| *id);
        match found.ok().and_then(|at| self.rows.get(at)) {
            None => self.counts.removed += 1,
            Some((_, same)) if *same == content => self.counts.unchanged += 1,
            Some(_) => self.counts.changed += 1,
        }
    }

    fn counts(self) -> Changed {
        let found = self.counts.changed + self.counts.unchanged;
        Changed {
            added: (self.rows.len() as u64).saturating_sub(found),
            ..self.counts
        }
    }
}

/// Compares the rows of a run in memory with a sync.
pub(crate) fn difference(
    new: &Content<'_>,
    types: &[ResourceType],
    old: &Old<'_>,
    losses: Vec<Loss>,
) -> Result<Difference> {
    let [people, groups, others] = resources(new, types, old)?;
    Ok(Difference {
        sync_id: old.sync_id().to_owned(),
        ended_at: old.ended_at()?,
        people,
        groups,
        others,
        entitlements: entitlements(new, old)?,
        grants: grants(new, old)?,
        losses,
    })
}

/// People, groups and others.
fn resources(new: &Content<'_>, types: &[ResourceType], old: &Old<'_>) -> Result<[Changed; 3]> {
    let kinds: BTreeMap<&str, _> = types.iter().map(|t| (t.id.as_str(), t.kind)).collect();
    let place = |resource_type: &str| match kinds.get(resource_type) {
        Some(Some(Trait::User)) => 0,
        Some(Some(Trait::Group)) => 1,
        _ => 2,
    };
    let content = |place: usize, row: &Short| match place {
        0 => row.content,
        _ => hash(&row.display_name),
    };
    let mut rows: [Rows; 3] = Default::default();
    new.each(Phase::Resources, |_, _, row, message| {
        let place = place(row.resource_type);
        let short = Short::decode(message.bytes()).unwrap_or_default();
        rows[place].add(&(row.resource_type, row.id), content(place, &short));
        Ok(())
    })?;
    rows.iter_mut().for_each(Rows::sort);
    old.each_resource(|resource| {
        let id = resource.id.clone().unwrap_or_default();
        let place = place(&id.resource_type);
        let content = content(place, &Short::from(resource));
        rows[place].meet(&(id.resource_type.as_str(), id.resource.as_str()), content);
    })?;
    Ok(rows.map(Rows::counts))
}

fn entitlements(new: &Content<'_>, old: &Old<'_>) -> Result<Changed> {
    let mut rows = Rows::default();
    let mut id = String::new();
    new.each(Phase::Entitlements, |_, _, row, message| {
        row.entitlement_id(&mut id);
        let short = Short::decode(message.bytes()).unwrap_or_default();
        rows.add(&id, hash(&short.display_name));
        Ok(())
    })?;
    rows.sort();
    old.each_entitlement(|row| rows.meet(&row.id, hash(&row.display_name)))?;
    Ok(rows.counts())
}

fn grants(new: &Content<'_>, old: &Old<'_>) -> Result<Changed> {
    let mut rows = Rows::default();
    let mut id = String::new();
    new.each(Phase::Grants, |_, _, row, _| {
        row.entitlement_id(&mut id);
        let (kind, principal) = row.other.unwrap_or_default();
        rows.add(&[id.as_str(), kind, principal], 0);
        Ok(())
    })?;
    rows.sort();
    old.grants(&mut |parts| rows.meet(&parts, 0))?;
    Ok(rows.counts())
}
