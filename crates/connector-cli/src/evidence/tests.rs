use super::{address, file_facts};

#[test]
fn an_address_is_shown_without_what_may_be_secret() {
    for (given, shown) in [
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        (
            "https://a:b@c@api.example.com/v1?key=1#x",
            "https://api.example.com/v1",
        ),
        ("https://api.example.com", "https://api.example.com"),
        ("api.example.com?key=1", "api.example.com"),
        ("", ""),
    ] {
        assert_eq!(address(given), shown);
    }
}

#[test]
fn a_file_that_was_replaced_meanwhile_gets_no_evidence() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sync.c1z");
    let facts = |content: &[u8], written: u64| {
        std::fs::write(&path, content).unwrap();
        file_facts(&path, written).map_err(|error| error.to_string())
    };
    let found = facts(b"C1ZF\0rows", 9).unwrap();
    assert_eq!((found.name.as_str(), found.bytes), ("sync.c1z", 9));
    let refused = Err("the file is no longer the one that was written".to_owned());
    assert_eq!(facts(b"C1ZF\0more rows", 9), refused);
    assert_eq!(facts(b"something", 9), refused);
}
