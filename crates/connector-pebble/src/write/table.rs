//! Writes one table of format 7, block by block.

use std::collections::BTreeMap;

use connector_core::Result;

use super::column::{self, Index, Slices};
use super::frames::Frames;
use crate::checksum::masked_crc;

/// About how many bytes of keys and values a data block has, and of separators an index block.
const BLOCK_BYTES: usize = 32 << 10;
/// The sequence number of all rows; those below ten are reserved.
pub(super) const SEQUENCE: u64 = 10;
/// Sequence number and kind "set".
pub(super) const TRAILER: u64 = SEQUENCE << 8 | 1;

const COMPARER: &str = "leveldb.BytewiseComparator";
const SCHEMA: &str = "DefaultKeySchema(leveldb.BytewiseComparator,16)";
const FORMAT: u32 = 7;
const MAGIC: [u8; 8] = [0xF0, 0x9F, 0xAA, 0xB3, 0xF0, 0x9F, 0xAA, 0xB3];
/// What a footer says before its checksum: how blocks are checked, two places and attributes.
const PLACES_END: usize = 41;
const CRC32C: u8 = 1;
const HAS_POINTS: u32 = 0x80;
const IS_TWO_LEVEL: u32 = 0x20;

/// Where a block is, and how long it is without its trailer.
type Place = (u64, u64);

/// Writes tables, one after the other.
#[derive(Debug, Default)]
pub(super) struct TableWriter {
    written: u64,
    keys: Slices,
    values: Slices,
    index: Index,
    /// Full index blocks: their last separators and their bytes.
    full: Vec<(Vec<u8>, Vec<u8>)>,
    smallest: Vec<u8>,
    entries: u64,
    blocks: u64,
    raw_keys: u64,
    raw_values: u64,
}

/// What is known of a finished table.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) size: u64,
    pub(super) smallest: Vec<u8>,
    pub(super) largest: Vec<u8>,
}

impl TableWriter {
    /// Bytes of keys and values so far.
    pub(super) const fn raw_bytes(&self) -> u64 {
        self.raw_keys + self.raw_values
    }

    /// Adds a row whose key is above all others.
    pub(super) fn put(&mut self, key: &[u8], value: &[u8], out: &mut Frames) -> Result<()> {
        let held = self.keys.byte_len() + self.values.byte_len();
        if self.keys.len() > 0 && held + key.len() + value.len() > BLOCK_BYTES {
            self.end_block(out)?;
        }
        if self.entries == 0 {
            self.smallest = key.to_vec();
        }
        self.keys.push(key);
        self.values.push(value);
        self.entries += 1;
        // A key is stored with its trailer.
        self.raw_keys += key.len() as u64 + 8;
        self.raw_values += value.len() as u64;
        Ok(())
    }

    fn end_block(&mut self, out: &mut Frames) -> Result<()> {
        if self.index.size() > BLOCK_BYTES {
            let index = std::mem::take(&mut self.index);
            self.full
                .push((index.separators.last().to_vec(), index.encode()));
        }
        let block = column::data(&self.keys, &self.values, TRAILER);
        let place = self.block(&block, out)?;
        self.index.push(self.keys.last(), place);
        self.blocks += 1;
        self.keys.clear();
        self.values.clear();
        Ok(())
    }

    /// Writes a block and what follows each: that it is not compressed, and a checksum.
    fn block(&mut self, block: &[u8], out: &mut Frames) -> Result<Place> {
        let place = (self.written, block.len() as u64);
        self.write(block, out)?;
        self.write(&[0], out)?;
        self.write(&masked_crc(&[block, &[0]]).to_le_bytes(), out)?;
        Ok(place)
    }

    fn write(&mut self, bytes: &[u8], out: &mut Frames) -> Result<()> {
        self.written += bytes.len() as u64;
        out.write(bytes)
    }

