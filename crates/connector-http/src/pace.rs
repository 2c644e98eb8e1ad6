//! How fast requests are sent: a steady rate kept from the start, or one that adapts to each endpoint's answers, and
//! a gate that closes while the vendor states that no request is left.
//!
//! All of it is shared by all calls of a client, so calls that run at the same time cannot outrun it together.
//! Waiting goes through the injected clock.

mod adaptive;
mod lane;

use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use connector_core::clock::SharedClock;
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tracing::warn;

use adaptive::Lanes;
pub(crate) use adaptive::Slot;

/// How fast requests are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace(Mode);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Unlimited,
    Steady(Quota),
    Adaptive { start: u32, in_flight: usize },
}

impl Pace {
    /// As fast as answers come.
    pub const fn unlimited() -> Self {
        Self(Mode::Unlimited)
    }

    /// As fast as each endpoint bears, and never more than `in_flight` requests at once.
    ///
    /// While answers describe a token bucket (`x-ratelimit-replenish-rate`, `-burst-capacity`,
    /// `-requested-tokens`, `-remaining`), it is used up and not overdrawn. Without them an endpoint begins with
    /// `start` requests per second, doubles that each second until the first 429, then halves it and adds a
    /// little each second. Endpoints are kept apart by [`crate::Call::endpoint`].
    pub const fn adaptive(start: u32, in_flight: usize) -> Self {
        Self(Mode::Adaptive { start, in_flight })
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
        let quota = Quota::with_period(interval).map(|quota| quota.allow_burst(burst));
        Self(quota.map_or(Mode::Unlimited, Mode::Steady))
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

/// Longer waits are named in the log.
const LONG: Duration = Duration::from_secs(10);

type Floor = RateLimiter<NotKeyed, InMemoryState, Adapter, NoOpMiddleware<Duration>>;

/// Lets requests through, one at a time.
pub(crate) struct Pacer {
    clock: SharedClock,
    floor: Option<Floor>,
    lanes: Option<Lanes>,
    /// Time on the clock before which nothing is sent.
    closed_until: Mutex<Duration>,
    long_waits: LongWaits,
}

/// Writes a long wait to the log, once however many calls wait.
#[derive(Clone)]
struct LongWaits {
    clock: SharedClock,
    vendor: &'static str,
    /// The longest wait.
    max: Duration,
    /// The end of the waits that were named so far.
    until: Arc<Mutex<Duration>>,
}

impl LongWaits {
    /// Whether waits that end `wait` from now had not been named.
    fn is_new(&self, wait: Duration) -> bool {
        let end = self.clock.elapsed().saturating_add(wait);
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        // Those who wait for the same moment look at the clock one after the other.
        let new = end > *until + Duration::from_secs(1);
        *until = end.max(*until);
        new
    }

    /// Waits, unless it is for too long.
    async fn wait(&self, endpoint: &str, wait: Duration) -> Result<(), Duration> {
        if wait > self.max {
            return Err(wait);
        }
        if wait > LONG && self.is_new(wait) {
            let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            warn!(target: "connector_http", vendor = self.vendor, endpoint, wait_ms, "waiting for the vendor's limit");
        }
        self.clock.sleep(wait).await;
        Ok(())
    }
}

impl Pacer {
    /// `max` is the longest wait for `vendor`.
    pub(crate) fn new(pace: Pace, clock: SharedClock, vendor: &'static str, max: Duration) -> Self {
        let long_waits = LongWaits {
            clock: SharedClock::clone(&clock),
            vendor,
            max,
            until: Arc::default(),
        };
        let adapter = Adapter(SharedClock::clone(&clock));
        let (floor, lanes) = match pace.0 {
            Mode::Unlimited => (None, None),
            Mode::Steady(quota) => (Some(RateLimiter::direct_with_clock(quota, adapter)), None),
            Mode::Adaptive { start, in_flight } => {
                let lanes = Lanes::new(
                    start,
                    in_flight,
                    SharedClock::clone(&clock),
                    long_waits.clone(),
                );
                (None, Some(lanes))
            }
        };
        Self {
            clock,
            floor,
            lanes,
            closed_until: Mutex::default(),
            long_waits,
        }
    }

    /// Keeps everything back for `wait` from now; only what goes to `endpoint` when the pace keeps endpoints
    /// apart.
    pub(crate) fn close_for(&self, endpoint: &str, wait: Duration) {
        if let Some(lanes) = &self.lanes {
            return lanes.close_for(endpoint, wait);
        }
        let until = self.clock.elapsed().saturating_add(wait);
        let mut closed = self
            .closed_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *closed = until.max(*closed);
    }

    /// Notes that the log names a wait of this length already.
    pub(crate) fn was_logged(&self, wait: Duration) {
        self.long_waits.is_new(wait);
    }

    /// Waits until a request may be sent to `endpoint`. The slot is kept until the answer has been read.
    ///
    /// # Errors
    /// The wait, when it is too long.
    pub(crate) async fn ready(&self, endpoint: &str) -> Result<Slot, Duration> {
        if let Some(lanes) = &self.lanes {
            return lanes.ready(endpoint).await;
        }
        while let Some(wait) = self.wait() {
            self.long_waits.wait(endpoint, wait).await?;
        }
        Ok(Slot::unpaced())
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
mod tests;
