//! A clock that only a test moves, for tests in which several things wait at the same time.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::Clock;

/// Time stands still until [`ManualClock::step`] or [`ManualClock::advance`].
#[derive(Debug)]
pub struct ManualClock {
    start: Timestamp,
    state: Mutex<Sleepers>,
}

#[derive(Debug, Default)]
struct Sleepers {
    elapsed: Duration,
    number: u64,
    sleepers: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
}

impl ManualClock {
    /// A clock that shows `start`.
    pub fn at(start: Timestamp) -> Arc<Self> {
        Arc::new(Self {
            start,
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, Sleepers> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many waits have begun so far.
    pub fn waits(&self) -> u64 {
        self.state().number
    }

    /// How long each wait under way still takes, the shortest first.
    pub fn waiting(&self) -> Vec<Duration> {
        let state = self.state();
        let under_way = state.sleepers.iter().filter(|(_, wake)| !wake.is_closed());
        under_way
            .map(|((due, _), _)| due.saturating_sub(state.elapsed))
            .collect()
    }

    /// Moves on to the end of the shortest wait. False when nothing waits.
    pub fn step(&self) -> bool {
        let mut state = self.state();
        // Waits that were given up do not count.
        state.sleepers.retain(|_, wake| !wake.is_closed());
        let Some((&(due, _), _)) = state.sleepers.first_key_value() else {
            return false;
        };
        state.elapsed = state.elapsed.max(due);
        state.wake();
        true
    }

    /// Moves on by this much.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        state.elapsed += by;
        state.wake();
    }
}

impl Sleepers {
    fn wake(&mut self) {
        while let Some(first) = self.sleepers.first_entry()
            && first.key().0 <= self.elapsed
        {
            // A wait that was given up needs no waking.
            let _ = first.remove().send(());
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let elapsed = self.elapsed();
        self.start.checked_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let awoken = {
                let mut state = self.state();
                state.number += 1;
                if duration.is_zero() {
                    None
                } else {
                    let (wake, awoken) = oneshot::channel();
                    let key = (state.elapsed.saturating_add(duration), state.number);
                    state.sleepers.insert(key, wake);
                    Some(awoken)
                }
            };
            match awoken {
                // The clock outlives its sleepers.
                Some(awoken) => drop(awoken.await),
                None => tokio::task::yield_now().await,
            }
        })
    }
}

#[cfg(test)]
mod tests;
