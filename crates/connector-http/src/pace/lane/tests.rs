use super::*;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn limits(rate: u32, burst: u32, remaining: Option<f64>) -> BucketHeaders {
    BucketHeaders {
        rate: f64::from(rate),
        burst: f64::from(burst),
        cost: 1.0,
        remaining,
    }
}

/// A gateway's bucket.
#[derive(Clone, Copy)]
struct Gateway {
    rate: u32,
    burst: u32,
    each_second: bool,
    states_limits: bool,
}

/// What came of a minute of as many requests as the lane lets through, at most 16 at once.
#[derive(Debug, Default)]
struct Minute {
    sent: u32,
    refused: u32,
    first_refusal: Duration,
    most_in_flight: usize,
}

/// Lets a lane send to a gateway over a line that takes `latency`, give or take a third.
fn a_minute(gateway: Gateway, latency: Duration) -> Minute {
    let burst = f64::from(gateway.burst);
    let (mut level, mut filled) = (burst, Duration::ZERO);
    let mut serve = |at: Duration| {
        let at = match gateway.each_second {
            true => Duration::from_secs(at.as_secs()),
            false => at,
        };
        let gained = at.saturating_sub(filled).as_secs_f64() * f64::from(gateway.rate);
        (level, filled) = ((level + gained).min(burst), at.max(filled));
        let allowed = level >= 1.0;
        level -= f64::from(u8::from(allowed));
        (allowed, level.floor())
    };
    let (mut lane, mut now, mut minute) =
        (Lane::new(10, Duration::ZERO), ms(370), Minute::default());
    // Arrivals at the gateway and answers on their way, with the time of sending.
    let mut on_the_way: Vec<(Duration, Duration)> = Vec::new();
    let mut answers: Vec<(Duration, Duration, bool, f64)> = Vec::new();
    let mut jitter = 7_u64;
    let mut leg = || {
        jitter = jitter
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        latency.mul_f64(0.5 * (0.67 + 0.66 * (jitter >> 40) as f64 / f64::from(1 << 24)))
    };
    while now < Duration::from_secs(60) {
        on_the_way.sort_unstable();
        while on_the_way.first().is_some_and(|(at, _)| *at <= now) {
            let (at, request) = on_the_way.remove(0);
            let (allowed, left) = serve(at);
            answers.push((at + leg(), request, allowed, left));
        }
        answers.sort_by_key(|answer| answer.0);
        while answers.first().is_some_and(|answer| answer.0 <= now) {
            let (_, request, allowed, left) = answers.remove(0);
            let limits = gateway
                .states_limits
                .then(|| limits(gateway.rate, gateway.burst, Some(left)));
            lane.answered(now, request, !allowed, limits);
            if !allowed {
                if minute.refused == 0 {
                    minute.first_refusal = now;
                }
                minute.refused += 1;
                lane.close(now + Duration::from_secs(1));
            }
        }
        let in_flight = on_the_way.len() + answers.len();
        if in_flight < 16 && lane.wait(now).is_none() {
            lane.sent(now);
            on_the_way.push((now + leg(), now));
            minute.sent += 1;
            minute.most_in_flight = minute.most_in_flight.max(in_flight + 1);
        } else {
            now += ms(1);
        }
    }
    minute
}

#[test]
fn a_bucket_that_is_told_is_used_up_and_never_overdrawn() {
    for (rate, burst) in [
        (30, 100),
        (30, 30),
        (10, 100),
        (10, 10),
        (100, 100),
        (2, 4),
        (250, 300),
    ] {
        for each_second in [false, true] {
            for latency in [ms(4), ms(50), ms(200)] {
                let gateway = Gateway {
                    rate,
                    burst,
                    each_second,
                    states_limits: true,
                };
                let minute = a_minute(gateway, latency);
                let what =
                    format!("{rate}/s, {burst} at once, {each_second}, {latency:?}: {minute:?}");
                assert_eq!(minute.refused, 0, "{what}");
                // At most 16 at once is less than some buckets give on a slow line.
                let line = 16.0 / latency.as_secs_f64() * 60.0;
                let allowed = (f64::from(burst) + 59.6 * f64::from(rate)).min(line);
                assert!(
                    f64::from(minute.sent) >= 0.9 * allowed,
                    "{what} of {allowed}"
                );
                assert!(minute.most_in_flight <= 16, "{what}");
            }
        }
    }
}

