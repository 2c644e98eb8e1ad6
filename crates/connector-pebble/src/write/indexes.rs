//! Keys and values that follow from the records: indexes, counts, and digests over grants.

use std::collections::BTreeMap;
use std::hash::Hasher;

use connector_core::Result;
use connector_proto::c1::c1z::v3::GrantDigestRoot;
use twox_hash::XxHash64;

use super::sort::{Sorted, Sorter};
use crate::checksum::xxh64;
use crate::error::damaged;
use crate::keyspace::{Keyspace, SEPARATOR, escape};
use crate::proto::Fields;
use crate::records::SyncStatsRecord;

/// How digests are computed here.
pub(crate) const DIGEST_VERSION: u32 = 1;

const BY_PARENT: [u8; 4] = [3, 7, 1, 0];
const BY_PRINCIPAL: [u8; 4] = [3, 7, 4, 0];
const NEEDS_EXPANSION: [u8; 4] = [3, 7, 5, 0];
const GRANT_HASH: [u8; 4] = [3, 7, 8, 0];
const DIGEST: [u8; 4] = [3, 0x0A, 8, 0];

/// Levels of digest nodes.
const PARTITION: u8 = 0;
const BUCKET: u8 = 1;
const FILE: u8 = 2;

/// Grants of an entitlement up to which its digest has no buckets, and that each bucket is to have on average.
const GRANTS_PER_BUCKET: u64 = 512;
/// Bits of a principal's hash.
const HASH_BITS: u32 = 16;

/// The elements of an entitlement's key, which those of a grant begin with.
const ENTITLEMENT_ELEMENTS: usize = 4;
const GRANT_ELEMENTS: usize = 6;

/// How many elements the keys of a keyspace have, and which of them may be empty.
const fn shape(space: Keyspace) -> (usize, Option<usize>) {
    match space {
        Keyspace::ResourceType | Keyspace::Asset => (1, None),
        Keyspace::Resource | Keyspace::Session => (2, None),
        // What follows the resource's id in the entitlement's can be nothing.
        Keyspace::Entitlement => (ENTITLEMENT_ELEMENTS, Some(3)),
        Keyspace::Grant => (GRANT_ELEMENTS, Some(3)),
    }
}

/// The keyspace of a record's key, and the key's elements; `None` for other keys.
pub(super) fn record_key(key: &[u8]) -> Option<(Keyspace, &[u8])> {
    const RECORDS: [Keyspace; 5] = [
        Keyspace::ResourceType,
        Keyspace::Resource,
        Keyspace::Entitlement,
        Keyspace::Grant,
        Keyspace::Asset,
    ];
    let space = RECORDS
        .into_iter()
        .find(|space| key.starts_with(&space.prefix()))?;
    let tuple = key.get(space.prefix().len()..)?;
    let (count, may_be_empty) = shape(space);
    let mut found = 0;
    for (at, element) in tuple.split(|byte| *byte == SEPARATOR).enumerate() {
        found += 1;
        if element.is_empty() && may_be_empty != Some(at) {
            return None;
        }
    }
    (found == count).then_some((space, tuple))
}

/// Rows that will follow the records.
#[derive(Debug)]
pub(super) struct Indexes {
    rows: Sorter,
    digests: Sorter,
    pub(super) stats: SyncStatsRecord,
    scratch: Vec<u8>,
}

impl Indexes {
    pub(super) fn new(sorter: impl Fn() -> Sorter) -> Self {
        Self {
            rows: sorter(),
            digests: sorter(),
            stats: SyncStatsRecord::default(),
            scratch: Vec::new(),
        }
    }

    /// Notes what follows from a record.
    pub(super) fn note(&mut self, space: Keyspace, tuple: &[u8], value: &[u8]) -> Result<()> {
        let stats = &mut self.stats;
        match space {
            Keyspace::ResourceType => stats.resource_types += 1,
            Keyspace::Asset => stats.assets += 1,
            Keyspace::Session => {}
            Keyspace::Resource => {
                stats.resources += 1;
                count(&mut stats.resources_by_resource_type, tuple)?;
                self.note_parent(tuple, value)?;
            }
            Keyspace::Entitlement => {
                stats.entitlements += 1;
                count(&mut stats.entitlements_by_resource_type, tuple)?;
                // Replaced when the entitlement has grants.
                let key = digest_key(tuple, PARTITION, &[]);
                self.digests.push(&key, &root(0, Sum::default()))?;
            }
            Keyspace::Grant => {
                stats.grants += 1;
                count(&mut stats.grants_by_entitlement_resource_type, tuple)?;
                self.note_grant(tuple, value)?;
            }
        }
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
            self.rows.push(key, &[])?;
        }
        Ok(())
    }

    fn note_grant(&mut self, tuple: &[u8], value: &[u8]) -> Result<()> {
        let mut needs_expansion = false;
        let mut sources = Vec::new();
        let mut fields = Fields::new(value, "a grant");
        while let Some((number, field)) = fields.next()? {
            match number {
                7 => needs_expansion = field.varint()? != 0,
                9 => {
                    let mut id: &[u8] = &[];
                    let mut entry = Fields::new(field.bytes()?, "a source");
                    while let Some((number, part)) = entry.next()? {
                        if number == 1 {
                            id = part.bytes()?;
                        }
                    }
                    sources.push(id);
                }
                _ => {}
            }
        }
        sources.sort_unstable();
        sources.dedup();
        let (entitlement, principal) =
            split(tuple, ENTITLEMENT_ELEMENTS).ok_or_else(|| damaged("a grant's key"))?;
        let key = &mut self.scratch;
        key.clear();
        key.extend(BY_PRINCIPAL);
        key.extend_from_slice(principal);
        key.push(SEPARATOR);
        key.extend_from_slice(entitlement);
        self.rows.push(key, &[])?;
        if needs_expansion {
            key.clear();
            key.extend(NEEDS_EXPANSION);
            key.extend_from_slice(tuple);
            self.rows.push(key, &[])?;
        }
        let bucket = (xxh64(principal) >> (u64::BITS - HASH_BITS)) as u16;
        key.clear();
        key.extend(GRANT_HASH);
        key.extend_from_slice(entitlement);
        key.push(SEPARATOR);
        key.extend(bucket.to_be_bytes());
        key.extend_from_slice(principal);
        self.rows
            .push(key, &content_hash(tuple, sources).to_be_bytes())
    }

    /// The rows in order, and what is still to come behind them.
    pub(super) fn finish(self) -> Result<(Sorted, Digests)> {
        let digests = Digests {
            nodes: self.digests,
            open: None,
            file: Sum::default(),
        };
        Ok((self.rows.finish()?, digests))
    }
}

