use super::*;

#[test]
fn what_is_kept_stays_within_its_bytes_and_keeps_what_is_used() {
    let mut cache = Cache::new(10 * (ENTRY_BYTES + 8));
    cache.put("always", &0, 8);
    for n in 1..1000 {
        assert_eq!(cache.get("always"), Some(0), "before {n}");
        cache.put(&n.to_string(), &n, 8);
        assert!(cache.young.len() + cache.old.len() <= 10);
    }
    assert_eq!(cache.get("999"), Some(999));
    assert_eq!(cache.get("1"), None);
}
