//! Tables of all formats.

use super::{Gone, Row, column, masked_crc, string, uvarint, xxh64};

const COMPARER: &[u8] = b"leveldb.BytewiseComparator";
const SCHEMA: &[u8] = b"DefaultKeySchema(leveldb.BytewiseComparator,16)";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None = 0,
    Snappy = 1,
    Zstd = 7,
}

/// What a table looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// 1 to 7.
    pub(crate) format: u32,
    pub(crate) compression: Compression,
    /// xxHash64 instead of CRC-32C.
    pub(crate) xxhash: bool,
    /// Rows in a data block.
    pub(crate) block_rows: usize,
    /// Entries in an index block; more make a second level.
    pub(crate) index_rows: usize,
    /// In format 6, properties in columns.
    pub(crate) column_properties: bool,
}

impl Default for Look {
    /// What the Go SDK writes.
    fn default() -> Self {
        Self {
            format: 7,
            compression: Compression::Snappy,
            xxhash: false,
            block_rows: 100,
            index_rows: 1000,
            column_properties: true,
        }
    }
}

type Entry = (Vec<u8>, u64, u64);

struct Writer {
    look: Look,
    out: Vec<u8>,
}

impl Writer {
    fn block(&mut self, block: &[u8], compression: Compression) -> (u64, u64) {
        let packed = match compression {
            Compression::None => block.to_vec(),
            Compression::Snappy => snap::raw::Encoder::new().compress_vec(block).unwrap(),
            Compression::Zstd => {
                let mut packed = Vec::new();
                uvarint(&mut packed, block.len() as u64);
                packed.extend(zstd::bulk::compress(block, 3).unwrap());
                packed
            }
        };
        let place = (self.out.len() as u64, packed.len() as u64);
        let checked = [&packed[..], &[compression as u8]].concat();
        let checksum = match self.look.xxhash {
            true => xxh64(&checked) as u32,
            false => masked_crc(&checked),
        };
        self.out.extend(checked);
        self.out.extend(checksum.to_le_bytes());
        place
    }

    fn index(&mut self, entries: &[Entry]) -> (u64, u64) {
        let block = match self.look.format >= 5 {
            true => column::index(entries),
            false => {
                let entry =
                    |(key, offset, len): &Entry| (internal(key, 1), handle((*offset, *len)));
                rows(&entries.iter().map(entry).collect::<Vec<_>>())
            }
        };
        self.block(&block, self.look.compression)
    }
}

fn handle((offset, len): (u64, u64)) -> Vec<u8> {
    let mut out = Vec::new();
    uvarint(&mut out, offset);
    uvarint(&mut out, len);
    out
}

pub(crate) fn internal(key: &[u8], trailer: u64) -> Vec<u8> {
    [key, &trailer.to_le_bytes()].concat()
}

/// A block of an older format.
fn rows(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut restarts = Vec::new();
    let mut previous: &[u8] = &[];
    for (number, (key, value)) in entries.iter().enumerate() {
        if number % 4 == 0 {
            restarts.push(out.len() as u32);
            previous = &[];
        }
        let shared = key.iter().zip(previous).take_while(|(a, b)| a == b).count();
        uvarint(&mut out, shared as u64);
        uvarint(&mut out, (key.len() - shared) as u64);
        uvarint(&mut out, value.len() as u64);
        out.extend(&key[shared..]);
        out.extend(value);
        previous = key;
    }
    restarts.resize(restarts.len().max(1), 0);
    out.extend(restarts.iter().flat_map(|at| at.to_le_bytes()));
    out.extend((restarts.len() as u32).to_le_bytes());
    out
}

fn data(block: &[Row], format: u32) -> Vec<u8> {
    if format >= 5 {
        return column::data(block);
    }
    let entry = |row: &Row| {
        let hint = if format >= 4 && row.sequence.is_multiple_of(2) {
            0x40
        } else {
            0
        };
        let prefixed = format >= 3 && matches!(row.kind, 1 | 18);
        let prefix: &[u8] = match (prefixed, row.sequence % 3) {
            (false, _) => &[],
            (true, 0) => &[0x20],
            (true, _) => &[0],
        };
        let value = [prefix, &row.value].concat();
        (internal(&row.key, row.trailer() | hint), value)
    };
    rows(&block.iter().map(entry).collect::<Vec<_>>())
}

