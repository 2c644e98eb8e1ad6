use super::*;

#[test]
fn limits_of_the_format() {
    let epoch = Timestamp::from_second(1_400_000_000).unwrap();
    assert_eq!(
        SyncId::from_parts(epoch, [0; 16]).as_str(),
        "000000000000000000000000000"
    );
    let end = Timestamp::from_second(1_400_000_000 + i64::from(u32::MAX)).unwrap();
    assert_eq!(
        SyncId::from_parts(end, [0xff; 16]).as_str(),
        "aWgEPTl1tmebfsQzFP4bxwgy80V"
    );
}

#[test]
fn numbers_of_the_system_differ() {
    let system = SystemEntropy::new().unwrap();
    let drawn: std::collections::HashSet<_> = (0..100).map(|_| system.next_u64()).collect();
    assert_eq!(drawn.len(), 100);
}

#[test]
fn later_runs_sort_later_and_equal_seeds_agree() {
    let at = |s| Timestamp::from_second(s).unwrap();
    let id = |s, seed| SyncId::generate(at(s), &SeededEntropy::new(seed));
    assert!(id(1_700_000_000, 9) < id(1_700_000_001, 1));
    assert_eq!(id(1_700_000_000, 1), id(1_700_000_000, 1));
    assert_ne!(id(1_700_000_000, 1), id(1_700_000_000, 2));
}
