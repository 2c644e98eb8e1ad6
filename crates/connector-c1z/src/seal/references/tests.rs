use super::*;

#[test]
fn every_reference_starts_from_an_index_that_is_made() {
    for reference in CHECKS.iter().chain([&DETACHED]) {
        let index = &INDEXES[index_of(name_of(reference.from), reference.columns)];
        assert_eq!(index.table, name_of(reference.from));
        assert!(index.columns().eq(reference.columns.iter().copied()));
        assert!(is_searched(index));
    }
    assert_eq!(
        INDEXES.iter().filter(|index| is_searched(index)).count(),
        12
    );
}
