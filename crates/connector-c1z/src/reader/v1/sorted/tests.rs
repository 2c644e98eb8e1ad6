use super::*;

/// Strings with these numbers, the first of the same number first.
fn sorted(numbers: impl Iterator<Item = u64>, len: usize) -> Vec<(u64, Vec<u8>)> {
    let mut sorter = Sorter::new(std::env::temp_dir());
    let mut expected = Vec::new();
    for (at, number) in numbers.enumerate() {
        let mut string = at.to_be_bytes().to_vec();
        string.resize(8 + at % len, at as u8);
        sorter.push(number, &string[..8], &string[8..]).unwrap();
        expected.push((number, string));
    }
    expected.sort_by_key(|(number, _)| *number);
    let mut sorted = sorter.finish().unwrap();
    for (number, string) in &expected {
        assert_eq!(sorted.next().unwrap(), Some((*number, string.as_slice())));
    }
    assert_eq!(sorted.next().unwrap(), None);
    expected
}

#[test]
fn strings_are_sorted_in_memory_and_in_runs() {
    sorted([].into_iter(), 1);
    sorted([3, 1, 2, 1].into_iter(), 3);
    let numbers = (0..60_000u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52);
    let strings = sorted(numbers, 700);
    assert!(strings.iter().map(|(_, it)| it.len()).sum::<usize>() > 3 * BUFFER);
}

#[test]
fn a_string_may_be_larger_than_the_buffer() {
    let mut sorter = Sorter::new(std::env::temp_dir());
    let long = vec![7; BUFFER + 1];
    for (number, string) in [(2, &long[..]), (1, b"short"), (3, &long)] {
        sorter.push(number, string, b"").unwrap();
    }
    let mut sorted = sorter.finish().unwrap();
    let mut next = || {
        sorted
            .next()
            .unwrap()
            .map(|(number, string)| (number, string.len()))
    };
    let all = [next(), next(), next(), next()];
    assert_eq!(
        all,
        [
            Some((1, 5)),
            Some((2, BUFFER + 1)),
            Some((3, BUFFER + 1)),
            None
        ]
    );
}
