use jiff::civil::date;

use super::{Calendar, Month, Spread, days};

#[test]
fn a_spread_is_made_of_numbers_that_are_there() {
    assert_eq!(Spread::of(vec![]), None);
    let spread = |median, ninetieth, worst| {
        Some(Spread {
            median,
            ninetieth,
            worst,
        })
    };
    assert_eq!(Spread::of(vec![4]), spread(4, 4, 4));
    assert_eq!(Spread::of(vec![9, 1]), spread(1, 9, 9));
    assert_eq!(Spread::of((1..=10).rev().collect()), spread(5, 9, 10));
    assert_eq!(Spread::of((1..=11).collect()), spread(6, 10, 11));
}

#[test]
fn days_are_never_negative() {
    assert_eq!(days(date(2026, 2, 27), date(2026, 3, 2)), 3);
    assert_eq!(days(date(2026, 3, 2), date(2026, 2, 27)), 0);
}

#[test]
fn months_without_a_sync_are_between_two_days() {
    let mut calendar = Calendar::default();
    calendar.add(date(2025, 11, 30));
    calendar.add(date(2026, 2, 1));
    let without = calendar.without(date(2025, 11, 1), date(2026, 3, 31));
    let without: Vec<String> = without.iter().map(Month::to_string).collect();
    assert_eq!(without, ["2025-12", "2026-01", "2026-03"]);
    assert!(
        calendar
            .without(date(2026, 3, 1), date(2026, 2, 1))
            .is_empty()
    );
}
