use super::*;

#[test]
fn values_do_nothing_but_show() {
    let cases = [
        ("a|b", r"a\|b"),
        ("`x` **y** _z_ ~q~", r"\`x\` \*\*y\*\* \_z\_ \~q\~"),
        (
            "<script>alert(1)</script>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ),
        ("&lt;", "&amp;lt;"),
        ("[a](javascript:1)", r"\[a\](javascript:1)"),
        ("https://x.test www.x.test", r"https\://x.test www\.x.test"),
        ("one\ntwo\r\nthree\u{1b}[1m\u{202e}", r"one two  three\[1m"),
        ("@team #12 GH#1", "@\u{200b}team #\u{200b}12 GH#1"),
        ("ada@example.com", "ada@example.com"),
        (r"\|", r"\\\|"),
        ("- item", r"\- item"),
        ("$x$", r"\$x\$"),
    ];
    for (value, expected) in cases {
        assert_eq!(escaped(value), expected, "{value}");
    }
    assert_eq!(escaped(&"x".repeat(300)).chars().count(), WIDEST);
}
