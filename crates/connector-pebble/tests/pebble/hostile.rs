//! Containers, directories, tables and logs that lie, and what is said about them.

use connector_pebble::records::ResourceTypeRecord;
use connector_pebble::{Keyspace, Limits, Reader, untrusted};

use crate::fixtures::path;
use crate::writer::container::{Encoding, Entry, Files, container, container_with};
use crate::writer::log::{Chunks, batch, log};
use crate::writer::store::StoreWriter;
use crate::writer::table::{Compression, Look, table};
use crate::writer::{Gone, Row};

fn rows() -> Vec<Row> {
    let row = |number: u64| Row::set(format!("key{number:04}").as_bytes(), number + 9, b"value");
    (0..60).map(row).collect()
}

fn store() -> StoreWriter {
    let mut store = StoreWriter::new();
    store.add(6, &rows(), &[], Look::default());
    store
}

/// Opens a file and reads all of it; hands over how many rows it has.
fn read(bytes: Vec<u8>, limits: Limits) -> connector_core::Result<usize> {
    let reader = Reader::from_bytes(bytes, limits)?;
    let mut entries = reader.entries()?;
    let mut count = 0;
    while entries.next_entry()?.is_some() {
        count += 1;
    }
    assert!(entries.next_entry()?.is_none(), "the end stays the end");
    Ok(count)
}

fn refused(bytes: Vec<u8>, reason: &str) {
    refused_within(bytes, Limits::default(), reason);
}

fn refused_within(bytes: Vec<u8>, limits: Limits, reason: &str) {
    let error = read(bytes, limits).expect_err(reason).to_string();
    assert!(error.contains(reason), "{error}\nis not: {reason}");
}

fn refused_files(files: &Files, reason: &str) {
    refused(container(files, Encoding::Indexed), reason);
}

#[test]
fn an_index_that_lies() {
    let files = store().finish();
    assert_eq!(
        read(container(&files, Encoding::Indexed), Limits::default()).unwrap(),
        61
    );
    let with = |change: fn(&mut Vec<Entry>)| container_with(&files, change);
    refused(with(|all| all[0].raw = u64::MAX), "its decoded content");
    refused(with(|all| all[0].raw = 1 << 60), "its decoded content");
    refused(with(|all| all[3].raw += 1), "less than its index says");
    refused(with(|all| all[3].raw -= 1), "more than its index says");
    refused(with(|all| all[0].offset = u64::MAX), "outside the payload");
    refused(with(|all| all[0].offset = 0), "outside the payload");
    refused(
        with(|all| all[0].compressed = u64::MAX),
        "outside the payload",
    );
    refused(with(|all| all[0].compressed = 0), "outside the payload");
    refused(
        with(|all| all[0].compressed += 1),
        "something follows its frame",
    );
    refused(with(|all| all[0].compressed -= 1), "its frame:");
    refused(with(|all| all[0].xxh64 ^= 1), "its digest is another");
    refused(with(|all| all[0].sha256[31] ^= 1), "its digest is another");
    refused(
        with(|all| all[0].sha256.truncate(31)),
        "SHA-256 has a wrong length",
    );
    refused(with(|all| all[1] = all[0].clone()), "twice");
    refused(with(|all| all[0].name = b"../x".to_vec()), "unsafe name");
    refused(with(|all| all[0].name.clear()), "unsafe name");
    refused(with(|all| all[0].name = vec![0xFF]), "not UTF-8");
    refused(with(|all| all.truncate(1)), "no marker names");
    // One frame decoded a thousand times is not more than what it adds up to.
    let many = with(|all| {
        let first = all[0].clone();
        let named = |number: u64| Entry {
            name: number.to_string().into_bytes(),
            ..first.clone()
        };
        all.extend((0..2000).map(named));
    });
    let few = Limits {
        max_tables: 500,
        ..Limits::default()
    };
    refused_within(many, few, "too many files");
}

#[test]
fn content_above_the_limits() {
    let bytes = container(&store().finish(), Encoding::Indexed);
    let decoded = Limits {
        max_decoded_bytes: 1000,
        max_decoded_ratio: 0,
        ..Limits::default()
    };
    for encoding in [Encoding::Indexed, Encoding::Tar, Encoding::TarZstd] {
        let bytes = container(&store().finish(), encoding);
        refused_within(bytes, decoded, "its decoded content");
    }
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    for (limits, reason) in [
        (limits(|l| l.max_tables = 1), "too many tables"),
        (limits(|l| l.max_manifest_bytes = 10), "its MANIFEST"),
        (limits(|l| l.max_block_bytes = 100), "a block of"),
        (limits(|l| l.max_open_bytes = 100), "needed at one time"),
        (limits(|l| l.max_key_bytes = 5), "a bound of a table"),
    ] {
        refused_within(bytes.clone(), limits, reason);
    }
}

