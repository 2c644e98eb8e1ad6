//! What one call has used up so far, and the span that shows it.

use std::time::Duration;

use connector_core::error::{Error, Result};
use connector_core::ledger::Entry;
use tracing::Span;

use crate::retry::FailureCount;

/// What one call has used up so far.
#[derive(Debug)]
pub(crate) struct Tries {
    pub(crate) started: Duration,
    /// Time spent waiting for the pace or because the vendor demanded it. It does not count against the retry budget.
    pub(crate) held_back: Duration,
    pub(crate) sent: u32,
    pub(crate) failures: FailureCount,
    /// Whether a new access token was requested because the vendor refused the one that was sent.
    pub(crate) token_replaced: bool,
    /// What the call is counted in.
    pub(crate) entry: Entry,
    span: Span,
}

impl Tries {
    pub(crate) fn new(span: Span, entry: Entry, started: Duration) -> Self {
        Self {
            started,
            held_back: Duration::ZERO,
            sent: 0,
            failures: FailureCount::default(),
            token_replaced: false,
            entry,
            span,
        }
    }

    /// The span that everything done for the call belongs to.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Ends the span, with the length of the answer or what went wrong.
    pub(crate) fn ended(&mut self, outcome: Result<u64, &Error>) {
        let span = self.close();
        match outcome {
            Ok(received) => span.record("http.response.body.size", received),
            Err(error) => span.record("error.type", error.kind().as_str()),
        };
    }

    fn close(&mut self) -> Span {
        let span = std::mem::replace(&mut self.span, Span::none());
        let held_back = u64::try_from(self.held_back.as_millis()).unwrap_or(u64::MAX);
        span.record("tries", self.sent);
        span.record("held_back_ms", held_back);
        span
    }
}

/// The caller may drop a call before its answer has been read; its span is complete all the same.
impl Drop for Tries {
    fn drop(&mut self) {
        self.close();
    }
}
