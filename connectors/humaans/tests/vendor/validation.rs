//! What is checked before a sync, and what it says.

use baton_humaans_sandbox::{ApiToken, HumaansOptions, Scope, TokenInfo};
use connector_sandbox::faults::{Answer, Fault, Rule};
use connector_testkit::run::Bench;
use serde_json::json;

use crate::support::Subjected;
use crate::tenants::tenant;

const NEW_TOKEN: &str = "make a new token with public:read and private:read; without private:read, new hires and \
     former employees would silently be missing";

/// `validate` ends with this code and says this; a sync says the same and writes no file.
#[track_caller]
fn refused(bench: &Bench<Subjected>, code: u8, message: &str, hint: &str) {
    let expected = format!("baton-humaans: {message}\nhint: {hint}");
    for args in [&["validate"][..], &[]] {
        let outcome = bench.run(args);
        assert_eq!(outcome.code, code, "{}", outcome.stderr);
        assert_eq!(outcome.error(), expected);
    }
    assert!(!bench.file().exists());
}

/// `validate` succeeds and warns so.
#[track_caller]
fn warned(options: HumaansOptions, warning: &str) {
    let bench = tenant(30, options);
    let outcome = bench.run(&["validate"]).expect(0);
    let said = outcome.stdout + &outcome.stderr;
    assert!(said.contains(warning), "{said}");
}

fn token(token: ApiToken) -> HumaansOptions {
    HumaansOptions::default().token(token)
}

#[test]
fn a_good_tenant_takes_five_requests_and_no_warning() {
    let outcome = tenant(30, HumaansOptions::default())
        .run(&["validate"])
        .expect(0);
    let paths: Vec<&str> = outcome.requests.iter().map(|r| r.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/api/me",
            "/api/token-info",
            "/api/people",
            "/api/people",
            "/api/job-roles"
        ]
    );
    let said = outcome.stdout + &outcome.stderr;
    assert!(!said.to_lowercase().contains("warn"), "{said}");
}

#[test]
fn a_token_that_humaans_does_not_know() {
    let mut bench = tenant(5, HumaansOptions::default());
    bench.set("BATON_API_TOKEN", "revoked-token");
    refused(
        &bench,
        16,
        "checking the token: Humaans answered 401: Invalid access token",
        "check BATON_API_TOKEN; a token that was revoked, or whose creator left, is replaced by a new one",
    );
}

#[test]
fn scopes_that_are_missing_are_named() {
    let lacking = |scopes: &[Scope]| {
        let token_without = scopes
            .iter()
            .copied()
            .fold(ApiToken::full(), ApiToken::without);
        tenant(5, token(token_without))
    };
    refused(
        &lacking(&[Scope::PrivateRead]),
        7,
        "reading the token's scopes: the token lacks the scope private:read",
        NEW_TOKEN,
    );
    refused(
        &lacking(&[Scope::PublicRead]),
        7,
        "reading the token's scopes: the token lacks the scope public:read",
        NEW_TOKEN,
    );
    refused(
        &lacking(&Scope::NEEDED),
        7,
        "reading the token's scopes: the token lacks the scopes public:read and private:read",
        NEW_TOKEN,
    );
}

#[test]
fn a_collection_that_is_forbidden_says_what_the_token_needs() {
    let body = json!({"code": 403, "name": "Forbidden", "message": "Missing scope"}).to_string();
    for (path, doing) in [
        ("/people", "checking whether people may be read"),
        ("/job-roles", "checking whether job roles may be read"),
    ] {
        let bench = tenant(5, HumaansOptions::default());
        let answer = Answer::status(403).body(body.clone());
        bench.faults.add(Rule::always(answer).path(path));
        refused(
            &bench,
            7,
            &format!("{doing}: Humaans answered 403: Missing scope"),
            "make a new token with the scopes public:read and private:read; its creator must be allowed to see \
             every person's profile",
        );
    }
}

#[test]
fn what_does_not_stop_a_sync_is_a_warning() {
    let unknown =
        "Humaans does not say which scopes the token has; it needs public:read and private:read";
    let raw = |value| TokenInfo::Raw(value);
    for token_info in [
        TokenInfo::Missing,
        raw(json!({})),
        raw(json!([1])),
        raw(json!({"scopes": "public:read private:read"})),
    ] {
        warned(
            HumaansOptions {
                token_info,
                ..HumaansOptions::default()
            },
            unknown,
        );
    }
    warned(
        token(
            ApiToken::full()
                .with(Scope::PrivateWrite)
                .with(Scope::CompensationsRead),
        ),
        "the token has scopes the connector does not need; a token with fewer is safer \
         (private:write, compensations:read)",
    );
    warned(
        token(ApiToken::full().by_non_admin()),
        "no former employee is visible; unless no employee ever left, the token's creator may not see them",
    );
}

#[test]
fn a_base_url_with_api_is_repaired() {
    for end in ["/api", "/api/", "/"] {
        let mut bench = tenant(5, HumaansOptions::default());
        let base = format!("{}{end}", bench.variable("BATON_BASE_URL"));
        bench.set("BATON_BASE_URL", &base);
        let outcome = bench.sync().expect(0);
        assert!(
            outcome
                .requests
                .iter()
                .all(|r| r.path.starts_with("/api/") && !r.path.contains("/api/api"))
        );
    }
}

#[test]
fn a_base_url_of_something_else_is_explained() {
    let hint =
        "check BATON_BASE_URL: usually https://app.humaans.io, with nothing behind the host name";
    let mut bench = tenant(5, HumaansOptions::default());
    let base = format!("{}/settings", bench.variable("BATON_BASE_URL"));
    bench.set("BATON_BASE_URL", &base);
    refused(
        &bench,
        13,
        "checking the token: Humaans answered 200 with a web page instead of JSON",
        hint,
    );
    let bench = tenant(5, HumaansOptions::default());
    bench.faults.add(Rule::always(Fault::status(404)));
    refused(
        &bench,
        5,
        "checking the token: Humaans answered 404 Not Found",
        hint,
    );

    let mut bench = tenant(5, HumaansOptions::default());
    bench.set("BATON_BASE_URL", "app.humaans.io");
    refused(
        &bench,
        3,
        "reading the settings: --base-url (BATON_BASE_URL): the address must start with https://",
        "an address looks like https://api.example.com/v1",
    );
}

#[test]
fn a_host_that_cannot_be_reached_is_named() {
    let mut bench = tenant(5, HumaansOptions::default());
    // No server listens on the discard port.
    bench.set("BATON_BASE_URL", "http://127.0.0.1:9");
    let outcome = bench.run(&["validate"]).expect(14);
    assert!(
        outcome
            .error()
            .starts_with("baton-humaans: checking the token: "),
        "{}",
        outcome.error()
    );
    assert_eq!(outcome.error().lines().count(), 2, "{}", outcome.error());
}

#[test]
fn a_company_without_active_people_is_refused() {
    let bench = tenant(20, HumaansOptions::default());
    bench.fake.edit(|company, _| {
        for person in &mut company.people {
            person.lifecycle = connector_sandbox::company::Lifecycle::Terminated;
        }
    });
    refused(
        &bench,
        9,
        "checking whether people may be read: Humaans lists no active person",
        "check that the token was made in the right company and that its creator may see every person's profile",
    );
}
