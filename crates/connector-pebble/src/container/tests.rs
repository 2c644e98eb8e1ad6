use super::*;

#[test]
fn names_stay_below_the_directory() {
    for name in [
        "000004.sst",
        "a/b",
        "marker.manifest.000001.MANIFEST-000001",
        "...",
    ] {
        assert!(check_name(name).is_ok(), "{name}");
    }
    let long = "x".repeat(4097);
    for name in [
        "", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\\b", "a\0", &long,
    ] {
        assert!(check_name(name).is_err(), "{name}");
    }
}

#[test]
fn other_files_are_called_what_they_are() {
    let open = |bytes: &[u8]| {
        let source = Storage::Memory(bytes.to_vec());
        super::open(&source, &Limits::default(), None)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(open(b""), "the file is empty");
    assert_eq!(open(b"C1Z"), "the file is not a .c1z file");
    assert_eq!(open(b"PK\x03\x04......"), "the file is not a .c1z file");
    assert!(open(b"C1ZF\0....").contains("version 1"));
    assert!(open(b"C1Z3\0\0\0").contains("ends too early"));
    assert!(open(b"C1Z3\0\0\0\0\x05abc").contains("beyond its end"));
    assert!(open(b"C1Z3\0\x01\0\0\x01abc").contains("at most 16777216 allowed"));
}
