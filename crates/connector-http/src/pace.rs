//! How fast requests are sent: a steady rate kept from the start, and a gate that closes while the vendor says
//! that no request is left.
//!
//! Both are shared by all calls of a client, so calls that run at the same time cannot outrun them together.
//! Waiting goes through the injected clock.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use connector_core::clock::SharedClock;
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

/// A steady rate of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace(Option<Quota>);

impl Pace {
    /// As fast as answers come.
    pub const fn unlimited() -> Self {
        Self(None)
    }

    /// At most `requests` in any minute. A fifth of them may be sent at once, so that the few requests of a
    /// small tenant do not wait. Zero counts as one.
    pub fn per_minute(requests: u32) -> Self {
        let requests = requests.max(1);
        let burst = (requests / 5).max(1);
        // What may be sent at once is not sent again within the minute: burst + refill <= requests.
        let refill = (requests - burst).max(1);
        Self::spaced(Duration::from_secs(60) / refill, burst)
    }

    /// `requests` per second, evenly spaced. Zero counts as one.
    pub fn per_second(requests: u32) -> Self {
        Self::spaced(Duration::from_secs(1) / requests.max(1), 1)
    }

    /// One request each `interval`, and up to `burst` at once after a pause.
    pub fn spaced(interval: Duration, burst: u32) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        Self(Quota::with_period(interval).map(|quota| quota.allow_burst(burst)))
    }
}

/// The injected clock as `governor` wants it.
#[derive(Clone)]
struct Adapter(SharedClock);

impl GovernorClock for Adapter {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

type Floor = RateLimiter<NotKeyed, InMemoryState, Adapter, NoOpMiddleware<Duration>>;

/// Lets requests through, one at a time.
pub(crate) struct Pacer {
    clock: SharedClock,
    floor: Option<Floor>,
    /// Time on the clock before which nothing is sent.
    closed_until: Mutex<Duration>,
}

impl Pacer {
    pub(crate) fn new(pace: Pace, clock: SharedClock) -> Self {
        let adapter = Adapter(SharedClock::clone(&clock));
        Self {
            clock,
            floor: pace
                .0
                .map(|quota| RateLimiter::direct_with_clock(quota, adapter)),
            closed_until: Mutex::default(),
        }
    }

    /// Keeps everything back for `wait` from now.
    pub(crate) fn close_for(&self, wait: Duration) {
        let until = self.clock.elapsed().saturating_add(wait);
        let mut closed = self
            .closed_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *closed = until.max(*closed);
    }

    /// Waits until a request may be sent.
    pub(crate) async fn ready(&self) {
        while let Some(wait) = self.wait() {
            self.clock.sleep(wait).await;
        }
    }

    /// The wait before the next look; `None` when a request may be sent, which then counts as sent.
    fn wait(&self) -> Option<Duration> {
        let now = self.clock.elapsed();
        let closed = *self
            .closed_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if closed > now {
            return Some(closed - now);
        }
        let until = self.floor.as_ref()?.check().err()?;
        // Never zero, so that a wait that is over by now does not spin.
        Some(until.wait_time_from(now).max(Duration::from_millis(1)))
    }
}

impl fmt::Debug for Pacer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pacer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connector_core::clock::{Clock, TestClock};
    use jiff::Timestamp;

    /// The times at which `count` requests get through.
    async fn times(pace: Pace, count: usize) -> Vec<u128> {
        let clock = TestClock::at(Timestamp::UNIX_EPOCH);
        let pacer = Pacer::new(pace, clock.clone());
        let mut times = Vec::new();
        for _ in 0..count {
            pacer.ready().await;
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
        let all: Vec<_> = (0..8).map(|_| pacer.ready()).collect();
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
        pacer.close_for(Duration::from_secs(30));
        pacer.close_for(Duration::from_secs(10));
        pacer.ready().await;
        assert_eq!(clock.waits(), [Duration::from_secs(30)]);
        pacer.ready().await;
        assert_eq!(clock.waits().len(), 1);
    }
}
