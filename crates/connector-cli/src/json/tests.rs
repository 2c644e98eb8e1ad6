use super::*;

#[test]
fn keys_keep_their_order_and_empty_things_their_line() {
    let mut out = Object::new();
    out.put("b", 1u64);
    out.put("a", Object::new());
    out.text("none", "");
    assert_eq!(out.pretty(), "{\n  \"b\": 1,\n  \"a\": {}\n}");
    assert_eq!(out.compact(), r#"{"b":1,"a":{}}"#);
}

#[test]
fn markup_is_escaped() {
    assert_eq!(escape_html("\"<a & b>\""), r#""\u003ca \u0026 b\u003e""#);
}
