//! Digests over the grants of each entitlement and of the whole file.

use connector_core::Result;
use connector_proto::c1::c1z::v3::GrantDigestRoot;

use super::grants::GRANT_HASH;
use super::indexes::split;
use super::sort::{Sorted, Sorter};
use crate::error::damaged;
use crate::keyspace::{ENTITLEMENT_ELEMENTS, SEPARATOR, escape};

/// How digests are computed here.
pub(crate) const DIGEST_VERSION: u32 = 1;

const DIGEST: [u8; 4] = [3, 0x0A, 8, 0];

/// Levels of digest nodes.
const PARTITION: u8 = 0;
const BUCKET: u8 = 1;
const FILE: u8 = 2;

/// Grants of an entitlement up to which its digest has no buckets, and that each bucket is to have on average.
const GRANTS_PER_BUCKET: u64 = 512;
/// Bits of a principal's hash.
pub(super) const HASH_BITS: u32 = 16;

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
    /// Nothing so far; the nodes go to `nodes`.
    pub(super) const fn new(nodes: Sorter) -> Self {
        Self {
            nodes,
            open: None,
            file: Sum { count: 0, xor: 0 },
        }
    }

    /// Adds the digest of an entitlement, by the elements of its key. It is replaced when the entitlement has grants.
    pub(super) fn add_empty(&mut self, partition: &[u8]) -> Result<()> {
        let key = digest_key(partition, PARTITION, &[]);
        self.nodes.push(&key, &root(0, Sum::default()))
    }

    /// Notes a row of the hash index, in order.
    pub(super) fn note(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let tuple = key.strip_prefix(&GRANT_HASH).unwrap_or_default();
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
