//! Files that the writer makes: the rows of the SDK's files come out as they are there, with everything that follows
//! from them.

use std::collections::BTreeMap;
use std::path::Path;

use connector_core::ErrorKind;
use connector_pebble::records::{
    EntitlementRecord, EntitlementRef, GrantRecord, PrincipalRef, Record, ResourceRecord,
    ResourceRef, ResourceTypeRecord, SyncRunRecord,
};
use connector_pebble::{Keyspace, Limits, Reader, WriteOptions, Writer, Written, untrusted};
use proptest::prelude::*;
use prost::Message;
use prost_types::Timestamp;

use crate::blocks::same_data_blocks;
use crate::fixtures::{LISTED, SAMPLE, open};

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// All rows of a file.
fn entries(reader: &Reader) -> Entries {
    let mut all = Entries::new();
    let mut entries = reader.entries().unwrap();
    while let Some((key, value)) = entries.next_entry().unwrap() {
        all.insert(key.to_vec(), value.to_vec());
    }
    all
}

fn is_record(key: &[u8]) -> bool {
    key.len() > 2 && (1..=5).contains(&key[1])
}

/// Writes the records among some rows.
fn write(rows: &Entries, run: &SyncRunRecord, options: WriteOptions, path: &Path) -> Written {
    let mut writer = Writer::new(options).unwrap();
    for (key, value) in rows.iter().filter(|(key, _)| is_record(key)) {
        writer.put(key, value).unwrap();
    }
    writer.finish(run, path).unwrap()
}

fn read(path: &Path) -> Reader {
    Reader::open(path, Limits::default()).unwrap()
}

#[test]
fn rows_of_the_sdk_come_out_with_all_that_follows_from_them() {
    let directory = tempfile::tempdir().unwrap();
    let mut rewritten = 0;
    for name in LISTED.into_iter().chain([SAMPLE]) {
        let reader = open(name);
        let run = reader.sync_run().unwrap().unwrap();
        let path = directory.path().join(name);
        let mut theirs = entries(&reader);
        write(&theirs, &run, WriteOptions::default(), &path);
        let ours = read(&path);
        let mut rows = entries(&ours);
        assert_eq!(ours.sync_run().unwrap(), Some(run.clone()), "{name}");
        if run.ended_at.is_some() {
            // Counts are the same. The SDK adds timings, and the time at which it counted.
            let (own, stats) = (
                ours.stats().unwrap().unwrap(),
                reader.stats().unwrap().unwrap(),
            );
            assert_eq!(own.written_at, run.ended_at, "{name}");
            assert_eq!(
                own.resources_by_resource_type,
                stats.resources_by_resource_type
            );
            let by_type = &own.grants_by_entitlement_resource_type;
            assert_eq!(
                by_type, &stats.grants_by_entitlement_resource_type,
                "{name}"
            );
            let by_type = &own.entitlements_by_resource_type;
            assert_eq!(by_type, &stats.entitlements_by_resource_type, "{name}");
            let digest = ours.manifest().grant_digest.clone();
            assert_eq!(digest, reader.manifest().grant_digest, "{name}");
            assert_eq!(digest, Some(ours.grant_digest().unwrap()), "{name}");
            rewritten += 1;
        }
        // What is not made of records: timings, what the SDK's expansion keeps for itself, and what a connector kept.
        let own = |key: &[u8]| {
            key.starts_with(b"\x03\xFFstats") || key.starts_with(b"\x03\xFFentitlement-graph")
        };
        theirs.retain(|key, _| !own(key) && key[1] != 9);
        rows.retain(|key, _| !own(key));
        let differing: Vec<_> = theirs
            .iter()
            .filter(|(key, value)| rows.get(*key) != Some(value))
            .chain(rows.iter().filter(|(key, _)| !theirs.contains_key(*key)))
            .collect();
        assert!(differing.is_empty(), "{name}: {differing:?}");
    }
    assert_eq!(rewritten, 6);
}

/// Encodes a decoded message again.
fn again<R: Record + std::fmt::Debug>(name: &str, reader: &Reader) -> usize {
    let mut count = 0;
    for row in reader.records::<R>().unwrap() {
        let row = row.unwrap();
        let stored = reader.get(&row.key).unwrap().unwrap();
        assert_eq!(row.record.to_bytes(), stored, "{name}: {:?}", row.record);
        assert_eq!(
            row.record.key().as_deref(),
            Some(row.key.as_slice()),
            "{name}"
        );
        count += 1;
    }
    count
}

