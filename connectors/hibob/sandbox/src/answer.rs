//! The kinds of answers the API gives.

use axum::response::Response;
use bytes::Bytes;
use connector_sandbox::answer::with;
pub(crate) use connector_sandbox::answer::{empty, retry_after};
use serde_json::{Value, json};

/// What a path outside the API shows.
const WEB_APP: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Bob</title></head>\
    <body><div id=\"app\"></div></body></html>\n";

const BAD_REQUEST: &str = "<html><head><title>400 Bad Request</title></head>\
    <body><h1>Bad Request</h1></body></html>\n";

const BLOCKED: &str = "<html><head><title>403 Forbidden</title></head>\
    <body><h1>Request blocked</h1></body></html>\n";

/// 200 with JSON that is already text.
pub(crate) fn rendered(body: Bytes) -> Response {
    with(200, "application/json", body)
}

/// 200 with JSON.
pub(crate) fn json(value: &Value) -> Response {
    rendered(Bytes::from(value.to_string()))
}

/// The API's own error shape.
pub(crate) fn error(status: u16, key: &str, text: &str) -> Response {
    let body = json!({"key": key, "error": text}).to_string();
    with(status, "application/json", body)
}

/// What any unknown path answers.
pub(crate) fn web_app() -> Response {
    with(200, "text/html; charset=utf-8", WEB_APP)
}

/// 400 as a web page.
pub(crate) fn bad_request_page() -> Response {
    with(400, "text/html", BAD_REQUEST)
}

/// What the firewall answers to a blocked caller.
pub(crate) fn blocked() -> Response {
    with(403, "text/html", BLOCKED)
}
