//! What each thing that can be wrong is called, and what to do about it.

use crate::support::{agreeing, org};
use baton_circleci_sandbox::{
    CircleCiOptions, GITHUB_ORG_ID, MembersRoute, OUTSIDER_TOKEN, OrgType, PROJECT_TOKEN,
};
use connector_sandbox::faults::{Answer, Fault, Rule};

const TOKEN: &str = "check BATON_CIRCLECI_API_TOKEN: it must be a personal API token (a project token does not work), \
    complete and not expired; personal tokens live for a year at most";
const ORGANIZATION: &str = "check BATON_CIRCLECI_ORG_ID, that the token's user is a member of the organization, and the \
    token's own scope: CircleCI answers the same for all; GET /api/v2/me/collaborations shows the ids of the user's organizations";
const ELSEWHERE: &str = "read the members from there; this connector is for organizations of type circleci (a \
    BATON_CIRCLECI_MEMBERS_PATH of your own skips this check)";
const NOT_SERVED: &str = "CircleCI serves no member list there: leave BATON_CIRCLECI_MEMBERS_PATH and \
    BATON_CIRCLECI_ALLOW_PRIVATE_ENDPOINTS unset to read the web application's own listing when the published one is missing; a \
    GitHub or Bitbucket organization has no member list at all";
const BASE_URL: &str = "check BATON_CIRCLECI_BASE_URL: it is the address of CircleCI without /api/v2; a proxy may also \
    answer in its place";
const UNKNOWN_SHAPE: &str = "BATON_CIRCLECI_MEMBERS_PATH or BATON_CIRCLECI_BASE_URL leads to something else, a proxy \
    answers in CircleCI's place, or its API has changed";
const UUID: &str = "copy the Organization ID from Organization Settings in CircleCI, or `id` from GET \
    /api/v2/me/collaborations; it looks like 3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7d21";

fn printed(message: &str, hint: &str) -> String {
    format!("baton-circleci: {message}\nhint: {hint}")
}

/// Variables set differently, and how `validate` and a sync end.
#[test]
fn wrong_settings() {
    let unknown = "11111111-2222-4333-8444-555555555555";
    let not_found = "reading the organization: CircleCI answered 404: Org not found";
    let slug = "reading the settings: --circleci-org-id (BATON_CIRCLECI_ORG_ID): the value is not a UUID; it looks like a slug";
    let web_page = "listing members: CircleCI answered 200 with a web page instead of JSON";
    let github = "reading the organization: CircleCI keeps no members for this organization: it is a GitHub \
                  organization, and its members are kept there";
    for (variable, value, code, message, hint) in [
        (
            "API_TOKEN",
            PROJECT_TOKEN,
            16,
            "reading the token's user: CircleCI answered 401: You must log in first",
            TOKEN,
        ),
        (
            "API_TOKEN",
            "expired",
            16,
            "reading the token's user: CircleCI answered 401: Invalid token provided",
            TOKEN,
        ),
        ("API_TOKEN", OUTSIDER_TOKEN, 5, not_found, ORGANIZATION),
        ("ORG_ID", unknown, 5, not_found, ORGANIZATION),
        ("ORG_ID", GITHUB_ORG_ID, 9, github, ELSEWHERE),
        ("ORG_ID", "gh/acme", 3, slug, UUID),
        (
            "BASE_URL",
            "circleci.example.com",
            3,
            "reading the settings: --circleci-base-url (BATON_CIRCLECI_BASE_URL): the address must start with https://",
            "an address looks like https://api.example.com/v1",
        ),
        (
            "MEMBERS_PATH",
            "/settings/{org_id}",
            13,
            web_page,
            UNKNOWN_SHAPE,
        ),
        (
            "MEMBERS_PATH",
            "https://elsewhere.example.com/{org_id}",
            3,
            "reading the settings: --circleci-members-path (BATON_CIRCLECI_MEMBERS_PATH): the address is on another domain than the base URL; the \
             token is not sent there",
            "the usual value is /api/v2/organizations/{org_id}/users",
        ),
    ] {
        let mut bench = org(5, agreeing());
        bench.set(&format!("BATON_CIRCLECI_{variable}"), value);
        for args in [&["validate"][..], &[]] {
            let outcome = bench.run(args).expect(code);
            assert_eq!(outcome.error(), printed(message, hint));
            // What a setting cannot be is found out without a request.
            assert_eq!(outcome.requests.is_empty(), code == 3, "{variable}={value}");
        }
        assert!(!bench.file().exists());
    }
}

