//! What all connections share: credential, clock, tasks, tokens, the log.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use jiff::Timestamp;
use tokio::sync::{Semaphore, watch};

use super::credential::Credential;
use super::knobs::Knobs;
use super::log::{Event, What};
use super::tasks::Tasks;
use super::token::TokenAnswer;
use crate::grpc::Refusal;

/// The lifetime of a token whose answer stated none.
const UNTOLD: Duration = Duration::from_secs(60);

pub(super) struct Shared {
    pub(super) credential: Credential,
    pub(super) clock: SharedClock,
    pub(super) entropy: SharedEntropy,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    releases: watch::Sender<u64>,
    /// Data messages of uploads that may be read; unlimited unless a test paces them.
    pub(super) chunks: Semaphore,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) events: Vec<Event>,
    /// Every rule that a client broke.
    pub(super) problems: Vec<String>,
    pub(super) tasks: Tasks,
    pub(super) knobs: Knobs,
    pub(super) hosts: BTreeSet<String>,
    /// Calls being answered now.
    pub(super) in_flight: usize,
    /// Calls that wait until a test releases them.
    pub(super) held: usize,
    /// Connections that did not get past TLS.
    pub(super) failed_handshakes: usize,
    /// Connections accepted so far.
    pub(super) connections: usize,
    /// Connections that have not ended.
    pub(super) open_connections: usize,
    tokens: HashMap<String, Token>,
    nonces: HashSet<String>,
}

struct Token {
    scheme: String,
    until: Timestamp,
}

impl Shared {
    pub(super) fn new(credential: Credential, clock: SharedClock, entropy: SharedEntropy) -> Self {
        Self {
            credential,
            clock,
            entropy,
            state: Mutex::default(),
            changes: watch::Sender::new(0),
            releases: watch::Sender::new(0),
            chunks: Semaphore::new(Semaphore::MAX_PERMITS),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A receiver that is notified whenever something happens.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(super) fn touch(&self) {
        self.changes.send_modify(|n| *n += 1);
    }

    pub(super) fn log(&self, what: What) {
        let at = self.clock.now();
        self.state().events.push(Event { at, what });
        self.touch();
    }

    /// Remembers a rule that was broken.
    pub(super) fn object(&self, what: &str, problem: impl std::fmt::Display) {
        self.state().problems.push(format!("{what}: {problem}"));
        self.touch();
    }

    pub(super) fn release(&self) {
        self.releases.send_modify(|n| *n += 1);
    }

    /// Waits until another message of an upload may be read.
    pub(super) async fn may_read(&self) {
        if let Ok(permit) = self.chunks.try_acquire() {
            permit.forget();
            return;
        }
        let _held = self.held();
        // Acquiring fails only when the semaphore is closed, and then nothing has to wait.
        if let Ok(permit) = self.chunks.acquire().await {
            permit.forget();
        }
    }

    /// Counts a call as waiting for a test until the guard is dropped.
    fn held(&self) -> Held<'_> {
        self.state().held += 1;
        self.touch();
        Held(self)
    }

    /// Waits until a test lets held calls go on.
    pub(super) async fn hold(&self) {
        let mut releases = self.releases.subscribe();
        let _held = self.held();
        // Ends with an error only when everything ends.
        let _ = releases.changed().await;
    }

    /// Issues a fresh token that is valid for the lifetime in the answer.
    pub(super) fn issue(&self, answer: &TokenAnswer) -> String {
        let token = format!(
            "{:016x}{:016x}",
            self.entropy.next_u64(),
            self.entropy.next_u64()
        );
        let told = answer.expires_in.and_then(|s| u64::try_from(s).ok());
        let life = match told {
            None | Some(0) => UNTOLD,
            Some(seconds) => Duration::from_secs(seconds),
        };
        let scheme = match answer.token_type.to_ascii_lowercase().as_str() {
            "" | "bearer" => "Bearer".to_owned(),
            _ => answer.token_type.clone(),
        };
        let until = self.clock.now().checked_add(life);
        let until = until.unwrap_or(Timestamp::MAX);
        let known = Token { scheme, until };
        self.state().tokens.insert(token.clone(), known);
        token
    }

    /// Makes every token worthless.
    pub(super) fn revoke(&self) {
        self.state().tokens.clear();
    }

    /// Whether this nonce comes for the first time.
    pub(super) fn new_nonce(&self, nonce: &str) -> bool {
        self.state().nonces.insert(nonce.to_owned())
    }

    /// Checks a call's token and user agent.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        let agent = header("user-agent").unwrap_or_default();
        let prefix = format!("{} ", self.credential.name());
        if !agent.starts_with(&prefix) {
            self.object("user-agent", agent);
        }
        if header("content-type") != Some("application/grpc") {
            self.object("content-type", header("content-type").unwrap_or_default());
        }
        for name in ["traceparent", "tracestate", "baggage"] {
            if let Some(value) = header(name) {
                self.object(name, value);
            }
        }
        let refused = |why: &str| Err(Refusal::new(16, why));
        let Some((scheme, token)) = header("authorization").and_then(|v| v.split_once(' ')) else {
            return refused("no credential");
        };
        let state = self.state();
        match state.tokens.get(token) {
            None => refused("the token is not known"),
            Some(known) if known.scheme != scheme => refused("the scheme is another"),
            Some(known) if known.until <= self.clock.now() => refused("the token has expired"),
            Some(_) => Ok(()),
        }
    }

    /// Counts a connection until the guard is dropped.
    pub(super) fn connected(&self) -> Connected<'_> {
        {
            let mut state = self.state();
            state.connections += 1;
            state.open_connections += 1;
        }
        Connected(self)
    }

    /// Counts a call until the guard is dropped.
    pub(super) fn begin(&self) -> InFlight<'_> {
        self.state().in_flight += 1;
        self.touch();
        InFlight(self)
    }
}

pub(super) struct Connected<'a>(&'a Shared);

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.0.state().open_connections -= 1;
        self.0.touch();
    }
}

pub(super) struct InFlight<'a>(&'a Shared);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.state().in_flight -= 1;
        self.0.touch();
    }
}

struct Held<'a>(&'a Shared);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.state().held -= 1;
        self.0.touch();
    }
}
