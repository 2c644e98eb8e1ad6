use super::*;

#[test]
fn paths() {
    let find = |method: &str, path: &str| {
        Call::find(&Method::from_bytes(method.as_bytes()).unwrap(), path)
    };
    assert_eq!(find("POST", "/v2/auth/token"), Some(Call::Token));
    assert_eq!(find("GET", "/v2/auth/token"), None);
    assert_eq!(find("GET", "/v2/persons"), Some(Call::Persons));
    let person = "32000001".to_owned();
    assert_eq!(
        find("GET", "/v2/persons/32000001/employments"),
        Some(Call::Employments(person))
    );
    assert_eq!(find("GET", "/v2/employments"), None);
    assert_eq!(find("GET", "/v1/v2/persons"), None);
}
