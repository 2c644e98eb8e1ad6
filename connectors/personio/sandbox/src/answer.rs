//! The kinds of answers the API gives.

use axum::response::Response;
pub(crate) use connector_sandbox::answer::empty;
use connector_sandbox::answer::with;
use serde_json::{Value, json};

/// The time in error answers. It is constant because no client reads it.
const TIMESTAMP: &str = "2026-11-01T09:00:00Z";

/// 200 with JSON.
pub(crate) fn json(value: &Value) -> Response {
    with(200, "application/json", value.to_string())
}

/// An error of the resource endpoints.
pub(crate) fn problem(status: u16, title: &str, detail: &str) -> Response {
    let body = json!({
        "personio_trace_id": "c1d40000",
        "timestamp": TIMESTAMP,
        "errors": [{"title": title, "detail": detail, "_meta": {}}],
    });
    with(status, "application/problem+json", body.to_string())
}

/// Why a resource endpoint does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) title: &'static str,
    pub(crate) detail: &'static str,
}

impl Refusal {
    pub(crate) const fn new(status: u16, title: &'static str, detail: &'static str) -> Self {
        Self {
            status,
            title,
            detail,
        }
    }

    pub(crate) fn response(self) -> Response {
        problem(self.status, self.title, self.detail)
    }
}

/// An error of the token endpoint.
pub(crate) fn token_problem(status: u16, error: &str, description: &str, meta: Value) -> Response {
    let body = json!({
        "timestamp": TIMESTAMP,
        "trace_id": "5b0e0000",
        "error": error,
        "error_description": description,
        "meta": meta,
    });
    with(status, "application/problem+json", body.to_string())
}
