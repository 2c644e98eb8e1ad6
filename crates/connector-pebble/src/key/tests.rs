use super::*;

#[test]
fn kinds_are_known_or_refused_by_name() {
    assert_eq!(Trailer(0x0A01).kind().unwrap(), Kind::Set);
    assert_eq!(Trailer(0x0A01).sequence(), 10);
    assert_eq!(kind(18).unwrap(), Kind::Set);
    for number in [0, 7, 23] {
        assert_eq!(kind(number).unwrap(), Kind::Delete);
    }
    for (number, name) in [
        (2, "a merge entry: not supported"),
        (19, "a range key: not supported"),
        (22, "an ingested table in the log: not supported"),
        (99, "an entry of kind 99: not supported"),
    ] {
        assert_eq!(kind(number).unwrap_err().to_string(), name);
    }
}

#[test]
fn a_range_is_half_open() {
    let bounds = Bounds {
        lower: b"b".to_vec(),
        end: successor(b"d"),
    };
    for (key, inside) in [
        (&b"a"[..], false),
        (b"b", true),
        (b"d", true),
        (b"d\0", false),
    ] {
        assert_eq!(bounds.contains(key), inside, "{key:?}");
    }
    assert!(bounds.meets(b"d", None));
    assert!(!bounds.meets(b"d\0", None));
    assert!(!bounds.meets(b"", Some(b"b")));
    assert!(bounds.meets(b"", Some(b"b\0")));
}
