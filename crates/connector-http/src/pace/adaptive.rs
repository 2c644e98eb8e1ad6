//! A pace that adapts: one lane per endpoint, and places for what is in flight.
//!
//! Calls to one endpoint wait in line, the first to come first to go, so that their order is kept and the spacing
//! holds however many they are.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connector_core::clock::SharedClock;
use reqwest::header::HeaderMap;
use tokio::sync::{Mutex as Turn, Notify, OwnedSemaphorePermit, Semaphore};
use tracing::debug;

use super::LongWaits;
use super::lane::Lane;
use crate::limits;

/// All lanes of a client.
pub(super) struct Lanes {
    clock: SharedClock,
    start: u32,
    places: Arc<Semaphore>,
    long_waits: LongWaits,
    all: Mutex<HashMap<String, Arc<Endpoint>>>,
}

struct Endpoint {
    name: String,
    /// Held by the call whose turn it is.
    turn: Turn<()>,
    lane: Mutex<Lane>,
    /// An answer has come, which may allow more than was known.
    heard: Notify,
}

impl Endpoint {
    fn lane(&self) -> MutexGuard<'_, Lane> {
        self.lane.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    pub(super) fn new(
        start: u32,
        in_flight: usize,
        clock: SharedClock,
        long_waits: LongWaits,
    ) -> Self {
        let places = in_flight.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            clock,
            start,
            places: Arc::new(Semaphore::new(places)),
            long_waits,
            all: Mutex::default(),
        }
    }

    fn endpoint(&self, name: &str) -> Arc<Endpoint> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get(name) {
            return Arc::clone(known);
        }
        let endpoint = Arc::new(Endpoint {
            name: name.to_owned(),
            turn: Turn::new(()),
            lane: Mutex::new(Lane::new(self.start, self.clock.elapsed())),
            heard: Notify::new(),
        });
        all.insert(name.to_owned(), Arc::clone(&endpoint));
        endpoint
    }

    pub(super) fn close_for(&self, name: &str, wait: Duration) {
        let until = self.clock.elapsed().saturating_add(wait);
        self.endpoint(name).lane().close(until);
    }

    pub(super) async fn ready(&self, name: &str) -> Result<Slot, Duration> {
        let endpoint = self.endpoint(name);
        let turn = endpoint.turn.lock().await;
        // The semaphore is never closed; if it were, there would be no limit.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        let sent_at = loop {
            let now = self.clock.elapsed();
            let wait = {
                let mut lane = endpoint.lane();
                match lane.wait(now) {
                    None => {
                        lane.sent(now);
                        break now;
                    }
                    Some(wait) => wait,
                }
            };
            tokio::select! {
                biased;
                () = endpoint.heard.notified() => {}
                waited = self.long_waits.wait(name, wait) => waited?,
            }
        };
        drop(turn);
        Ok(Slot(Some(Arc::new(Taken {
            endpoint,
            sent_at,
            answered: Mutex::new(false),
            _place: place,
        }))))
    }
}

/// One request's place among those in flight; free again when the last copy is dropped.
#[derive(Clone)]
pub(crate) struct Slot(Option<Arc<Taken>>);

struct Taken {
    endpoint: Arc<Endpoint>,
    sent_at: Duration,
    answered: Mutex<bool>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Slot {
    /// The slot of a pace that needs none.
    pub(super) fn unpaced() -> Self {
        Self(None)
    }

    /// Learns from the head of an answer that arrived at `now`.
    pub(crate) fn answered(&self, now: Duration, limited: bool, headers: &HeaderMap) {
        let Some(taken) = &self.0 else { return };
        let mut answered = taken.answered();
        if std::mem::replace(&mut *answered, true) {
            return;
        }
        let mut lane = taken.endpoint.lane();
        if lane.answered(now, taken.sent_at, limited, limits::bucket(headers)) {
            let endpoint = taken.endpoint.name.as_str();
            let requests_per_second = lane.rate();
            debug!(target: "connector_http", endpoint, requests_per_second, "pace changed");
        }
        drop(lane);
        taken.endpoint.heard.notify_one();
    }
}

impl Taken {
    fn answered(&self) -> MutexGuard<'_, bool> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if !*self.answered() {
            self.endpoint.lane().lost();
        }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}
