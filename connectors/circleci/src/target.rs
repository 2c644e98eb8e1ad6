//! Where requests go, worked out from the settings and checked before anything is sent.

use connector_core::spec::{Kind, SettingValue, Value, is_uuid};
use connector_core::{Error, ErrorKind, Result};
use connector_http::BaseUrl;

/// Where CircleCI's cloud is.
pub(crate) const DEFAULT_BASE_URL: &str = "https://circleci.com";

/// Where the member list is, below the base URL.
pub(crate) const DEFAULT_MEMBERS_PATH: &str = "/api/v2/organizations/{org_id}/users";

/// The organization's place in a members path.
const PLACE: &str = "{org_id}";

/// CircleCI's own domain.
const CLOUD: &str = "circleci.com";

/// Where requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The server of the documented API.
    pub(crate) base: BaseUrl,
    /// The organization's id, in lower case.
    pub(crate) org: String,
    /// Where the member list is.
    pub(crate) members: MembersAt,
    /// The server of the private endpoints, when they may be used instead.
    pub(crate) private: Option<BaseUrl>,
}

/// Where the member list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MembersAt {
    /// At the usual place.
    Usual(String),
    /// At another path of the same server.
    Path(String),
    /// At this address.
    Address(BaseUrl),
}

impl Target {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the members path cannot be used. The message never repeats it: an operator may have
    /// pasted the token there.
    pub(crate) fn new(base: BaseUrl, org: OrgId, members: &str, private: bool) -> Result<Self> {
        let base = without_api_path(base)?;
        let OrgId(org) = org;
        let members = members_at(members, &org, &base)?;
        // An operator who set a place of their own is not led to another one.
        let private = match members {
            MembersAt::Usual(_) if private => Some(private_origin(&base)?),
            _ => None,
        };
        Ok(Self {
            base,
            org,
            members,
            private,
        })
    }
}

/// The server; the API's own path at its end is dropped.
fn without_api_path(base: BaseUrl) -> Result<BaseUrl> {
    let shared = ["/api/v2", "/api/v1.1", "/api"];
    match shared
        .iter()
        .find_map(|path| base.as_str().strip_suffix(path))
    {
        Some(server) => BaseUrl::parse(server),
        None => Ok(base),
    }
}

/// The organization's id, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrgId(String);

impl SettingValue for OrgId {
    type Default = &'static str;
    const KIND: Kind = Kind::Text;

    fn read(value: &Value) -> Result<Self> {
        let text = value.text()?.trim();
        if is_uuid(text) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        let looks = if text.contains('/') {
            "it looks like a slug"
        } else {
            "it may be the organization's name"
        };
        let message = format!("the value is not a UUID; {looks}");
        Err(Error::new(ErrorKind::Setting, message).hint(
            "copy the Organization ID from Organization Settings in CircleCI, or `id` from GET /api/v2/me/collaborations; \
             it looks like 3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7d21",
        ))
    }
}

fn members_at(text: &str, org: &str, base: &BaseUrl) -> Result<MembersAt> {
    let bad = |what: &str| {
        Error::new(ErrorKind::Setting, what)
            .hint(format!("the usual value is {DEFAULT_MEMBERS_PATH}"))
    };
    let text = text.trim();
    if text.is_empty() || text == DEFAULT_MEMBERS_PATH {
        return Ok(MembersAt::Usual(DEFAULT_MEMBERS_PATH.replace(PLACE, org)));
    }
    if !text.contains(PLACE) {
        return Err(bad("the value has no {org_id} in it"));
    }
    let path = text.replace(PLACE, org);
    if path.contains("://") {
        let address = BaseUrl::parse(&path)?;
        return if same_owner(base.host(), address.host()) {
            Ok(MembersAt::Address(address))
        } else {
            Err(bad(
                "the address is on another domain than the base URL; the token is not sent there",
            ))
        };
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || "?#\\%".contains(c);
    if path.contains(odd) || path.split('/').any(|part| matches!(part, "." | "..")) {
        return Err(bad(
            "the path has a character or part that a path cannot have",
        ));
    }
    Ok(MembersAt::Path(path))
}

/// Whether two hosts belong to the same owner: the same host, or both CircleCI's own.
fn same_owner(one: &str, other: &str) -> bool {
    let cloud =
        |host: &str| host == CLOUD || host.strip_suffix(CLOUD).is_some_and(|h| h.ends_with('.'));
    one == other || (cloud(one) && cloud(other))
}

/// The web application's server.
fn private_origin(base: &BaseUrl) -> Result<BaseUrl> {
    match base.host() {
        CLOUD => BaseUrl::parse("https://app.circleci.com"),
        _ => Ok(base.origin()),
    }
}

#[cfg(test)]
mod tests;
