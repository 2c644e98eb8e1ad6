use super::*;

/// The fourth record of a file of the Go SDK.
const EDIT: [u8; 42] = [
    0x02, 0x07, 0x03, 0x09, 0x04, 0x4a, 0x67, 0x00, 0x08, 0xe4, 0x09, 0x0a, 0x03, 0x06, 0x01, 0x4a,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a, 0x03, 0x06, 0x01, 0x4a, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x4a, 0x4a, 0x06, 0x05, 0xcc, 0xe0, 0x81, 0xd8, 0x06,
];

fn decode(record: &[u8]) -> Result<Edit> {
    Edit::decode(record, &Limits::default())
}

#[test]
fn an_edit_of_the_go_sdk() {
    let edit = decode(&[&EDIT[..], &[1]].concat()).unwrap();
    assert_eq!(edit.oldest_log, Some(7));
    let table = &edit.added[0];
    assert_eq!((table.level, table.number, table.size), (0, 8, 1252));
    assert_eq!(table.bounds.lower, [3, 6]);
    assert_eq!(table.bounds.end, [3, 6, 0]);
    assert_eq!(table.fixed_sequence(), Some(74));
    assert!(!table.is_virtual());
}

#[test]
fn a_table_is_moved_by_one_edit() {
    let limits = Limits::default();
    let mut version = Version::default();
    let added = [&EDIT[..], &[1]].concat();
    version.apply(decode(&added).unwrap(), &limits).unwrap();
    let moved = [&added[..], &[6, 0, 8]].concat();
    version.apply(decode(&moved).unwrap(), &limits).unwrap();
    assert_eq!(version.tables().count(), 1);
    assert!(version.apply(decode(&added).unwrap(), &limits).is_err());
    assert!(version.apply(decode(&[6, 0, 9]).unwrap(), &limits).is_err());
}

#[test]
fn what_is_not_supported_is_named() {
    let attribute = |tag: &[u8]| [&EDIT[..35], tag, &[0, 1]].concat();
    for (record, name) in [
        (&b"\x01\x03abc"[..], "the order of keys \"abc\""),
        (&[104], "a table with range keys"),
        (&[107], "a blob file"),
        (&[200, 1], "MANIFEST entry 200"),
        (&[7], "MANIFEST entry 7"),
        (&attribute(&[67]), "a table whose keys are rewritten"),
        (&attribute(&[69]), "a table with blob references"),
        (&attribute(&[65]), "table attribute 65"),
        (&attribute(&[0xC0, 0x01]), "table attribute 192"),
    ] {
        let error = decode(record).unwrap_err().to_string();
        assert_eq!(error, format!("{name}: not supported"));
    }
    assert!(decode(&[6, 7, 1]).is_err(), "level 7");
}
