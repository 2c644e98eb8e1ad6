//! Logs that end in odd ways, batches that lie, stores with other keys, and paths that are no files.

use connector_pebble::records::ResourceTypeRecord;
use connector_pebble::{Keyspace, Limits, Reader, untrusted};

use crate::fixtures::path;
use crate::refusal::{read, refused_files, refused_within, rows, store};
use crate::writer::Row;
use crate::writer::container::{Encoding, container};
use crate::writer::log::{Chunks, batch, log};
use crate::writer::store::StoreWriter;
use crate::writer::table::Look;

#[test]
fn logs_that_end_in_odd_ways() {
    let limits = Limits::default();
    let batches: Vec<_> = rows().chunks(1).map(batch).collect();
    let large = vec![
        batch(&[Row::set(b"k", 1, &[7; 100_000])]),
        batches[1].clone(),
    ];
    for chunks in [Chunks::Plain, Chunks::Recyclable(7), Chunks::Synced(7)] {
        let whole = log(&batches, chunks);
        let count = |bytes: &[u8]| untrusted::log(bytes, 7, &limits);
        assert_eq!(count(&whole).unwrap().0, 60);
        assert_eq!(count(&log(&large, chunks)).unwrap().0, 2);
        // Zeros behind the last record, as in a file that was made larger in advance.
        let padded = [&whole[..], &[0; 50_000]].concat();
        assert_eq!(count(&padded).unwrap().0, 60);
        let hidden = [&whole[..], &[0; 100], b"x"].concat();
        assert!(
            count(&hidden)
                .unwrap_err()
                .message()
                .contains("goes on behind its end")
        );
        for cut in [1, 5, 20] {
            assert!(count(&whole[..whole.len() - cut]).is_err());
        }
        let first_of_many = &log(&large, chunks)[..32 << 10];
        assert!(
            count(first_of_many)
                .unwrap_err()
                .message()
                .contains("has no end")
        );
    }
    // What an older log left in the file, and the marker behind the last record.
    for other in [6, 8] {
        let recycled = [
            log(&batches, Chunks::Recyclable(7)),
            log(&batches, Chunks::Recyclable(other)),
        ];
        assert_eq!(
            untrusted::log(&recycled.concat(), 7, &limits).unwrap().0,
            60
        );
    }
}

