use super::*;

#[test]
fn bytes_and_counts_are_written_for_people() {
    assert_eq!(hex([0, 0x1f, 0xff]), "001fff");
    let numbers = [0, 7, 999, 1000, 100_000, 1_234_567].map(grouped);
    assert_eq!(numbers, ["0", "7", "999", "1,000", "100,000", "1,234,567"]);
    assert_eq!(counted(1, "request"), "1 request");
    assert_eq!(counted(2000, "request"), "2,000 requests");
    assert_eq!(counted_as(0, "person", "people"), "0 people");
}

#[test]
fn line_breaks_and_other_control_characters_become_one_blank() {
    for broken in [
        "Head of\nthings",
        "Head of \r\n\tthings",
        "\nHead of\u{2028}things\u{85}",
        "Head\u{0}of\u{7f}\u{1b}things\n\n",
    ] {
        assert_eq!(clean(broken, 64), "Head of things", "{broken:?}");
    }
    assert_eq!(clean("two  blanks", 64), "two  blanks");
    assert_eq!(clean("Head\nof", 5), "Head");
    assert_eq!(clean("\n\u{1b} \n", 64), "");
}

#[test]
fn no_break_is_overlooked() {
    for c in (char::MIN..=char::MAX).filter(|c| breaks(*c)) {
        assert!(may_break(&format!("plain{c}")), "{c:?}");
    }
    for plain in ["plain", "Þórsdóttir", "Ελένη", "日本"] {
        assert!(!may_break(plain), "{plain}");
    }
    // What only looks like one is none.
    assert_eq!(
        clean("10 \u{a0}\u{2013} 20 \u{3000}", 64),
        "10 \u{a0}\u{2013} 20"
    );
}

#[test]
fn cleaning_breaks_escapes_and_cuts_between_characters() {
    assert_eq!(clean(" a\0b\u{1b}]0;x\u{7}c\n ", 64), "a b ]0;x c");
    assert_eq!(clean("Þórsdóttir", 3), "Þ");
    assert_eq!(clean("\u{1b} x", 64), "x");
    assert_eq!(
        printable("a\u{202e}b\u{200f}\u{61c}\u{1b}[31m", 64),
        "ab[31m"
    );
    assert_eq!(printable("Head of\r\nthings", 64), "Head of things");
}

#[test]
fn emails() {
    for good in [
        "maja@lake.test",
        "o'brien+hr@sub.example.com",
        "jón@dæmi.example.com",
    ] {
        assert_eq!(email(good), Some(good));
    }
    for bad in [
        "",
        "maja",
        "@lake.test",
        "maja@",
        "maja@lake",
        "a b@lake.test",
        "a@b@lake.test",
        "a@-x.test",
        "a@x-.test",
        "a@x.-test",
        "a@x.test-",
        "a@x..test",
        "a@.x.test",
        "a@x.test.",
    ] {
        assert_eq!(email(bad), None, "{bad}");
    }
}

#[test]
fn dates() {
    assert_eq!(date("2020-05-04").as_deref(), Some("2020-05-04"));
    assert_eq!(
        date("2023-05-19T11:13:40.175639").as_deref(),
        Some("2023-05-19")
    );
    for bad in [
        "",
        "2020-13-01",
        "08/09/2019",
        "2020-05-041",
        "２０２０-05-04",
    ] {
        assert_eq!(date(bad), None, "{bad}");
    }
}

#[test]
fn names_fall_back() {
    assert_eq!(
        person_name(Some("Sam"), Some("Ode"), Some("S. Ode"), None),
        "Sam Ode"
    );
    assert_eq!(person_name(None, Some("Ode"), Some("S. Ode"), None), "Ode");
    assert_eq!(person_name(Some(" "), None, Some("S. Ode"), None), "S. Ode");
    assert_eq!(
        person_name(None, None, None, Some("sam@lake.test")),
        "sam@lake.test"
    );
    assert_eq!(person_name(None, None, None, None), "");
}
