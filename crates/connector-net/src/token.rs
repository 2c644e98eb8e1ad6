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
mod tests;
