use super::*;

#[test]
fn at_the_threshold_is_not_over_it() {
    let guard = Guard::default();
    let cases = [
        (20, 100, false),
        (21, 100, true),
        (5, 25, false),
        (5, 24, true),
        (4, 4, false),
        (5, 5, true),
        (0, 0, false),
    ];
    for (missing, present, over) in cases {
        assert_eq!(
            guard.is_over(missing, present),
            over,
            "{missing} of {present}"
        );
    }
    let none = Guard {
        threshold: Percent::whole(0),
        minimum: 0,
    };
    assert!(!none.is_over(0, 10));
    assert!(none.is_over(1, 10));
    let all = Guard {
        threshold: Percent::whole(100),
        minimum: 0,
    };
    assert!(!all.is_over(10, 10));
}
