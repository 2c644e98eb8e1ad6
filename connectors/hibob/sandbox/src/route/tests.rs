use super::*;

#[test]
fn paths_are_decoded_and_unknown_ones_are_nothing() {
    let find = |method: &str, path: &str| {
        Call::find(&Method::from_bytes(method.as_bytes()).unwrap(), path)
    };
    assert_eq!(find("POST", "/v1/people/search"), Some(Call::Search));
    assert_eq!(
        find("POST", "/v1/people/a%40b.example.com"),
        Some(Call::Person("a@b.example.com".to_owned()))
    );
    assert_eq!(find("GET", "/v1/people/search"), None);
    assert_eq!(find("POST", "/people/search"), None);
    assert_eq!(find("POST", "/v1//people/search"), None);
    assert_eq!(decode("100%"), "100%");
    assert_eq!(decode("%zz%C3%B8"), "%zzø");
}
