//! The functions of the fuzz targets, on random bytes and on sound parts with changes: no panic, no hang.

use connector_pebble::{Limits, untrusted};
use proptest::prelude::*;

use crate::fixtures::{SAMPLE, bytes};
use crate::writer::container::{ENCODINGS, container};
use crate::writer::log::{Chunks, batch, log};
use crate::writer::store::StoreWriter;
use crate::writer::table::{Compression, Look, table};
use crate::writer::{Gone, Row, column};

/// Everything that a fuzz target does with its bytes.
fn all(bytes: &[u8]) {
    let limits = untrusted::small_limits();
    let _ = untrusted::container(bytes, &limits);
    let _ = untrusted::manifest(bytes, &limits);
    let _ = untrusted::log(bytes, 7, &limits);
    untrusted::edit_or_batch(bytes, &limits);
    let _ = untrusted::table(bytes, &limits, |_, _, _| {});
    let (from, block) = bytes.split_at(bytes.len().min(2));
    untrusted::block(bytes, from, &limits);
    untrusted::block(block, from, &limits);
    untrusted::record(bytes, &limits);
}

fn rows() -> Vec<Row> {
    let row = |number: u64| Row::set(format!("key{number:04}").as_bytes(), number + 9, b"value");
    (0..60).map(row).collect()
}

fn gone() -> Vec<Gone> {
    vec![
        Gone {
            start: b"a".to_vec(),
            end: b"m".to_vec(),
            sequence: 7,
        },
        Gone {
            start: b"c".to_vec(),
            end: b"z".to_vec(),
            sequence: 9,
        },
    ]
}

/// Sound parts of all kinds.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![
        column::data(&rows()),
        column::spans(&gone()),
        batch(&rows()),
    ];
    seeds.push(column::index(&[
        (b"k".to_vec(), 0, 90),
        (b"z".to_vec(), 95, 70),
    ]));
    seeds.push(column::pairs(&[(b"name", b"value".to_vec())]));
    for format in 1..=7 {
        let compression = [Compression::None, Compression::Zstd][format as usize % 2];
        let look = Look {
            format,
            compression,
            block_rows: 9,
            index_rows: 3,
            ..Look::default()
        };
        seeds.push(table(&rows(), &gone(), look));
    }
    seeds.push(log(&[batch(&rows())], Chunks::Recyclable(7)));
    let mut store = StoreWriter::new();
    store.add(0, &rows(), &gone(), Look::default());
    let files = store.finish();
    seeds.push(files["MANIFEST-000002"].clone());
    seeds.extend(ENCODINGS.map(|encoding| container(&files, encoding)));
    let sample = untrusted::container(&bytes(SAMPLE), &Limits::default()).unwrap();
    seeds.extend(sample.into_values());
    seeds
}

#[test]
fn sound_parts_are_readable() {
    let limits = untrusted::small_limits();
    let from = b"key0003";
    for block in &seeds()[..5] {
        let mut kinds = untrusted::block(block, from, &limits);
        kinds += untrusted::edit_or_batch(block, &limits);
        assert!(kinds >= 1, "{block:?}");
    }
    for table in &seeds()[5..12] {
        let mut count = 0;
        let gone = untrusted::table(table, &limits, |_, _, _| count += 1).unwrap();
        assert_eq!(count, 60);
        assert!(gone.len() >= 2);
    }
    assert_eq!(untrusted::log(&seeds()[12], 7, &limits).unwrap(), (60, 0));
    assert_eq!(untrusted::manifest(&seeds()[13], &limits).unwrap().len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        all(&bytes);
    }

    #[test]
    fn changed_parts(
        seed in prop::sample::select(seeds()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = seed;
        if bytes.is_empty() {
            return Ok(());
        }
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        all(&bytes);
    }
}
