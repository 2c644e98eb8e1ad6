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
    let own = target(DEFAULT_BASE_URL, "/members/{org_id}").unwrap();
    assert_eq!(
        own.private, None,
        "a place of one's own is not given up for another"
    );
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
