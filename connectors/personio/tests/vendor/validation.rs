//! What is checked before a sync, and what it says.

use baton_personio_sandbox::{Credential, PersonioOptions};
use connector_sandbox::faults::{Fault, Rule};
use connector_testkit::run::Bench;

use crate::support::{Subjected, tenant};

const RIGHTS: &str =
    "in Personio, give the credential the right Employees: Read (scope personio:persons:read)";
const BASE_URL: &str = "check BATON_PERSONIO_BASE_URL: it has no /v1 or /v2 at its end, usually https://api.personio.de";
const SECRET: &str = "check BATON_PERSONIO_CLIENT_ID and BATON_PERSONIO_CLIENT_SECRET: the credential may have been \
    deleted or its secret replaced";
const BOTH: &str = "401 means one of two things at Personio: the credential has no right to read employees (in \
    Personio, give it Employees: Read), or its access token was revoked (check BATON_PERSONIO_CLIENT_ID and \
    BATON_PERSONIO_CLIENT_SECRET)";

/// `validate` ends with this code and says this; a sync says the same and writes no file.
#[track_caller]
fn refused(bench: &Bench<Subjected>, code: u8, message: &str, hint: &str) {
    let expected = format!("baton-personio: {message}\nhint: {hint}");
    for args in [&["validate"][..], &[]] {
        let outcome = bench.run(args);
        assert_eq!(outcome.code, code, "{}", outcome.stderr);
        assert_eq!(outcome.error(), expected);
    }
    assert!(!bench.file().exists());
}

fn with(credential: Credential) -> PersonioOptions {
    PersonioOptions::default().credential(credential)
}

fn good() -> Bench<Subjected> {
    tenant(30, PersonioOptions::default())
}

#[test]
fn a_good_tenant_takes_eight_requests_and_no_warning() {
    let outcome = good().run(&["validate"]).expect(0);
    let paths: Vec<&str> = outcome.requests.iter().map(|r| r.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/v2/auth/token",
            "/v2/persons",
            "/v2/persons/32000001/employments",
            "/v2/org-units",
            "/v2/org-units",
            "/v2/workplaces",
            "/v2/legal-entities",
            "/v2/cost-centers"
        ]
    );
    let said = outcome.stdout + &outcome.stderr;
    assert!(!said.to_lowercase().contains("warn"), "{said}");
}

#[test]
fn a_wrong_client() {
    for variable in ["BATON_PERSONIO_CLIENT_ID", "BATON_PERSONIO_CLIENT_SECRET"] {
        let mut bench = good();
        bench.set(variable, "something-else");
        let message =
            "getting an access token: Personio answered 400: client could not be authenticated";
        refused(&bench, 16, message, SECRET);
    }
    let mut bench = good();
    bench.fake.edit(|_, o| o.tokens.refusal = 401);
    bench.set("BATON_PERSONIO_CLIENT_SECRET", "something-else");
    let message =
        "getting an access token: Personio answered 401: client could not be authenticated";
    refused(&bench, 16, message, SECRET);
}

#[test]
fn a_credential_without_the_right() {
    let none = Credential {
        persons: false,
        ..Credential::full()
    };
    let message = "listing persons: Personio answered 401: Unauthorized Request";
    refused(&tenant(30, with(none)), 16, message, BOTH);
    let half = Credential {
        employments: false,
        ..Credential::full()
    };
    let message = "reading employments: Personio answered 403: Insufficient access scope";
    refused(&tenant(30, with(half)), 7, message, RIGHTS);
}

#[test]
fn a_wrong_address() {
    let mut bench = good();
    let right = bench.variable("BATON_PERSONIO_BASE_URL").to_owned();
    bench.set("BATON_PERSONIO_BASE_URL", &format!("{right}/v1/"));
    let message = "getting an access token: Personio answered 404: The endpoint /v1/v2/auth/token does not exist";
    refused(&bench, 5, message, BASE_URL);

    bench.set("BATON_PERSONIO_BASE_URL", "http://127.0.0.1:9");
    let message = "getting an access token: cannot connect to 127.0.0.1: connection refused (gave up after 5 tries)";
    let hint = "check the network, the proxy settings and the base URL setting";
    refused(&bench, 14, message, hint);

    bench.set("BATON_PERSONIO_BASE_URL", "http://api.personio.de");
    let message = "reading the settings: --personio-base-url (BATON_PERSONIO_BASE_URL): the address must start with https:// (http is for \
                   loopback addresses only)";
    refused(
        &bench,
        3,
        message,
        "an address looks like https://api.example.com/v1",
    );
}

#[test]
fn a_proxy_that_answers_in_personios_place() {
    let bench = good();
    bench.faults.add(Rule::always(Fault::Html));
    let message = "getting an access token: Personio answered 200 with a web page instead of JSON";
    let hint =
        "check the base URL setting (is its path, such as `/v1`, missing?) or a proxy in between";
    refused(&bench, 13, message, hint);
}

#[test]
fn no_person_to_see() {
    let bench = good();
    bench.fake.edit(|company, _| company.people.clear());
    let message =
        "checking what the credential may read: Personio shows the credential no person at all";
    let hint = "check that the credential belongs to the right Personio account and may read its employees";
    refused(&bench, 9, message, hint);
}

#[test]
fn attributes_that_were_not_ticked_are_warnings() {
    let names = "no person has a name; tick First name and Last name in the credential's readable attributes";
    let emails =
        "no person has an e-mail address; tick Email in the credential's readable attributes";
    let status = "no person has a known status, so every status is left unspecified; tick Status in the credential's \
                  readable attributes";
    let jobs = "employments have neither title nor start date; tick Position and Hire date in the credential's readable \
                attributes";
    let all = [names, emails, status, jobs];
    let ids_only = Credential {
        ids_only: true,
        ..Credential::full()
    };
    let without = |attributes: &[&str]| {
        attributes
            .iter()
            .fold(Credential::full(), |c, a| c.without(a))
    };
    for (credential, expected) in [
        (Credential::full(), &[][..]),
        (ids_only, &all),
        (without(&["email"]), &[emails]),
        (without(&["first_name"]), &[]),
        (without(&["first_name", "last_name"]), &[names]),
        (without(&["status"]), &[status]),
        (
            without(&["employment.position", "employment.employment_start_date"]),
            &[jobs],
        ),
        (without(&["employment.position"]), &[]),
    ] {
        let bench = tenant(30, with(credential.clone()));
        let outcome = bench.run(&["validate"]).expect(0);
        let said = outcome.stdout + &outcome.stderr;
        let found: Vec<&str> = all.into_iter().filter(|w| said.contains(w)).collect();
        assert_eq!(found, expected, "{credential:?}: {said}");
        bench.sync().expect(0);
    }
}

#[test]
fn employments_of_some_that_cannot_be_read_do_not_fail_the_probe() {
    let bench = good();
    for id in ["32000001", "32000002"] {
        let path = format!("/{id}/employments");
        bench
            .faults
            .add(Rule::always(Fault::status(403)).path(&path));
    }
    bench.run(&["validate"]).expect(0);
}

#[test]
fn missing_settings_are_named() {
    for name in ["BASE_URL", "CLIENT_ID", "CLIENT_SECRET"] {
        let mut bench = good();
        bench.set(&format!("BATON_PERSONIO_{name}"), "");
        let outcome = bench.sync().expect(2);
        let flag = format!("--personio-{}", name.to_lowercase().replace('_', "-"));
        let error = outcome.error();
        assert!(
            error.contains(&flag) && error.contains(&format!("BATON_PERSONIO_{name}")),
            "{error}"
        );
    }
}
