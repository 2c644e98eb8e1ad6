//! The life of an access token.

use baton_personio_sandbox::{PersonioOptions, TokenOptions};
use connector_sandbox::faults::{Fault, Rule, When};

use crate::support::tenant;

#[test]
fn one_token_is_asked_for_and_never_shown_in_an_address() {
    let bench = tenant(130, PersonioOptions::default());
    let outcome = bench.sync().expect(0);
    assert_eq!(outcome.asked("/v2/auth/token"), 1);
    for request in &outcome.requests {
        let query = request.query.as_deref().unwrap_or_default();
        assert!(
            !query.contains("papi") && !query.contains("secret"),
            "{query}"
        );
        let token = request.path == "/v2/auth/token";
        assert_eq!(request.had_auth, !token, "{}", request.path);
        let form = Some("application/x-www-form-urlencoded");
        assert_eq!(request.content_type.as_deref(), form.filter(|_| token));
    }
    assert!(outcome.requests.iter().all(|r| r.path != "/v2/auth/revoke"));
}

#[test]
fn a_token_without_stated_lifetime_will_do() {
    let tokens = TokenOptions {
        states_lifetime: false,
        ..TokenOptions::default()
    };
    let bench = tenant(
        60,
        PersonioOptions {
            tokens,
            ..PersonioOptions::default()
        },
    );
    assert_eq!(bench.sync().expect(0).asked("/v2/auth/token"), 1);
}

#[test]
fn a_token_refused_on_the_way_is_replaced_once() {
    let clean = tenant(130, PersonioOptions::default());
    clean.sync().expect(0);
    let bench = tenant(130, PersonioOptions::default());
    bench.faults.add(
        Rule::always(Fault::status(401))
            .path("/employments")
            .when(When::Nth(40)),
    );
    let outcome = bench.sync().expect(0);
    assert_eq!(outcome.asked("/v2/auth/token"), 2);
    assert_eq!(bench.rows(), clean.rows());
}

#[test]
fn a_token_that_stays_dead_is_given_up_after_one_more() {
    let tokens = TokenOptions {
        dead: true,
        ..TokenOptions::default()
    };
    let bench = tenant(
        5,
        PersonioOptions {
            tokens,
            ..PersonioOptions::default()
        },
    );
    let outcome = bench.sync().expect(16);
    assert_eq!(
        (
            outcome.asked("/v2/auth/token"),
            outcome.asked("/v2/persons$")
        ),
        (2, 2)
    );
    assert_eq!(
        outcome.error(),
        "baton-personio: listing persons: Personio answered 401: Unauthorized Request\nhint: 401 means one of two \
         things at Personio: the credential has no right to read employees (in Personio, give it Employees: Read), or \
         its access token was revoked (check BATON_PERSONIO_CLIENT_ID and BATON_PERSONIO_CLIENT_SECRET)"
    );
}

#[test]
fn a_token_that_dies_on_the_way_for_good_leaves_the_queue_unsent() {
    // One page of persons, and 50 employments to read when the fourth request for one is refused, and all later ones.
    let bench = tenant(50, PersonioOptions::default());
    let refused = Rule::always(Fault::status(401)).path("/employments");
    bench.faults.add(refused.when(When::From(4)));
    let outcome = bench.sync().expect(16);
    assert_eq!(outcome.asked("/v2/auth/token"), 2);
    let sent = outcome.requests.len();
    assert!(sent <= 35, "{sent} requests were sent");
    let error = outcome.error();
    let message =
        "baton-personio: reading employments: Personio answered 401 Unauthorized\nhint: 401 means";
    assert!(error.starts_with(message), "{error}");
    assert!(!bench.file().exists());
}
