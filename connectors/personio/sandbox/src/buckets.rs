//! Token buckets per endpoint and credential, and the headers that tell about them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use connector_core::clock::SharedClock;

use super::options::{Limit, RateLimits};

/// What requests are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Endpoint {
    Token,
    Persons,
    Employments,
    Names,
}

#[derive(Debug)]
pub(crate) struct Buckets {
    clock: SharedClock,
    levels: Mutex<HashMap<(Endpoint, Option<usize>), Level>>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    tokens: f64,
    at: Duration,
}

/// What a request found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Drawn {
    pub(crate) allowed: bool,
    limit: Limit,
    remaining: u64,
}

impl Buckets {
    pub(crate) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            levels: Mutex::default(),
        }
    }

    /// Takes one request out of a bucket.
    pub(crate) fn draw(
        &self,
        endpoint: Endpoint,
        credential: Option<usize>,
        limits: &RateLimits,
    ) -> Drawn {
        let limit = match endpoint {
            Endpoint::Token => Limit {
                rate: 2,
                burst: 150,
            },
            Endpoint::Persons => limits.persons,
            Endpoint::Employments | Endpoint::Names => limits.employments,
        };
        // The vendor's gateway fills its buckets once a second.
        let now = Duration::from_secs(self.clock.elapsed().as_secs());
        let burst = f64::from(limit.burst);
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let level = levels.entry((endpoint, credential)).or_insert(Level {
            tokens: burst,
            at: now,
        });
        let gained = now.saturating_sub(level.at).as_secs_f64() * f64::from(limit.rate);
        level.tokens = (level.tokens + gained).min(burst);
        level.at = now;
        let allowed = level.tokens >= 1.0;
        if allowed {
            level.tokens -= 1.0;
        }
        Drawn {
            allowed,
            limit,
            remaining: level.tokens as u64,
        }
    }
}

impl Drawn {
    /// Adds the headers that describe the bucket, as far as `limits` provides for them.
    pub(crate) fn tell(&self, limits: &RateLimits, headers: &mut HeaderMap) {
        let mut set =
            |name, value: HeaderValue| headers.insert(HeaderName::from_static(name), value);
        if limits.headers {
            set("x-ratelimit-replenish-rate", self.limit.rate.into());
            set("x-ratelimit-burst-capacity", self.limit.burst.into());
            set("x-ratelimit-requested-tokens", 1.into());
            set("x-ratelimit-remaining", self.remaining.into());
        }
        if let Some(seconds) = limits.retry_after
            && !self.allowed
        {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
    }
}

#[cfg(test)]
mod tests;
