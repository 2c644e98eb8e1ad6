//! The kinds of answers the API gives.

use axum::body::Body;
use axum::http::{HeaderValue, Response as HttpResponse, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

/// The time in error answers; nobody reads it.
const TIMESTAMP: &str = "2026-11-01T09:00:00Z";

pub(super) fn with(status: u16, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let value = HeaderValue::from_static(content_type);
    response.headers_mut().insert(header::CONTENT_TYPE, value);
    response
}

/// 200 with JSON.
pub(super) fn json(value: &Value) -> Response {
    with(200, "application/json", value.to_string())
}

/// A status without a body.
pub(super) fn empty(status: u16) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// An error of the resource endpoints.
pub(super) fn problem(status: u16, title: &str, detail: &str) -> Response {
    let body = json!({
        "personio_trace_id": "c1d40000",
        "timestamp": TIMESTAMP,
        "errors": [{"title": title, "detail": detail, "_meta": {}}],
    });
    with(status, "application/problem+json", body.to_string())
}

/// Why a resource endpoint does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) title: &'static str,
    pub(super) detail: &'static str,
}

impl Refusal {
    pub(super) const fn new(status: u16, title: &'static str, detail: &'static str) -> Self {
        Self {
            status,
            title,
            detail,
        }
    }

    pub(super) fn response(self) -> Response {
        problem(self.status, self.title, self.detail)
    }
}

/// An error of the token endpoint.
pub(super) fn token_problem(status: u16, error: &str, description: &str, meta: Value) -> Response {
    let body = json!({
        "timestamp": TIMESTAMP,
        "trace_id": "5b0e0000",
        "error": error,
        "error_description": description,
        "meta": meta,
    });
    with(status, "application/problem+json", body.to_string())
}
