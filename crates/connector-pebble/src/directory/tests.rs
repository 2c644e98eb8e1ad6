use super::*;
use crate::storage::Storage;

fn directory(names: &[&str]) -> Directory {
    let extent = |at| Extent {
        offset: at as u64,
        len: 1,
    };
    Directory {
        storage: Storage::Memory(vec![0; names.len()]),
        files: (names.iter().enumerate())
            .map(|(at, name)| ((*name).to_owned(), extent(at)))
            .collect(),
    }
}

#[test]
fn the_marker_with_the_highest_number_wins() {
    let files = directory(&[
        "MANIFEST-000001",
        "MANIFEST-000012",
        "marker.format-version.000002.024",
        "marker.format-version.000010.016",
        "marker.manifest.000009.MANIFEST-000001",
        "marker.manifest.000010.MANIFEST-000012",
    ]);
    assert_eq!(files.manifest().unwrap().offset, 1);
    files.check_version().unwrap();
}

#[test]
fn unusable_markers_are_refused() {
    for (names, reason) in [
        (&[][..], "no marker names its format version"),
        (
            &["marker.format-version.000001.025"],
            "Pebble format version 25",
        ),
        (
            &["marker.format-version.000001.012"],
            "Pebble format version 12",
        ),
        (&["marker.format-version.000001.x"], "is no number"),
        (&["marker.format-version.000001"], "the marker"),
        (&["marker.format-version.+1.024"], "the marker"),
        (
            &[
                "marker.format-version.1.024",
                "marker.format-version.01.023",
            ],
            "two markers",
        ),
    ] {
        let error = directory(names).check_version().unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
    let missing = directory(&["marker.manifest.000001.MANIFEST-000001"]);
    let error = missing.manifest().unwrap_err().to_string();
    assert!(error.contains("\"MANIFEST-000001\" is missing"), "{error}");
}

#[test]
fn logs_are_in_the_order_of_their_numbers() {
    let logs = directory(&["1000000.log", "000009.log", "000004.sst"]).logs();
    let numbers: Vec<_> = logs.unwrap().into_keys().collect();
    assert_eq!(numbers, [9, 1_000_000]);
    assert!(directory(&["000009-001.log"]).logs().is_err());
}
