use super::*;

fn refused(bytes: &[u8]) -> String {
    ContainerManifest::decode(bytes).unwrap_err().to_string()
}

#[test]
fn unknown_engines_and_encodings_are_named() {
    assert_eq!(
        refused(b"\x0a\x07pebble9\x20\x05"),
        "the storage engine \"pebble9\": not supported"
    );
    assert_eq!(
        refused(b"\x20\x05"),
        "the storage engine \"\": not supported"
    );
    for encoding in [0, 3, 4, 6] {
        let bytes = [b"\x0a\x07pebble3\x20", &[encoding][..]].concat();
        assert_eq!(
            refused(&bytes),
            format!("payload encoding {encoding}: not supported")
        );
    }
}

#[test]
fn a_manifest_of_empty_summaries_is_refused_before_they_are_built() {
    let bytes = [
        &b"\x0a\x07pebble3\x20\x05"[..],
        &[0xC2, 0x02, 0x00].repeat(101),
    ]
    .concat();
    assert!(
        refused(&bytes).contains("at most 100"),
        "{}",
        refused(&bytes)
    );
}