#[test]
fn archives_that_lie() {
    let files = store().finish();
    let whole = container(&files, Encoding::Tar);
    assert_eq!(read(whole.clone(), Limits::default()).unwrap(), 61);
    let mut trailing = whole.clone();
    trailing.extend(b"more");
    refused(trailing, "something follows its archive");
    let manifest_end = 9 + usize::from(whole[8]);
    for cut in (manifest_end..whole.len() - 1024).step_by(100) {
        assert!(
            read(whole[..cut].to_vec(), Limits::default()).is_err(),
            "cut at {cut}"
        );
    }
    let with = |kind, content: &[u8]| {
        let mut archive = tar::Builder::new(whole[..manifest_end].to_vec());
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_entry_type(kind);
        archive.append_data(&mut header, "x", content).unwrap();
        archive.into_inner().unwrap()
    };
    refused(
        with(tar::EntryType::XHeader, b"12 path=abc\n"),
        "an extension header",
    );
    refused(
        with(tar::EntryType::XGlobalHeader, b"12 size=123\n"),
        "an extension header",
    );
    refused(with(tar::EntryType::GNULongName, b"abc"), "a long name");
    refused(with(tar::EntryType::Symlink, b""), "no marker names");
}

#[test]
fn directories_with_something_missing() {
    let without = |name: &str| {
        let mut files = store().finish();
        assert!(files.remove(name).is_some());
        files
    };
    refused_files(
        &without("MANIFEST-000002"),
        "\"MANIFEST-000002\" is missing",
    );
    refused_files(&without("000005.sst"), "\"000005.sst\" is missing");
    refused_files(
        &without("marker.format-version.000001.024"),
        "format version",
    );
    let mut files = store().finish();
    files.get_mut("000005.sst").unwrap().push(0);
    refused_files(&files, "table 000005 has another size");
    let mut files = store().finish();
    files.insert("marker.format-version.000002.025".to_owned(), Vec::new());
    refused_files(&files, "Pebble format version 25: not supported");
    let mut files = store().finish();
    files.get_mut("MANIFEST-000002").unwrap()[20] ^= 1;
    refused_files(&files, "the checksum of a log chunk is another");
}

#[test]
fn tables_that_lie() {
    let reversed: Vec<_> = rows().into_iter().rev().collect();
    let twice: Vec<_> = rows()
        .into_iter()
        .flat_map(|row| [row.clone(), row])
        .collect();
    let limits = Limits::default();
    for format in 1..=7 {
        for block_rows in [1, 7, 100] {
            let look = Look {
                format,
                block_rows,
                ..Look::default()
            };
            for rows in [&reversed, &twice] {
                let bytes = table(rows, &[], look);
                let error = untrusted::table(&bytes, &limits, |_, _, _| {}).unwrap_err();
                assert!(error.message().contains("not in order"), "{error}");
            }
        }
    }
    let mut narrow = store();
    narrow.listed[1].smallest = rows()[1].key.iter().copied().chain([0xFF; 8]).collect();
    refused_files(&narrow.finish(), "a row outside the bounds of its table");
    let mut odd = StoreWriter::new();
    odd.add(
        0,
        &[Row {
            kind: 2,
            ..Row::set(b"k", 9, b"")
        }],
        &[],
        Look::default(),
    );
    refused_files(&odd.finish(), "a merge entry: not supported");
    let mut shadowed = StoreWriter::new();
    shadowed.add(0, &[Row::set(b"k", 9, b"")], &[], Look::default());
    shadowed.add(
        1,
        &[Row {
            kind: 99,
            ..Row::set(b"k", 8, b"")
        }],
        &[],
        Look::default(),
    );
    refused_files(&shadowed.finish(), "an entry of kind 99: not supported");
    let backwards = Gone {
        start: b"b".to_vec(),
        end: b"a".to_vec(),
        sequence: 3,
    };
    let look = Look {
        format: 4,
        compression: Compression::None,
        ..Look::default()
    };
    let bytes = table(&rows(), &[backwards], look);
    assert!(untrusted::table(&bytes, &limits, |_, _, _| {}).is_err());
}

#[test]
fn virtual_tables_need_their_file_in_the_list() {
    let mut store = store();
    store.listed[1].number = 77;
    refused_files(&store.finish(), "table 77 lies in 5, which is not listed");
}

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
