//! The span of a call, and the header that names a request's trace to the vendor.

use connector_core::spec::TraceParent;
use reqwest::header::HeaderValue;
use tracing::{Span, field, info_span};

use crate::base_url::BaseUrl;
use crate::call::Call;

/// The header `traceparent` of a request that is part of `span`.
pub(crate) fn header(parent: &TraceParent, span: &Span) -> Option<HeaderValue> {
    HeaderValue::try_from(parent.value(span)?).ok()
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
