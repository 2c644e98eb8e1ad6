//! Keys and values that follow from the records: indexes and counts, and what digests are made of.

use std::hash::Hasher;

use connector_core::Result;
use twox_hash::XxHash64;

use super::digests::Digests;
use super::grants::Grants;
use super::sort::Sorter;
use crate::checksum::xxh64;
use crate::error::damaged;
use crate::keyspace::{Keyspace, SEPARATOR, escape};
use crate::proto::Fields;
use crate::records::SyncStatsRecord;

const BY_PARENT: [u8; 4] = [3, 7, 1, 0];

/// The keyspace of a record's key, and the key's elements; `None` for other keys.
pub(super) fn record_key(key: &[u8]) -> Option<(Keyspace, &[u8])> {
    const RECORDS: [Keyspace; 5] = [
        Keyspace::ResourceType,
        Keyspace::Resource,
        Keyspace::Entitlement,
        Keyspace::Grant,
        Keyspace::Asset,
    ];
    RECORDS
        .into_iter()
        .find_map(|space| Some((space, space.elements(key)?)))
}

/// Rows that will follow the records.
#[derive(Debug)]
pub(super) struct Indexes {
    by_parent: Sorter,
    grants: Grants,
    digests: Digests,
    stats: SyncStatsRecord,
    counting: Counting,
    scratch: Vec<u8>,
}

impl Indexes {
    pub(super) fn new(sorter: impl Fn() -> Sorter) -> Self {
        Self {
            by_parent: sorter(),
            grants: Grants::new(&sorter),
            digests: Digests::new(sorter()),
            stats: SyncStatsRecord::default(),
            counting: Counting::default(),
            scratch: Vec::new(),
        }
    }

    /// Counts of the records so far.
    pub(super) fn take_stats(&mut self) -> Result<SyncStatsRecord> {
        self.count_up()?;
        Ok(std::mem::take(&mut self.stats))
    }

    /// Notes what follows from a record.
    pub(super) fn note(&mut self, space: Keyspace, tuple: &[u8], value: &[u8]) -> Result<()> {
        match space {
            Keyspace::ResourceType => self.stats.resource_types += 1,
            Keyspace::Asset => self.stats.assets += 1,
            Keyspace::Session => {}
            Keyspace::Resource => {
                self.count(space, tuple)?;
                self.note_parent(tuple, value)?;
            }
            Keyspace::Entitlement => {
                self.count(space, tuple)?;
                // Replaced when the entitlement has grants.
                self.digests.add_empty(tuple)?;
            }
            Keyspace::Grant => {
                self.count(space, tuple)?;
                self.grants.add(tuple, value)?;
            }
        }
        Ok(())
    }

    /// Counts a row under the first element of its key, its type. Rows of a type follow each other.
    fn count(&mut self, space: Keyspace, tuple: &[u8]) -> Result<()> {
        let end = tuple.iter().position(|byte| *byte == SEPARATOR);
        let kind = tuple.get(..end.unwrap_or(tuple.len())).unwrap_or_default();
        if self.counting.space != Some(space) || self.counting.kind != kind {
            self.count_up()?;
            self.counting.space = Some(space);
            self.counting.kind.extend_from_slice(kind);
        }
        self.counting.rows += 1;
        Ok(())
    }

    /// Adds what was counted of one type to the counts.
    fn count_up(&mut self) -> Result<()> {
        let counting = std::mem::take(&mut self.counting);
        let stats = &mut self.stats;
        let (total, by_type) = match counting.space {
            Some(Keyspace::Resource) => {
                (&mut stats.resources, &mut stats.resources_by_resource_type)
            }
            Some(Keyspace::Entitlement) => (
                &mut stats.entitlements,
                &mut stats.entitlements_by_resource_type,
            ),
            Some(Keyspace::Grant) => (
                &mut stats.grants,
                &mut stats.grants_by_entitlement_resource_type,
            ),
            _ => return Ok(()),
        };
        let kind = crate::keyspace::unescape(&counting.kind)
            .ok_or_else(|| damaged("a key that is not text"))?;
        *total += counting.rows;
        *by_type.entry(kind).or_default() += counting.rows;
        Ok(())
    }

    fn note_parent(&mut self, tuple: &[u8], value: &[u8]) -> Result<()> {
        let mut fields = Fields::new(value, "a resource");
        while let Some((number, field)) = fields.next()? {
            if number != 6 {
                continue;
            }
            let (mut kind, mut id): (&[u8], &[u8]) = (&[], &[]);
            let mut parent = Fields::new(field.bytes()?, "a parent");
            while let Some((number, part)) = parent.next()? {
                match number {
                    1 => kind = part.bytes()?,
                    2 => id = part.bytes()?,
                    _ => {}
                }
            }
            let key = &mut self.scratch;
            key.clear();
            key.extend(BY_PARENT);
            escape(key, kind);
            key.push(SEPARATOR);
            escape(key, id);
            key.push(SEPARATOR);
            key.extend_from_slice(tuple);
            self.by_parent.push(key, &[])?;
        }
        Ok(())
    }

    /// Hands over the rows in order; returns what is still to come behind them.
    pub(super) fn rows(self, mut each: impl FnMut(&[u8], &[u8]) -> Result<()>) -> Result<Digests> {
        let grants = self.grants.finish()?;
        let by_parent = self.by_parent.finish()?;
        for mut index in [by_parent, grants.by_principal, grants.needs_expansion] {
            while let Some((key, value)) = index.next_row()? {
                each(key, value)?;
            }
        }
        let (mut digests, mut hashes) = (self.digests, grants.hashes);
        while let Some((key, value)) = hashes.next_row()? {
            digests.note(key, value)?;
            each(key, value)?;
        }
        Ok(digests)
    }
}

/// How many rows of one type have come one after the other.
#[derive(Debug, Default)]
struct Counting {
    space: Option<Keyspace>,
    kind: Vec<u8>,
    rows: i64,
}

/// A hash over what a grant says: what is held by which principal, and because of what.
pub(crate) fn content_hash<'a>(tuple: &[u8], sources: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let mut sources = sources.into_iter().peekable();
    if sources.peek().is_none() {
        return xxh64(tuple);
    }
    let mut hash = XxHash64::with_seed(0);
    hash.write(tuple);
    let mut element = Vec::new();
    for source in sources {
        element.clear();
        element.push(SEPARATOR);
        escape(&mut element, source);
        hash.write(&element);
    }
    hash.finish()
}

/// The first `count` elements and what follows them.
pub(super) fn split(tuple: &[u8], count: usize) -> Option<(&[u8], &[u8])> {
    let ends = tuple.iter().enumerate();
    let mut ends = ends.filter(|(_, byte)| **byte == SEPARATOR);
    let (at, _) = ends.nth(count - 1)?;
    Some((tuple.get(..at)?, tuple.get(at + 1..)?))
}
