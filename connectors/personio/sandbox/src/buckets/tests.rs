use super::*;
use connector_core::clock::TestClock;
use jiff::Timestamp;

#[test]
fn a_bucket_empties_and_fills() {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let buckets = Buckets::new(clock.clone());
    let limits = RateLimits::of(4, 3);
    let draw = || buckets.draw(Endpoint::Persons, None, &limits);
    assert_eq!([0; 4].map(|_| draw().allowed), [true, true, true, false]);
    clock.advance(Duration::from_millis(950));
    assert!(!draw().allowed, "a bucket is filled once a second");
    assert!(
        buckets.draw(Endpoint::Employments, None, &limits).allowed,
        "another endpoint has its own bucket"
    );
    clock.advance(Duration::from_millis(50));
    assert_eq!(draw().remaining, 2, "no more than it holds");
}
