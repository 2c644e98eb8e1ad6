use super::*;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Part {
    id: Word,
    inner: Object<Inner>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Inner {
    name: Word,
}

#[test]
fn words_come_as_text_or_number_and_odd_shapes_are_absent() {
    let read = |json: &str| serde_json::from_str::<Word>(json).unwrap().into_string();
    assert_eq!(read("\"x\"").as_deref(), Some("x"));
    assert_eq!(
        read("3901000000000000001").as_deref(),
        Some("3901000000000000001")
    );
    assert_eq!(read("-1").as_deref(), Some("-1"));
    for odd in [
        "null",
        "true",
        "1.5",
        "[1,{\"a\":[]}]",
        "{\"a\":{\"b\":1}}",
        "\"  \"",
    ] {
        assert_eq!(read(odd), None, "{odd}");
    }
}

#[test]
fn lists_of_objects() {
    let read = |json: &str| serde_json::from_str::<List<Inner>>(json).unwrap().0;
    for none in ["null", "\"x\"", "7", "-7", "1.5", "true", r#"{"a":[{}]}"#] {
        assert!(read(none).is_empty(), "{none}");
    }
    let names = read(r#"[null,"x",{"name":"n"}]"#);
    let names: Vec<_> = names.iter().map(|inner| inner.name.get()).collect();
    assert_eq!(names, [None, None, Some("n")]);
}

#[test]
fn objects_and_their_stand_ins() {
    let read = |json: &str| serde_json::from_str::<Part>(json).unwrap();
    assert_eq!(
        read(r#"{"id":7,"inner":{"name":"n","more":[1]}}"#)
            .inner
            .0
            .name
            .get(),
        Some("n")
    );
    assert_eq!(read(r#"{"inner":"text"}"#), Part::default());
    let bare = serde_json::from_str::<ObjectOr<Inner>>("9").unwrap();
    assert_eq!(bare, ObjectOr::Word(Word::from("9")));
}
