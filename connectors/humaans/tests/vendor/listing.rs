//! How people and job roles are listed: passes, pages, requests, and what a run remembers.

use std::collections::BTreeSet;

use baton_humaans_sandbox::{Drift, HumaansOptions, PeopleDefault, StatusAll, Total};
use connector_sandbox::company::Lifecycle;
use connector_sandbox::faults::{Fault, Rule, When};
use connector_testkit::rows;
use connector_testkit::run::Outcome;
use serde_json::json;

use crate::tenants::tenant;

/// The queries of the requests for one listing, validation's left out.
fn pages(outcome: &Outcome, path: &str) -> Vec<String> {
    let asked = outcome.requests.iter().filter(|r| r.path == path);
    let queries = asked.filter_map(|r| r.query.clone());
    let queries = queries.map(|q| q.replace("%24", "$"));
    queries.filter(|q| !q.contains("$limit=1&")).collect()
}

#[test]
fn one_reading_of_the_roles_and_one_pass_per_status() {
    let bench = tenant(130, HumaansOptions::default());
    let outcome = bench.sync().expect(0);
    assert_eq!(
        pages(&outcome, "/api/people"),
        [
            "$limit=250&$skip=0&status=newHire",
            "$limit=250&$skip=0&status=active",
            "$limit=250&$skip=0&status=offboarded",
            "$limit=250&$skip=0",
        ]
    );
    // Never a request per person. The last role of a page comes again with the next one.
    let roles = ["$limit=250&$skip=0", "$limit=250&$skip=249"];
    assert_eq!(pages(&outcome, "/api/job-roles"), roles);
    assert_eq!(pages(&outcome, "/api/locations"), ["$limit=250&$skip=0"]);
    assert_eq!(outcome.requests.len(), 5 + 4 + 2 + 1);
    let secret = bench.variable("BATON_API_TOKEN");
    assert!(
        outcome
            .requests
            .iter()
            .all(|r| r.had_auth && !r.path.contains(secret))
    );
    let roles_alone = bench.run(&["--sync-resource-types", "job_title"]).expect(0);
    assert_eq!(pages(&roles_alone, "/api/job-roles"), roles);
    assert_eq!(roles_alone.requests.len(), 5 + 2);
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
    for max_limit in [2, 7, 100] {
        for total in [Total::True, Total::Absent] {
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

/// One public client of the vendor calls new hires `newHire`, another one `new_hire`.
#[test]
fn new_hires_are_found_whatever_the_tenant_calls_them() {
    let usual = tenant(60, HumaansOptions::default());
    usual.sync().expect(0);
    let options = HumaansOptions {
        new_hire_word: "new_hire",
        ..HumaansOptions::default()
    };
    let bench = tenant(60, options);
    let people = pages(&bench.sync().expect(0), "/api/people");
    assert_eq!(
        people[..2],
        [
            "$limit=250&$skip=0&status=newHire",
            "$limit=250&$skip=0&status=new_hire"
        ]
    );
    let expected = usual.rows().replace(
        r#"lifecycle_state: "newHire""#,
        r#"lifecycle_state: "new_hire""#,
    );
    assert_eq!(bench.rows(), expected);
}

/// A tenant without new hires is asked for them by both words, and need not know the second one.
#[test]
fn a_tenant_may_refuse_the_other_word_for_new_hires() {
    let options = |refuses_unknown_statuses| HumaansOptions {
        refuses_unknown_statuses,
        ..HumaansOptions::default()
    };
    let [lenient, strict] = [false, true].map(|refuses| {
        let bench = tenant(60, options(refuses));
        bench
            .fake
            .edit(|company, _| company.people.retain(|p| p.lifecycle != Lifecycle::Hired));
        let outcome = bench.sync().expect(0);
        assert_eq!(pages(&outcome, "/api/people").len(), 5);
        bench.rows()
    });
    assert_eq!(lenient, strict);
}

const MISSING: &str = "rows would be missing, so the old file was left as it was; ";

/// A sync that fails with this message and hint, and writes no file.
#[track_caller]
fn fails(options: HumaansOptions, message: &str, hint: &str) {
    let bench = tenant(60, options);
    let outcome = bench.sync().expect(13);
    let expected = format!("baton-humaans: {message}\nhint: {MISSING}{hint}");
    assert_eq!(outcome.error(), expected);
    assert!(!bench.file().exists());
}

const MOVED: &str =
    "try again later; if it stays, the number of rows to skip does not reach the vendor";

const SHORT: &str = "try again later and report it if it stays";

#[test]
fn a_total_that_is_wrong_is_no_success() {
    let with = |total, max_limit| HumaansOptions {
        total,
        max_limit,
        ..HumaansOptions::default()
    };
    fails(
        with(Total::TooHigh(1000), 250),
        "listing resources of user: the vendor stated a total of 1124 rows and sent 124, 3 times",
        SHORT,
    );
    fails(
        with(Total::UpToHere, 40),
        "listing resources of user: the total changed from 40 to 79 while pages were read, 6 times",
        MOVED,
    );
    let empty_from = |status, from| HumaansOptions {
        empty_from: Some((status, from)),
        max_limit: 25,
        ..HumaansOptions::default()
    };
    fails(
        empty_from("active", 24),
        "listing resources of user: row 25 was no longer where it had been while pages were read, 6 times",
        MOVED,
    );
    let left = tenant(60, HumaansOptions::default())
        .fake
        .read(|c| c.count(&Lifecycle::Terminated));
    fails(
        empty_from("offboarded", 0),
        &format!(
            "listing resources of user: the vendor stated a total of {left} rows and sent 0, 3 times"
        ),
        SHORT,
    );
}

#[test]
fn people_who_come_and_go_while_they_are_listed_hide_no_other() {
    for (drift, users) in [
        (Drift::Added(1), 61),
        (Drift::Removed(1), 59),
        (Drift::Removed(5), 55),
        (Drift::Offboarded(1), 60),
        (Drift::Offboarded(5), 60),
    ] {
        let options = HumaansOptions {
            drift,
            max_limit: 40,
            ..HumaansOptions::default()
        };
        let bench = tenant(60, options);
        let outcome = bench.sync().expect(0);
        let rows = rows::parse(&bench.rows());
        let ids = rows.iter().filter(|r| r.id.starts_with("user:"));
        let ids: BTreeSet<&str> = ids.map(|r| r.id.as_str()).collect();
        assert_eq!(ids.len(), users, "{drift:?}");
        // No person who was there all the time is missing.
        let active: Vec<String> = bench.fake.read(|c| {
            let people = c
                .people
                .iter()
                .filter(|p| p.lifecycle != Lifecycle::Terminated);
            people.map(|p| format!("user:pRs0n{}", p.id)).collect()
        });
        let missing = active.iter().filter(|id| !ids.contains(id.as_str()));
        assert!(
            missing.count() <= 60_usize.saturating_sub(users),
            "{drift:?}"
        );
        // The roles, read once, are not read again.
        let roles = pages(&outcome, "/api/job-roles").len();
        assert_eq!(roles, 4, "{drift:?}");
    }
    let options = HumaansOptions {
        drift: Drift::Removed(6),
        max_limit: 40,
        ..HumaansOptions::default()
    };
    let active = tenant(60, HumaansOptions::default()).fake.read(|c| {
        c.people
            .iter()
            .filter(|p| p.lifecycle != Lifecycle::Terminated && p.lifecycle != Lifecycle::Hired)
            .count()
    });
    fails(
        options,
        &format!(
            "listing resources of user: the total changed from {} to {} while pages were read, 6 times",
            active - 5,
            active - 6
        ),
        MOVED,
    );
}

#[test]
fn people_with_another_status_are_listed_with_one_warning() {
    let person = |n: usize, status: &str| json!({"id": format!("odd{n}"), "firstName": "Odd", "status": status});
    let statuses = ["onLeave", "offboarding", "new_hire"];
    let people = statuses.iter().enumerate();
    let options = HumaansOptions {
        people_default: PeopleDefault::All,
        extra_people: people.map(|(n, status)| person(n, status)).collect(),
        max_limit: 25,
        ..HumaansOptions::default()
    };
    let bench = tenant(60, options);
    let outcome = bench.sync().expect(0);
    let warning = r#""code":"other-status","message":"people have another status than newHire, active or offboarded; they are listed, with an unspecified status where the word is not known","count":3,"examples":["onLeave","offboarding","new_hire"]"#;
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);
    let rows = rows::parse(&bench.rows());
    let of = |n: usize| rows.iter().find(|r| r.id == format!("user:odd{n}"));
    let status = |n| of(n).map(|r| r.line(&["status", "lifecycle_state"]));
    assert_eq!(status(0).unwrap(), "unspecified (onLeave) | onLeave");
    assert_eq!(
        status(1).unwrap(),
        "unspecified (offboarding) | offboarding"
    );
    assert_eq!(status(2).unwrap(), "enabled (newHire) | new_hire");
    let users = rows.iter().filter(|r| r.id.starts_with("user:")).count();
    assert_eq!(users, 63, "every other person once");
    // What was read for names, and whoever had come before, is not counted as seen.
    let counts = r#""stated":60,"seen":63,"repeated":0,"stored":63"#;
    assert!(outcome.stderr.contains(counts), "{}", outcome.stderr);
}

#[test]
fn a_server_that_ignores_skip_is_named() {
    let options = HumaansOptions {
        ignore_skip: true,
        max_limit: 10,
        ..HumaansOptions::default()
    };
    fails(
        options,
        "listing resources of user: row 10 was no longer where it had been while pages were read, 6 times",
        MOVED,
    );
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
