use connector_core::clock::TestClock;
use jiff::Timestamp;

use super::*;

#[test]
fn a_window_fills_refuses_and_starts_over() {
    let clock = TestClock::at(Timestamp::from_second(1_000).unwrap());
    let windows = Windows::new(clock.clone());
    let minute = Duration::from_secs(60);
    let take = |key| windows.take(key, 2, minute);
    assert_eq!(take("a").remaining, 1);
    clock.advance(Duration::from_millis(500));
    let second = take("a");
    assert!(second.allowed);
    assert_eq!((second.remaining, second.reset_at), (0, 1_060));
    assert!(!take("a").allowed);
    assert!(take("b").allowed, "another key has its own window");
    clock.advance(Duration::from_millis(59_500));
    assert_eq!(take("a").remaining, 1);
}
