//! A clock that moves when a test says so.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connector_core::clock::Clock;
use jiff::Timestamp;
use tokio::sync::oneshot;

/// Time stands still until [`ManualClock::step`] or [`ManualClock::advance`].
#[derive(Debug)]
pub(crate) struct ManualClock {
    start: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    elapsed: Duration,
    number: u64,
    sleepers: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
}

impl ManualClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            start: "2026-11-01T09:00:00Z".parse().expect("a time"),
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many waits have begun so far.
    pub(crate) fn waits(&self) -> u64 {
        self.state().number
    }

    /// Moves on to the next moment somebody waits for. False when nobody waits.
    pub(crate) fn step(&self) -> bool {
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
    pub(crate) fn advance(&self, by: Duration) {
        let mut state = self.state();
        state.elapsed += by;
        state.wake();
    }
}

impl State {
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
        self.start + self.elapsed()
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
