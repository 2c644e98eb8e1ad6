//! Tables: sorted rows in blocks, with an index over the blocks and a footer that leads to it.
//!
//! Formats 5 to 7 keep rows in columns, formats 1 to 4 behind each other. [`Table`] is what is read once, a
//! [`Cursor`] walks over its rows and holds one block at a time.

mod block;
mod column;
mod cursor;
mod data;
mod footer;
mod index;
mod parts;
mod rows;
mod spans;

use std::sync::Arc;

use connector_core::Result;

pub(crate) use cursor::Cursor;
pub(crate) use parts::readable_kinds;

use crate::bytes::Bytes;
use crate::container::Extent;
use crate::error::{damaged, unsupported};
use crate::key::Bounds;
use crate::store::{Held, Store};
use crate::wal::RangeDeletion;
use block::{Handle, read_block};
use footer::Footer;
use index::IndexBlock;
use rows::RowBlock;

const COMPARER: &[u8] = b"leveldb.BytewiseComparator";
const KEY_SCHEMA: &[u8] = b"DefaultKeySchema(leveldb.BytewiseComparator,16)";

/// The format of a table, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Format(u32);

impl Format {
    /// Whether data and index blocks keep their rows in columns.
    const fn is_columnar(self) -> bool {
        self.0 >= 5
    }

    /// Whether values begin with a byte that tells whether they are stored in place or elsewhere.
    const fn has_value_prefix(self) -> bool {
        self.0 == 3 || self.0 == 4
    }
}

/// A table whose index has been read.
#[derive(Debug)]
pub(crate) struct Table {
    extent: Extent,
    footer: Footer,
    two_level: bool,
    index: Arc<IndexBlock>,
    range_deletions: Option<Handle>,
    held: Held,
}

impl Table {
    /// Reads footer, properties and index of the table in `extent`.
    ///
    /// # Errors
    /// When it is damaged, or uses what is not supported.
    pub(crate) fn open(store: &Store, extent: Extent) -> Result<Self> {
        let footer = Footer::read(store, extent)?;
        let mut properties = None;
        let mut range_deletions = None;
        let metaindex = read_block(store, extent, &footer, footer.metaindex)?;
        for_each_pair(&metaindex, footer.format, |name, handle| {
            match name {
                b"rocksdb.properties" => properties = Some(Handle::decode(handle)?),
                b"rocksdb.range_del2" => range_deletions = Some(Handle::decode(handle)?),
                b"pebble.range_key" => return Err(unsupported("a table with range keys")),
                b"pebble.value_index" => return Err(unsupported("a table with value blocks")),
                b"pebble.blob_ref_index" => return Err(unsupported("a table with blob values")),
                // Filters and what else is only there to be quick.
                _ => {}
            }
            Ok(())
        })?;
        let properties = properties.ok_or_else(|| damaged("a table without properties"))?;
        let properties = read_block(store, extent, &footer, properties)?;
        let two_level = has_two_levels(&properties, footer.format)?;
        let index = read_block(store, extent, &footer, footer.index)?;
        let held = store.hold(index.len())?;
        Ok(Self {
            extent,
            footer,
            two_level,
            index: Arc::new(IndexBlock::parse(index, footer.format)?),
            range_deletions,
            held,
        })
    }

    /// The range deletions, cut to `bounds`, in any order.
    pub(crate) fn range_deletions(
        &self,
        store: &Store,
        bounds: &Bounds,
    ) -> Result<Vec<RangeDeletion>> {
        let Some(handle) = self.range_deletions else {
            return Ok(Vec::new());
        };
        let block = read_block(store, self.extent, &self.footer, handle)?;
        match self.footer.format.is_columnar() {
            true => spans::columnar(&block, bounds, store),
            false => spans::rows(block, bounds, store),
        }
    }

    /// How much memory it takes.
    pub(crate) fn held_bytes(&self) -> usize {
        self.held.bytes()
    }
}

/// Calls `each` with the pairs of a metaindex or properties block.
fn for_each_pair(
    block: &[u8],
    format: Format,
    mut each: impl FnMut(&[u8], &[u8]) -> Result<()>,
) -> Result<()> {
    // Format 6 put the metaindex into columns before the properties. The first byte tells: in columns it is the
    // version, 1, and in rows the length that the first key shares with nothing, 0.
    let columnar = match format.0 {
        ..=5 => false,
        6 => block.first() == Some(&1),
        _ => true,
    };
    if columnar {
        return column::for_each_pair(block, each);
    }
    let block = RowBlock::parse(block.to_vec())?;
    let mut position = block.start();
    while block.next(&mut position)? {
        each(&position.key, block.value(&position))?;
    }
    Ok(())
}

/// Whether the index is an index of indexes. Refuses tables whose keys are ordered or built otherwise.
fn has_two_levels(properties: &[u8], format: Format) -> Result<bool> {
    let mut two_level = false;
    let mut schema = None;
    for_each_pair(properties, format, |name, value| {
        match name {
            b"rocksdb.comparator" if value != COMPARER => {
                let name = String::from_utf8_lossy(value);
                return Err(unsupported(format_args!("the order of keys {name:?}")));
            }
            b"rocksdb.block.based.table.index.type" => {
                two_level = match Bytes::new(value, "a property").u32()? {
                    0 => false,
                    2 => true,
                    other => return Err(unsupported(format_args!("an index of type {other}"))),
                };
            }
            b"pebble.colblk.schema" => schema = Some(value == KEY_SCHEMA),
            _ => {}
        }
        Ok(())
    })?;
    match schema {
        Some(true) => Ok(two_level),
        None if !format.is_columnar() => Ok(two_level),
        _ => Err(unsupported("another key schema")),
    }
}
