use super::*;

#[test]
fn ids_are_unique_and_found() {
    for check in &CATALOGUE {
        assert_eq!(by_id(check.id), Some(check));
        let same = CATALOGUE.iter().filter(|other| *other == check);
        assert_eq!(same.count(), 1, "{}", check.id);
    }
    assert_eq!(by_id("HR-99"), None);
}
