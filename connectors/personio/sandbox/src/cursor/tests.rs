use super::*;

#[test]
fn cursors_hold_a_place_and_need_escaping() {
    let place = Place {
        offset: 70_000,
        page: 1_400,
        after_empty: true,
    };
    let text = place.text();
    assert!(text.contains('+') && text.contains('/') && text.ends_with('='));
    assert_eq!(Place::read(&text), Some(place));
    assert_eq!(Place::read(&text.replace('+', " ")), None);
    assert_eq!(Place::read("AAAA"), None);
}
