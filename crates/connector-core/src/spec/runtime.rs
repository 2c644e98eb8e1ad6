//! What surrounds a connector while it runs, given to it as a value.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tracing::Span;

use crate::clock::SharedClock;
use crate::entropy::SharedEntropy;
use crate::ledger::Ledger;
use crate::tape::Tape;

/// Time, randomness, and what is the same for all requests of a program. Clients of a vendor's API are made from it.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use connector_core::clock::SystemClock;
/// use connector_core::entropy::SystemEntropy;
/// use connector_core::ledger::Ledger;
/// use connector_core::spec::Runtime;
///
/// let runtime = Runtime {
///     clock: SystemClock::shared(),
///     entropy: Arc::new(SystemEntropy::new()?),
///     user_agent: "baton-example/1.0.0".to_owned(),
///     request_timeout: Duration::from_secs(300),
///     trace_parent: None,
///     tape: Default::default(),
///     ledger: Ledger::default(),
/// };
/// assert!(runtime.today().year() > 2000);
/// # Ok::<(), connector_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Runtime {
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// How the program calls itself to a vendor, such as `baton-example/1.2.0`.
    pub user_agent: String,
    /// Most time that one request may take, from connecting to the last byte of the answer.
    pub request_timeout: Duration,
    /// Set when a vendor is to learn which trace a request belongs to.
    pub trace_parent: Option<TraceParent>,
    /// Where exchanges with the vendor are written down, or come from.
    pub tape: Tape,
    /// Counts what is requested of the vendor.
    pub ledger: Ledger,
}

impl Runtime {
    /// Today's date in UTC, for what depends on whether a day has come.
    pub fn today(&self) -> Date {
        self.clock.now().to_zoned(TimeZone::UTC).date()
    }
}

type ValueOfSpan = dyn Fn(&Span) -> Option<String> + Send + Sync;

/// Makes the value of the header `traceparent` (W3C Trace Context) for requests that are part of a span.
///
/// ```
/// use connector_core::spec::TraceParent;
///
/// let none = TraceParent::new(|_span| None);
/// assert_eq!(none.value(&tracing::Span::none()), None);
/// ```
#[derive(Clone)]
pub struct TraceParent(Arc<ValueOfSpan>);

impl TraceParent {
    /// `value` gives the header's value for a span, or nothing for a span that is not traced.
    pub fn new(value: impl Fn(&Span) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(value))
    }

    /// The header's value for requests that are part of `span`.
    pub fn value(&self, span: &Span) -> Option<String> {
        (self.0)(span)
    }
}

impl fmt::Debug for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceParent").finish_non_exhaustive()
    }
}