fn pairs(pairs: &[(&[u8], Vec<u8>)], columns: bool) -> Vec<u8> {
    match columns {
        true => column::pairs(pairs),
        false => {
            let pair = |(key, value): &(&[u8], Vec<u8>)| (key.to_vec(), value.clone());
            rows(&pairs.iter().map(pair).collect::<Vec<_>>())
        }
    }
}

/// Writes a table of rows that are in order.
pub(crate) fn table(all: &[Row], gone: &[Gone], look: Look) -> Vec<u8> {
    let mut writer = Writer {
        look,
        out: Vec::new(),
    };
    let mut entries = Vec::new();
    // Without rows there is one empty block.
    let blocks: Vec<_> = match all.is_empty() {
        true => vec![all],
        false => all.chunks(look.block_rows).collect(),
    };
    for block in blocks {
        let (offset, len) = writer.block(&data(block, look.format), look.compression);
        let last = block.last().map_or(&[][..], |row| &row.key);
        entries.push((last.to_vec(), offset, len));
    }
    let two_level = entries.len() > look.index_rows;
    if two_level {
        entries = (entries.chunks(look.index_rows))
            .map(|part| {
                let (offset, len) = writer.index(part);
                (part[part.len() - 1].0.clone(), offset, len)
            })
            .collect();
    }
    let index = writer.index(&entries);
    let mut meta: Vec<(&[u8], Vec<u8>)> = Vec::new();
    let index_type: u32 = if two_level { 2 } else { 0 };
    let mut properties: Vec<(&[u8], Vec<u8>)> = vec![
        (
            b"rocksdb.block.based.table.index.type",
            index_type.to_le_bytes().to_vec(),
        ),
        (b"rocksdb.comparator", COMPARER.to_vec()),
    ];
    if look.format >= 5 {
        properties.insert(0, (b"pebble.colblk.schema", SCHEMA.to_vec()));
    }
    let property_columns = look.format >= 7 || (look.format == 6 && look.column_properties);
    let properties = writer.block(&pairs(&properties, property_columns), look.compression);
    meta.push((b"rocksdb.properties", handle(properties)));
    if !gone.is_empty() {
        let block = match look.format >= 5 {
            true => column::spans(gone),
            false => {
                let mut all: Vec<_> = (gone.iter())
                    .map(|g| (internal(&g.start, g.sequence << 8 | 15), g.end.clone()))
                    .collect();
                all.sort();
                rows(&all)
            }
        };
        let place = writer.block(&block, Compression::None);
        meta.push((b"rocksdb.range_del2", handle(place)));
    }
    let metaindex = writer.block(&pairs(&meta, look.format >= 6), Compression::None);
    footer(&mut writer.out, look, metaindex, index);
    writer.out
}

fn footer(out: &mut Vec<u8>, look: Look, metaindex: (u64, u64), index: (u64, u64)) {
    let mut footer = vec![if look.xxhash { 3 } else { 1 }];
    footer.extend([handle(metaindex), handle(index)].concat());
    footer.resize(41, 0);
    if look.format >= 7 {
        footer.extend(0xB0_u32.to_le_bytes());
    }
    let mut end = look.format.to_le_bytes().to_vec();
    end.extend([0xF0, 0x9F, 0xAA, 0xB3].repeat(2));
    if look.format >= 6 {
        let crc = masked_crc(&[&footer[..], &end].concat());
        footer.extend(crc.to_le_bytes());
    }
    out.extend(footer);
    out.extend(end);
}

/// The fields of a MANIFEST entry that says what is in a table.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) level: u8,
    pub(crate) number: u64,
    pub(crate) backing: u64,
    pub(crate) size: u64,
    pub(crate) smallest: Vec<u8>,
    pub(crate) largest: Vec<u8>,
    pub(crate) sequences: (u64, u64),
}

impl Listed {
    /// The entry with its tag.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for number in [103, u64::from(self.level), self.number, self.size] {
            uvarint(&mut out, number);
        }
        string(&mut out, &self.smallest);
        string(&mut out, &self.largest);
        uvarint(&mut out, self.sequences.0);
        uvarint(&mut out, self.sequences.1);
        if self.backing != self.number {
            uvarint(&mut out, 66);
            uvarint(&mut out, self.backing);
        }
        // A creation time, and the end of the attributes.
        uvarint(&mut out, 6);
        string(&mut out, &[1]);
        uvarint(&mut out, 1);
        out
    }
}
