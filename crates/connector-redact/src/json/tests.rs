use std::sync::Arc;

use connector_core::entropy::SeededEntropy;
use proptest::prelude::*;

use super::JsonRedactor;
use crate::key::RedactionKey;
use crate::rules::Rules;
use crate::tokens::Tokens;

const READABLE: &str = "
id data.id
email data.email
text data.{name,tags}
word data.status
plain total data.share
inside *.group
text *.title
cursor next
";

fn tokens() -> Arc<Tokens> {
    Tokens::new(&RedactionKey::fleeting(&SeededEntropy::new(1))).into()
}

fn redacted(document: &str, whole: bool, pieces: usize) -> String {
    let mut redactor = JsonRedactor::new(Rules::of_answers(READABLE).into(), tokens());
    document
        .as_bytes()
        .chunks(pieces)
        .for_each(|piece| redactor.push(piece));
    redactor.finish(whole)
}

fn whole(document: &str) -> String {
    redacted(document, true, usize::MAX)
}

#[test]
fn what_is_not_declared_is_blank() {
    let document = r#" { "total": 2, "hint": "Anna", "more": {"salary": [1]}, "list": [ [1, "]" ] ],
        "data": [ {"id": 7, "age": 41, "vip": true, "phone": null, "share": 0.5, "group": {"x": 1, "title": 3}} ] } "#;
    assert_eq!(
        whole(document),
        r#"{"total":2,"hint":"","more":{},"list":[],"data":[{"id":7,"age":0,"vip":false,"phone":null,"share":0.5,"group":{"x":0,"title":4}}]}"#
    );
}

#[test]
fn what_is_declared_becomes_a_token_of_its_kind() {
    let document = r#"{"data":{"id":"anna@acme.test","email":"Anna@Acme.test","name":"Anna","tags":["x"],"status":"on_leave"},"next":"abc"}"#;
    let value: serde_json::Value = serde_json::from_str(&whole(document)).unwrap();
    let data = &value["data"];
    assert_eq!(data["id"], data["email"]);
    assert!(data["email"].as_str().unwrap().ends_with(".example"));
    assert_ne!(data["name"], "Anna");
    assert_eq!(data["tags"].as_array().unwrap().len(), 1);
    assert_eq!(data["status"], "on_leave");
    assert!(value["next"].as_str().unwrap().starts_with('c'));
}

#[test]
fn a_document_breaks_off_where_it_did() {
    assert_eq!(
        redacted(r#"{"data":[{"id":1},{"name":"An"#, false, usize::MAX),
        r#"{"data":[{"id":1},{"name":"#
    );
    assert_eq!(redacted("12", false, usize::MAX), "");
    assert_eq!(redacted("12", true, usize::MAX), "0");
}

#[test]
fn what_is_no_json_stays_none() {
    for (document, expected) in [
        ("<html>Anna</html>", "!"),
        ("{\"data\":[}", "{\"data\":[!"),
        ("[]]", "[]!"),
        ("{} {}", "{}!"),
        ("nonsense", "!"),
        ("{\"a\":\"\\q\"}", "{\"a\":\"\"}"),
        ("{\"data\":{\"name\":\"\\q\"}}", "{\"data\":{\"name\":!"),
        ("", ""),
    ] {
        assert_eq!(whole(document), expected, "{document}");
    }
}

#[test]
fn a_text_that_was_cut_in_an_emoji_is_read() {
    let one = whole(r#"{"data":{"name":"Anna \ud83d"}}"#);
    assert_eq!(one, whole("{\"data\":{\"name\":\"Anna \u{fffd}\"}}"));
}

#[test]
fn keys_that_may_name_people_are_blank() {
    assert_eq!(
        whole(r#"{"anna@acme.test":1,"Anna\u0000":2,"fine_key":3,"49170123456":4}"#),
        r#"{"":0,"":0,"fine_key":0,"":0}"#
    );
}

proptest! {
    /// Where a document is cut into pieces changes nothing, and nothing makes it panic.
    #[test]
    fn pieces_do_not_matter(document in "[\\[\\]{}\",:a-z0-9\\\\ .-]{0,80}", size in 1_usize..9) {
        let one = redacted(&document, true, usize::MAX);
        prop_assert_eq!(redacted(&document, true, size), one);
    }

    /// Of a document without a declared key not a letter of a value is left.
    #[test]
    fn values_never_get_through(secret in "Z[a-z]{6,12}", depth in 0_usize..6) {
        let mut value = serde_json::json!(secret);
        for level in 0..depth {
            value = match level % 3 {
                0 => serde_json::json!({ "key": value }),
                1 => serde_json::json!([value]),
                _ => serde_json::json!({ "data": value, "name": secret }),
            };
        }
        prop_assert!(!whole(&value.to_string()).contains(&secret));
    }
}
