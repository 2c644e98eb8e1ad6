use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn ids_come_back_and_keep_their_order(
        a in prop::collection::vec("[\\x00-\\x03a-b:é]{0,4}", 2),
        b in prop::collection::vec("[\\x00-\\x03a-b:é]{0,4}", 2),
    ) {
        let key = |ids: &[String]| {
            let ids: Vec<_> = ids.iter().map(String::as_str).collect();
            Keyspace::Resource.key(&ids)
        };
        prop_assert_eq!(Keyspace::Resource.ids(&key(&a)), Some(a.clone()));
        prop_assert_eq!(key(&a).cmp(&key(&b)), a.cmp(&b));
        let (lower, end) = Keyspace::Resource.range(&[&a[0]]);
        let inside = key(&b) >= lower && key(&b) < end;
        prop_assert_eq!(inside, a[0] == b[0]);
    }
}

#[test]
fn keys_of_other_kinds_or_odd_bytes_have_no_ids() {
    let key = Keyspace::Grant.key(&["a"]);
    assert_eq!(Keyspace::Resource.ids(&key), None);
    for odd in [
        &b"\x03\x02\x00\x01"[..],
        b"\x03\x02\x00\x01\x03",
        b"\x03\x02\x00\xFF",
    ] {
        assert_eq!(Keyspace::Resource.ids(odd), None);
    }
}

#[test]
fn the_tail_of_an_entitlement() {
    let tail = |id| entitlement_tail("group", "7", id);
    assert_eq!(tail("group:7:member"), ("1", "member"));
    assert_eq!(tail("group:7:"), ("1", ""));
    assert_eq!(tail("group:7"), ("0", "group:7"));
    assert_eq!(tail("group:77:member"), ("0", "group:77:member"));
}
