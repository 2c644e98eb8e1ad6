//! Decodes single parts of a file from bytes, for fuzzing and for tests of damaged parts.
//!
//! A whole file protects its parts by digests, so that changed bytes rarely get past the container. Here each layer
//! meets them directly. All functions end without a panic on any bytes, within the limits, and report what they
//! found so that a test can compare it.

use std::collections::BTreeMap;
use std::sync::Arc;

use connector_core::Result;

use crate::Limits;
use crate::container::{self, Directory, Extent};
use crate::entries::decode_record;
use crate::keyspace::Keyspace;
use crate::manifest::Version;
use crate::records::{
    AssetRecord, EntitlementRecord, GrantRecord, ResourceRecord, ResourceTypeRecord, SessionRecord,
    SyncRunRecord, SyncStatsRecord,
};
use crate::storage::Storage;
use crate::store::Store;
use crate::table::{Cursor, Table, readable_kinds};
use crate::wal::MemoryTable;

pub use crate::wal::RangeDeletion;

/// Small limits, for inputs that are small.
pub fn small_limits() -> Limits {
    Limits {
        max_decoded_bytes: 16 << 20,
        max_decoded_ratio: 0,
        max_window_bytes: 8 << 20,
        max_block_bytes: 4 << 20,
        max_tables: 1000,
        max_open_bytes: 32 << 20,
        max_record_bytes: 1 << 20,
        ..Limits::default()
    }
}

/// Decodes a container; hands over names and contents of its files.
///
/// # Errors
/// When the bytes are not a sound container.
pub fn container(bytes: &[u8], limits: &Limits) -> Result<BTreeMap<String, Vec<u8>>> {
    let source = Storage::Memory(bytes.to_vec());
    let (_, directory) = container::open(&source, limits, None)?;
    let read = |(name, extent): (&String, &Extent)| Ok((name.clone(), directory.read(*extent)?));
    directory.files.iter().map(read).collect()
}

/// Reads one edit of a MANIFEST, or one batch of a log, without the chunks and checksums around it; hands over how
/// many of the two it could be.
pub fn edit_or_batch(bytes: &[u8], limits: &Limits) -> usize {
    let mut table = MemoryTable::default();
    let batch = table.replay_batch(bytes, limits).is_ok();
    table.sort();
    let edit = Version::from_edit(bytes, limits).is_ok();
    usize::from(batch) + usize::from(edit)
}

/// Adds up the edits of a MANIFEST; hands over the numbers of the tables in it, by level.
///
/// # Errors
/// When the bytes are not a sound MANIFEST.
pub fn manifest(bytes: &[u8], limits: &Limits) -> Result<Vec<(u8, u64)>> {
    let version = Version::read(bytes, limits)?;
    Ok(version.tables().map(|t| (t.level, t.number)).collect())
}

/// Replays the write-ahead log with this number; hands over how many rows and range deletions it holds.
///
/// # Errors
/// When the bytes are not a sound log.
pub fn log(bytes: &[u8], number: u64, limits: &Limits) -> Result<(usize, usize)> {
    let mut table = MemoryTable::default();
    table.replay_log(bytes, number, limits)?;
    table.sort();
    Ok((table.rows.len(), table.range_deletions.len()))
}

/// Reads a table; calls `each` with the key, trailer and value of every row, and hands over its range deletions.
///
/// # Errors
/// When the bytes are not a sound table.
pub fn table(
    bytes: &[u8],
    limits: &Limits,
    mut each: impl FnMut(&[u8], u64, &[u8]),
) -> Result<Vec<RangeDeletion>> {
    let extent = Extent {
        offset: 0,
        len: bytes.len() as u64,
    };
    let store = Arc::new(store_of(bytes, limits));
    let table = Arc::new(Table::open(&store, extent)?);
    let everything = crate::key::Bounds {
        lower: Vec::new(),
        end: vec![0xFF; limits.max_key_bytes + 1],
    };
    let deletions = table.range_deletions(&store, &everything)?;
    let mut cursor = Cursor::new(store, table, &[])?;
    while cursor.advance()? {
        each(cursor.key(), cursor.trailer().0, cursor.value());
    }
    Ok(deletions)
}

/// Reads bytes as each kind of block, without checksum and compression, and searches each for `from`; hands over how
/// many kinds they could be.
pub fn block(bytes: &[u8], from: &[u8], limits: &Limits) -> usize {
    readable_kinds(&store_of(&[], limits), bytes, from)
}

fn store_of(bytes: &[u8], limits: &Limits) -> Store {
    let directory = Directory {
        storage: Storage::Memory(bytes.to_vec()),
        files: BTreeMap::new(),
    };
    Store::new(directory, *limits)
}

/// Takes a key apart and decodes a value as each of the messages; hands over how many of them it could be.
pub fn record(bytes: &[u8], limits: &Limits) -> usize {
    let max = limits.max_record_bytes;
    let ids = [Keyspace::Resource, Keyspace::Grant].map(|space| space.ids(bytes).is_some());
    let messages = [
        decode_record::<ResourceTypeRecord>(bytes, max).is_ok(),
        decode_record::<ResourceRecord>(bytes, max).is_ok(),
        decode_record::<EntitlementRecord>(bytes, max).is_ok(),
        decode_record::<GrantRecord>(bytes, max).is_ok_and(|grant| grant.id().len() >= 2),
        decode_record::<AssetRecord>(bytes, max).is_ok(),
        decode_record::<SessionRecord>(bytes, max).is_ok(),
        decode_record::<SyncRunRecord>(bytes, max).is_ok(),
        decode_record::<SyncStatsRecord>(bytes, max).is_ok(),
    ];
    let sound = ids.into_iter().chain(messages);
    sound.filter(|sound| *sound).count()
}