    /// Writes what follows the rows, of which there must be one at least. The next row begins another table.
    pub(super) fn finish(&mut self, out: &mut Frames) -> Result<Finished> {
        let largest = self.keys.last().to_vec();
        self.end_block(out)?;
        let data_size = self.written;
        let index = std::mem::take(&mut self.index);
        let is_two_level = !self.full.is_empty();
        let mut top = None;
        let place = match is_two_level {
            false => self.block(&index.encode(), out)?,
            true => {
                let mut upper = Index::default();
                let last = (index.separators.last().to_vec(), index.encode());
                let full = std::mem::take(&mut self.full);
                for (separator, block) in full.into_iter().chain([last]) {
                    let place = self.block(&block, out)?;
                    upper.push(&separator, place);
                }
                let upper_block = upper.encode();
                top = Some((upper.separators.len() as u64, upper_block.len() as u64));
                self.block(&upper_block, out)?
            }
        };
        let index_size = self.written - data_size;
        let properties = self.properties(data_size, index_size, top);
        let all = properties.iter().map(|(name, value)| (*name, &value[..]));
        let at = self.block(&column::pairs(all), out)?;
        let handle = handles(&[at]);
        let pairs = column::pairs([("rocksdb.properties", &handle[..])]);
        let metaindex = self.block(&pairs, out)?;
        self.write(&footer(metaindex, place, is_two_level), out)?;
        let finished = std::mem::take(self);
        Ok(Finished {
            size: finished.written,
            smallest: finished.smallest,
            largest,
        })
    }

    /// Facts about the table that other programs print and check, by name.
    fn properties(
        &self,
        data_size: u64,
        index_size: u64,
        top: Option<(u64, u64)>,
    ) -> BTreeMap<&'static str, Vec<u8>> {
        let index_type: u32 = if top.is_some() { 2 } else { 0 };
        let mut all = BTreeMap::from([
            ("obsolete-key", vec![0]),
            ("pebble.colblk.schema", SCHEMA.into()),
            (
                "rocksdb.block.based.table.index.type",
                index_type.to_le_bytes().to_vec(),
            ),
            ("rocksdb.comparator", COMPARER.into()),
            ("rocksdb.compression", "NoCompression".into()),
            ("rocksdb.merge.operator", "pebble.concatenate".into()),
            ("rocksdb.property.collectors", "[obsolete-key]".into()),
        ]);
        let numbers = [
            ("rocksdb.data.size", data_size),
            ("rocksdb.deleted.keys", 0),
            ("rocksdb.filter.size", 0),
            ("rocksdb.index.size", index_size),
            ("rocksdb.merge.operands", 0),
            ("rocksdb.num.data.blocks", self.blocks),
            ("rocksdb.num.entries", self.entries),
            ("rocksdb.num.range-deletions", 0),
            ("rocksdb.raw.key.size", self.raw_keys),
            ("rocksdb.raw.value.size", self.raw_values),
        ];
        let of_top = top.map(|(partitions, size)| {
            [
                ("rocksdb.index.partitions", partitions),
                ("rocksdb.top-level.index.size", size),
            ]
        });
        for (name, number) in numbers.into_iter().chain(of_top.into_iter().flatten()) {
            let mut value = Vec::new();
            uvarint(&mut value, number);
            all.insert(name, value);
        }
        all
    }
}

fn footer(metaindex: Place, index: Place, is_two_level: bool) -> Vec<u8> {
    let mut footer = vec![CRC32C];
    footer.extend(handles(&[metaindex, index]));
    footer.resize(PLACES_END, 0);
    let attributes = HAS_POINTS | if is_two_level { IS_TWO_LEVEL } else { 0 };
    footer.extend(attributes.to_le_bytes());
    let mut end = FORMAT.to_le_bytes().to_vec();
    end.extend(MAGIC);
    footer.extend(masked_crc(&[&footer, &end]).to_le_bytes());
    footer.extend(end);
    footer
}

fn handles(places: &[Place]) -> Vec<u8> {
    let mut out = Vec::new();
    for (offset, length) in places {
        uvarint(&mut out, *offset);
        uvarint(&mut out, *length);
    }
    out
}

/// Appends a number in groups of seven bits, the lowest first.
pub(super) fn uvarint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a byte string after its length.
pub(super) fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    uvarint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}
