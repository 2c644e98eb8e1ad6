use super::*;

fn url(call: &Call) -> Result<String> {
    let base = BaseUrl::parse("https://example.com/v1").unwrap();
    call.url(&base).map(Into::into)
}

#[test]
fn addresses() {
    let call = Call::get("/persons/")
        .segment("4/0 1")
        .segment("employments")
        .query("cursor", "a+b/c=&d")
        .query("limit", "50");
    assert_eq!(
        url(&call).unwrap(),
        "https://example.com/v1/persons/4%2F0%201/employments?cursor=a%2Bb%2Fc%3D%26d&limit=50"
    );
    assert_eq!(url(&Call::get("me")).unwrap(), "https://example.com/v1/me");
    let error = url(&Call::get("persons").segment("..")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
}

#[test]
fn debug_shows_no_values() {
    let call = Call::post("a").query("k", "hunter2").json(&"hunter2");
    let text = format!("{call:?}");
    assert!(text.contains("POST") && !text.contains("hunter2"), "{text}");
}
