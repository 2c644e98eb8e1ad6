//! Stores of random writes, spread over levels, logs and layouts, read like a map of the same writes.

use std::collections::BTreeMap;

use connector_pebble::{Limits, Reader};
use proptest::prelude::*;

use crate::writer::container::{ENCODINGS, container};
use crate::writer::log::Chunks;
use crate::writer::store::StoreWriter;
use crate::writer::table::{Compression, Look};
use crate::writer::{Gone, Row};

#[derive(Debug, Clone)]
enum Write {
    Set(Vec<u8>, Vec<u8>),
    SetWithDelete(Vec<u8>, Vec<u8>),
    Delete(Vec<u8>, u8),
    DeleteRange(Vec<u8>, Vec<u8>),
}

/// Where a run of writes ends up.
#[derive(Debug, Clone, Copy)]
enum Place {
    Table(u8),
    /// Two tables of one level, cut at a key.
    Cut(u8),
    Ingested,
    /// A table, and then a range is cut out of everything.
    Excised,
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    // Few keys, so that writes meet; some are prefixes of others.
    prop::collection::vec(prop::sample::select(&b"ab\x00\xFF"[..]), 1..4)
        .prop_map(|tail| [b"k", &tail[..]].concat())
}

fn write() -> impl Strategy<Value = Write> {
    let value = || prop::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        5 => (key(), value()).prop_map(|(key, value)| Write::Set(key, value)),
        1 => (key(), value()).prop_map(|(key, value)| Write::SetWithDelete(key, value)),
        2 => (key(), prop::sample::select(vec![0, 7, 23])).prop_map(|(key, kind)| Write::Delete(key, kind)),
        1 => (key(), key()).prop_map(|(a, b)| Write::DeleteRange(a.clone().min(b.clone()), a.max(b))),
    ]
}

fn look() -> impl Strategy<Value = Look> {
    let compression = prop::sample::select(vec![
        Compression::None,
        Compression::Snappy,
        Compression::Zstd,
    ]);
    (
        1..=7_u32,
        compression,
        any::<bool>(),
        1..40_usize,
        1..5_usize,
        any::<bool>(),
    )
        .prop_map(
            |(format, compression, xxhash, block_rows, index_rows, column_properties)| Look {
                format,
                compression,
                xxhash,
                block_rows,
                index_rows,
                column_properties,
            },
        )
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        4 => Just(Place::Table(0)),
        1 => (1..=5_u8).prop_map(Place::Cut),
        1 => Just(Place::Ingested),
        1 => Just(Place::Excised),
    ]
}

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

/// Writes with sequence numbers, and the map they lead to.
#[derive(Debug, Default)]
struct Numbered {
    rows: Vec<Row>,
    gone: Vec<Gone>,
    in_order: Vec<Row>,
}

fn apply(writes: &[Write], sequence: &mut u64, model: &mut Model) -> Numbered {
    let mut out = Numbered::default();
    for write in writes {
        *sequence += 1;
        let row = |key: &[u8], kind, value: &[u8]| Row {
            key: key.to_vec(),
            sequence: *sequence,
            kind,
            value: value.to_vec(),
        };
        match write {
            Write::Set(key, value) | Write::SetWithDelete(key, value) => {
                let kind = if matches!(write, Write::Set(..)) {
                    1
                } else {
                    18
                };
                out.rows.push(row(key, kind, value));
                out.in_order.push(row(key, 1, value));
                model.insert(key.clone(), value.clone());
            }
            Write::Delete(key, kind) => {
                let size: &[u8] = if *kind == 23 { &[7] } else { &[] };
                out.rows.push(row(key, *kind, size));
                out.in_order.push(row(key, *kind, size));
                model.remove(key);
            }
            Write::DeleteRange(start, end) => {
                if start < end {
                    out.gone.push(Gone {
                        start: start.clone(),
                        end: end.clone(),
                        sequence: *sequence,
                    });
                    out.in_order.push(row(start, 15, end));
                    model.retain(|key, _| key < start || key >= end);
                } else {
                    *sequence -= 1;
                }
            }
        }
    }
    out
}