#[test]
fn without_being_told_the_rate_doubles_until_the_first_refusal() {
    let unlimited = Gateway {
        rate: 1_000_000,
        burst: 1_000_000,
        each_second: false,
        states_limits: false,
    };
    let minute = a_minute(unlimited, ms(50));
    let line = 16.0 / 0.050 * 55.0;
    assert!(f64::from(minute.sent) >= 0.9 * line, "{minute:?}");

    let mut lane = Lane::new(10, Duration::ZERO);
    let mut sent = Vec::new();
    for tick in 0..4_000 {
        if lane.wait(ms(tick)).is_none() {
            lane.sent(ms(tick));
            lane.lost();
            sent.push(tick);
        }
    }
    let within = |from, to| sent.iter().filter(|t| (from..to).contains(*t)).count();
    // The rate rises all the time: 10 at the start of the first second, 20 at its end.
    assert_eq!(within(0, 100), 2);
    assert!(
        (14..=16).contains(&within(0, 1_000)),
        "{}",
        within(0, 1_000)
    );
    for second in 1..4 {
        let (before, after) = (
            within(1_000 * second - 1_000, 1_000 * second),
            within(1_000 * second, 1_000 * second + 1_000),
        );
        let ratio = after as f64 / before as f64;
        assert!(
            (1.85..=2.15).contains(&ratio),
            "second {second}: {before}, {after}"
        );
    }
}

#[test]
fn a_silent_limit_is_found_and_kept_near() {
    let gateway = Gateway {
        rate: 30,
        burst: 30,
        each_second: false,
        states_limits: false,
    };
    let minute = a_minute(gateway, ms(50));
    assert!(minute.first_refusal < Duration::from_secs(5), "{minute:?}");
    let allowed = 30.0 + 59.6 * 30.0;
    assert!(f64::from(minute.sent) >= 0.6 * allowed, "{minute:?}");
    assert!(
        f64::from(minute.refused) <= 0.05 * f64::from(minute.sent),
        "{minute:?}"
    );
}

#[test]
fn requests_refused_together_halve_the_rate_once() {
    let mut lane = Lane::new(40, Duration::ZERO);
    for _ in 0..3 {
        lane.sent(ms(0));
    }
    assert!(lane.answered(ms(50), ms(0), true, None));
    assert!(!lane.answered(ms(60), ms(10), true, None));
    assert!(!lane.answered(ms(70), ms(20), true, None));
    assert_eq!(lane.rate(), 20.0);
    lane.sent(ms(0));
    assert!(
        lane.answered(ms(200), ms(100), true, None),
        "sent at the new rate"
    );
    assert_eq!(lane.rate(), 10.0);
    // From here on it rises by steps.
    for at in 1..=10 {
        lane.wait(ms(200 + 1_000 * at));
    }
    assert_eq!(lane.rate(), 30.0);
}

#[test]
fn a_pause_does_not_raise_the_rate_for_long() {
    let mut lane = Lane::new(10, Duration::ZERO);
    assert_eq!(lane.wait(ms(0)), None);
    assert_eq!(lane.wait(Duration::from_secs(3_600)), None);
    assert_eq!(lane.rate(), 20.0);
}

#[test]
fn a_closed_lane_waits_until_the_latest_time() {
    let mut lane = Lane::new(10, Duration::ZERO);
    lane.close(ms(900));
    lane.close(ms(300));
    assert_eq!(lane.wait(ms(100)), Some(ms(800)));
    assert_eq!(lane.wait(ms(900)), None);
}

