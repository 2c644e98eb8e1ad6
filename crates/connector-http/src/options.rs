//! What a client is made from.

use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_core::error::Error;
use connector_core::ledger::Ledger;
use connector_core::spec::{Runtime, TraceParent};
use connector_core::tape::{Readable, Tape};

use crate::auth::Auth;
use crate::base_url::BaseUrl;
use crate::pace::Pace;
use crate::retry::RetryPolicy;

/// Everything a [`crate::Client`] is made from.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// The vendor's name in messages, such as `Example HR`.
    pub vendor: &'static str,
    /// The address all paths are below.
    pub base: BaseUrl,
    /// How requests are authorised.
    pub auth: Auth,
    /// Headers sent with every request; not for secrets.
    pub headers: Vec<(&'static str, String)>,
    /// Value of the `User-Agent` header.
    pub user_agent: String,
    /// Most time one request may take, from connecting to the last byte of the answer.
    pub timeout: Duration,
    /// Largest answer, unpacked, in bytes.
    pub max_body: u64,
    /// Largest answer that is held in memory as a whole, in bytes; arrays that are streamed are not.
    pub max_document: u64,
    /// Largest element of an array that is streamed, in bytes.
    pub max_element: usize,
    /// How fast requests are sent.
    pub pace: Pace,
    /// Adds what a failure means for this vendor; see [`ClientOptions::explain`].
    pub explain: fn(Error) -> Error,
    /// When requests are sent again.
    pub retry: RetryPolicy,
    /// Where time comes from.
    pub clock: SharedClock,
    /// Where jitter comes from.
    pub entropy: SharedEntropy,
    /// Tells the vendor which trace a request belongs to.
    pub trace_parent: Option<TraceParent>,
    /// Where exchanges are written down, or come from.
    pub tape: Tape,
    /// What the connector reads of answers; see [`ClientOptions::readable`].
    pub readable: Readable,
    /// Counts what is requested.
    pub ledger: Ledger,
}

impl ClientOptions {
    /// Options with the usual limits and no pace.
    pub fn new(vendor: &'static str, base: BaseUrl, auth: Auth, runtime: &Runtime) -> Self {
        Self {
            vendor,
            base,
            auth,
            headers: Vec::new(),
            user_agent: runtime.user_agent.clone(),
            timeout: runtime.request_timeout,
            max_body: 4 << 30,
            max_document: 64 << 20,
            max_element: 8 << 20,
            pace: Pace::unlimited(),
            explain: std::convert::identity,
            retry: RetryPolicy::default(),
            clock: SharedClock::clone(&runtime.clock),
            entropy: SharedEntropy::clone(&runtime.entropy),
            trace_parent: runtime.trace_parent.clone(),
            tape: runtime.tape.clone(),
            readable: "",
            ledger: runtime.ledger.clone(),
        }
    }

    /// Sets the pace.
    #[must_use]
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Passes every failure of the client through `explain`, which adds what it means for this vendor: usually a
    /// hint chosen by [`Error::kind`] and, where calls differ, by [`Error::operation`].
    ///
    /// ```
    /// use connector_core::{Error, ErrorKind};
    ///
    /// fn explain(error: Error) -> Error {
    ///     match error.kind() {
    ///         ErrorKind::Credential => error.override_hint("check BATON_EXAMPLE_API_TOKEN"),
    ///         _ => error,
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn explain(mut self, explain: fn(Error) -> Error) -> Self {
        self.explain = explain;
        self
    }

    /// Declares what the connector reads of answers and puts into requests. It matters for recordings only, which keep
    /// nothing else: a value that is not declared is there without its content. Usually a file, `include_str!("readable.txt")`.
    #[must_use]
    pub fn readable(mut self, readable: Readable) -> Self {
        self.readable = readable;
        self
    }

    /// Sends a header with every request; not for secrets.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
