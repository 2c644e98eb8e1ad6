use proptest::prelude::*;

use super::*;

fn all(sorted: &Sorted) -> Vec<Vec<u8>> {
    let mut cursor = sorted.cursor();
    let mut strings = Vec::new();
    while let Some(string) = cursor.next().unwrap() {
        strings.push(string.to_vec());
    }
    strings
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn strings_come_in_order_whether_they_fit_into_memory_or_not(
        strings in prop::collection::vec(prop::collection::vec(0_u8..4, 0..12), 0..200),
        every in 1_usize..60,
    ) {
        let directory = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(directory.path());
        for (number, string) in strings.iter().enumerate() {
            sorter.push(string);
            if number % every == every - 1 && every < 50 {
                sorter.spill().unwrap();
            }
        }
        let mut met = Vec::new();
        let sorted = sorter.finish(|string| met.push(string.to_vec())).unwrap();
        let mut expected = strings;
        expected.sort();
        prop_assert_eq!(&all(&sorted), &expected);
        prop_assert_eq!(&all(&sorted), &expected);
        prop_assert_eq!(&met, &expected);
        prop_assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_string_longer_than_what_is_read_at_a_time_comes_whole() {
    let directory = tempfile::tempdir().unwrap();
    let mut sorter = Sorter::new(directory.path());
    let long = vec![7; 3 * runs::PORTION];
    for string in [&long[..], b"b", b"a"] {
        sorter.push(string);
        sorter.spill().unwrap();
    }
    let sorted = sorter.finish(|_| {}).unwrap();
    assert_eq!(all(&sorted), [long, b"a".to_vec(), b"b".to_vec()]);
}
