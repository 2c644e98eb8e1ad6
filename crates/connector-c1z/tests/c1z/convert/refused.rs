//! Outputs that exist, and inputs that cannot be converted.

use std::fs;
use std::path::{Path, PathBuf};

use connector_c1z::Format;
use connector_core::ErrorKind;
use connector_pebble::records::SyncRunRecord;
use connector_pebble::{WriteOptions, Writer};

use crate::support::fixture;

use super::{Bench, of_the_sdk};

#[test]
fn what_is_there_is_replaced_only_on_demand_and_keeps_its_permissions() {
    let bench = Bench::new();
    let out = bench.path("sync.c1z");
    fs::write(&out, "mine").unwrap();
    let from = fixture("ours-361.v1.c1z");
    let error = bench
        .try_convert(&from, Format::V3, "sync.c1z", false)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert!(error.to_string().ends_with("is there already"), "{error}");
    assert_eq!(fs::read(&out).unwrap(), b"mine");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&out, fs::Permissions::from_mode(0o640)).unwrap();
        bench
            .try_convert(&from, Format::V3, "sync.c1z", true)
            .unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&out), 0o640);
        bench.convert(&out, Format::V1, "new.c1z");
        assert_eq!(mode(&bench.path("new.c1z")), 0o600);
    }
}

#[test]
fn what_cannot_be_converted_leaves_everything_as_it_was() {
    let bench = Bench::new();
    fs::write(bench.path("empty"), "").unwrap();
    fs::write(bench.path("other"), "something else").unwrap();
    let unfinished = of_the_sdk("go-40.failed401.v3.c1z");
    let empty = bench.path("no-rows");
    let writer = Writer::new(WriteOptions::default()).unwrap();
    writer.finish(&SyncRunRecord::default(), &empty).unwrap();
    let cases: [(PathBuf, Format, &str); 8] = [
        (bench.path("empty"), Format::V3, "the file is empty"),
        (bench.path("other"), Format::V3, "is not a .c1z file"),
        (bench.path("missing"), Format::V3, "No such file"),
        (
            bench.out.path().to_owned(),
            Format::V3,
            "is not a regular file",
        ),
        (unfinished, Format::V1, "holds no finished sync"),
        (empty, Format::V1, "holds no finished sync"),
        (
            fixture("go-12-unfinished.c1z"),
            Format::V3,
            "holds no finished full sync",
        ),
        (fixture("go-12.c1z"), Format::V1, "is of version 1 already"),
    ];
    for (from, format, words) in cases {
        let out = bench.path("out");
        fs::write(&out, "mine").unwrap();
        let error = bench.try_convert(&from, format, "out", true).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(fs::read(&out).unwrap(), b"mine");
        assert!(!bench.path("out.tmp").exists());
    }
}

#[test]
fn damaged_files_give_errors() {
    let bench = Bench::new();
    for (from, to) in [
        (of_the_sdk("go-40.v3.c1z"), Format::V1),
        (fixture("go-12.c1z"), Format::V3),
    ] {
        let whole = fs::read(from).unwrap();
        let damaged = bench.path("damaged");
        let step = whole.len() / 40;
        for at in (5..whole.len()).step_by(step) {
            fs::write(&damaged, &whole[..at]).unwrap();
            let error = bench.try_convert(&damaged, to, "out", true).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Precondition, "{at}: {error}");
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            fs::write(&damaged, flipped).unwrap();
            // What is not read, such as the schema's descriptors, may be anything.
            if let Err(error) = bench.try_convert(&damaged, to, "out", true) {
                assert_eq!(error.kind(), ErrorKind::Precondition, "{at}: {error}");
                continue;
            }
            let _ = fs::remove_file(bench.path("out"));
        }
        assert!(!bench.path("out").exists());
    }
}
