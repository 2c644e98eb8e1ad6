//! From a request to an answer: path, limits, credential, permission.

use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use connector_sandbox::answer::retry_after;
use serde_json::{Value, json};

use super::options::{MembersRoute, OrgType, PrivateRoutes, RateLimit, TokenKind};
use super::render::Renderer;
use super::{CircleCi, GITHUB_ORG_ID, ORG_ID, OUTSIDER_ID, Tenant, answer, pages, render};
use connector_sandbox::request::decode;

/// What a path means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Call {
    Me,
    Collaborations,
    User(String),
    Organization(String),
    Members(String),
    Groups(String),
    RoleGrants(String),
    GroupUsers { org: String, group: String },
    Unknown,
}

impl Call {
    /// `None` for a path outside the API.
    fn find(path: &str) -> Option<Self> {
        let parts: Vec<String> = path.split('/').skip(1).map(decode).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let id = |id: &&str| (*id).to_owned();
        Some(match parts.as_slice() {
            ["api", "v2", "me"] => Self::Me,
            ["api", "v2", "me", "collaborations"] => Self::Collaborations,
            ["api", "v2", "user", user] => Self::User(id(user)),
            ["api", "v2", "organization", org] => Self::Organization(id(org)),
            // A slug whose slash was not escaped.
            ["api", "v2", "organization", vcs, name] => Self::Organization(format!("{vcs}/{name}")),
            ["api", "v2", "organizations", org, "users"] => Self::Members(id(org)),
            ["api", "v2", "organizations", org, "groups"] => Self::Groups(id(org)),
            ["private", "ciam", "orgs", org, "role-grants"] => Self::RoleGrants(id(org)),
            ["private", "ciam", "orgs", org, "groups", group, "users"] => Self::GroupUsers {
                org: id(org),
                group: id(group),
            },
            ["api" | "private", ..] => Self::Unknown,
            _ => return None,
        })
    }

    const fn is_private(&self) -> bool {
        matches!(self, Self::RoleGrants(_) | Self::GroupUsers { .. })
    }
}

