//! The writer of these tests makes the same blocks as the Go SDK, so what it makes beyond them can be trusted.

use std::collections::BTreeMap;

use connector_pebble::Limits;
use connector_pebble::untrusted::{self, RangeDeletion};
use proptest::prelude::*;

use crate::fixtures::{LISTED, SAMPLE, bytes};
use crate::writer::table::{Look, table};
use crate::writer::{Gone, Row, column};

/// The block that `rest` begins with, and what follows it. Its length is found by trying which checksum fits.
fn first_block(rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut crc = 0;
    for length in 0..rest.len().saturating_sub(4) {
        let (compression, after) = rest[length..].split_first()?;
        let (stored, after) = after.split_first_chunk()?;
        let full = crc32c::crc32c_append(crc, &[*compression]);
        if full.rotate_right(15).wrapping_add(0xA282_EAD8) == u32::from_le_bytes(*stored) {
            let block = match compression {
                0 => rest[..length].to_vec(),
                _ => snap::raw::Decoder::new()
                    .decompress_vec(&rest[..length])
                    .ok()?,
            };
            return Some((block, after));
        }
        crc = crc32c::crc32c_append(crc, &rest[length..=length]);
    }
    None
}

/// The tables of a file with their rows and range deletions.
fn tables(file: &[u8]) -> impl Iterator<Item = (Vec<u8>, Vec<Row>, Vec<RangeDeletion>)> {
    let files = untrusted::container(file, &Limits::default()).unwrap();
    let tables = files.into_iter().filter(|(name, _)| name.ends_with(".sst"));
    tables.map(|(_, table)| {
        let mut rows = Vec::new();
        let gone = untrusted::table(&table, &Limits::default(), |key, trailer, value| {
            rows.push(Row {
                key: key.to_vec(),
                sequence: trailer >> 8,
                kind: trailer as u8,
                value: value.to_vec(),
            });
        });
        (table, rows, gone.unwrap())
    })
}

/// Compares the data blocks of a table with those that are made here of its rows; hands over how many.
fn compare_data(name: &str, table: &[u8], rows: &mut Vec<Row>) -> usize {
    let mut count = 0;
    let mut rest = table;
    // Blocks of rows come first; one without rows stands alone in a table of range deletions.
    while let Some((block, after)) = first_block(rest) {
        let held = block[7..11].try_into().map(u32::from_le_bytes).unwrap() as usize;
        let later = rows.split_off(held);
        // A hint of the writer, which readers ignore: an older row of the same key, or a deletion.
        let obsolete = rows.windows(2).any(|pair| pair[0].key == pair[1].key)
            || rows.iter().any(|row| row.kind == 0);
        if !obsolete {
            assert_eq!(column::data(rows), block, "{name}");
            count += 1;
        }
        (*rows, rest) = (later, after);
        if rows.is_empty() {
            break;
        }
    }
    count
}

/// The data blocks of a file are those that are made here, which are those of the SDK.
pub(crate) fn same_data_blocks(file: &[u8]) {
    let mut count = 0;
    for (table, mut rows, _) in tables(file) {
        count += compare_data("written", &table, &mut rows);
    }
    assert!(count > 50, "{count}");
}

#[test]
fn same_blocks() {
    let (mut data, mut spans) = (0, 0);
    for name in LISTED.into_iter().chain([SAMPLE]) {
        for (table, mut rows, gone) in tables(&bytes(name)) {
            data += compare_data(name, &table, &mut rows);
            if !gone.is_empty() {
                let deletions = gone.iter().map(|gone| Gone {
                    start: gone.start.clone(),
                    end: gone.end.clone(),
                    sequence: gone.sequence,
                });
                let expected = column::spans(&deletions.collect::<Vec<_>>());
                let found = table.windows(expected.len()).any(|part| part == expected);
                assert!(found, "{name}: {gone:?}");
                spans += 1;
            }
        }
    }
    assert!(
        data > 50 && spans > 5,
        "{data} data blocks and {spans} blocks of range deletions"
    );
}

#[test]
fn the_first_block_of_the_sample() {
    let files = untrusted::container(&bytes(SAMPLE), &Limits::default()).unwrap();
    let (block, _) = first_block(&files["000004.sst"]).unwrap();
    // 12 rows, the longest key of 60 bytes, seven columns, and keys that share 23 bytes.
    let header = [
        0x3c, 0, 0, 0, 0x01, 0x07, 0, 0x0c, 0, 0, 0, 0x04, 0x2e, 0, 0, 0, 0x03, 0x1f, 0x02, 0, 0,
        0x02, 0x20, 0x02, 0, 0, 0x01, 0x29, 0x02, 0, 0, 0x03, 0x40, 0x02, 0, 0, 0x01, 0xae, 0x02,
        0, 0, 0x01, 0xaf, 0x02, 0, 0, 0x04, 0x02, 0x17, 0x00,
    ];
    assert_eq!(block[..header.len()], header);
}

/// Rows whose numbers, keys and values need columns of every width.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let key = prop::collection::vec(prop::sample::select(&b"ab"[..]), 1..10);
    let number = prop_oneof![
        0..300_u64,
        0..70_000_u64,
        0..1_u64 << 40,
        0..(1_u64 << 56) - 1
    ];
    let value = prop::collection::vec(any::<u8>(), 0..8);
    let row = (key, number, prop::sample::select(vec![0_u8, 1, 18]), value);
    (
        prop::collection::vec(row, 1..400),
        any::<bool>(),
        0..300_usize,
    )
        .prop_map(|(rows, far, pad)| {
            let rows: BTreeMap<_, _> = (rows.into_iter())
                .map(|(key, sequence, kind, value)| {
                    let sequence = if far { sequence | 1 << 50 } else { sequence };
                    let value = [&value[..], &vec![7; pad]].concat();
                    let row = Row {
                        key: key.clone(),
                        sequence,
                        kind,
                        value,
                    };
                    ((key, u64::MAX - row.trailer()), row)
                })
                .collect();
            rows.into_values().collect()
        })
}

proptest! {
    #[test]
    fn a_table_reads_as_it_was_written(rows in rows(), format in 1..=7_u32, block_rows in 1..500_usize) {
        let look = Look { format, block_rows, ..Look::default() };
        let bytes = table(&rows, &[], look);
        let mut found = Vec::new();
        untrusted::table(&bytes, &Limits::default(), |key, trailer, value| {
            found.push((key.to_vec(), trailer, value.to_vec()));
        })
        .unwrap();
        // Bit 6 of a kind is a hint in format 4, which the writer sets here and there.
        let expected = rows.iter().map(|row| (row.key.clone(), row.trailer(), row.value.clone()));
        prop_assert_eq!(found, expected.collect::<Vec<_>>());
    }
}
