//! From a request to an answer: path, token, limits, right, in the vendor's order.

use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::buckets::Endpoint;
use super::cursor::{Place, escaped};
use super::options::{Credential, CursorStyle, NextLink};
use super::tenant::{Entry, Tenant};
use super::{Personio, answer, employments, names, persons};
use connector_sandbox::request::decode;

/// The most rows on one page, and the number of rows when the request states no limit.
const LARGEST_PAGE: usize = 50;
const USUAL_PAGE: usize = 10;

/// What a path and method mean.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Call {
    Token,
    Revoke,
    Persons,
    Person(String),
    Employments(String),
    Employment {
        person: String,
        id: String,
    },
    /// A listing of names, by the last part of its path.
    Names(&'static str),
}

impl Call {
    fn find(method: &Method, path: &str) -> Option<Self> {
        let path = path.strip_prefix("/v2/")?;
        let parts: Vec<&str> = path.split('/').collect();
        Some(match (method.as_str(), parts.as_slice()) {
            ("POST", ["auth", "token"]) => Self::Token,
            ("POST", ["auth", "revoke"]) => Self::Revoke,
            ("GET", ["persons"]) => Self::Persons,
            ("GET", ["persons", id]) => Self::Person(decode(id)),
            ("GET", ["persons", id, "employments"]) => Self::Employments(decode(id)),
            ("GET", ["persons", person, "employments", id]) => Self::Employment {
                person: decode(person),
                id: decode(id),
            },
            ("GET", [name]) => Self::Names(names::LISTINGS.into_iter().find(|n| n == name)?),
            _ => return None,
        })
    }

    fn endpoint(&self) -> Endpoint {
        match self {
            Self::Token | Self::Revoke => Endpoint::Token,
            Self::Persons | Self::Person(_) => Endpoint::Persons,
            Self::Employments(_) | Self::Employment { .. } => Endpoint::Employments,
            Self::Names(_) => Endpoint::Names,
        }
    }
}

/// Answers one request.
pub(crate) fn respond(personio: &Personio, head: &Parts, body: &[u8]) -> Response {
    let tenant = &*personio.tenant();
    let path = head.uri.path();
    let Some(call) = Call::find(&head.method, path) else {
        let detail = format!("The endpoint {path} does not exist");
        return answer::problem(404, "Not Found", &detail);
    };
    let tokens = &personio.inner.tokens;
    let who = match call {
        Call::Token => None,
        _ => match tokens.bearer(&head.headers, tenant) {
            Some(who) => Some(who),
            None => return UNAUTHORIZED.response(),
        },
    };
    let Some(limits) = tenant.options.rate_limits else {
        return allowed(personio, tenant, &call, who, head, body);
    };
    let drawn = personio.inner.buckets.draw(call.endpoint(), who, &limits);
    let mut response = match drawn.allowed {
        true => allowed(personio, tenant, &call, who, head, body),
        false => answer::empty(429),
    };
    drawn.tell(&limits, response.headers_mut());
    response
}

const FORBIDDEN: Refusal = Refusal::new(403, "Forbidden", "Insufficient access scope");
const UNAUTHORIZED: Refusal = Refusal::new(401, "Unauthorized", "Unauthorized Request");

fn allowed(
    personio: &Personio,
    tenant: &Tenant,
    call: &Call,
    who: Option<usize>,
    head: &Parts,
    body: &[u8],
) -> Response {
    if *call == Call::Token {
        return personio.inner.tokens.grant(tenant, head, body);
    }
    let Some(credential) = who.and_then(|who| tenant.options.credentials.get(who)) else {
        return UNAUTHORIZED.response();
    };
    match call.endpoint() {
        Endpoint::Persons if !credential.persons => return UNAUTHORIZED.response(),
        Endpoint::Employments if !(credential.persons && credential.employments) => {
            return FORBIDDEN.response();
        }
        _ => {}
    }
    let result = match call {
        Call::Token | Call::Revoke => Err(Refusal::new(
            401,
            "Unauthorized",
            "Authorisation Restrictions",
        )),
        Call::Persons => page_of_persons(tenant, credential, head),
        Call::Person(id) => known(tenant, id).map(|who| persons::record(tenant, credential, who)),
        Call::Employments(id) => {
            known(tenant, id).and_then(|who| page_of_employments(tenant, credential, who, head))
        }
        Call::Employment { person, id } => known(tenant, person).and_then(|who| {
            let all = employments::records(tenant, credential, who);
            let found = all.into_iter().find(|e| e["id"] == id.as_str());
            found.ok_or_else(|| not_found("no such employment"))
        }),
        Call::Names(listing) if !credential.reads(listing) => Err(FORBIDDEN),
        Call::Names(listing) => page_of_names(tenant, listing, head),
    };
    match result {
        Ok(value) => answer::json(&value),
        Err(refusal) => refusal.response(),
    }
}

const fn not_found(detail: &'static str) -> Refusal {
    Refusal::new(404, "Resource not found", detail)
}

fn known<'a>(tenant: &'a Tenant, id: &str) -> Result<Entry<'a>, Refusal> {
    tenant.find(id).ok_or_else(|| not_found("no such person"))
}

/// The value of one query parameter; here `+` stands for a blank.
fn query(head: &Parts, name: &str) -> Option<String> {
    let pairs = head.uri.query()?.split('&');
    let found = pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name);
    found.map(|(_, value)| decode(&value.replace('+', " ")))
}

