use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use connector_core::clock::TestClock;
use futures_util::future::join_all;
use jiff::Timestamp;

use super::*;

struct Fixture {
    cache: TokenCache<u32>,
    clock: Arc<TestClock>,
    requests: AtomicU32,
}

impl Fixture {
    fn new() -> Self {
        let clock = TestClock::at(Timestamp::UNIX_EPOCH);
        Self {
            cache: TokenCache::new(clock.clone()),
            clock,
            requests: AtomicU32::new(0),
        }
    }

    /// The token, which is the number of the request that brought it.
    async fn get(&self, use_for: Duration) -> (u32, Serial) {
        let request = async || {
            tokio::task::yield_now().await;
            let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
            Ok::<_, Infallible>((number, use_for))
        };
        self.cache.get(request).await.unwrap()
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn many_callers_share_one_request() {
    let fixture = Fixture::new();
    let all = join_all((0..20).map(|_| fixture.get(MINUTE))).await;
    assert!(all.iter().all(|(token, _)| *token == 1));
    fixture.clock.advance(MINUTE - Duration::from_nanos(1));
    assert_eq!(fixture.get(MINUTE).await.0, 1);
    fixture.clock.advance(Duration::from_nanos(1));
    assert_eq!(fixture.get(MINUTE).await.0, 2);
}

#[tokio::test]
async fn a_refused_token_is_forgotten_once() {
    let fixture = Fixture::new();
    let (_, first) = fixture.get(MINUTE).await;
    fixture.cache.forget(first);
    assert_eq!(fixture.cache.peek(), None);
    assert_eq!(fixture.get(MINUTE).await.0, 2);
    // Another call that still had the first one changes nothing.
    fixture.cache.forget(first);
    assert!(!fixture.cache.is_latest(first));
    assert_eq!(fixture.get(MINUTE).await.0, 2);
}

#[tokio::test]
async fn failures_are_not_remembered() {
    let fixture = Fixture::new();
    let failed = fixture.cache.get(async || Err("no")).await;
    assert_eq!(failed, Err("no"));
    assert_eq!(fixture.get(MINUTE).await.0, 1);
}

#[tokio::test]
async fn a_token_may_be_good_for_ever() {
    let fixture = Fixture::new();
    fixture.clock.advance(MINUTE);
    fixture.get(Duration::MAX).await;
    fixture.clock.advance(LONGEST_LIFETIME * 100);
    assert_eq!(fixture.get(MINUTE).await.0, 1);
}

#[test]
fn lifetimes_stay_within_bounds() {
    for (stated, seconds) in [
        (0.0, 0),
        (3600.0, 3600),
        (-5.0, 0),
        (i64::MIN as f64, 0),
        (u64::MAX as f64, 31_536_000),
        (f64::MAX, 31_536_000),
        (f64::INFINITY, 31_536_000),
        (f64::NAN, 0),
    ] {
        assert_eq!(lifetime(stated), Duration::from_secs(seconds), "{stated}");
    }
}
