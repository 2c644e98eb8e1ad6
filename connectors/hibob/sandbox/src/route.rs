//! From a request to an answer: firewall, path, credential, limits, permission, in the vendor's order.

use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::response::Response;
use bytes::Bytes;
use serde_json::json;

use super::options::{RateLimits, ServiceUser};
use super::{HiBob, Tenant, answer, auth, catalogue, history, lists, people, search};
use connector_sandbox::limits::Taken;
use connector_sandbox::request::{decode, query};

/// What a path and method mean.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Call {
    Search,
    Person(String),
    LegacyPeople,
    Profiles,
    Fields,
    AllLists,
    List(String),
    Table { person: String, table: String },
    BulkTable(String),
    Tasks,
}

/// What requests are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Endpoint {
    Search,
    Fields,
    Profiles,
    Lists,
    Other,
}

impl Call {
    fn find(method: &Method, path: &str) -> Option<Self> {
        let path = path.strip_prefix("/v1/")?;
        let parts: Vec<&str> = path.split('/').collect();
        let table = |name: &str| matches!(name, "work" | "employment" | "lifecycle");
        Some(match (method.as_str(), parts.as_slice()) {
            ("POST", ["people", "search"]) => Self::Search,
            ("POST", ["people", id]) if !id.is_empty() => Self::Person(decode(id)),
            ("GET", ["people"]) => Self::LegacyPeople,
            ("GET", ["profiles"]) => Self::Profiles,
            ("GET", ["company", "people", "fields"]) => Self::Fields,
            ("GET", ["company", "named-lists"]) => Self::AllLists,
            ("GET", ["company", "named-lists", name]) => Self::List(decode(name)),
            ("GET", ["people", id, name]) if table(name) => Self::Table {
                person: decode(id),
                table: (*name).to_owned(),
            },
            ("GET", ["bulk", "people", name]) if table(name) => Self::BulkTable((*name).to_owned()),
            ("GET", ["tasks"]) => Self::Tasks,
            _ => return None,
        })
    }

    fn endpoint(&self) -> Endpoint {
        match self {
            Self::Search => Endpoint::Search,
            Self::Fields => Endpoint::Fields,
            Self::Profiles => Endpoint::Profiles,
            Self::AllLists | Self::List(_) => Endpoint::Lists,
            _ => Endpoint::Other,
        }
    }

    /// Whether a service user without any permission is refused.
    fn needs_permission(&self) -> bool {
        !matches!(self, Self::Fields | Self::AllLists | Self::List(_))
    }
}

/// Answers one request.
pub(crate) fn respond(hibob: &HiBob, head: &Parts, body: &Bytes) -> Response {
    let tenant = hibob.tenant();
    let caller = auth::caller(&head.headers);
    if tenant.options.firewall && hibob.inner.waf.blocks(caller) {
        return answer::blocked();
    }
    let response = behind_firewall(hibob, &tenant, head, body);
    hibob.inner.waf.note(response.status().as_u16(), caller);
    response
}

fn behind_firewall(hibob: &HiBob, tenant: &Tenant, head: &Parts, body: &Bytes) -> Response {
    let legacy = tenant.options.legacy_people;
    let call = match Call::find(&head.method, head.uri.path()) {
        Some(call) if legacy || call != Call::LegacyPeople => call,
        _ => return answer::web_app(),
    };
    let typed = head.headers.contains_key(header::CONTENT_TYPE);
    if head.method == Method::GET && typed {
        return answer::bad_request_page();
    }
    let user = auth::authenticate(&head.headers, &tenant.options.service_users);
    let taken = tenant
        .options
        .rate_limits
        .and_then(|limits| take(hibob, &limits, call.endpoint(), user).map(|t| (limits, t)));
    let mut response = match (user, taken) {
        (None, _) => answer::empty(401),
        (_, Some((limits, taken))) if !taken.allowed => too_many(&limits, &taken),
        (Some(user), _) => permitted(hibob, tenant, &call, user, head, body),
    };
    if let Some((_, taken)) = taken {
        state_limit(response.headers_mut(), &taken);
    }
    response
}

fn take(
    hibob: &HiBob,
    limits: &RateLimits,
    endpoint: Endpoint,
    user: Option<usize>,
) -> Option<Taken> {
    let limit = match endpoint {
        Endpoint::Search => Some(limits.search),
        Endpoint::Fields => Some(limits.fields),
        Endpoint::Profiles => Some(limits.profiles),
        Endpoint::Lists => limits.lists,
        Endpoint::Other => limits.other,
    }?;
    let windows = &hibob.inner.windows;
    Some(windows.take((endpoint, user), limit, Duration::from_secs(60)))
}

fn too_many(limits: &RateLimits, taken: &Taken) -> Response {
    let mut response = answer::error(429, "rate_limit", "Too many requests");
    if limits.retry_after {
        answer::retry_after(&mut response, taken.reset_in);
    }
    response
}

fn state_limit(headers: &mut HeaderMap, taken: &Taken) {
    let mut set = |name, value: HeaderValue| headers.insert(HeaderName::from_static(name), value);
    set("x-ratelimit-limit", taken.limit.into());
    set("x-ratelimit-remaining", taken.remaining.into());
    set("x-ratelimit-reset", taken.reset_at.into());
}

fn permitted(
    hibob: &HiBob,
    tenant: &Tenant,
    call: &Call,
    number: usize,
    head: &Parts,
    body: &Bytes,
) -> Response {
    let Some(user) = tenant.options.service_users.get(number) else {
        return answer::empty(401);
    };
    if call.needs_permission() && user.categories.is_empty() {
        return answer::empty(403);
    }
    let archived = || query(head, "includeArchived").as_deref() == Some("true");
    match call {
        Call::Search => match search::Search::parse(body) {
            Ok(search) => {
                let render = || people::search(tenant, user, &search);
                answer::rendered(hibob.inner.cache.get((number, body.clone()), render))
            }
            Err(reason) => answer::error(400, "bad_request", &reason),
        },
        Call::Person(id) => one_person(tenant, user, id, body),
        Call::LegacyPeople => answer::rendered(people::legacy(tenant, user)),
        Call::Profiles => answer::json(&people::profiles(tenant, user)),
        Call::Fields => answer::json(&catalogue::metadata(&tenant.options)),
        Call::AllLists => answer::json(&lists::all(tenant, archived())),
        Call::List(name) => match lists::one(tenant, name, archived()) {
            Some(list) => answer::json(&list),
            None => answer::error(404, "not_found", "List not found"),
        },
        Call::Table { person, table } => match history::of_person(tenant, user, person, table) {
            Some(rows) => answer::json(&rows),
            None => answer::empty(404),
        },
        Call::BulkTable(table) => {
            let cursor = query(head, "cursor");
            let limit = query(head, "limit");
            match history::bulk(tenant, user, table, limit.as_deref(), cursor.as_deref()) {
                Ok(page) => answer::json(&page),
                Err(reason) => answer::error(400, "bad_request", &reason),
            }
        }
        Call::Tasks => answer::json(&json!({"tasks": []})),
    }
}

fn one_person(tenant: &Tenant, user: &ServiceUser, id: &str, body: &Bytes) -> Response {
    match search::Search::parse_for_person(body) {
        Ok(search) => match people::one(tenant, user, id, &search) {
            Some(person) => answer::json(&person),
            None => answer::empty(404),
        },
        Err(reason) => answer::error(400, "bad_request", &reason),
    }
}

#[cfg(test)]
mod tests;
