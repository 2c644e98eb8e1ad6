use super::*;

#[test]
fn the_same_address_in_other_writing() {
    let cases = [
        ("Ada@Example.com", "ada@example.com"),
        (" ada@example.com ", "ada@example.com"),
        ("ada@ＥＸＡＭＰＬＥ.com", "ada@example.com"),
        ("rene\u{301}@example.com", "ren\u{e9}@example.com"),
        ("x@bücher.example", "x@xn--bcher-kva.example"),
    ];
    for (raw, expected) in cases {
        assert_eq!(fold_email(raw).as_deref(), Some(expected), "{raw}");
    }
    assert_eq!(fold_email("ada"), None);
    assert_eq!(fold_email(""), None);
}

#[test]
fn ascii_is_folded_like_everything_else() {
    let whole = |text: &str| -> String {
        let folded: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
        folded.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for c in (0..128).map(char::from) {
        let text = format!(" A{c}b{c}{c}Z ");
        assert_eq!(fold_text(&text), whole(&text), "{text:?}");
    }
    for domain in [
        "Example.COM",
        "xn--bcher-kva.example",
        "a-b.1.test",
        "10.0.0.1",
    ] {
        let folded = fold_email(&format!("x@{domain}"));
        let lower = domain.to_lowercase();
        assert_eq!(folded, Some(format!("x@{lower}")), "{domain}");
    }
}

#[test]
fn numbers_keep_their_zeros() {
    assert_eq!(fold_number(" E-007 ").as_deref(), Some("e-007"));
    assert_eq!(fold_number(" "), None);
}
