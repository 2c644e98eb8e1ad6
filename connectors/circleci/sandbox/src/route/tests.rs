use super::*;

#[test]
fn similar_paths_are_different_things() {
    let find = |path: &str| Call::find(path);
    assert_eq!(
        find("/api/v2/organization/gh%2Facme"),
        Some(Call::Organization("gh/acme".into()))
    );
    assert_eq!(
        find("/api/v2/organizations/x/users"),
        Some(Call::Members("x".into()))
    );
    assert_eq!(find("/api/v2/organization/x/users/y"), Some(Call::Unknown));
    assert_eq!(find("/api/v2/users/x"), Some(Call::Unknown));
    assert_eq!(find("/settings"), None);
}
