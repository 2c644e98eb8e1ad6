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
    /// The server of the private endpoints, when they may be used.
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
        let private = match private {
            true => Some(private_origin(&base)?),
            false => None,
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
mod tests {
    use super::*;

    const ORG: &str = "3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7d21";

    fn org(text: &str) -> Result<OrgId> {
        OrgId::read(&Value::Text(text.to_owned()))
    }

    fn target(base: &str, members: &str) -> Result<Target> {
        Target::new(BaseUrl::parse(base)?, org(ORG)?, members, true)
    }

    #[test]
    fn base_urls_with_and_without_the_apis_path() {
        for (text, expected) in [
            ("https://circleci.com", "https://circleci.com"),
            ("https://circleci.com/api/v2/", "https://circleci.com"),
            (" https://ci.example.com/api ", "https://ci.example.com"),
            (
                "https://ci.example.com/proxy/api/v2",
                "https://ci.example.com/proxy",
            ),
            ("http://127.0.0.1:9/api/v1.1", "http://127.0.0.1:9"),
        ] {
            assert_eq!(target(text, "").unwrap().base.as_str(), expected, "{text}");
        }
    }

    #[test]
    fn private_endpoints_are_at_the_web_application_or_at_the_same_server() {
        let private = |base| target(base, "").unwrap().private.unwrap().to_string();
        assert_eq!(private("https://circleci.com"), "https://app.circleci.com");
        assert_eq!(
            private("https://app.circleci.com"),
            "https://app.circleci.com"
        );
        assert_eq!(
            private("https://ci.example.com/proxy"),
            "https://ci.example.com"
        );
        let base = BaseUrl::parse(DEFAULT_BASE_URL).unwrap();
        let public = Target::new(base, org(ORG).unwrap(), "", false).unwrap();
        assert_eq!(public.private, None);
    }

    #[test]
    fn an_organization_is_named_by_its_uuid() {
        let spaced = format!(" {} ", ORG.to_uppercase());
        assert_eq!(org(&spaced).unwrap(), OrgId(ORG.to_owned()));
        for (text, looks) in [
            ("gh/acme", "it looks like a slug"),
            (
                "circleci/3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7d21",
                "it looks like a slug",
            ),
            ("Acme", "it may be the organization's name"),
            (
                "3b2a6f0e6f1d4c559d6b0a4f5c1e7d21",
                "it may be the organization's name",
            ),
            (
                "3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7dzz",
                "it may be the organization's name",
            ),
        ] {
            let error = org(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Setting);
            let expected = format!("the value is not a UUID; {looks}");
            assert_eq!(error.message(), expected, "{text}");
        }
    }

    #[test]
    fn members_paths() {
        let members = |text: &str| target(DEFAULT_BASE_URL, text).map(|t| t.members);
        let usual = MembersAt::Usual(format!("/api/v2/organizations/{ORG}/users"));
        assert_eq!(members("").unwrap(), usual);
        assert_eq!(members(DEFAULT_MEMBERS_PATH).unwrap(), usual);
        let path = MembersAt::Path(format!("/x/{ORG}/y/{ORG}"));
        assert_eq!(members("/x/{org_id}/y/{org_id}").unwrap(), path);
        let address = members("https://app.circleci.com/x/{org_id}").unwrap();
        let expected = BaseUrl::parse(&format!("https://app.circleci.com/x/{ORG}")).unwrap();
        assert_eq!(address, MembersAt::Address(expected));
        for (text, reason) in [
            ("/x/users", "has no {org_id} in it"),
            ("https://evil.example.com/{org_id}", "on another domain"),
            ("https://evilcircleci.com/{org_id}", "on another domain"),
            ("http://circleci.com/{org_id}", "must start with https://"),
            ("/x/../{org_id}", "that a path cannot have"),
            ("/x/{org_id}?a=b", "that a path cannot have"),
            ("/x y/{org_id}", "that a path cannot have"),
        ] {
            let error = members(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Setting);
            assert!(error.message().contains(reason), "{text}: {error}");
        }
    }
}
