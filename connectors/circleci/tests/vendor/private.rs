//! The fallback to the web application's own endpoints.

use std::collections::BTreeSet;

use crate::support::{Subjected, agreeing, org};
use baton_circleci_sandbox::{
    CircleCiOptions, Kind, MembersRoute, Mismatches, ORG_ID, PrivateRoutes,
};
use connector_testkit::rows;
use connector_testkit::run::Bench;

fn unserved(options: CircleCiOptions) -> Bench<Subjected> {
    let mut bench = org(
        40,
        CircleCiOptions {
            members_route: MembersRoute::NotFound,
            ..options
        },
    );
    bench.set("BATON_CIRCLECI_ALLOW_PRIVATE_ENDPOINTS", "true");
    bench
}

#[test]
fn both_private_listings_give_the_rows_of_the_member_list() {
    let listed = org(40, agreeing());
    listed.sync().expect(0);
    for route in [MembersRoute::NotFound, MembersRoute::Gone] {
        let bench = unserved(agreeing());
        bench.fake.edit(|_, o| o.members_route = route);
        let outcome = bench.sync().expect(0);
        assert!(
            outcome.stderr.contains("private-endpoints"),
            "{}",
            outcome.stderr
        );
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

#[test]
fn the_second_listing_may_be_hidden() {
    let bench = unserved(CircleCiOptions {
        private_routes: PrivateRoutes::WithoutGroups,
        mismatches: Mismatches::Typical,
        ..CircleCiOptions::default()
    });
    let outcome = bench.sync().expect(0);
    assert!(
        outcome.stderr.contains("all-members-unreadable"),
        "{}",
        outcome.stderr
    );
    let found: BTreeSet<_> = rows::parse(&bench.rows())
        .into_iter()
        .map(|row| row.id)
        .collect();
    let members = bench.fake.members().into_iter();
    let accepted = members.filter(|m| m.kind != Kind::Invited);
    assert_eq!(found, accepted.map(|m| format!("user:{}", m.id)).collect());
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
    // A served list needs none.
    let bench = unserved(agreeing());
    bench
        .fake
        .edit(|_, o| o.members_route = MembersRoute::Served);
    assert_eq!(bench.sync().expect(0).asked("/private/"), 0);
}

#[test]
fn failures_of_the_private_endpoints_are_explained() {
    let hint = "CircleCI's private endpoints are undocumented, exist for organizations of type circleci only and may have \
                changed; set BATON_CIRCLECI_MEMBERS_PATH if the member list is served elsewhere";
    let during = "listing members from CircleCI's private endpoints: CircleCI answered";
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
        let expected = format!("baton-circleci: {during} {message}\nhint: {hint}");
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
