use super::*;

#[test]
fn paths() {
    let one = |id: &str| Some(Call::One(Collection::People, id.to_owned()));
    assert_eq!(
        Call::find("/api/people"),
        Some(Call::List(Collection::People))
    );
    assert_eq!(Call::find("/api/people/x"), one("x"));
    assert_eq!(Call::find("/api/people/"), Some(Call::Unknown));
    assert_eq!(Call::find("/api/api/people"), Some(Call::Unknown));
    assert_eq!(Call::find("/people"), None);
}
