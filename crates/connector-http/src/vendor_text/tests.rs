use super::*;

fn shown(body: &str) -> Option<String> {
    message(body.as_bytes(), &[SecretString::from("hunter2-token")])
}

#[test]
fn the_message_of_each_vendors_shape() {
    for (body, expected) in [
        (
            r#"{"key":"k","error":"Missing required field: fields."}"#,
            "Missing required field: fields",
        ),
        (
            r#"{"message":"You must log in first.","error":"x"}"#,
            "You must log in first",
        ),
        (
            r#"{"errors":[{"title":"Not found","detail":"no such person"}]}"#,
            "no such person",
        ),
        (r#"{"errors":[{"title":"Not found"}]}"#, "Not found"),
        (r#"{"errors":["plain"]}"#, "plain"),
        (r#"{"error":{"id":"7","detail":"gone"}}"#, "gone"),
        (
            r#"{"error":"invalid_client","error_description":"unknown client"}"#,
            "unknown client",
        ),
        (r#""text""#, "text"),
    ] {
        assert_eq!(shown(body).as_deref(), Some(expected), "{body}");
    }
}

#[test]
fn answers_without_a_message() {
    for body in [
        "",
        "<html>",
        "{}",
        "[]",
        r#"{"error":7}"#,
        r#"{"message":"\u0007"}"#,
    ] {
        assert_eq!(shown(body), None, "{body}");
    }
    assert_eq!(
        shown(r#"{"error":{"error":{"error":{"error":"deep"}}}}"#),
        None
    );
}

#[test]
fn short_clean_and_without_the_secret() {
    let long = shown(&format!(r#"{{"message":"{}"}}"#, "ü".repeat(500))).unwrap();
    assert_eq!(long.chars().count(), 200);
    assert_eq!(
        shown(r#"{"message":"a\u001b[31m\r\nb \u202ehunter2-\u0000token"}"#).as_deref(),
        Some("a[31m  b [redacted]")
    );
}
