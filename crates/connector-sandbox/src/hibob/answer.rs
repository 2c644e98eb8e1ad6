//! The kinds of answers the API gives.

use axum::body::Body;
use axum::http::{HeaderValue, Response as HttpResponse, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

/// What a path outside the API shows.
const WEB_APP: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Bob</title></head>\
    <body><div id=\"app\"></div></body></html>\n";

const BAD_REQUEST: &str = "<html><head><title>400 Bad Request</title></head>\
    <body><h1>Bad Request</h1></body></html>\n";

const BLOCKED: &str = "<html><head><title>403 Forbidden</title></head>\
    <body><h1>Request blocked</h1></body></html>\n";

fn with(status: u16, content_type: Option<&'static str>, body: impl Into<Body>) -> Response {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(content_type) = content_type {
        let value = HeaderValue::from_static(content_type);
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}

/// 200 with JSON that is already text.
pub(super) fn rendered(body: Bytes) -> Response {
    with(200, Some("application/json"), body)
}

/// 200 with JSON.
pub(super) fn json(value: &Value) -> Response {
    rendered(Bytes::from(value.to_string()))
}

/// The API's own error shape.
pub(super) fn error(status: u16, key: &str, text: &str) -> Response {
    let body = json!({"key": key, "error": text}).to_string();
    with(status, Some("application/json"), body)
}

/// A status without a body.
pub(super) fn empty(status: u16) -> Response {
    with(status, None, Body::empty())
}

/// What any unknown path answers.
pub(super) fn web_app() -> Response {
    with(200, Some("text/html; charset=utf-8"), WEB_APP)
}

/// 400 as a web page.
pub(super) fn bad_request_page() -> Response {
    with(400, Some("text/html"), BAD_REQUEST)
}

/// What the firewall answers to a blocked caller.
pub(super) fn blocked() -> Response {
    with(403, Some("text/html"), BLOCKED)
}
