//! The id of a run that is made of its rows, for files that are to be the same whenever and wherever they are made.

use connector_core::Result;
use connector_core::entropy::SyncId;
use connector_core::store::Phase;
use jiff::Timestamp;
use prost::Message;
use sha2::{Digest, Sha256};

use super::{Changes, Content, Scope};
use crate::log::Part;
use crate::sort::Sorter;
use crate::wire;

/// The id of the sealed run: the time is `date`, the rest are the first 16 bytes of a SHA-256 over the kind of the sync
/// and over the rows in the order of their keys, whichever order they came in.
pub(crate) fn sync_id(scope: Scope<'_>, changes: &Changes, date: Timestamp) -> Result<SyncId> {
    let mut rows = Sorter::new(scope.log.directory());
    for kind in scope.types {
        let message = wire::ResourceType::from(kind).encode_to_vec();
        rows.push(&entry(0, kind.id.as_str(), &message));
    }
    let content = Content::new(scope, changes, Part::Whole);
    let mut id = String::new();
    for (phase, kind) in Phase::ALL.into_iter().zip(1..) {
        content.each(phase, |_, _, row, message| {
            row.external_id(phase, &mut id);
            rows.push(&entry(kind, &id, message.bytes()));
            if rows.size() > scope.memory {
                rows.spill()?;
            }
            Ok(())
        })?;
    }
    let sorted = rows.finish(|_| {})?;
    let mut hash = Sha256::new();
    hash.update(scope.run.sync_type.as_str());
    let mut rows = sorted.cursor();
    while let Some(row) = rows.next()? {
        hash.update((row.len() as u64).to_be_bytes());
        hash.update(row);
    }
    let mut payload = [0; 16];
    payload.copy_from_slice(&hash.finalize()[..16]);
    Ok(SyncId::from_parts(date, payload))
}

/// A row: what kind it is, its key, and a hash of its message.
fn entry(kind: u8, key: &str, message: &[u8]) -> Vec<u8> {
    let mut entry = Vec::with_capacity(key.len() + 34);
    entry.push(kind);
    entry.extend_from_slice(key.as_bytes());
    entry.push(0);
    entry.extend_from_slice(&Sha256::digest(message));
    entry
}
