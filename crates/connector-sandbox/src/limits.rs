//! Requests per time window, per key, on an injected clock.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use connector_core::clock::SharedClock;

/// Counters with a fixed window that begins with the first request and starts over when it ends.
#[derive(Debug)]
pub struct Windows<K> {
    clock: SharedClock,
    open: Mutex<HashMap<K, Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: Duration,
    taken: u64,
}

/// The state of the limit at the time of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whether the request is within the limit.
    pub allowed: bool,
    /// Requests allowed per window.
    pub limit: u64,
    /// Requests still allowed in this window.
    pub remaining: u64,
    /// Time until the window ends.
    pub reset_in: Duration,
    /// When it ends, in Unix seconds, rounded up.
    pub reset_at: i64,
}

impl<K: Eq + Hash> Windows<K> {
    /// Windows in which no request has been counted yet.
    pub fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            open: Mutex::default(),
        }
    }

    /// Counts one request for `key` against `limit` per `window`. A refused request does not count further.
    pub fn take(&self, key: K, limit: u64, window: Duration) -> Taken {
        let now = self.clock.elapsed();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window {
            ends: now + window,
            taken: 0,
        };
        let current = open.entry(key).or_insert(fresh);
        if current.ends <= now {
            *current = fresh;
        }
        let allowed = current.taken < limit;
        current.taken += u64::from(allowed);
        let reset_in = current.ends - now;
        let reset = self.clock.now().saturating_add(reset_in);
        let reset = reset.unwrap_or(jiff::Timestamp::MAX);
        Taken {
            allowed,
            limit,
            remaining: limit - current.taken,
            reset_in,
            reset_at: reset.as_second() + i64::from(reset.subsec_nanosecond() > 0),
        }
    }
}

#[cfg(test)]
mod tests;
