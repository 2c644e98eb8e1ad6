//! Blocks of range deletions.

use connector_core::Result;

use super::column::{ColumnType, Frame, Slices, Uints};
use super::rows::RowBlock;
use crate::bytes::Bytes;
use crate::error::{damaged, unsupported};
use crate::key::{Bounds, Kind, Trailer, split_internal};
use crate::store::Store;
use crate::wal::RangeDeletion;

/// The number of boundary keys stands before the columns.
const CUSTOM_HEADER_BYTES: usize = 4;

const COLUMNS: [ColumnType; 5] = [
    ColumnType::Bytes, // boundary keys
    ColumnType::Uint,  // for each boundary, its first entry
    ColumnType::Uint,  // for each entry, its trailer
    ColumnType::Bytes, // for each entry, a suffix
    ColumnType::Bytes, // for each entry, a value
];

/// Range deletions, cut to bounds.
struct Cut<'a> {
    bounds: &'a Bounds,
    deletions: Vec<RangeDeletion>,
    room: u64,
}

impl<'a> Cut<'a> {
    fn new(bounds: &'a Bounds, store: &Store) -> Self {
        Self {
            bounds,
            deletions: Vec::new(),
            room: store.limits().max_open_bytes,
        }
    }

    fn add(&mut self, start: &[u8], end: &[u8], trailer: Trailer) -> Result<()> {
        if trailer.kind()? != Kind::RangeDelete {
            return Err(damaged("a range deletion of another kind"));
        }
        if start >= end {
            return Err(damaged("a range deletion ends before it starts"));
        }
        let start = start.max(&self.bounds.lower);
        let end = end.min(&self.bounds.end);
        if start < end {
            let deletion = RangeDeletion {
                start: start.to_vec(),
                end: end.to_vec(),
                sequence: trailer.sequence(),
            };
            let cost = deletion.held_bytes() as u64;
            self.room = self
                .room
                .checked_sub(cost)
                .ok_or_else(crate::store::no_room)?;
            self.deletions.push(deletion);
        }
        Ok(())
    }
}

/// Reads a block in columns.
pub(super) fn columnar(block: &[u8], bounds: &Bounds, store: &Store) -> Result<Vec<RangeDeletion>> {
    let frame = Frame::parse(block, CUSTOM_HEADER_BYTES, &COLUMNS)?;
    let boundaries = Bytes::new(block, "a block").u32()? as usize;
    if boundaries > block.len() {
        return Err(damaged("a block has more boundaries than room for them"));
    }
    let keys = Slices::parse(block, frame.column(0), boundaries)?;
    let first_entries = Uints::parse(block, frame.column(1), boundaries)?.0;
    let trailers = Uints::parse(block, frame.column(2), frame.rows)?.0;
    let mut cut = Cut::new(bounds, store);
    for boundary in 1..boundaries {
        let first = first_entries.get(block, boundary - 1)?;
        let end = first_entries.get(block, boundary)?;
        if first > end || end > frame.rows as u64 {
            return Err(damaged("the entries of a range deletion"));
        }
        // The newest of them covers all that the others do.
        let mut newest = None;
        for entry in first..end {
            let trailer = Trailer(trailers.get(block, entry as usize)?);
            newest = newest.max(Some(trailer));
        }
        if let Some(trailer) = newest {
            cut.add(
                keys.get(block, boundary - 1)?,
                keys.get(block, boundary)?,
                trailer,
            )?;
        }
    }
    Ok(cut.deletions)
}

/// Reads a block of an older format: the key is the start of the range, the value its end.
pub(super) fn rows(block: Vec<u8>, bounds: &Bounds, store: &Store) -> Result<Vec<RangeDeletion>> {
    let block = RowBlock::parse(block)?;
    let mut position = block.start();
    let mut cut = Cut::new(bounds, store);
    while block.next(&mut position)? {
        let (start, trailer) = split_internal(&position.key)?;
        if position.key.len() > store.limits().max_key_bytes {
            return Err(unsupported("a range deletion with a very long key"));
        }
        cut.add(start, block.value(&position), trailer)?;
    }
    Ok(cut.deletions)
}
