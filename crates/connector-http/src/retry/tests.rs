use super::*;

/// The waits of a call that always fails with `cause`, which itself takes `each` per try.
fn waits(cause: Cause, each: Duration, random: u64) -> Vec<Duration> {
    let policy = RetryPolicy::default();
    let (mut failures, mut spent, mut waits) = (FailureCount::default(), each, Vec::new());
    while let Some(wait) = policy.wait(&mut failures, cause, spent, random) {
        spent += wait + each;
        waits.push(wait);
    }
    waits
}

fn millis(waits: &[Duration]) -> Vec<u128> {
    waits.iter().map(Duration::as_millis).collect()
}

#[test]
fn failures_back_off_with_full_jitter() {
    assert_eq!(
        millis(&waits(Cause::Passing, Duration::ZERO, u64::MAX)),
        [499, 999, 1999, 3999]
    );
    assert_eq!(
        millis(&waits(Cause::Unsent, Duration::ZERO, u64::MAX / 2)),
        [249, 499, 999, 1999]
    );
    assert_eq!(millis(&waits(Cause::Passing, Duration::ZERO, 0)), [0; 4]);
}

#[test]
fn the_budget_ends_a_call_before_the_tries_do() {
    assert_eq!(waits(Cause::Passing, Duration::from_secs(20), 0).len(), 2);
    assert_eq!(waits(Cause::Passing, Duration::from_secs(46), 0).len(), 0);
}

#[test]
fn waits_are_capped() {
    let policy = RetryPolicy {
        tries: 40,
        budget: Duration::MAX,
        ..RetryPolicy::default()
    };
    let mut failures = FailureCount {
        passing: 35,
        limited: 0,
    };
    let wait = policy
        .wait(&mut failures, Cause::Passing, Duration::ZERO, u64::MAX)
        .unwrap();
    assert_eq!(wait.as_millis(), 9_999);
}

#[test]
fn a_stated_wait_is_obeyed_up_to_the_cap() {
    let all = waits(
        Cause::Limited(Some(Duration::from_secs(100))),
        Duration::ZERO,
        u64::MAX,
    );
    assert_eq!(
        all,
        [Duration::from_secs(100); 7],
        "eight answers, seven waits, no budget"
    );
    let long = waits(
        Cause::Limited(Some(Duration::from_secs(4000))),
        Duration::ZERO,
        0,
    );
    assert!(long.is_empty(), "{long:?}");
    let longest = waits(
        Cause::Limited(Some(Duration::from_secs(300))),
        Duration::ZERO,
        0,
    );
    assert_eq!(longest, [Duration::from_secs(300); 7]);
}

#[test]
fn without_a_stated_wait_it_doubles_from_a_second() {
    let expected = [1, 2, 4, 8, 16, 32, 64].map(Duration::from_secs);
    assert_eq!(waits(Cause::Limited(None), Duration::ZERO, 0), expected);
    assert_eq!(
        waits(Cause::Limited(Some(Duration::ZERO)), Duration::ZERO, 0),
        expected
    );
}

#[test]
fn a_failure_in_between_ends_the_row_of_limits() {
    let policy = RetryPolicy::default();
    let mut failures = FailureCount {
        passing: 0,
        limited: 6,
    };
    assert!(
        policy
            .wait(&mut failures, Cause::Passing, Duration::ZERO, 0)
            .is_some()
    );
    assert_eq!(
        failures,
        FailureCount {
            passing: 1,
            limited: 0
        }
    );
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    assert!(waits(Cause::Final, Duration::ZERO, 0).is_empty());
}
