//! One access token for many calls: requested when it is first needed, shared, and replaced in time.

use std::sync::{Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::Duration;

use connector_core::clock::SharedClock;
use tokio::sync::Mutex;

/// The longest lifetime that is believed; a longer one is as good as this.
const LONGEST_LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);

/// Tells the tokens of one cache apart, so that a token that was refused to many calls is replaced once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Serial(u64);

impl Serial {
    /// The number of the token, counted from 1.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// Keeps the current token and lets one caller request the next one while the others wait.
///
/// ```
/// use std::time::Duration;
///
/// use connector_core::clock::SystemClock;
/// use connector_net::TokenCache;
///
/// # async fn example() -> connector_core::Result<()> {
/// let cache = TokenCache::new(SystemClock::shared());
/// let request = async || Ok::<_, connector_core::Error>(("token".to_owned(), Duration::from_secs(60)));
/// let (token, serial) = cache.get(request).await?;
/// // When the server refuses the token, the next call requests another one.
/// cache.forget(serial);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TokenCache<T> {
    clock: SharedClock,
    /// Held while a token is requested, so that no two requests are ever under way.
    requesting: Mutex<()>,
    latest: StdMutex<Latest<T>>,
}

#[derive(Debug)]
struct Latest<T> {
    serial: Serial,
    token: Option<T>,
    /// On the clock that never goes back.
    good_until: Duration,
}

impl<T: Clone> TokenCache<T> {
    /// A cache without a token.
    pub fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            requesting: Mutex::new(()),
            latest: StdMutex::new(Latest {
                serial: Serial(0),
                token: None,
                good_until: Duration::ZERO,
            }),
        }
    }

    /// A token that is good for now. `request` gets a new one and the time for which it is to be used; it runs when
    /// there is none, and never more than once at a time.
    ///
    /// # Errors
    /// Those of `request`. They are not remembered: the next caller requests again.
    pub async fn get<E>(
        &self,
        request: impl AsyncFnOnce() -> Result<(T, Duration), E>,
    ) -> Result<(T, Serial), E> {
        let _turn = self.requesting.lock().await;
        if let Some(good) = self.good() {
            return Ok(good);
        }
        let (token, use_for) = request().await?;
        let mut latest = self.latest();
        latest.serial.0 += 1;
        latest.token = Some(token.clone());
        latest.good_until = self.clock.elapsed().saturating_add(use_for);
        Ok((token, latest.serial))
    }

    /// The latest token, whether it is still good or not.
    pub fn peek(&self) -> Option<T> {
        self.latest().token.clone()
    }

    /// Whether no token has been requested since this one.
    pub fn is_latest(&self, serial: Serial) -> bool {
        self.latest().serial == serial
    }

    /// Drops the token with this number, unless it has been replaced already.
    pub fn forget(&self, serial: Serial) {
        let mut latest = self.latest();
        if latest.serial == serial {
            latest.token = None;
        }
    }

    fn good(&self) -> Option<(T, Serial)> {
        let latest = self.latest();
        let good = self.clock.elapsed() < latest.good_until;
        let token = latest.token.clone().filter(|_| good)?;
        Some((token, latest.serial))
    }

    fn latest(&self) -> MutexGuard<'_, Latest<T>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lifetime that a token answer states as `expires_in`, in seconds: nothing when it is negative, and a year at
/// most, so that no sum with it overflows.
pub fn lifetime(expires_in: f64) -> Duration {
    let seconds = expires_in.clamp(0.0, LONGEST_LIFETIME.as_secs_f64());
    // Only a value that is not a number is left to fail.
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
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
}