/// A hash over what a grant says: what is held by which principal, and because of what.
pub(crate) fn content_hash<'a>(tuple: &[u8], sources: impl IntoIterator<Item = &'a [u8]>) -> u64 {
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

/// Counts a row under the first element of its key, its type.
fn count(counts: &mut BTreeMap<String, i64>, tuple: &[u8]) -> Result<()> {
    let first = tuple.split(|byte| *byte == SEPARATOR).next();
    let kind = crate::keyspace::unescape(first.unwrap_or_default())
        .ok_or_else(|| damaged("a key that is not text"))?;
    *counts.entry(kind).or_default() += 1;
    Ok(())
}

/// The first `count` elements and what follows them.
fn split(tuple: &[u8], count: usize) -> Option<(&[u8], &[u8])> {
    let ends = tuple.iter().enumerate();
    let mut ends = ends.filter(|(_, byte)| **byte == SEPARATOR);
    let (at, _) = ends.nth(count - 1)?;
    Some((tuple.get(..at)?, tuple.get(at + 1..)?))
}

/// How many grants, and their content hashes combined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    xor: u64,
}

impl Sum {
    const fn add(&mut self, other: Self) {
        self.count += other.count;
        self.xor ^= other.xor;
    }

    fn encode(self) -> Vec<u8> {
        [self.count.to_be_bytes(), self.xor.to_be_bytes()].concat()
    }
}

/// The grants of one entitlement.
#[derive(Debug)]
struct Open {
    partition: Vec<u8>,
    /// By bucket, in order.
    buckets: Vec<(u16, Sum)>,
    all: Sum,
}

/// Adds up the rows of the hash index.
#[derive(Debug)]
pub(super) struct Digests {
    nodes: Sorter,
    open: Option<Open>,
    file: Sum,
}

impl Digests {
    /// Notes a row of an index, in order.
    pub(super) fn note(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let Some(tuple) = key.strip_prefix(&GRANT_HASH) else {
            return Ok(());
        };
        let parts = split(tuple, ENTITLEMENT_ELEMENTS)
            .and_then(|(partition, rest)| Some((partition, *rest.first_chunk()?)))
            .zip(value.try_into().ok());
        let ((partition, bucket), hash) = parts.ok_or_else(|| damaged("a row of an index"))?;
        let one = Sum {
            count: 1,
            xor: u64::from_be_bytes(hash),
        };
        if (self.open.as_ref()).is_none_or(|open| open.partition != partition) {
            self.close()?;
        }
        let open = self.open.get_or_insert_with(|| Open {
            partition: partition.to_vec(),
            buckets: Vec::new(),
            all: Sum::default(),
        });
        open.all.add(one);
        let bucket = u16::from_be_bytes(bucket);
        match open.buckets.last_mut() {
            Some((last, sum)) if *last == bucket => sum.add(one),
            _ => open.buckets.push((bucket, one)),
        }
        Ok(())
    }

    /// Ends an entitlement.
    fn close(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        self.file.add(open.all);
        let width = (0..HASH_BITS)
            .find(|width| GRANTS_PER_BUCKET << width >= open.all.count)
            .unwrap_or(HASH_BITS);
        let key = digest_key(&open.partition, PARTITION, &[]);
        self.nodes.push(&key, &root(width as u8, open.all))?;
        if width == 0 {
            return Ok(());
        }
        let mask = u16::MAX << (HASH_BITS - width);
        for same in open.buckets.chunk_by(|(a, _), (b, _)| a & mask == b & mask) {
            let mut sum = Sum::default();
            same.iter().for_each(|(_, one)| sum.add(*one));
            let bucket = same.first().map_or(0, |(bucket, _)| bucket & mask);
            let key = digest_key(&open.partition, BUCKET, &bucket.to_be_bytes());
            self.nodes.push(&key, &sum.encode())?;
        }
        Ok(())
    }

    /// All nodes in order, and the digest over the whole file.
    pub(super) fn finish(mut self) -> Result<(Sorted, GrantDigestRoot)> {
        self.close()?;
        let key = digest_key(&[], FILE, &[]);
        self.nodes.push(&key, &self.file.encode())?;
        let digest = GrantDigestRoot {
            xor_digest: self.file.xor.to_be_bytes().to_vec(),
            count: self.file.count.cast_signed(),
            abi_version: DIGEST_VERSION,
        };
        Ok((self.nodes.finish()?, digest))
    }
}

/// The key of a digest node; the partition is one element of it.
fn digest_key(partition: &[u8], level: u8, bucket: &[u8]) -> Vec<u8> {
    let mut key = DIGEST.to_vec();
    escape(&mut key, partition);
    key.extend([SEPARATOR, level]);
    key.extend_from_slice(bucket);
    key
}

fn root(width: u8, sum: Sum) -> Vec<u8> {
    [&[width][..], &sum.encode()].concat()
}