#[test]
fn batches_that_lie() {
    let limits = Limits::default();
    let refused = |bytes: Vec<u8>, reason: &str| {
        let log = log(&[bytes], Chunks::Plain);
        let error = untrusted::log(&log, 7, &limits).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    };
    let mut sound = batch(&rows());
    for count in [0, 59, 61, u32::MAX] {
        sound[8..12].copy_from_slice(&count.to_le_bytes());
        refused(sound.clone(), "another number of entries");
    }
    sound[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    refused(sound, "the sequence number of a batch");
    for (kind, reason) in [
        (2, "a merge entry"),
        (18, "an entry of kind 18 in the log"),
        (19, "a range key"),
        (22, "an ingested table in the log"),
        (24, "an ingested table in the log"),
        (77, "an entry of kind 77"),
    ] {
        let row = Row {
            kind,
            ..Row::set(b"k", 9, b"v")
        };
        refused(batch(&[row]), reason);
    }
    let mut store = store();
    store.log(&rows(), Chunks::Synced);
    let bytes = container(&store.finish(), Encoding::Indexed);
    let small = Limits {
        max_log_bytes: 100,
        ..limits
    };
    refused_within(bytes, small, "its write-ahead log");
}

#[test]
fn stores_with_other_keys() {
    let stamped = |key: &[u8], value: &[u8]| {
        let mut store = store();
        store.add(0, &[Row::set(key, 99, value)], &[], Look::default());
        store.finish()
    };
    let version = b"\x03\xFFkeyspace_version";
    let ids = b"\x03\xFFgrant_entitlement_id_format";
    refused_files(
        &stamped(version, &[0, 0, 0, 3]),
        "keyspace version 3: not supported",
    );
    refused_files(&stamped(version, &[2]), "a version number of its keys");
    refused_files(&stamped(ids, &[0, 0, 0, 1]), "id format 1: not supported");
    let mut unstamped = store();
    let gone = Row {
        kind: 0,
        ..Row::set(version, 99, b"")
    };
    unstamped.add(0, &[gone], &[], Look::default());
    refused_files(
        &unstamped.finish(),
        "a store without a keyspace version: not supported",
    );
    // Nothing at all is an empty store.
    let mut empty = StoreWriter::new();
    empty.listed.clear();
    let empty = container(&empty.finish(), Encoding::Indexed);
    assert_eq!(read(empty, Limits::default()).unwrap(), 0);
}

/// Some older writers keyed entitlements and grants by their external ids.
#[test]
fn older_keys() {
    let record = |fields: &[(u8, &[u8])]| {
        let parts = fields
            .iter()
            .flat_map(|(tag, part)| [&[tag << 3 | 2, part.len() as u8][..], part].concat());
        parts.collect::<Vec<_>>()
    };
    let on = record(&[(1, b"group"), (2, b"7")]);
    let entitlement = record(&[(2, b"odd id"), (3, &on)]);
    let held = record(&[(1, b"group"), (2, b"7"), (3, b"odd id")]);
    let holder = record(&[(1, b"user"), (2, b"u1")]);
    let grant = record(&[(2, b"first"), (3, &held), (4, &holder)]);
    let mut store = store();
    let rows = [
        Row::set(&Keyspace::Entitlement.key(&["odd id"]), 90, &entitlement),
        Row::set(&Keyspace::Grant.key(&["first"]), 91, &grant),
    ];
    store.add(0, &rows, &[], Look::default());
    let bytes = container(&store.finish(), Encoding::Indexed);
    let reader = Reader::from_bytes(bytes, Limits::default()).unwrap();
    assert!(!reader.has_structured_ids());
    let counts = reader.counts().unwrap();
    assert_eq!(
        (counts.entitlements["group"], counts.grants["group"]),
        (1, 1)
    );
    let found = reader
        .grant(("group", "7"), "odd id", ("user", "u1"))
        .unwrap()
        .unwrap();
    assert_eq!(found.record.id(), "first");
    assert!(
        reader
            .grant(("group", "7"), "odd id", ("user", "u2"))
            .unwrap()
            .is_none()
    );
    let found = reader.entitlement("group", "7", "odd id").unwrap().unwrap();
    assert_eq!(found.record.external_id, "odd id");
    assert!(
        reader
            .entitlement("group", "8", "odd id")
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_record_that_cannot_be_decoded_ends_the_listing() {
    let bytes = |value: &[u8]| {
        let mut store = store();
        let key = |id| Keyspace::ResourceType.key(&[id]);
        let rows = [Row::set(&key("a"), 90, value), Row::set(&key("b"), 91, &[])];
        store.add(0, &rows, &[], Look::default());
        container(&store.finish(), Encoding::Indexed)
    };
    let small = Limits {
        max_record_bytes: 10,
        ..Limits::default()
    };
    for (value, limits, reason) in [
        (
            &[0x12, 5, b'a'][..],
            Limits::default(),
            "the file is damaged: a record",
        ),
        (
            &[0x12, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            small,
            "a record of 11 bytes",
        ),
    ] {
        let reader = Reader::from_bytes(bytes(value), limits).unwrap();
        let mut types = reader.records::<ResourceTypeRecord>().unwrap();
        let error = types.next().unwrap().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
        assert!(types.next().is_none());
    }
}

#[test]
fn only_regular_files_are_opened() {
    let open = |path| {
        Reader::open(path, Limits::default())
            .unwrap_err()
            .to_string()
    };
    let directory = path("");
    assert!(open(directory.clone()).ends_with("it is not a regular file"));
    let missing = open(directory.join("none.c1z"));
    assert!(
        missing.contains("cannot read") && missing.contains("none.c1z"),
        "{missing}"
    );
}
