use super::*;
use connector_core::clock::{Clock, TestClock};
use futures_util::FutureExt;
use jiff::Timestamp;

const MAX: Duration = Duration::from_secs(300);

fn pacer_of(pace: Pace, clock: &std::sync::Arc<TestClock>) -> Pacer {
    Pacer::new(pace, clock.clone(), "Vendor", MAX)
}

/// The times at which `count` requests get through.
async fn times(pace: Pace, count: usize) -> Vec<u128> {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = pacer_of(pace, &clock);
    let mut times = Vec::new();
    for _ in 0..count {
        pacer.ready("people").await.unwrap();
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
    let pacer = pacer_of(Pace::per_second(10), &clock);
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
    let pacer = pacer_of(Pace::unlimited(), &clock);
    pacer.close_for("people", Duration::from_secs(30));
    pacer.close_for("people", Duration::from_secs(10));
    pacer.ready("people").await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(30)]);
    pacer.ready("people").await.unwrap();
    assert_eq!(clock.waits().len(), 1);
}

#[tokio::test]
async fn adaptive_requests_rise_from_the_start_and_endpoints_do_not_share() {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = pacer_of(Pace::adaptive(10, 16), &clock);
    let mut times = Vec::new();
    for _ in 0..60 {
        pacer.ready("people").await.unwrap();
        times.push(clock.elapsed().as_millis());
    }
    assert_eq!(times[..2], [0, 100]);
    let within = |from, to| times.iter().filter(|t| (from..to).contains(*t)).count();
    assert!((14..=16).contains(&within(0, 1_000)), "{times:?}");
    assert!((27..=31).contains(&within(1_000, 2_000)), "{times:?}");
    let before = clock.elapsed();
    pacer.ready("jobs").await.unwrap();
    assert_eq!(clock.elapsed(), before, "another endpoint begins by itself");
}

#[tokio::test]
async fn no_more_than_allowed_are_in_flight() {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = pacer_of(Pace::adaptive(10, 3), &clock);
    let mut slots = vec![
        pacer.ready("a").await.unwrap(),
        pacer.ready("b").await.unwrap(),
    ];
    slots.push(pacer.ready("c").await.unwrap());
    let waiting = pacer.ready("d");
    tokio::pin!(waiting);
    assert!(waiting.as_mut().now_or_never().is_none());
    slots.pop();
    assert!(waiting.as_mut().now_or_never().is_some());
}

#[tokio::test]
async fn closing_one_endpoint_leaves_the_others_open() {
    let clock = TestClock::at(Timestamp::UNIX_EPOCH);
    let pacer = pacer_of(Pace::adaptive(10, 16), &clock);
    pacer.close_for("people", Duration::from_secs(30));
    pacer.ready("jobs").await.unwrap();
    assert_eq!(clock.waits(), [Duration::ZERO; 0]);
    pacer.ready("people").await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(30)]);
}

#[tokio::test]
async fn what_is_shut_for_longer_than_the_longest_wait_ends_every_call_at_once() {
    for pace in [Pace::unlimited(), Pace::adaptive(10, 2)] {
        let clock = TestClock::at(Timestamp::UNIX_EPOCH);
        let pacer = pacer_of(pace, &clock);
        pacer.close_for("people", MAX + Duration::from_secs(60));
        for _ in 0..3 {
            let wait = pacer.ready("people").await.unwrap_err();
            assert_eq!(wait, MAX + Duration::from_secs(60));
        }
        assert!(clock.waits().is_empty());
        // A minute later the rest is short enough.
        clock.advance(Duration::from_secs(60));
        pacer.ready("people").await.unwrap();
        assert_eq!(clock.waits(), [MAX]);
    }
}