/// The requested page: how many rows, and from which place on.
fn asked(head: &Parts, filters: &[&str]) -> Result<(usize, Place), Refusal> {
    let bad = |detail| Refusal::new(400, "Bad Request", detail);
    let pairs = head.uri.query().unwrap_or_default().split('&');
    for name in pairs.filter_map(|pair| pair.split('=').next()) {
        if !matches!(name, "" | "limit" | "cursor") && !filters.contains(&name) {
            return Err(bad("Provided filter encoding is invalid."));
        }
    }
    let limit = query(head, "limit").map_or(Ok(USUAL_PAGE), |n| n.parse());
    let limit = limit.ok().filter(|n| (1..=LARGEST_PAGE).contains(n));
    let limit = limit.ok_or_else(|| bad("Provided value for limit is not valid"))?;
    let place = match query(head, "cursor") {
        None => Place::default(),
        Some(text) => Place::read(&text).ok_or_else(|| bad("Provided cursor is not valid"))?,
    };
    Ok((limit, place))
}

fn page_of_persons(
    tenant: &Tenant,
    credential: &Credential,
    head: &Parts,
) -> Result<Value, Refusal> {
    let (limit, place) = asked(head, &[])?;
    let options = &tenant.options;
    if let Some(raw) = &options.raw_persons {
        return Ok(raw.clone());
    }
    let empty = options.empty_page_after == Some(place.page) && !place.after_empty;
    let next = if empty {
        Some(Place {
            after_empty: true,
            ..place
        })
    } else if options.looping && place.page == 1 {
        Some(place)
    } else {
        let next = Place {
            offset: place.offset + limit,
            page: place.page + 1,
            after_empty: false,
        };
        (next.offset < tenant.count()).then_some(next)
    };
    let again = usize::from(options.repeat_rows && place.offset > 0 && !empty);
    let rows = if empty { 0 } else { limit + again };
    let data: Vec<Value> = tenant
        .people(place.offset - again)
        .take(rows)
        .map(|who| persons::record(tenant, credential, who))
        .collect();
    Ok(envelope(tenant, data, "/v2/persons", limit, next))
}

fn page_of_employments(
    tenant: &Tenant,
    credential: &Credential,
    who: Entry<'_>,
    head: &Parts,
) -> Result<Value, Refusal> {
    let (mut limit, place) = asked(head, &[])?;
    if let Some(raw) = &tenant.options.raw_employments {
        return Ok(raw.clone());
    }
    if let Entry::Edge(edge) = who {
        limit = edge.page.unwrap_or(limit).min(limit);
    }
    let all = employments::records(tenant, credential, who);
    let next = Place {
        offset: place.offset + limit,
        page: place.page + 1,
        after_empty: false,
    };
    let next = (next.offset < all.len()).then_some(next);
    let data = all.into_iter().skip(place.offset).take(limit).collect();
    // The path is wrong on purpose: the vendor's own links lead to this path, which does not exist.
    Ok(envelope(tenant, data, "/v2/employments", limit, next))
}

fn page_of_names(tenant: &Tenant, listing: &'static str, head: &Parts) -> Result<Value, Refusal> {
    let units = listing == names::ORG_UNITS;
    let (limit, place) = asked(head, if units { &["type"] } else { &[] })?;
    let kind = query(head, "type");
    if units && kind.is_none() {
        return Err(Refusal::new(
            400,
            "Bad Request",
            "Required parameter type is missing",
        ));
    }
    let all = names::records(tenant, listing, kind.as_deref());
    let next = Place {
        offset: place.offset + limit,
        page: place.page + 1,
        after_empty: false,
    };
    let next = (next.offset < all.len()).then_some(next);
    let data = all.into_iter().skip(place.offset).take(limit).collect();
    Ok(envelope(
        tenant,
        data,
        &format!("/v2/{listing}"),
        limit,
        next,
    ))
}

fn envelope(
    tenant: &Tenant,
    data: Vec<Value>,
    path: &str,
    limit: usize,
    next: Option<Place>,
) -> Value {
    const HOST: &str = "https://api.personio.de";
    let options = &tenant.options;
    let mut links = json!({"self": {"href": format!("{HOST}{path}?limit={limit}")}});
    let end = match options.next_link {
        NextLink::NullAtEnd => Some(Value::Null),
        NextLink::EmptyAtEnd => Some(json!({})),
        _ => None,
    };
    let link = next.map(|place| {
        let text = place.text();
        let cursor = match options.cursors {
            CursorStyle::Escaped => escaped(&text),
            CursorStyle::Bare => text,
        };
        let there = format!("{path}?cursor={cursor}&limit={limit}");
        match options.next_link {
            NextLink::Text => format!("{HOST}{there}").into(),
            NextLink::Relative => json!({ "href": there }),
            NextLink::Foreign => json!({"href": format!("https://elsewhere.test{there}")}),
            NextLink::WithoutCursor => json!({"href": format!("{HOST}{path}?limit={limit}")}),
            _ => json!({"href": format!("{HOST}{there}")}),
        }
    });
    if let Some(next) = link.or(end) {
        links["next"] = next;
    }
    json!({"_data": data, "_meta": {"links": links}})
}

#[cfg(test)]
mod tests;