#[test]
fn messages_of_the_sdk_are_encoded_as_they_were() {
    let mut count = 0;
    for name in LISTED.into_iter().chain([SAMPLE]) {
        let reader = open(name);
        count += again::<ResourceTypeRecord>(name, &reader);
        count += again::<ResourceRecord>(name, &reader);
        count += again::<EntitlementRecord>(name, &reader);
        count += again::<GrantRecord>(name, &reader);
    }
    assert!(count > 1500, "{count}");
}

/// Rows of people and what they hold, in order.
fn company(people: usize) -> Entries {
    let mut rows = Entries::new();
    let mut add = |key: Option<Vec<u8>>, value: Vec<u8>| rows.insert(key.unwrap(), value);
    let group = ("group".to_owned(), "a\0b\u{1}c".to_owned());
    for number in 0..people {
        let id = format!("{number}");
        let person = ResourceRecord {
            resource_type_id: "user".to_owned(),
            resource_id: id.clone(),
            display_name: format!("Person {number}"),
            parent: number.is_multiple_of(3).then(|| ResourceRef {
                resource_type_id: group.0.clone(),
                resource_id: group.1.clone(),
            }),
            ..ResourceRecord::default()
        };
        add(person.key(), person.encode_to_vec());
        let grant = GrantRecord {
            entitlement: Some(EntitlementRef {
                resource_type_id: group.0.clone(),
                resource_id: group.1.clone(),
                entitlement_id: "member".to_owned(),
            }),
            principal: Some(PrincipalRef {
                resource_type_id: "user".to_owned(),
                resource_id: id,
                ..PrincipalRef::default()
            }),
            needs_expansion: number.is_multiple_of(5),
            ..GrantRecord::default()
        };
        add(grant.key(), grant.encode_to_vec());
    }
    let entitlement = EntitlementRecord {
        external_id: "member".to_owned(),
        resource: Some(ResourceRef {
            resource_type_id: group.0,
            resource_id: group.1,
        }),
        ..EntitlementRecord::default()
    };
    add(entitlement.key(), entitlement.encode_to_vec());
    rows
}

fn run() -> SyncRunRecord {
    let at = |seconds| Some(Timestamp { seconds, nanos: 5 });
    SyncRunRecord {
        sync_id: "run".to_owned(),
        sync_type: 1,
        started_at: at(1_800_000_000),
        ended_at: at(1_800_000_009),
        supports_diff: true,
        ..SyncRunRecord::default()
    }
}

#[test]
fn several_tables_with_indexes_of_two_levels() {
    let directory = tempfile::tempdir().unwrap();
    let rows = company(30_000);
    let small = WriteOptions {
        table_bytes: 1 << 20,
        sort_bytes: 100_000,
        ..WriteOptions::default()
    };
    let path = directory.path().join("sync.c1z");
    let written = write(&rows, &run(), small.clone(), &path);
    assert_eq!(
        (written.stats.resources, written.stats.grants),
        (30_000, 30_000)
    );
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(written.file_bytes, bytes.len() as u64);
    let files = untrusted::container(&bytes, &Limits::default()).unwrap();
    let tables = files.keys().filter(|name| name.ends_with(".sst"));
    assert!(tables.count() > 3);
    let sizes = files.values().map(|content| content.len() as u64);
    assert_eq!(written.decoded_bytes, sizes.sum::<u64>());
    // The same rows in one table and sorted in memory give the same rows; the same options the same bytes.
    let (one, again) = (directory.path().join("one"), directory.path().join("again"));
    write(&rows, &run(), WriteOptions::default(), &one);
    write(&rows, &run(), small, &again);
    let (found, other) = (read(&path), read(&one));
    assert!(entries(&found) == entries(&other));
    assert!(std::fs::read(again).unwrap() == bytes);
    assert_eq!(found.manifest(), other.manifest());
    assert_eq!(
        found.manifest().grant_digest,
        Some(found.grant_digest().unwrap())
    );
    // 30,000 grants need 64 buckets of 512: one root with that width, the leaves, and the node of the whole file.
    let nodes = entries(&found)
        .into_iter()
        .filter(|(key, _)| key[1] == 0x0A);
    let nodes: Vec<_> = nodes.collect();
    assert_eq!(nodes.len(), 66);
    assert_eq!(
        (&nodes[0].0[..], &nodes[0].1[..8]),
        (&b"\x03\x0A\x08\0\0\x02"[..], &30_000_u64.to_be_bytes()[..])
    );
    assert_eq!(
        (nodes[1].1[0], &nodes[1].1[1..9]),
        (6, &30_000_u64.to_be_bytes()[..])
    );
    let leaves = nodes[2..]
        .iter()
        .map(|(_, value)| value[..8].try_into().map(u64::from_be_bytes).unwrap());
    assert_eq!(leaves.sum::<u64>(), 30_000);
    same_data_blocks(&bytes);
}

