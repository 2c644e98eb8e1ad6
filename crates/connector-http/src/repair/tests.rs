use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn repaired(json: &str) -> String {
    repair(json).unwrap_or_else(|| panic!("not repaired: {json}"))
}

#[test]
fn half_a_surrogate_pair_becomes_a_replacement_character() {
    for (json, expected) in [
        (r#""Ada \ud83d""#, "Ada \u{fffd}"),
        (r#""\uDE00 Ada""#, "\u{fffd} Ada"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
        (r#""\ud83d\n\ude00\"""#, "\u{fffd}\n\u{fffd}\""),
        (r#""\\\ud83d\\ud83d""#, "\\\u{fffd}\\ud83d"),
    ] {
        let value: String = serde_json::from_str(&repaired(json)).unwrap();
        assert_eq!(value, expected, "{json}");
    }
    assert_eq!(
        repaired(r#" { "\ud83d" : [ 1 , "x" ] } "#),
        "{\"\u{fffd}\":[1,\"x\"]}"
    );
}

#[test]
fn a_member_that_is_there_twice_with_one_value_is_kept_once() {
    for (json, expected) in [
        (r#"{"a":1,"a":1}"#, r#"{"a":1}"#),
        (
            r#"{"a": {"b": [1, 2]}, "c":3, "\u0061":{"b":[1,2]}}"#,
            r#"{"a":{"b":[1,2]},"c":3}"#,
        ),
        (r#"[{"a":"x","a":"x","a":"x"},{}]"#, r#"[{"a":"x"},{}]"#),
        (r#"{"a":"\ud83d","a":"\ude00"}"#, "{\"a\":\"\u{fffd}\"}"),
        (r#"{"a":1,"a":2,"b":3,"b":3}"#, r#"{"a":1,"a":2,"b":3}"#),
    ] {
        assert_eq!(repaired(json), expected, "{json}");
    }
}

#[test]
fn what_is_readable_or_ambiguous_or_broken_is_left_alone() {
    let deep = "[".repeat(200) + r#""\ud83d""# + &"]".repeat(200);
    for json in [
        r#"{"a":1,"a":2}"#,
        r#"{"a":{"b":1},"b":1}"#,
        r#""\ud83d\ude00 \\ud83d""#,
        "[]",
        "",
        r#"{"a":1,"a":1"#,
        r#"{"a":1 "a":1}"#,
        r#"{"a":1,"a":1}}"#,
        r#"{"a":1,"a":1,}"#,
        r#"{"a",1}"#,
        r#"["\ud83d"#,
        r#""\"#,
        &deep,
    ] {
        assert_eq!(repair(json), None, "{json}");
    }
}

proptest! {
    #[test]
    fn any_text_is_taken_without_a_panic(json in r#"([\[\]{}:,"\\a ]|\\u[dD][89c][0-9a-f]{2}|é){0,40}"#) {
        if let Some(repaired) = repair(&json) {
            prop_assert!(repair(&repaired).is_none(), "{repaired}");
        }
    }

    #[test]
    fn a_repaired_document_means_what_it_meant(text in r#"([a-zé" \\]|😀){0,12}"#, n in 0_u8..3) {
        let quoted = serde_json::to_string(&text).unwrap();
        let json = format!(r#"{{"a":[{quoted},{n}],"x":"\ud83d","a":[{quoted},{n}]}}"#);
        let value: Value = serde_json::from_str(&repaired(&json)).unwrap();
        prop_assert_eq!(value, serde_json::json!({"a": [text, n], "x": "\u{fffd}"}));
    }
}
