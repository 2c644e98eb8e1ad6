//! The kinds of answers the API gives.

use axum::response::Response;
use connector_sandbox::answer::with;
use serde_json::{Value, json};

const WEB_APP: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>CircleCI</title></head>\
    <body><div id=\"__next\"></div></body></html>\n";

/// 200 with JSON.
pub(crate) fn json(value: &Value) -> Response {
    with(200, "application/json;charset=utf-8", value.to_string())
}

/// The API's error shape.
pub(crate) fn error(status: u16, message: &str) -> Response {
    let body = json!({ "message": message }).to_string();
    with(status, "application/json;charset=utf-8", body)
}

/// 429 without JSON.
pub(crate) fn plain_limited() -> Response {
    with(429, "text/plain", "Rate limited.")
}

/// What any path outside the API shows, and the private endpoints to who is not signed in.
pub(crate) fn web_app() -> Response {
    with(200, "text/html; charset=utf-8", WEB_APP)
}
