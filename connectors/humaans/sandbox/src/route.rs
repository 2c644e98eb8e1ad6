//! From a request to an answer: path, credential, limits, scope.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::Query as UrlQuery;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use connector_sandbox::answer::retry_after;
use serde_json::{Value, json};

use super::listing::{self, Query};
use super::options::{ApiToken, RateLimit, RetryAfter, Scope, TokenInfo};
use super::{Collection, Humaans, Tenant, answer, people};
use connector_sandbox::limits::Taken;

/// What a path means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Call {
    Me,
    TokenInfo,
    List(Collection),
    One(Collection, String),
    Unknown,
}

impl Call {
    /// `None` outside `/api`.
    fn find(path: &str) -> Option<Self> {
        let path = path.strip_prefix("/api/")?;
        let collection = |name: &str| {
            Some(match name {
                "people" => Collection::People,
                "job-roles" => Collection::JobRoles,
                "locations" => Collection::Locations,
                "companies" => Collection::Companies,
                _ => return None,
            })
        };
        let parts: Vec<&str> = path.split('/').collect();
        Some(match parts.as_slice() {
            ["me"] => Self::Me,
            ["token-info"] => Self::TokenInfo,
            [name] => collection(name).map_or(Self::Unknown, Self::List),
            [name, id] if !id.is_empty() => {
                collection(name).map_or(Self::Unknown, |c| Self::One(c, (*id).to_owned()))
            }
            _ => Self::Unknown,
        })
    }
}

/// Answers one request.
pub(crate) fn respond(humaans: &Humaans, head: &Parts) -> Response {
    let Some(call) = Call::find(head.uri.path()) else {
        return answer::web_app();
    };
    let tenant = humaans.tenant();
    let code = tenant.options.error_code;
    let Some(number) = authenticate(&head.headers, &tenant.options.tokens) else {
        return answer::error(code, 401, "Invalid access token", None);
    };
    if let Some(limit) = &tenant.options.rate_limit {
        let windows = &humaans.inner.windows;
        let taken = windows.take(number, limit.requests, limit.window);
        if !taken.allowed {
            return too_many(&tenant, limit, &taken);
        }
    }
    if head.method != Method::GET {
        return answer::error(code, 405, "Method is not allowed", None);
    }
    let Some(token) = tenant.options.tokens.get(number).cloned() else {
        return answer::error(code, 401, "Invalid access token", None);
    };
    let token = downgraded(humaans, &tenant, token);
    permitted(humaans, &tenant, &call, &token, head)
}

/// The position of the token the request carries.
fn authenticate(headers: &HeaderMap, tokens: &[ApiToken]) -> Option<usize> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    tokens.iter().position(|t| t.token == token.trim())
}

fn downgraded(humaans: &Humaans, tenant: &Tenant, mut token: ApiToken) -> ApiToken {
    let number = humaans.count();
    if tenant.options.downgrade_after.is_some_and(|n| number > n) {
        token.scopes = BTreeSet::from([Scope::PublicRead]);
    }
    token
}

fn too_many(tenant: &Tenant, limit: &RateLimit, taken: &Taken) -> Response {
    let code = tenant.options.error_code;
    let mut response = answer::error(code, 429, "Too many requests", None);
    match limit.retry_after {
        RetryAfter::Seconds => retry_after(&mut response, taken.reset_in),
        RetryAfter::Garbage => {
            let value = HeaderValue::from_static("soon");
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        RetryAfter::Absent => {}
    }
    response
}

fn permitted(
    humaans: &Humaans,
    tenant: &Tenant,
    call: &Call,
    token: &ApiToken,
    head: &Parts,
) -> Response {
    let options = &tenant.options;
    let refuse = |status, message| answer::error(options.error_code, status, message, None);
    match call {
        Call::Unknown => refuse(404, "Not found"),
        Call::Me => answer::json(&people::owner(tenant)),
        Call::TokenInfo => match &options.token_info {
            TokenInfo::Missing => refuse(404, "Not found"),
            TokenInfo::Raw(value) => answer::json(value),
            TokenInfo::Scopes => answer::json(&token_info(tenant, token)),
        },
        Call::List(_) | Call::One(..) if !token.reads() => missing_scope(tenant),
        Call::List(Collection::Locations) | Call::One(Collection::Locations, _)
            if options.locations_forbidden =>
        {
            refuse(403, "You do not have permission to view locations")
        }
        Call::List(which) => list(humaans, tenant, *which, token, head),
        Call::One(which, id) => {
            let records = humaans.collection(tenant, *which);
            let found = records.iter().find(|r| r["id"] == id.as_str());
            match found.filter(|r| listing::shows(*which, token.sees_private(), r)) {
                Some(record) => answer::json(&listing::shown(*which, token.sees_private(), record)),
                None => refuse(404, "Not found"),
            }
        }
    }
}

fn list(
    humaans: &Humaans,
    tenant: &Tenant,
    which: Collection,
    token: &ApiToken,
    head: &Parts,
) -> Response {
    let options = &tenant.options;
    if let (Collection::People, Some(raw)) = (which, &options.raw_people) {
        return answer::json(raw);
    }
    let bad = |message: &str| answer::error(options.error_code, 400, message, None);
    let Ok(UrlQuery(pairs)) = UrlQuery::<Vec<(String, String)>>::try_from_uri(&head.uri) else {
        return bad("The query cannot be read");
    };
    match Query::parse(&pairs) {
        Ok(query) => {
            if options.refuses_unknown_statuses && query.unknown_status(options).is_some() {
                return bad("Invalid query parameter status");
            }
            let mut records = humaans.collection(tenant, which);
            if which == Collection::People {
                let changes = humaans.drift(options.drift, query.is_later());
                if changes > 0 {
                    records = Arc::new(listing::drifted(&records, options.drift, changes));
                }
            }
            let private = token.sees_private();
            answer::json(&listing::page(tenant, which, &records, private, &query))
        }
        Err(message) => bad(&message),
    }
}

fn token_info(tenant: &Tenant, token: &ApiToken) -> Value {
    let owner = people::owner(tenant);
    let scopes: Vec<&str> = token.scopes.iter().map(|s| s.id()).collect();
    json!({"id": "t0kenSandbox000000000001", "personId": owner["id"], "label": "Baton", "scopes": scopes})
}

fn missing_scope(tenant: &Tenant) -> Response {
    let issues = json!([{"name": "public:read", "reason": "required", "forbidden": true}]);
    answer::error(
        tenant.options.error_code,
        403,
        "Missing scope",
        Some(issues),
    )
}

#[cfg(test)]
mod tests;