#[test]
fn one_index_block_of_long_keys_is_followed_by_another() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sync.c1z");
    let mut rows = Entries::new();
    for number in 0..200 {
        let id = format!("{number:05}{}", "x".repeat(20_000));
        rows.insert(Keyspace::ResourceType.key(&[&id]), vec![7; 20_000]);
    }
    write(&rows, &run(), WriteOptions::default(), &path);
    let found = entries(&read(&path));
    assert_eq!(found.iter().filter(|(key, _)| is_record(key)).count(), 200);
    let files = untrusted::container(&std::fs::read(&path).unwrap(), &Limits::default()).unwrap();
    let table = &files["000004.sst"];
    // Attributes in the footer: two-level index and point keys.
    assert_eq!(table[table.len() - 61 + 41], 0xA0);
    assert_eq!(
        read(&path).get(rows.keys().nth(100).unwrap()).unwrap(),
        Some(vec![7; 20_000])
    );
}

#[test]
fn an_unfinished_run_has_neither_counts_nor_digests() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sync.c1z");
    let unfinished = SyncRunRecord {
        ended_at: None,
        ..run()
    };
    write(&company(3), &unfinished, WriteOptions::default(), &path);
    let reader = read(&path);
    assert_eq!(
        (
            reader.stats().unwrap(),
            reader.manifest().grant_digest.clone()
        ),
        (None, None)
    );
    assert!(entries(&reader).keys().all(|key| key[1] != 0x0A));
}

#[cfg(unix)]
#[test]
fn a_file_is_private_and_replaces_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sync.c1z");
    write(&company(3), &run(), WriteOptions::default(), &path);
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let before = std::fs::read(&path).unwrap();
    let writer = Writer::new(WriteOptions::default()).unwrap();
    let error = writer.finish(&run(), &path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn what_cannot_be_read_back_is_removed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sync.c1z");
    let options = WriteOptions {
        limits: Limits {
            max_decoded_bytes: 100,
            max_decoded_ratio: 0,
            ..Limits::default()
        },
        ..WriteOptions::default()
    };
    let writer = Writer::new(options).unwrap();
    let error = writer.finish(&run(), &path).unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
    assert!(!path.exists());
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let refused = |keys: &[&[u8]]| {
        let mut writer = Writer::new(WriteOptions::default()).unwrap();
        let errors = keys.iter().filter_map(|key| writer.put(key, &[]).err());
        errors.last().map(|error| (error.kind(), error.to_string()))
    };
    let bug = |message: &str| Some((ErrorKind::Bug, message.to_owned()));
    let disordered = bug("rows are not in order");
    assert_eq!(refused(&[b"\x03\x01\0b", b"\x03\x01\0a"]), disordered);
    assert_eq!(refused(&[b"\x03\x01\0b", b"\x03\x01\0b"]), disordered);
    for key in [
        &b"\x03\x06"[..],
        b"\x03\x07\x01\0a\0b\0c\0d",
        b"\x03\x02\0user",
        b"\x03\x02\0user\0",
        b"\x02",
        b"",
    ] {
        assert_eq!(
            refused(&[key]),
            bug("this is not the key of a record"),
            "{key:?}"
        );
    }
    let long = [&b"\x03\x01\0"[..], &vec![b'a'; 65 << 10]].concat();
    assert_eq!(
        refused(&[&long]).map(|(kind, _)| kind),
        Some(ErrorKind::Precondition)
    );
    let mut writer = Writer::new(WriteOptions::default()).unwrap();
    let error = writer.put_record(&GrantRecord::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bug);
}

/// Rows with short keys, so that many are equal.
fn some_rows() -> impl Strategy<Value = Vec<(Vec<u8>, Vec<u8>)>> {
    let bytes = |len| prop::collection::vec(any::<u8>(), 0..len);
    let key = prop_oneof![prop::collection::vec(0..3_u8, 0..3), bytes(20)];
    prop::collection::vec((key, bytes(30)), 0..400)
}

proptest! {
    #[test]
    fn sorting_keeps_the_last_row_of_each_key(rows in some_rows(), max_bytes in 1..20_000_usize) {
        let mut sorter = connector_pebble::Sorter::new(max_bytes, None);
        for (key, value) in &rows {
            sorter.push(key, value).unwrap();
        }
        let mut sorted = sorter.finish().unwrap();
        let mut found = Vec::new();
        while let Some((key, value)) = sorted.next_row().unwrap() {
            found.push((key.to_vec(), value.to_vec()));
        }
        let expected: Entries = rows.into_iter().collect();
        prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    }
}
