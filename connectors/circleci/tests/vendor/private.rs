//! The fallback to the web application's own endpoints.

use crate::support::{Subjected, agreeing, org};
use baton_circleci_sandbox::{CircleCiOptions, MembersRoute, ORG_ID, PrivateRoutes};
use connector_testkit::rows;
use connector_testkit::run::Bench;

/// What validation and summary say about the source.
const SOURCE: &str = "the published member list is not served; members are read from CircleCI's private endpoints (role \
    grants and the group of all members), which may change without notice";

fn unserved(options: CircleCiOptions) -> Bench<Subjected> {
    org(
        40,
        CircleCiOptions {
            members_route: MembersRoute::NotFound,
            ..options
        },
    )
}

#[test]
fn both_private_listings_give_the_rows_of_the_member_list() {
    let listed = org(40, agreeing());
    listed.sync().expect(0);
    for route in [MembersRoute::NotFound, MembersRoute::Gone] {
        let bench = unserved(agreeing());
        bench.fake.edit(|_, o| o.members_route = route);
        let outcome = bench.sync().expect(0);
        assert_eq!(outcome.stderr.matches(SOURCE).count(), 1);
        let validated = bench.run(&["validate"]).expect(0);
        let ok = "ok: CircleCI can be synced with these settings (5 requests)";
        assert_eq!(validated.stdout, format!("{ok}\nwarning: {SOURCE}\n"));
        // The words of the roles differ, their meaning does not.
        let words = |text: String| {
            let text = text.replace("org_role_raw: \"admin\"", "org_role_raw: \"org-admin\"");
            let text = text.replace(
                "org_role_raw: \"member\"",
                "org_role_raw: \"org-contributor\"",
            );
            text.replace("org_role_raw: \"viewer\"", "org_role_raw: \"org-viewer\"")
        };
        assert_eq!(words(bench.rows()), words(listed.rows()));
        // Neither private listing has names.
        assert_eq!(outcome.asked("/api/v2/user/"), 40);
    }
}

/// The hint for endpoints that are not there or answer with something else.
const GONE: &str = "CircleCI's private endpoints are undocumented, exist for organizations of type circleci only and may have \
    changed, and both of their listings are needed; set BATON_CIRCLECI_MEMBERS_PATH if the member list is served elsewhere";

#[test]
fn half_a_listing_is_a_failure() {
    let hidden = "CircleCI's private endpoints are for organizations of type circleci, and both of their listings are needed; \
        the token's user must be a member who may view the organization, and the token's own scope (Read, Write or Admin) may \
        not reach them: try one with a wider scope";
    let empty = "check BATON_CIRCLECI_ORG_ID and whose token it is; the token's own user at least must be listed";
    let group = "listing the group of all members from CircleCI's private endpoints";
    let grants = "listing role grants from CircleCI's private endpoints";
    for (routes, code, during, message, hint) in [
        (
            PrivateRoutes::GroupsNotFound,
            5,
            group,
            "CircleCI answered 404: Not found",
            GONE,
        ),
        (
            PrivateRoutes::GrantsNotFound,
            5,
            grants,
            "CircleCI answered 404: Not found",
            GONE,
        ),
        (
            PrivateRoutes::WithoutGroups,
            7,
            group,
            "CircleCI answered 403: Permission denied",
            hidden,
        ),
        (
            PrivateRoutes::EmptyGroup,
            9,
            group,
            "CircleCI lists no member at all, which is never right",
            empty,
        ),
    ] {
        let bench = unserved(agreeing());
        bench.sync().expect(0);
        let before = bench.bytes();
        bench.fake.edit(|_, o| o.private_routes = routes);
        for args in [&["validate"][..], &[]] {
            let outcome = bench.run(args).expect(code);
            let expected = format!("baton-circleci: {during}: {message}\nhint: {hint}");
            assert_eq!(outcome.error(), expected);
        }
        assert_eq!(bench.bytes(), before, "{routes:?}");
    }
}

#[test]
fn a_run_stopped_between_the_listings_goes_on_with_the_same_rows() {
    let bench = unserved(agreeing());
    let whole = bench.sync().expect(0).requests.len();
    let rows = bench.rows();
    for after in 5..=whole {
        std::fs::remove_file(bench.file()).unwrap();
        if bench.run_until(after).code != 0 {
            bench.sync().expect(0);
        }
        assert_eq!(
            bench.rows(),
            rows,
            "stopped after {after} of {whole} requests"
        );
    }
}

#[test]
fn what_does_not_lead_to_the_fallback() {
    for (route, code) in [(MembersRoute::Forbidden, 7), (MembersRoute::Unsupported, 9)] {
        let bench = unserved(agreeing());
        bench.fake.edit(|_, o| o.members_route = route);
        let outcome = bench.sync().expect(code);
        assert_eq!(outcome.asked("/private/"), 0, "{route:?}");
    }
    // Neither does a list that is missing where the operator said it is.
    let mut bench = unserved(agreeing());
    bench.set(
        "BATON_CIRCLECI_MEMBERS_PATH",
        "/api/v2/orgs/{org_id}/members",
    );
    assert_eq!(bench.sync().expect(5).asked("/private/"), 0);
    // A served list needs none.
    let bench = unserved(agreeing());
    bench
        .fake
        .edit(|_, o| o.members_route = MembersRoute::Served);
    assert_eq!(bench.sync().expect(0).asked("/private/"), 0);
}

#[test]
fn failures_of_the_private_endpoints_are_explained() {
    let during = "listing role grants from CircleCI's private endpoints: CircleCI answered";
    for (routes, code, message) in [
        (PrivateRoutes::NotFound, 5, "404: Not Found"),
        (
            PrivateRoutes::LoginPage,
            13,
            "200 with a web page instead of JSON",
        ),
    ] {
        let bench = unserved(agreeing());
        bench.fake.edit(|_, o| o.private_routes = routes);
        let outcome = bench.sync().expect(code);
        let expected = format!("baton-circleci: {during} {message}\nhint: {GONE}");
        assert_eq!(outcome.error(), expected);
    }
}

#[test]
fn a_members_path_of_ones_own_is_read_instead() {
    let mut bench = org(40, agreeing());
    bench.set(
        "BATON_CIRCLECI_MEMBERS_PATH",
        "private/ciam/orgs/{org_id}/role-grants",
    );
    let outcome = bench.sync().expect(0);
    assert_eq!(outcome.asked("/organizations/"), 0);
    assert_eq!(
        outcome.asked(&format!("/private/ciam/orgs/{ORG_ID}/role-grants")),
        2
    );
    assert_eq!(rows::parse(&bench.rows()).len(), 40);
    let origin = bench.variable("BATON_CIRCLECI_BASE_URL").to_owned();
    let before = bench.rows();
    let address = format!("{origin}/private/ciam/orgs/{{org_id}}/role-grants");
    bench.set("BATON_CIRCLECI_MEMBERS_PATH", &address);
    bench.sync().expect(0);
    assert_eq!(bench.rows(), before);
}