fn cut(store: &mut StoreWriter, level: u8, from: &Numbered, at: &[u8], look: Look) {
    let (low, high): (Vec<_>, Vec<_>) = from
        .rows
        .iter()
        .cloned()
        .partition(|row| row.key.as_slice() < at);
    let clip = |start: &[u8], end: &[u8]| -> Vec<Gone> {
        let clipped = from.gone.iter().map(|gone| Gone {
            start: gone.start.as_slice().max(start).to_vec(),
            end: gone.end.as_slice().min(end).to_vec(),
            sequence: gone.sequence,
        });
        clipped.filter(|gone| gone.start < gone.end).collect()
    };
    store.add(level, &low, &clip(&[], at), look);
    store.add(level, &high, &clip(at, &[0xFF]), look);
}

fn ingest(
    store: &mut StoreWriter,
    writes: &[Write],
    sequence: &mut u64,
    model: &mut Model,
    look: Look,
) {
    // All of it happens at one time: the deletions to what is older, then the rows.
    *sequence += 1;
    let mut rows = BTreeMap::new();
    let mut gone = Vec::new();
    for write in writes {
        match write {
            Write::Set(key, value) | Write::SetWithDelete(key, value) => {
                rows.insert(key.clone(), Row::set(key, *sequence, value));
            }
            Write::DeleteRange(start, end) if start < end => gone.push(Gone {
                start: start.clone(),
                end: end.clone(),
                sequence: *sequence,
            }),
            _ => {}
        }
    }
    for gone in &gone {
        model.retain(|key, _| *key < gone.start || *key >= gone.end);
    }
    let rows: Vec<_> = rows.into_values().collect();
    model.extend(rows.iter().map(|row| (row.key.clone(), row.value.clone())));
    store.ingest(0, &rows, &gone, *sequence, look);
}

fn read(bytes: Vec<u8>) -> (Reader, Model) {
    let reader = Reader::from_bytes(bytes, Limits::default()).unwrap();
    let mut entries = reader.entries().unwrap();
    let mut found = Model::new();
    let mut last = None;
    while let Some((key, value)) = entries.next_entry().unwrap() {
        assert!(last.as_deref() < Some(key), "rows come in order");
        last = Some(key.to_vec());
        found.insert(key.to_vec(), value.to_vec());
    }
    drop(entries);
    let stamp = found.remove(&b"\x03\xFFkeyspace_version"[..]);
    assert_eq!(stamp.as_deref(), Some(&[0, 0, 0, 2][..]));
    (reader, found)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_store_reads_like_a_map(
        bottom in prop::collection::vec(write(), 0..60),
        parts in prop::collection::vec((prop::collection::vec(write(), 1..25), place(), look()), 0..6),
        logged in prop::collection::vec(write(), 0..12),
        bottom_look in look(),
        border in key(),
        other in key(),
        packed in prop::sample::select(&ENCODINGS[..]),
    ) {
        let mut store = StoreWriter::new();
        let mut model = Model::new();
        let mut sequence = 9;
        let numbered = apply(&bottom, &mut sequence, &mut model);
        cut(&mut store, 6, &numbered, &border, bottom_look);
        for (writes, place, look) in &parts {
            match *place {
                Place::Ingested => {
                    ingest(&mut store, writes, &mut sequence, &mut model, *look);
                    continue;
                }
                Place::Cut(level) => {
                    let numbered = apply(writes, &mut sequence, &mut model);
                    cut(&mut store, level, &numbered, &border, *look);
                }
                Place::Table(level) => {
                    let numbered = apply(writes, &mut sequence, &mut model);
                    store.add(level, &numbered.rows, &numbered.gone, *look);
                }
                Place::Excised => {
                    let numbered = apply(writes, &mut sequence, &mut model);
                    store.add(0, &numbered.rows, &numbered.gone, *look);
                    let (start, end) = (border.clone().min(other.clone()), border.clone().max(other.clone()));
                    store.excise(&start, &end);
                    model.retain(|key, _| *key < start || *key >= end);
                }
            }
        }
        let (early, late) = logged.split_at(logged.len() / 2);
        let early = apply(early, &mut sequence, &mut model);
        let late = apply(late, &mut sequence, &mut model);
        store.log(&early.in_order, Chunks::Recyclable);
        store.log(&late.in_order, Chunks::Synced);
        let (reader, found) = read(container(&store.finish(), packed));
        prop_assert_eq!(&found, &model);
        for key in model.keys().chain([&border, &other]) {
            prop_assert_eq!(&reader.get(key).unwrap(), &model.get(key).cloned());
            let after = [&key[..], b"a"].concat();
            prop_assert_eq!(&reader.get(&after).unwrap(), &model.get(&after).cloned());
        }
    }
}
