use super::*;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only decoding counts")]
struct Person {
    id: String,
    work: Option<Work>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only decoding counts")]
struct Work {
    level: u8,
    kind: Option<Kind>,
    start: Option<Date>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Staff,
}

#[derive(Debug)]
struct Date;

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Err(serde::de::Error::custom(format!("bad date {text}")))
    }
}

fn described(json: &str) -> String {
    let text = decode::<Person>(json.as_bytes()).unwrap_err();
    assert!(!text.contains("SECRET"), "{text}");
    text
}

#[test]
fn places_and_expectations_but_no_values() {
    assert_eq!(described(r#"{"work":null}"#), "missing field `id`");
    assert_eq!(
        described(r#"{"id":7}"#),
        "at `id`: found integer, expected a string"
    );
    assert_eq!(
        described(r#"{"id":"1","work":{"level":"SECRET, expected SECRET"}}"#),
        "at `work.level`: found string, expected u8 (record 1)"
    );
    assert_eq!(
        described(r#"{"id":"1","work":{"level":900}}"#),
        "at `work.level`: found integer, expected u8 (record 1)"
    );
    assert_eq!(
        described(r#"{"id":"1","work":{"level":1,"kind":"SECRET"}}"#),
        "at `work.kind`: expected `staff` (record 1)"
    );
    assert_eq!(
        described(r#"{"id":"1","work":{"level":1,"start":"SECRET"}}"#),
        "at `work.start`: the value is not as expected (record 1)"
    );
    assert_eq!(
        described(r#""SECRET""#),
        "found string, expected struct Person"
    );
}

#[test]
fn broken_json() {
    assert_eq!(
        described(r#"{"id":"SECRET"} SECRET"#),
        "it is not valid JSON"
    );
    assert_eq!(described(r#"{"id":"SECRET"#), "it breaks off");
    assert_eq!(
        described(r#"{"id":SECRET"#),
        "at `id`: it is not valid JSON"
    );
}

#[derive(Debug, Deserialize)]
struct Page {
    data: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

#[test]
fn one_odd_text_or_a_repeated_member_costs_nothing() {
    let json =
        br#"{"data":[{"id":7,"name":"Ada \ud83d","name":"Ada \ud83d","x":1,"x":2,"y":"\ude00"}]}"#;
    let page: Page = decode(json).unwrap();
    assert_eq!(page.data[0].name, "Ada \u{fffd}");
}

#[test]
fn a_record_that_cannot_be_read_is_named() {
    for (id, record) in [
        (r#""id":4711,"#, " (record 4711)"),
        (r#""id":"3b2a-7:x","#, " (record 3b2a-7:x)"),
        (r#""id":"SECRET name","#, ""),
        (r#""id":{"id":"x"},"#, ""),
        ("", ""),
    ] {
        let json =
            format!(r#"{{"data":[{{"id":1,"name":"A"}},{{{id}"name":"B","name":"SECRET"}}]}}"#);
        let text = decode::<Page>(json.as_bytes()).unwrap_err();
        assert_eq!(
            text,
            format!("at `data[1]`: duplicate field `name`{record}")
        );
    }
}
