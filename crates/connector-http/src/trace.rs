//! The span of a call, and the header that tells the vendor which trace a request belongs to.

use std::fmt;
use std::sync::Arc;

use reqwest::header::HeaderValue;
use tracing::{Span, field, info_span};

use crate::base_url::BaseUrl;
use crate::call::Call;

type Make = dyn Fn(&Span) -> Option<String> + Send + Sync;

/// Makes the value of the header `traceparent` (W3C Trace Context) of requests that are part of a span. The header is
/// sent only where one of these was given.
#[derive(Clone)]
pub struct TraceParent(Arc<Make>);

impl TraceParent {
    /// `of` gives the value for a span, or nothing for a span that is not traced.
    pub fn new(of: impl Fn(&Span) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(of))
    }

    pub(crate) fn header(&self, span: &Span) -> Option<HeaderValue> {
        HeaderValue::try_from((self.0)(span)?).ok()
    }
}

impl fmt::Debug for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceParent").finish_non_exhaustive()
    }
}

/// The span of a call with all its tries. Of the address it holds the host and the endpoint's name: no id, no query.
pub(crate) fn span(call: &Call, base: &BaseUrl) -> Span {
    info_span!(
        target: "connector_http",
        "request",
        otel.kind = "client",
        http.request.method = call.method.as_str(),
        server.address = base.host(),
        url.template = call.endpoint_name(),
        http.response.status_code = field::Empty,
        http.response.body.size = field::Empty,
        tries = field::Empty,
        held_back_ms = field::Empty,
        error.type = field::Empty,
    )
}
