use super::*;
use connector_core::clock::{Clock, TestClock};
use futures_util::FutureExt;
use jiff::Timestamp;

/// The times at which `count` requests get through.
async fn times(pace: Pace, count: usize) -> Vec<u128> {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = Pacer::new(pace, clock.clone());
    let mut times = Vec::new();
    for _ in 0..count {
        pacer.ready("people").await;
        times.push(clock.elapsed().as_millis());
    }
    times
}

#[tokio::test]
async fn a_minute_never_holds_more_than_allowed() {
    for allowed in [1, 2, 4, 5, 10, 50, 300] {
        let times = times(Pace::per_minute(allowed), 4 * allowed as usize).await;
        for (i, start) in times.iter().enumerate() {
            let within = times[i..]
                .iter()
                .take_while(|t| **t < start + 60_000)
                .count();
            assert!(within <= allowed as usize, "{within} of {allowed}");
        }
    }
}

#[tokio::test]
async fn a_few_requests_do_not_wait() {
    let times = times(Pace::per_minute(50), 12).await;
    assert_eq!(times[..10], [0; 10]);
    assert_eq!(times[10..], [1500, 3000]);
}

#[tokio::test]
async fn seconds_are_spaced_evenly() {
    assert_eq!(
        times(Pace::per_second(4), 5).await,
        [0, 250, 500, 750, 1000]
    );
    assert_eq!(times(Pace::unlimited(), 3).await, [0; 3]);
}

#[tokio::test]
async fn calls_at_the_same_time_share_the_rate() {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = Pacer::new(Pace::per_second(10), clock.clone());
    let all: Vec<_> = (0..8).map(|_| pacer.ready("people")).collect();
    futures_util::future::join_all(all).await;
    assert!(
        clock.elapsed() >= Duration::from_millis(700),
        "{:?}",
        clock.elapsed()
    );
}

#[tokio::test]
async fn the_gate_stays_closed_until_the_latest_time() {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = Pacer::new(Pace::unlimited(), clock.clone());
    pacer.close_for("people", Duration::from_secs(30));
    pacer.close_for("people", Duration::from_secs(10));
    pacer.ready("people").await;
    assert_eq!(clock.waits(), [Duration::from_secs(30)]);
    pacer.ready("people").await;
    assert_eq!(clock.waits().len(), 1);
}

#[tokio::test]
async fn adaptive_requests_rise_from_the_start_and_endpoints_do_not_share() {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = Pacer::new(Pace::adaptive(10, 16), clock.clone());
    let mut times = Vec::new();
    for _ in 0..60 {
        pacer.ready("people").await;
        times.push(clock.elapsed().as_millis());
    }
    assert_eq!(times[..2], [0, 100]);
    let within = |from, to| times.iter().filter(|t| (from..to).contains(*t)).count();
    assert!((14..=16).contains(&within(0, 1_000)), "{times:?}");
    assert!((27..=31).contains(&within(1_000, 2_000)), "{times:?}");
    let before = clock.elapsed();
    pacer.ready("jobs").await;
    assert_eq!(clock.elapsed(), before, "another endpoint begins by itself");
}

#[tokio::test]
async fn no_more_than_allowed_are_in_flight() {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = Pacer::new(Pace::adaptive(10, 3), clock.clone());
    let mut slots = vec![pacer.ready("a").await, pacer.ready("b").await];
    slots.push(pacer.ready("c").await);
    let waiting = pacer.ready("d");
    tokio::pin!(waiting);
    assert!(waiting.as_mut().now_or_never().is_none());
    slots.pop();
    assert!(waiting.as_mut().now_or_never().is_some());
}

#[tokio::test]
async fn closing_one_endpoint_leaves_the_others_open() {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = Pacer::new(Pace::adaptive(10, 16), clock.clone());
    pacer.close_for("people", Duration::from_secs(30));
    pacer.ready("jobs").await;
    assert_eq!(clock.waits(), []);
    pacer.ready("people").await;
    assert_eq!(clock.waits(), [Duration::from_secs(30)]);
}
