//! The kinds of answers the API gives.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

const WEB_APP: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>CircleCI</title></head>\
    <body><div id=\"__next\"></div></body></html>\n";

fn with(status: u16, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let value = HeaderValue::from_static(content_type);
    response.headers_mut().insert(header::CONTENT_TYPE, value);
    response
}

/// 200 with JSON.
pub(super) fn json(value: &Value) -> Response {
    with(200, "application/json;charset=utf-8", value.to_string())
}

/// The API's error shape.
pub(super) fn error(status: u16, message: &str) -> Response {
    let body = json!({ "message": message }).to_string();
    with(status, "application/json;charset=utf-8", body)
}

/// 429 without JSON.
pub(super) fn plain_limited() -> Response {
    with(429, "text/plain", "Rate limited.")
}

/// What any path outside the API shows, and the private endpoints to who is not signed in.
pub(super) fn web_app() -> Response {
    with(200, "text/html; charset=utf-8", WEB_APP)
}
