use super::*;

#[test]
fn shape_of_the_text() {
    for (instant, expected) in [
        ("2026-11-20T16:31:25.129740Z", "2026-11-20 16:31:25.12974"),
        ("2026-11-20T16:31:25Z", "2026-11-20 16:31:25"),
        (
            "2026-01-02T03:04:05.000000001Z",
            "2026-01-02 03:04:05.000000001",
        ),
        ("2026-01-02T03:04:10.5+09:00", "2026-01-01 18:04:10.5"),
    ] {
        let at: Timestamp = instant.parse().unwrap();
        assert_eq!(text(at), expected);
        assert_eq!(parse(expected), Some(at));
    }
}

#[test]
fn other_shapes_are_not_instants() {
    assert_eq!(parse("yesterday"), None);
    assert_eq!(parse(""), None);
}
