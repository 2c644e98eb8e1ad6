//! The kinds of answers the API gives.

use axum::response::Response;
use connector_sandbox::answer::with;
use serde_json::{Value, json};

use super::options::ErrorCode;

/// What a path outside `/api` shows.
const WEB_APP: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Humaans</title></head>\
    <body><div id=\"root\"></div></body></html>\n";

/// 200 with JSON.
pub(crate) fn json(value: &Value) -> Response {
    with(200, "application/json; charset=utf-8", value.to_string())
}

/// The API's own error shape.
pub(crate) fn error(
    code: ErrorCode,
    status: u16,
    message: &str,
    issues: Option<Value>,
) -> Response {
    let (name, word) = match status {
        400 => ("BadRequest", "ValidationError"),
        401 => ("NotAuthenticated", "NotAuthenticatedError"),
        403 => ("Forbidden", "ForbiddenError"),
        404 => ("NotFound", "NotFoundError"),
        405 => ("MethodNotAllowed", "MethodNotAllowedError"),
        429 => ("TooManyRequests", "TooManyRequestsError"),
        _ => ("GeneralError", "GeneralError"),
    };
    let mut body = json!({"id": "req-1", "code": status, "name": name, "message": message});
    if code == ErrorCode::Word {
        body["code"] = word.into();
    }
    if let Some(issues) = issues {
        body["issues"] = issues;
    }
    with(status, "application/json; charset=utf-8", body.to_string())
}

/// What any path outside the API answers.
pub(crate) fn web_app() -> Response {
    with(200, "text/html; charset=utf-8", WEB_APP.to_owned())
}
