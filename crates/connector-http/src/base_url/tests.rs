use super::*;

fn parsed(text: &str) -> Result<String, String> {
    BaseUrl::parse(text)
        .map(|base| base.to_string())
        .map_err(|e| {
            assert_eq!(e.kind(), ErrorKind::Setting);
            e.to_string()
        })
}

#[test]
fn accepted() {
    for (text, expected) in [
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        (
            " https://api.example.com/v1// ",
            "https://api.example.com/v1",
        ),
        ("https://api.example.com", "https://api.example.com"),
        ("HTTPS://API.Example.com:443/", "https://api.example.com"),
        (
            "https://api.example.com:8443/a/b",
            "https://api.example.com:8443/a/b",
        ),
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:9/", "http://[::1]:9"),
        ("http://localhost:1", "http://localhost:1"),
    ] {
        assert_eq!(parsed(text).as_deref(), Ok(expected), "{text:?}");
    }
}

#[test]
fn refused() {
    for (text, reason) in [
        ("", "is empty"),
        (" / ", "is empty"),
        ("api.example.com/v1", "must start with https://"),
        ("ftp://api.example.com", "must start with https://"),
        ("mailto:a@example.com", "must start with https://"),
        (
            "http://api.example.com",
            "http is for loopback addresses only",
        ),
        (
            "http://localhost.example.com",
            "http is for loopback addresses only",
        ),
        ("http://10.0.0.1", "http is for loopback addresses only"),
        (
            "https://api.example.com/v1?x=1",
            "must not contain `?` or `#`",
        ),
        ("https://api.example.com/#x", "must not contain `?` or `#`"),
        (
            "https://user@api.example.com",
            "must not contain a user name or password",
        ),
        ("https://api.exa mple.com", "has a blank"),
        ("https://api.example.com\\v1", "a backslash"),
        ("https://", "is not a URL"),
    ] {
        let message = parsed(text).expect_err(text);
        assert!(message.starts_with("the address "), "{message}");
        assert!(message.contains(reason), "{text:?}: {message}");
    }
}

#[test]
fn a_password_is_not_repeated() {
    let error = BaseUrl::parse("https://u:hunter2@example.com").unwrap_err();
    assert!(!format!("{error:?} {error}").contains("hunter2"));
}

#[test]
fn segments_stay_in_their_place() {
    let base = BaseUrl::parse("https://example.com/v1").unwrap();
    let join = |segments: &[&str]| {
        base.join(segments.iter().copied())
            .map(|url| url.as_str().to_owned())
    };
    assert_eq!(
        join(&["people", "a/b?c#d%2e"]).as_deref(),
        Some("https://example.com/v1/people/a%2Fb%3Fc%23d%252e")
    );
    for odd in ["..", ".", "", "a\nb"] {
        assert_eq!(join(&["people", odd]), None, "{odd:?}");
    }
    let root = base.origin();
    assert_eq!(root.as_str(), "https://example.com");
    assert_eq!(
        root.join(["a"]).map(|url| url.to_string()).as_deref(),
        Some("https://example.com/a")
    );
}
