use super::*;

#[test]
fn the_base_url_comes_with_and_without_api() {
    let api = |text: &str| api(&BaseUrl::parse(text).unwrap()).unwrap().to_string();
    for text in [
        "https://app.humaans.io",
        "https://app.humaans.io/",
        " https://app.humaans.io/api ",
        "https://app.humaans.io/api/",
        "https://app.humaans.io/api/api",
    ] {
        assert_eq!(api(text), "https://app.humaans.io/api", "{text}");
    }
    assert_eq!(
        api("https://proxy.example.com/humaans/api"),
        "https://proxy.example.com/humaans/api"
    );
}
