//! How people and job roles are listed: passes, pages, requests, and what a run remembers.

use baton_humaans_sandbox::{Drift, HumaansOptions, PeopleDefault, StatusAll, Total};
use connector_sandbox::company::Lifecycle;
use connector_sandbox::faults::{Fault, Rule, When};
use connector_testkit::rows;
use connector_testkit::run::Outcome;

use crate::tenants::tenant;

/// The queries of the requests for one listing, validation's left out.
fn pages(outcome: &Outcome, path: &str) -> Vec<String> {
    let asked = outcome.requests.iter().filter(|r| r.path == path);
    let queries = asked.filter_map(|r| r.query.clone());
    let queries = queries.map(|q| q.replace("%24", "$"));
    queries.filter(|q| !q.contains("$limit=1&")).collect()
}

#[test]
fn three_passes_and_two_readings_of_the_roles() {
    let bench = tenant(130, HumaansOptions::default());
    let outcome = bench.sync().expect(0);
    assert_eq!(
        pages(&outcome, "/api/people"),
        [
            "$limit=250&$skip=0&status=newHire",
            "$limit=250&$skip=0&status=active",
            "$limit=250&$skip=0&status=offboarded",
        ]
    );
    // Once for everybody's current role, once as job titles; never a request per person.
    let roles = ["$limit=250&$skip=0", "$limit=250&$skip=250"];
    assert_eq!(pages(&outcome, "/api/job-roles"), [roles, roles].concat());
    assert_eq!(pages(&outcome, "/api/locations"), ["$limit=250&$skip=0"]);
    assert_eq!(outcome.requests.len(), 5 + 3 + 4 + 1);
    let secret = bench.variable("BATON_API_TOKEN");
    assert!(
        outcome
            .requests
            .iter()
            .all(|r| r.had_auth && !r.path.contains(secret))
    );
}

#[test]
fn either_reading_of_the_status_filter_gives_the_same_people() {
    let expected = tenant(60, HumaansOptions::default());
    expected.sync().expect(0);
    for (people_default, status_all) in [
        (PeopleDefault::All, StatusAll::Literal),
        (PeopleDefault::Active, StatusAll::Special),
    ] {
        let options = HumaansOptions {
            people_default,
            status_all,
            ..HumaansOptions::default()
        };
        let bench = tenant(60, options);
        bench.sync().expect(0);
        assert_eq!(bench.rows(), expected.rows());
    }
}

#[test]
fn states_of_the_company_arrive() {
    let bench = tenant(60, HumaansOptions::default());
    bench.sync().expect(0);
    let rows = rows::parse(&bench.rows());
    let with = |status: &str| rows.iter().filter(|r| r.get("status") == status).count();
    let count = |state: Lifecycle| bench.fake.read(|c| c.count(&state));
    let (hired, left) = (count(Lifecycle::Hired), count(Lifecycle::Terminated));
    assert!(hired > 0 && left > 0);
    assert_eq!(with("enabled (newHire)"), hired);
    assert_eq!(with("disabled (offboarded)"), left);
    assert_eq!(with("enabled"), 60 - hired - left);
}

#[test]
fn a_clamped_page_size_changes_no_row() {
    let whole = tenant(60, HumaansOptions::default());
    whole.sync().expect(0);
    let mut rows_of: Vec<String> = whole.rows().lines().map(str::to_owned).collect();
    rows_of.sort_unstable();
    for max_limit in [1, 7, 100] {
        for total in [
            Total::True,
            Total::Absent,
            Total::TooHigh(1000),
            Total::UpToHere,
        ] {
            let options = HumaansOptions {
                max_limit,
                total,
                ..HumaansOptions::default()
            };
            let bench = tenant(60, options);
            bench.sync().expect(0);
            let mut found: Vec<String> = bench.rows().lines().map(str::to_owned).collect();
            found.sort_unstable();
            assert_eq!(found, rows_of, "{max_limit} {total:?}");
        }
    }
}

