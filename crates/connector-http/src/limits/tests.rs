use super::*;
use reqwest::header::{HeaderName, HeaderValue};

const NOW: i64 = 1_800_000_000;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            let value = HeaderValue::from_str(value).unwrap();
            (HeaderName::from_static(name), value)
        })
        .collect()
}

fn stated(pairs: &[(&'static str, &str)]) -> Option<u64> {
    let now = Timestamp::from_second(NOW).unwrap();
    stated_wait(&headers(pairs), now).map(|wait| wait.as_secs())
}

fn exhausted(pairs: &[(&'static str, &str)]) -> Option<u64> {
    let now = Timestamp::from_second(NOW).unwrap();
    exhausted_for(&headers(pairs), now).map(|wait| wait.as_secs())
}

#[test]
fn waits_after_429() {
    assert_eq!(stated(&[]), None);
    assert_eq!(stated(&[("retry-after", "7")]), Some(7));
    assert_eq!(stated(&[("retry-after", "0")]), Some(0));
    assert_eq!(stated(&[("retry-after", "-5")]), Some(0));
    assert_eq!(
        stated(&[("retry-after", "Fri, 15 Jan 2027 08:00:30 GMT")]),
        Some(30)
    );
    assert_eq!(stated(&[("retry-after", "2027-01-15T08:01:00Z")]), Some(60));
    assert_eq!(stated(&[("retry-after", "soon")]), None);
    assert_eq!(stated(&[("x-ratelimit-reset", "1800000042")]), Some(42));
    assert_eq!(stated(&[("x-ratelimit-reset", "1800000042000")]), Some(42));
    assert_eq!(
        stated(&[("x-ratelimit-reset", "1799999999")]),
        Some(0),
        "past"
    );
    assert_eq!(stated(&[("ratelimit-reset", "9;w=60")]), Some(9));
    assert_eq!(stated(&[("x-rate-limit-reset", "3.7")]), Some(3));
    assert_eq!(
        stated(&[
            ("x-ratelimit-reset", "?"),
            ("x-ratelimit-requests-reset", "4")
        ]),
        Some(4)
    );
    assert_eq!(
        stated(&[("x-ratelimit-reset", "4"), ("retry-after", "2")]),
        Some(2)
    );
    assert_eq!(
        stated(&[("x-ratelimit-reset", "99999999999999999999")]),
        None
    );
}

#[test]
fn nothing_left() {
    assert_eq!(
        exhausted(&[("x-ratelimit-reset", "10")]),
        None,
        "remaining unknown"
    );
    assert_eq!(
        exhausted(&[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "10")]),
        None
    );
    assert_eq!(
        exhausted(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "10")]),
        Some(10)
    );
    assert_eq!(
        exhausted(&[("ratelimit-remaining", "0"), ("retry-after", "6")]),
        Some(6)
    );
    assert_eq!(
        exhausted(&[("x-ratelimit-remaining", "0")]),
        None,
        "it is not known until when"
    );
}

#[test]
fn buckets() {
    let read = |pairs: &[(&'static str, &str)]| bucket(&headers(pairs));
    let rate = ("x-ratelimit-replenish-rate", "30");
    let burst = ("x-ratelimit-burst-capacity", "100");
    let expected = BucketHeaders {
        rate: 30.0,
        burst: 100.0,
        cost: 1.0,
        remaining: None,
    };
    assert_eq!(read(&[rate, burst]), Some(expected));
    let cost = ("x-ratelimit-requested-tokens", "2");
    let remaining = ("x-ratelimit-remaining", "98");
    let whole = BucketHeaders {
        cost: 2.0,
        remaining: Some(98.0),
        ..expected
    };
    assert_eq!(read(&[rate, burst, cost, remaining]), Some(whole));
    let below = ("x-ratelimit-remaining", "-1");
    assert_eq!(
        read(&[rate, burst, below]).and_then(|b| b.remaining),
        Some(0.0)
    );
    for odd in [
        &[rate][..],
        &[("x-ratelimit-replenish-rate", "0"), burst],
        &[rate, ("x-ratelimit-burst-capacity", "many")],
        &[rate, burst, ("x-ratelimit-requested-tokens", "101")],
    ] {
        assert_eq!(read(odd), None, "{odd:?}");
    }
}
