//! Bytes that are not what they should be end in an error that says so, never in a panic.

use std::fs;

use connector_c1z::{C1zStore, ReadLimits, Reader};
use connector_core::ErrorKind;

use crate::support::*;

/// The error of both ways to open a file with these bytes.
fn refused(bytes: &[u8]) -> String {
    let scene = Scene::new();
    fs::write(&scene.path, bytes).unwrap();
    let read = Reader::open(&scene.path, ReadLimits::default()).unwrap_err();
    let write = scene.open().unwrap_err();
    for error in [&read, &write] {
        assert_eq!(error.kind(), ErrorKind::Precondition, "{error}");
        assert!(error.hint_text().is_some(), "{error}");
    }
    assert_eq!(read.message(), write.message());
    assert_eq!(scene.leftovers(), Vec::<String>::new());
    assert_eq!(fs::read(&scene.path).unwrap(), bytes);
    read.message().to_owned()
}

fn good() -> Vec<u8> {
    fs::read(fixture("go-12.c1z")).unwrap()
}

fn framed(content: &[u8]) -> Vec<u8> {
    let mut file = b"C1ZF\0".to_vec();
    file.extend(zstd::encode_all(content, 1).unwrap());
    file
}

#[test]
fn other_magic() {
    assert_eq!(
        refused(b"PK\x03\x04 and so on"),
        "the file is not a .c1z file"
    );
    assert_eq!(refused(b"C1Z"), "the file is not a .c1z file");
}

#[test]
fn damage_of_the_frame() {
    let good = good();
    for bytes in [
        good[..5].to_vec(),
        good[..9].to_vec(),
        good[..good.len() - 1].to_vec(),
        good[..good.len() / 2].to_vec(),
        [&good[..], b"trailing"].concat(),
        [&good[..5], &[0; 64][..]].concat(),
    ] {
        let message = refused(&bytes);
        assert!(message.starts_with("the file is damaged"), "{message}");
    }
    let mut flipped = good;
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let message = refused(&flipped);
    assert!(message.contains("checksum"), "{message}");
}

#[test]
fn damage_of_the_database() {
    let inside = look_into(&fixture("go-12.c1z")).bytes;
    let cut = &inside[..4096 * 5];
    let mut holes = inside.clone();
    holes[4096..4096 * 9].fill(0xa5);
    let mut noise = inside.clone();
    for (at, byte) in noise.iter_mut().enumerate().skip(100) {
        *byte ^= (at * 31) as u8;
    }
    for database in [cut, &holes, &noise, b"not a database at all", &[0; 4096]] {
        let message = refused(&framed(database));
        assert!(message.starts_with("the file is damaged"), "{message}");
    }
}

#[test]
fn any_single_flipped_byte_is_refused_or_harmless() {
    let good = good();
    let scene = Scene::new();
    for at in (0..good.len()).step_by(97) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        fs::write(&scene.path, &bytes).unwrap();
        if let Err(error) = Reader::open(&scene.path, ReadLimits::default()) {
            assert_eq!(error.kind(), ErrorKind::Precondition, "byte {at}: {error}");
        }
    }
}

/// A few KiB that decode to a sound database and then to zeros would otherwise fill the disk.
#[test]
fn a_bomb_behind_a_database_is_not_decoded_to_its_end() {
    let mut database = look_into(&fixture("go-12.c1z")).bytes;
    database.resize(database.len() + (64 << 20), 0);
    assert_eq!(
        refused(&framed(&database)),
        "the file is damaged: it decodes to more than its database states"
    );
}

#[test]
fn limits_of_size_and_window() {
    let small = ReadLimits {
        max_decoded_bytes: 100_000,
        ..ReadLimits::default()
    };
    let error = Reader::open(fixture("go-12.c1z"), small).unwrap_err();
    assert_eq!(error.message(), "the file holds more than 0 MiB");
    // The same without a declared size: found while decoding.
    let scene = Scene::new();
    let inside = look_into(&fixture("go-12.c1z")).bytes;
    fs::write(&scene.path, framed(&inside)).unwrap();
    let error = Reader::open(&scene.path, small).unwrap_err();
    assert_eq!(error.message(), "the file holds more than 0 MiB");
    let narrow = ReadLimits {
        max_window_bytes: 64 * 1024,
        ..ReadLimits::default()
    };
    let error = Reader::open(fixture("go-12.c1z"), narrow).unwrap_err();
    assert!(error.message().contains("too much memory"), "{error}");
    let exact = ReadLimits {
        max_decoded_bytes: inside.len() as u64,
        max_window_bytes: 256 * 1024,
    };
    assert!(Reader::open(fixture("go-12.c1z"), exact).is_ok());
}

#[test]
fn an_empty_file_is_a_new_one_for_the_writer_only() {
    let scene = Scene::new();
    fs::write(&scene.path, b"").unwrap();
    let error = Reader::open(&scene.path, ReadLimits::default()).unwrap_err();
    assert_eq!(error.message(), "the file is empty");
    scene.sync(1, company());
    assert_eq!(scene.reader().syncs().unwrap().len(), 1);
    let missing = Reader::open(scene.dir.path().join("none.c1z"), ReadLimits::default());
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::Precondition);
}

#[test]
fn a_damaged_blob_is_an_error_of_its_row() {
    let scene = Scene::new();
    scene.sync(1, company());
    let inside = look_into(&scene.path);
    inside
        .db
        .execute_batch("UPDATE v1_resources SET data = x'0aff' WHERE id = 2")
        .unwrap();
    let database = fs::read(inside.db.path().unwrap()).unwrap();
    fs::write(&scene.path, framed(&database)).unwrap();
    let reader = scene.reader();
    let run = reader.latest_finished_full().unwrap().unwrap();
    let mut seen = 0;
    let result = reader.for_each_resource(&run.sync_id, |_| {
        seen += 1;
        Ok(())
    });
    let error = result.unwrap_err();
    assert_eq!((seen, error.kind()), (3, ErrorKind::Precondition));
    let expected = "the file is damaged: row 2 of v1_resources: its message cannot be decoded: ";
    assert!(error.message().starts_with(expected), "{error}");
}

#[test]
fn a_working_file_that_is_no_database_is_replaced() {
    let scene = Scene::new();
    fs::write(scene.resume_path(), vec![7; 9000]).unwrap();
    scene.sync(1, company());
    assert_eq!(scene.leftovers(), Vec::<String>::new());
    assert_eq!(scene.reader().syncs().unwrap().len(), 1);
}

#[test]
fn places_where_no_file_can_be() {
    let scene = Scene::new();
    let open = |path: &std::path::Path| C1zStore::open(path, scene.options()).unwrap_err();
    let error = open(&scene.dir.path().join("missing/sync.c1z"));
    assert!(
        error.message().ends_with("missing does not exist"),
        "{error}"
    );
    let error = open(scene.dir.path());
    assert!(error.message().ends_with("is a directory"), "{error}");
    assert_eq!(error.kind().policy().exit_code, 9);
    assert_eq!(scene.leftovers(), Vec::<String>::new());
}