#[test]
fn the_base_url_may_end_in_the_apis_path_and_an_unreachable_one_is_named() {
    let mut bench = org(5, agreeing());
    let origin = bench.variable("BATON_CIRCLECI_BASE_URL").to_owned();
    bench.set("BATON_CIRCLECI_BASE_URL", &format!("{origin}/api/v2/"));
    bench.run(&["validate"]).expect(0);
    bench.set("BATON_CIRCLECI_BASE_URL", &format!("{origin}/elsewhere"));
    let outcome = bench.run(&["validate"]).expect(13);
    let page = "reading the token's user: CircleCI answered 200 with a web page instead of JSON";
    assert_eq!(outcome.error(), printed(page, BASE_URL));
    bench.set("BATON_CIRCLECI_BASE_URL", "http://127.0.0.1:1");
    let outcome = bench.run(&["validate"]).expect(14);
    let refused = "reading the token's user: cannot connect to 127.0.0.1: connection refused (gave up after 5 tries)";
    let network = "check the network, the proxy settings and the base URL setting";
    assert_eq!(outcome.error(), printed(refused, network));
}

#[test]
fn validation_and_summary_name_the_source() {
    let ok = "ok: CircleCI can be synced with these settings (3 requests)";
    for (path, place) in [
        ("", "the published member list"),
        (
            "/private/ciam/orgs/{org_id}/role-grants",
            "the place that BATON_CIRCLECI_MEMBERS_PATH names",
        ),
    ] {
        let mut bench = org(5, agreeing());
        bench.set("BATON_CIRCLECI_MEMBERS_PATH", path);
        let note = format!("members are read from {place}");
        let validated = bench.run(&["validate"]).expect(0);
        assert_eq!(validated.stdout, format!("{ok}\nnote: {note}\n"));
        let synced = bench.sync().expect(0);
        assert!(synced.stderr.contains(&format!("\"notes\":[\"{note}\"]")));
        assert!(synced.stderr.contains("\"warning_count\":0"));
    }
}

/// A member list that is not served, in every way the vendor has for it.
#[test]
fn a_member_list_that_cannot_be_read_is_never_an_empty_one() {
    let forbidden = "the token's user may not read the member list or is not in the organization, or the token's own scope \
                     (Read, Write or Admin) does not reach it (CircleCI answers the same for all): use a token of a member \
                     who may view the organization, and try one with a wider scope";
    let unsupported = "listing members: CircleCI keeps no members for this organization: it is a GitHub or Bitbucket \
                       organization, and its members are kept there";
    for (route, code, message, hint) in [
        (
            MembersRoute::NotFound,
            5,
            "listing members: CircleCI answered 404: Route Not Found",
            NOT_SERVED,
        ),
        (
            MembersRoute::Gone,
            13,
            "listing members: CircleCI answered 410: This endpoint has been retired",
            NOT_SERVED,
        ),
        (
            MembersRoute::Forbidden,
            7,
            "listing members: CircleCI answered 403: Permission denied",
            forbidden,
        ),
        (MembersRoute::Unsupported, 9, unsupported, ELSEWHERE),
    ] {
        let options = CircleCiOptions {
            members_route: route,
            ..agreeing()
        };
        let mut bench = org(5, options);
        bench.set("BATON_CIRCLECI_ALLOW_PRIVATE_ENDPOINTS", "false");
        let outcome = bench.sync().expect(code);
        assert_eq!(outcome.error(), printed(message, hint));
        assert_eq!(
            outcome.asked("/private/"),
            0,
            "nothing private without leave"
        );
    }
}