/// How many requests are let through at `now`, without an answer in between.
fn let_through(lane: &mut Lane, now: Duration) -> u32 {
    let mut count = 0;
    while lane.wait(now).is_none() {
        lane.sent(now);
        count += 1;
    }
    count
}

#[test]
fn what_is_in_flight_is_taken_off_the_account() {
    let mut lane = Lane::new(10, Duration::ZERO);
    for _ in 0..4 {
        lane.sent(ms(0));
    }
    // 12 left of 20 and three in flight: nine, of which a rest of six is kept.
    let bucket = |left| Some(limits(10, 20, Some(left)));
    lane.answered(ms(1), ms(0), false, bucket(12.0));
    assert_eq!(let_through(&mut lane, ms(1)), 3);
    assert_eq!(lane.wait(ms(1)), Some(ms(100)));
    assert_eq!(lane.rate(), 10.0);
    // Six in flight. An answer that was overtaken does not raise the account, a lower one lowers it.
    lane.answered(ms(2), ms(0), false, bucket(19.0));
    assert_eq!(let_through(&mut lane, ms(2)), 1);
    lane.answered(ms(3), ms(0), false, bucket(9.0));
    assert_eq!(lane.wait(ms(3)), Some(ms(300)));
    // One that was sent after all that was heard replaces it.
    for _ in 0..5 {
        lane.answered(ms(4), ms(0), false, bucket(9.0));
    }
    assert_eq!(let_through(&mut lane, ms(5)), 3);
    lane.answered(ms(6), ms(5), false, bucket(9.0));
    assert_eq!(let_through(&mut lane, ms(6)), 1);
}

#[test]
fn a_bucket_seen_to_fill_at_once_is_asked_once_a_second() {
    let mut lane = Lane::new(10, Duration::ZERO);
    let sent = |lane: &mut Lane, at: u64, left: f64| {
        lane.sent(ms(at));
        lane.answered(
            ms(at + 10),
            ms(at),
            false,
            Some(limits(30, 100, Some(left))),
        );
    };
    sent(&mut lane, 90, 12.0);
    sent(&mut lane, 290, 41.0);
    // All of it is let through, and nothing more before the next filling: a second after the one that was
    // seen at 300, at the latest.
    assert_eq!(let_through(&mut lane, ms(300)), 41);
    assert_eq!(lane.wait(ms(300)), Some(ms(1_000)));
    assert_eq!(lane.wait(ms(1_299)), Some(ms(1)));
    for _ in 0..41 {
        lane.answered(ms(500), ms(300), false, Some(limits(30, 100, Some(0.0))));
    }
    assert_eq!(let_through(&mut lane, ms(1_300)), 1, "one request");
    assert_eq!(lane.wait(ms(1_301)), Some(ms(999)));
    lane.answered(
        ms(1_310),
        ms(1_300),
        false,
        Some(limits(30, 100, Some(30.0))),
    );
    assert_eq!(let_through(&mut lane, ms(1_310)), 30);
}

#[test]
fn a_request_without_answer_may_have_been_counted() {
    let mut lane = Lane::new(10, Duration::ZERO);
    lane.sent(ms(0));
    lane.sent(ms(0));
    lane.answered(ms(0), ms(0), false, Some(limits(10, 20, Some(8.0))));
    // Eight and one in flight: seven, of which a rest of six is kept.
    lane.lost();
    assert_eq!(let_through(&mut lane, ms(0)), 1);
}

#[test]
fn a_bucket_whose_level_is_not_told_starts_empty() {
    let mut lane = Lane::new(10, Duration::ZERO);
    lane.sent(ms(0));
    lane.answered(ms(0), ms(0), false, Some(limits(10, 3, None)));
    // One for the request, one as a rest.
    assert_eq!(lane.wait(ms(0)), Some(ms(200)));
    assert_eq!(lane.wait(ms(200)), None);
    lane.sent(ms(200));
    lane.answered(ms(250), ms(200), true, Some(limits(10, 3, None)));
    assert_eq!(lane.wait(ms(250)), Some(ms(200)));
}
