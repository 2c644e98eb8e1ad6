//! A log of the requests to a fake: enough for assertions, without secrets.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};

/// One request. Neither credentials nor bodies are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// The query, without the question mark.
    pub query: Option<String>,
    /// The status sent; `None` while the answer is pending and when there was none.
    pub status: Option<u16>,
    /// Whether the request carried a credential in a header.
    pub had_auth: bool,
    /// The request's content type.
    pub content_type: Option<String>,
    /// The client's name.
    pub user_agent: Option<String>,
    /// The trace that the request is part of, as the client states it.
    pub traceparent: Option<String>,
    /// The size of the request's body, when stated.
    pub content_length: Option<u64>,
    /// The name of the fault that hit it.
    pub fault: Option<&'static str>,
    /// When it arrived, counted from the server's start.
    pub at: Duration,
}

/// Headers vendors take credentials from.
const CREDENTIALS: [&str; 3] = ["authorization", "circle-token", "x-api-key"];

/// The log behind a running server.
#[derive(Debug, Clone)]
pub(super) struct RequestLog {
    started: Instant,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    requests: Vec<Recorded>,
    /// Goes up whenever the log is cleared, so that a late answer does not mark a newer request.
    generation: usize,
    in_flight: usize,
    peak: usize,
}

impl RequestLog {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            state: Arc::default(),
        }
    }

    pub(super) fn snapshot(&self) -> Vec<Recorded> {
        self.state().requests.clone()
    }

    pub(super) fn count(&self) -> usize {
        self.state().requests.len()
    }

    pub(super) fn clear(&self) {
        let mut state = self.state();
        state.requests.clear();
        state.generation += 1;
        state.peak = state.in_flight;
    }

    pub(super) fn peak_in_flight(&self) -> usize {
        self.state().peak
    }

    /// Notes a request that arrived.
    pub(super) fn begin(&self, request: &Request) -> Entry {
        let text = |name: header::HeaderName| {
            let value = request.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let recorded = Recorded {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(str::to_owned),
            status: None,
            had_auth: CREDENTIALS
                .iter()
                .any(|h| request.headers().contains_key(*h)),
            content_type: text(header::CONTENT_TYPE),
            user_agent: text(header::USER_AGENT),
            traceparent: text(header::HeaderName::from_static("traceparent")),
            content_length: text(header::CONTENT_LENGTH).and_then(|n| n.parse().ok()),
            fault: None,
            at: self.started.elapsed(),
        };
        let mut state = self.state();
        state.in_flight += 1;
        state.peak = state.peak.max(state.in_flight);
        state.requests.push(recorded);
        Entry {
            index: state.requests.len() - 1,
            generation: state.generation,
            log: self.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request being answered; it counts as in flight until dropped.
pub(super) struct Entry {
    log: RequestLog,
    index: usize,
    generation: usize,
}

impl Entry {
    pub(super) fn answered(self, status: StatusCode) {
        self.edit(|r| r.status = Some(status.as_u16()));
    }

    pub(super) fn failed_on_purpose(&self, fault: &'static str) {
        self.edit(|r| r.fault = Some(fault));
    }

    fn edit(&self, edit: impl FnOnce(&mut Recorded)) {
        let mut state = self.log.state();
        if state.generation == self.generation
            && let Some(recorded) = state.requests.get_mut(self.index)
        {
            edit(recorded);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.log.state().in_flight -= 1;
    }
}
