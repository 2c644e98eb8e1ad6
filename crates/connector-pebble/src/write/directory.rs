//! The files of a directory beside its tables: the MANIFEST, which lists them, and two markers.

use super::table::{Finished, SEQUENCE, TRAILER, string, uvarint};
use crate::checksum::masked_crc;

/// Numbers of tables start here.
pub(super) const FIRST_TABLE: u64 = 4;
const MANIFEST: &str = "MANIFEST-000001";
/// Pebble's format major version.
pub(super) const FORMAT_VERSION: u32 = 24;

const COMPARER: &[u8] = b"leveldb.BytewiseComparator";
/// The lowest level, whose tables do not overlap.
const LEVEL: u64 = 6;
/// A log below all tables; there is none.
const LOG_NUMBER: u64 = 3;

/// Tags of a version edit.
mod tag {
    pub(super) const COMPARER: u64 = 1;
    pub(super) const LOG_NUMBER: u64 = 2;
    pub(super) const NEXT_NUMBER: u64 = 3;
    pub(super) const LAST_SEQUENCE: u64 = 4;
    pub(super) const TABLE: u64 = 100;
}

const BLOCK_BYTES: usize = 32 << 10;
const HEADER_BYTES: usize = 7;

pub(super) fn table_name(number: u64) -> String {
    format!("{number:06}.sst")
}

/// Names and contents, in bytewise order and above the tables'.
pub(super) fn files(tables: &[Finished]) -> [(String, Vec<u8>); 3] {
    [
        (MANIFEST.to_owned(), log(&edit(tables))),
        (
            format!("marker.format-version.000001.{FORMAT_VERSION:03}"),
            Vec::new(),
        ),
        (format!("marker.manifest.000001.{MANIFEST}"), Vec::new()),
    ]
}

fn edit(tables: &[Finished]) -> Vec<u8> {
    let mut out = Vec::new();
    uvarint(&mut out, tag::COMPARER);
    string(&mut out, COMPARER);
    let next = FIRST_TABLE + tables.len() as u64;
    for (tag, number) in [
        (tag::LOG_NUMBER, LOG_NUMBER),
        (tag::NEXT_NUMBER, next),
        (tag::LAST_SEQUENCE, SEQUENCE),
    ] {
        uvarint(&mut out, tag);
        uvarint(&mut out, number);
    }
    for (number, table) in (FIRST_TABLE..).zip(tables) {
        for part in [tag::TABLE, LEVEL, number, table.size] {
            uvarint(&mut out, part);
        }
        for key in [&table.smallest, &table.largest] {
            string(&mut out, &[key, &TRAILER.to_le_bytes()[..]].concat());
        }
        uvarint(&mut out, SEQUENCE);
        uvarint(&mut out, SEQUENCE);
    }
    out
}

/// One record as a log, cut in chunks that do not cross the end of a block.
fn log(record: &[u8]) -> Vec<u8> {
    let mut chunks = record.chunks(BLOCK_BYTES - HEADER_BYTES).peekable();
    let mut out = Vec::new();
    let mut is_first = true;
    while let Some(chunk) = chunks.next() {
        let kind: u8 = match (is_first, chunks.peek().is_none()) {
            (true, true) => 1,
            (true, false) => 2,
            (false, false) => 3,
            (false, true) => 4,
        };
        is_first = false;
        out.extend(masked_crc(&[&[kind], chunk]).to_le_bytes());
        out.extend((chunk.len() as u16).to_le_bytes());
        out.push(kind);
        out.extend(chunk);
    }
    out
}