#[test]
fn people_who_come_and_go_while_they_are_listed_do_no_harm() {
    for (drift, users) in [(Drift::Added, 60), (Drift::Removed, 59)] {
        let options = HumaansOptions {
            drift,
            max_limit: 40,
            ..HumaansOptions::default()
        };
        let bench = tenant(60, options);
        bench.sync().expect(0);
        let rows = rows::parse(&bench.rows());
        assert_eq!(
            rows.iter().filter(|r| r.id.starts_with("user:")).count(),
            users,
            "{drift:?}"
        );
    }
}

#[test]
fn a_server_that_ignores_skip_is_named() {
    let options = HumaansOptions {
        ignore_skip: true,
        max_limit: 10,
        ..HumaansOptions::default()
    };
    let bench = tenant(60, options);
    let outcome = bench.sync().expect(13);
    assert_eq!(
        outcome.error(),
        "baton-humaans: listing job roles: Humaans answered with the same page twice\n\
         hint: check BATON_BASE_URL and proxies in between: $skip must reach Humaans"
    );
    assert!(!bench.file().exists());
}

#[test]
fn a_leaver_keeps_the_last_title_and_a_promotion_waits_for_its_day() {
    let bench = tenant(60, HumaansOptions::default());
    bench.sync().expect(0);
    let rows = rows::parse(&bench.rows());
    let of = |id: &str| rows.iter().find(|r| r.id == format!("user:pRs0n{id}"));
    let mut seen = (0, 0);
    bench.fake.read(|company| {
        for person in &company.people {
            let title = company
                .titles
                .iter()
                .find(|t| Some(&t.id) == person.title.as_ref());
            let expected = match person.lifecycle {
                Lifecycle::Hired => "-",
                _ => title.map_or("-", |t| t.name.as_str()),
            };
            let found = of(&person.id).map(|r| r.get("job_title"));
            assert_eq!(found, Some(expected), "{}", person.id);
            seen.0 += usize::from(person.lifecycle == Lifecycle::Terminated);
            seen.1 += usize::from(person.employee_number % 10 == 4);
        }
    });
    assert!(seen.0 > 0 && seen.1 > 0, "{seen:?}");
    let current = rows
        .iter()
        .filter(|r| r.get("is_current") == "true")
        .count();
    let working = rows.iter().filter(|r| r.get("status") == "enabled").count();
    assert_eq!(
        current, working,
        "leavers and new hires have no current role"
    );
}

#[test]
fn locations_are_worth_a_warning_and_an_outage_is_not() {
    let options = HumaansOptions {
        locations_forbidden: true,
        ..HumaansOptions::default()
    };
    let bench = tenant(20, options);
    let outcome = bench.sync().expect(0);
    let warning = r#""code":"locations-unreadable","message":"locations may not be read; people are listed without one","count":1"#;
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);
    assert!(
        rows::parse(&bench.rows())
            .iter()
            .all(|r| r.get("location") == "-")
    );

    let bench = tenant(20, HumaansOptions::default());
    bench
        .faults
        .add(Rule::always(Fault::status(503)).path("/locations"));
    bench.sync().expect(14);
}

#[test]
fn a_token_revoked_in_the_middle_ends_the_run_at_once() {
    let bench = tenant(60, HumaansOptions::default());
    bench.sync().expect(0);
    let before = bench.bytes();
    let revoked = Rule::always(Fault::status(401))
        .path("/people")
        .when(When::From(4));
    bench.faults.add(revoked);
    let outcome = bench.sync().expect(16);
    assert_eq!(
        outcome.error(),
        "baton-humaans: listing people: Humaans answered 401 Unauthorized\n\
         hint: check BATON_API_TOKEN; a token that was revoked, or whose creator left, is replaced by a new one"
    );
    assert_eq!(
        outcome
            .requests
            .iter()
            .filter(|r| r.status == Some(401))
            .count(),
        1
    );
    assert_eq!(bench.bytes(), before);
}
