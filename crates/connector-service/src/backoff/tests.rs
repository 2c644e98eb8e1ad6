use connector_core::entropy::SeededEntropy;

use super::*;

fn wire(seconds: i64, nanos: i32) -> Option<prost_types::Duration> {
    Some(prost_types::Duration { seconds, nanos })
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[test]
fn heartbeats() {
    for (stated, due) in [
        (None, ms(30_000)),
        (wire(0, 0), ms(30_000)),
        (wire(0, 100_000_000), ms(1_000)),
        (wire(2, 0), ms(2_000)),
        (wire(3_600, 0), ms(300_000)),
        (wire(-5, 0), ms(1_000)),
        (wire(i64::MAX, i32::MAX), ms(300_000)),
        (wire(i64::MIN, i32::MIN), ms(1_000)),
    ] {
        assert_eq!(next_heartbeat(stated), due, "{stated:?}");
    }
}

#[test]
fn polls() {
    for (stated, idle, busy) in [
        (None, ms(1_000), ms(0)),
        (wire(0, 0), ms(1_000), ms(0)),
        (wire(0, 500_000_000), ms(1_000), ms(500)),
        (wire(2, 0), ms(2_000), ms(2_000)),
        (wire(3_600, 0), ms(300_000), ms(300_000)),
        (wire(-1, -1), ms(1_000), ms(0)),
        (wire(i64::MAX, i32::MAX), ms(300_000), ms(300_000)),
    ] {
        assert_eq!(
            (next_poll(stated, true), next_poll(stated, false)),
            (idle, busy)
        );
    }
}

#[test]
fn pauses_grow_to_a_limit() {
    let polls: Vec<_> = (1..=10).map(|n| after_failed_polls(n).as_secs()).collect();
    assert_eq!(polls, [1, 4, 9, 16, 25, 36, 49, 60, 60, 60]);
    assert_eq!(after_failed_polls(u32::MAX).as_secs(), 60);
    let entropy = SeededEntropy::new(3);
    let hello: Vec<_> = (0..12)
        .map(|n| before_hello(n, &entropy).as_secs_f64())
        .collect();
    for (n, pause) in hello.iter().enumerate() {
        let base = (1_u64 << n).min(300) as f64;
        assert!((base..=base * 1.1).contains(pause), "{n}: {pause}");
    }
    assert!(before_hello(u32::MAX, &entropy).as_secs() <= 330);
}
