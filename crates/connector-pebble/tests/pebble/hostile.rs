//! Containers, directories and tables that lie, and how they are refused.

use connector_pebble::{Limits, untrusted};

use crate::refusal::{read, refused, refused_files, refused_within, rows, store};
use crate::writer::container::{Encoding, Entry, container, container_with};
use crate::writer::store::StoreWriter;
use crate::writer::table::{Compression, Look, table};
use crate::writer::{Gone, Row};

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
