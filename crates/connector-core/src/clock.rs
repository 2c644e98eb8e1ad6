//! Time as a parameter: everything that reads the time or waits goes through [`Clock`].
//!
//! [`SystemClock`] is what programs use; [`TestClock`] is what tests use: its waits end at once and move its own
//! time on, and it remembers each wait, so a test asserts waits instead of sitting through them. With [`ManualClock`]
//! time stands still until a test moves it, for tests of what happens at the same time.

mod manual;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

pub use manual::ManualClock;

/// A shared clock.
pub type SharedClock = Arc<dyn Clock>;

/// Where time comes from and how waiting is done.
pub trait Clock: Send + Sync + std::fmt::Debug + 'static {
    /// The wall-clock time.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment; never goes back.
    fn elapsed(&self) -> Duration;

    /// Waits for `duration`.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's clock and tokio's timer.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose [`Clock::elapsed`] starts now.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    /// The same, shared.
    pub fn shared() -> SharedClock {
        Arc::new(Self::new())
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that moves only by the waits on it and by [`TestClock::advance`].
#[derive(Debug)]
pub struct TestClock {
    start: Timestamp,
    state: Mutex<Waited>,
}

#[derive(Debug, Default)]
struct Waited {
    elapsed: Duration,
    waits: Vec<Duration>,
}

impl TestClock {
    /// A clock that shows `start`.
    pub fn at(start: Timestamp) -> Arc<Self> {
        Arc::new(Self {
            start,
            state: Mutex::default(),
        })
    }

    /// Moves the time on.
    pub fn advance(&self, by: Duration) {
        self.state().elapsed += by;
    }

    /// Every wait so far, in order.
    pub fn waits(&self) -> Vec<Duration> {
        self.state().waits.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, Waited> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let elapsed = self.elapsed();
        self.start.checked_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            {
                let mut state = self.state();
                state.elapsed += duration;
                state.waits.push(duration);
            }
            tokio::task::yield_now().await;
        })
    }
}