#[test]
fn an_answer_of_another_shape_is_named() {
    let none = "listing members: CircleCI's answer has no list of members: none of items, users, members and data is in it";
    for (body, message) in [
        (r#"{"message":"hello"}"#, none),
        (r#"{"items":null}"#, none),
        (r#"{"items":{"a":1}}"#, none),
        (
            r#"{"items":[{"id":"1"}],"page":{"next":{"cursor":"x"}}}"#,
            "listing members: CircleCI's answer names a next page in a way that cannot be read",
        ),
    ] {
        let bench = org(
            5,
            CircleCiOptions {
                raw_members: Some(serde_json::from_str(body).unwrap()),
                ..agreeing()
            },
        );
        assert_eq!(
            bench.run(&["validate"]).expect(13).error(),
            printed(message, UNKNOWN_SHAPE)
        );
    }
}

#[test]
fn empty_lists_and_lists_without_ids_are_refused() {
    let raw = |body| {
        let options = CircleCiOptions {
            raw_members: Some(serde_json::from_str(body).unwrap()),
            ..agreeing()
        };
        org(5, options).sync()
    };
    let empty = raw(r#"{"items":[]}"#).expect(9);
    let hint = "check BATON_CIRCLECI_ORG_ID and whose token it is; the token's own user at least must be listed";
    let message = "checking the member list: CircleCI lists no member at all, which is never right";
    assert_eq!(empty.error(), printed(message, hint));
    let nameless =
        raw(r#"{"items":[{"identifier":"1","login":"a"},{"identifier":"2"}]}"#).expect(13);
    let hint = "the vendor's API has changed; look for a newer version of the connector";
    let message = "listing members: no member in CircleCI's answer has an id";
    assert_eq!(nameless.error(), printed(message, hint));
}

#[test]
fn a_token_that_is_no_persons_is_explained_however_it_is_refused() {
    let mut bench = org(5, agreeing());
    bench.fake.edit(|_, o| o.forbid_project_tokens = true);
    bench.set("BATON_CIRCLECI_API_TOKEN", PROJECT_TOKEN);
    let outcome = bench.run(&["validate"]).expect(7);
    let message = "reading the token's user: CircleCI answered 403: Forbidden";
    assert_eq!(outcome.error(), printed(message, TOKEN));

    let bench = org(5, agreeing());
    let without_owner = Fault::from(Answer::status(200).body("{}"));
    bench
        .faults
        .add(Rule::always(without_owner).path("/api/v2/me"));
    let outcome = bench.run(&["validate"]).expect(13);
    let hint =
        "check BATON_CIRCLECI_BASE_URL, and that BATON_CIRCLECI_API_TOKEN is a personal API token";
    let message = "reading the token's user: CircleCI does not say whose token it is";
    assert_eq!(outcome.error(), printed(message, hint));
}

#[test]
fn an_organization_kept_elsewhere_is_said_before_its_members_are_asked_for() {
    for (kind, name) in [
        (OrgType::GitHub, "GitHub"),
        (OrgType::Bitbucket, "Bitbucket"),
    ] {
        let mut bench = org(
            5,
            CircleCiOptions {
                org_type: kind,
                ..agreeing()
            },
        );
        let outcome = bench.sync().expect(9);
        assert!(
            outcome
                .error()
                .contains(&format!("it is a {name} organization"))
        );
        assert_eq!(outcome.asked("/users"), 0);
        // Whoever knows another place is believed.
        let group = "/private/ciam/orgs/{org_id}/groups/{org_id}/users";
        bench.set("BATON_CIRCLECI_MEMBERS_PATH", group);
        let outcome = bench.sync().expect(7);
        assert_eq!(outcome.asked("/private/ciam/"), 1);
    }
}