/// Answers one request.
pub(crate) fn respond(circleci: &CircleCi, head: &Parts) -> Response {
    let tenant = circleci.tenant();
    let Some(call) = Call::find(head.uri.path()) else {
        return answer::web_app();
    };
    if head.method != Method::GET {
        return answer::error(405, "Method not allowed.");
    }
    let token = text(&head.headers, "circle-token");
    if let Some(limit) = tenant.options.rate_limit
        && let Some(refused) = limited(circleci, limit, token)
    {
        return refused;
    }
    let served = tenant.options.private_routes;
    if call.is_private() && served == PrivateRoutes::LoginPage {
        return answer::web_app();
    }
    let Some(token) = token else {
        return answer::error(401, "You must log in first.");
    };
    let known = tenant.options.tokens.iter().find(|t| t.text == token);
    match known.map(|t| t.kind) {
        None => answer::error(401, "Invalid token provided."),
        Some(TokenKind::Project) if tenant.options.forbid_project_tokens => {
            answer::error(403, "Forbidden.")
        }
        Some(TokenKind::Project) => answer::error(401, "You must log in first."),
        Some(kind) => permitted(&tenant, &call, kind == TokenKind::Member, head),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn limited(circleci: &CircleCi, limit: RateLimit, token: Option<&str>) -> Option<Response> {
    let window = Duration::from_secs(60);
    let key = token.unwrap_or_default().to_owned();
    let taken = circleci.inner.windows.take(key, limit.per_minute, window);
    if taken.allowed {
        return None;
    }
    let mut response = match limit.plain_text {
        true => answer::plain_limited(),
        false => answer::error(429, "Rate limit exceeded."),
    };
    if limit.retry_after {
        retry_after(&mut response, taken.reset_in);
    }
    Some(response)
}

fn permitted(tenant: &Tenant, call: &Call, member: bool, head: &Parts) -> Response {
    let denied = || answer::error(403, "Permission denied.");
    match call {
        Call::Me => answer::json(&me(tenant, member)),
        Call::Collaborations => answer::json(&render::collaborations(tenant, member)),
        Call::User(id) => user(tenant, id),
        Call::Organization(id) => match known_org(id) {
            Some(org) if member => answer::json(&render::organization(tenant, org)),
            _ => answer::error(404, "Org not found."),
        },
        Call::Members(id) => members(tenant, id, member, head),
        Call::Groups(id) if member && known_org(id).is_some() => answer::json(&groups(tenant, id)),
        Call::RoleGrants(id) | Call::GroupUsers { org: id, .. } => {
            let (org, served) = (id == ORG_ID && member, tenant.options.private_routes);
            let role_grants = matches!(call, Call::RoleGrants(_));
            match served {
                PrivateRoutes::NotFound => answer::error(404, "Not Found"),
                PrivateRoutes::GroupsNotFound if !role_grants => answer::error(404, "Not found."),
                PrivateRoutes::GrantsNotFound if role_grants => answer::error(404, "Not found."),
                PrivateRoutes::EmptyGroup if !role_grants => answer::json(&json!({"items": []})),
                PrivateRoutes::WithoutGroups if !role_grants => denied(),
                _ if !org || tenant.options.org_type != OrgType::Standalone => denied(),
                _ => private(tenant, call),
            }
        }
        Call::Groups(_) => denied(),
        Call::Unknown => answer::error(404, "Not Found"),
    }
}

fn me(tenant: &Tenant, member: bool) -> Value {
    let members = tenant.members();
    match members.first() {
        Some(owner) if member => Renderer::new(tenant).account(owner),
        _ => json!({"id": OUTSIDER_ID, "login": "other-account", "name": "Other Account"}),
    }
}

fn user(tenant: &Tenant, id: &str) -> Response {
    let members = tenant.members();
    let found = members.iter().find(|m| m.id == id && m.login.is_some());
    match found {
        Some(member) if !tenant.options.unknown_users.contains(id) => {
            answer::json(&Renderer::new(tenant).account(member))
        }
        _ => answer::error(404, "Not found."),
    }
}

/// The id of an organization that exists, from its id or slug.
fn known_org(id_or_slug: &str) -> Option<&'static str> {
    let id = id_or_slug.strip_prefix("circleci/").unwrap_or(id_or_slug);
    match id {
        ORG_ID => Some(ORG_ID),
        GITHUB_ORG_ID | "gh/lakeside-works" | "github/lakeside-works" => Some(GITHUB_ORG_ID),
        _ => None,
    }
}

fn members(tenant: &Tenant, id: &str, member: bool, head: &Parts) -> Response {
    let options = &tenant.options;
    let unsupported = || answer::error(400, "Endpoint is not supported for this organization.");
    match options.members_route {
        MembersRoute::NotFound => return answer::error(404, "Route Not Found."),
        MembersRoute::Gone => return answer::error(410, "This endpoint has been retired."),
        MembersRoute::Forbidden => return answer::error(403, "Permission denied."),
        MembersRoute::Unsupported => return unsupported(),
        MembersRoute::Served => {}
    }
    if !member || (id != ORG_ID && id != GITHUB_ORG_ID) {
        return answer::error(403, "Permission denied.");
    }
    if id == GITHUB_ORG_ID || options.org_type != OrgType::Standalone {
        return unsupported();
    }
    let (members, renderer) = (tenant.members(), Renderer::new(tenant));
    let all = members.len() + options.extra_members.len();
    let record = |at: usize| match members.get(at) {
        Some(member) => renderer.listed(member),
        None => options.extra_members[at - members.len()].clone(),
    };
    match pages::page(options, head, all, record) {
        Ok(page) => answer::json(&page),
        Err(()) => answer::error(400, "Invalid page token."),
    }
}

fn groups(tenant: &Tenant, id: &str) -> Value {
    let standalone = id == ORG_ID && tenant.options.org_type == OrgType::Standalone;
    let all = json!({"id": ORG_ID, "name": "All members", "description": ""});
    let items = if standalone { vec![all] } else { Vec::new() };
    json!({"items": items, "next_page_token": null})
}

fn private(tenant: &Tenant, call: &Call) -> Response {
    let (members, renderer) = (tenant.members(), Renderer::new(tenant));
    // A person who was only invited has no role yet and is in no group.
    let accepted = members.iter().filter(|m| m.login.is_some());
    let items: Vec<Value> = match call {
        Call::RoleGrants(_) => accepted.map(|m| renderer.role_grant(m)).collect(),
        Call::GroupUsers { group, .. } if group == ORG_ID => {
            accepted.map(|m| renderer.group_user(m)).collect()
        }
        _ => return answer::error(403, "Permission denied."),
    };
    answer::json(&json!({ "items": items }))
}

#[cfg(test)]
mod tests;
