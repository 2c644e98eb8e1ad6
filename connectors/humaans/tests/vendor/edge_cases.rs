//! Every oddity of the sandbox's catalogue, and what becomes of it.

use std::collections::BTreeSet;

use baton_humaans_sandbox::{HumaansOptions, edge};
use connector_testkit::rows;

use crate::tenants::tenant;

const NAME: &str = "display name";
const EMAIL: &str = "email (primary)";

/// `(case, field of the person's row, value)`; `-` for absent.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("email-null", EMAIL, "-"),
    ("email-null", "login", "-"),
    ("email-hidden", EMAIL, "-"),
    ("email-not-an-address", EMAIL, "-"),
    ("email-upper-case", EMAIL, "EDGE@LAKESIDE.EXAMPLE.COM"),
    ("email-shared-1", EMAIL, "shared@lakeside.example.com"),
    ("email-shared-2", EMAIL, "shared@lakeside.example.com"),
    ("name-preferred", NAME, "Robin name-preferred"),
    ("name-preferred", "given name", "Edge"),
    ("name-preferred", "preferred_name", "Robin"),
    ("name-preferred-blank", NAME, "Edge name-preferred-blank"),
    ("name-preferred-blank", "preferred_name", "-"),
    ("name-first-null", NAME, "name-first-null"),
    ("name-first-null", "first_name", "-"),
    ("name-nothing", NAME, "user edge-name-nothing"),
    (
        "name-email-only",
        NAME,
        "name-email-only@lakeside.example.com",
    ),
    ("name-right-to-left", "last_name", "الحداد\\u{200f}"),
    ("name-emoji", "first_name", "👩🏽\\u{200d}🚀 Ada"),
    ("name-hostile", NAME, "[31mRed '); DROP TABLE people; --"),
    ("employee-id-number", "employee ids", "42"),
    (
        "photo-null-and-new-keys",
        NAME,
        "Edge photo-null-and-new-keys",
    ),
    ("demo", "demo", "true"),
    ("demo", "status", "enabled"),
    ("status-upper-case", "status", "enabled"),
    ("status-other-spelling", "status", "enabled (newHire)"),
    ("status-other-spelling", "lifecycle_state", "new_hire"),
    ("status-unknown", "status", "unspecified (On sabbatical)"),
    ("status-unknown", "lifecycle_state", "On sabbatical"),
    ("status-null", "status", "unspecified"),
    ("status-null", "lifecycle_state", "-"),
    ("end-in-future-active", "status", "enabled"),
    ("end-in-future-active", "end_date", "2099-12-31"),
    ("end-in-past-active", "status", "enabled"),
    ("end-in-past-active", "end_date", "2021-01-31"),
    ("offboarded", "status", "disabled (offboarded)"),
    ("new-hire", "status", "enabled (newHire)"),
    ("new-hire", "start_date", "2099-01-06"),
    ("remote", "location", "Remote"),
    ("location-unknown", "location", "-"),
    ("dates-unreadable", "start_date", "-"),
    ("dates-unreadable", "created", "-"),
    ("roles-history", "job_title", "Title 1"),
    ("roles-only-future", "job_title", "-"),
    ("roles-only-future", "department", "-"),
    ("roles-overlap", "job_title", "Title 1"),
    ("roles-tie-open-wins", "job_title", "Title 1"),
    ("roles-tie-later-change-wins", "job_title", "Title 0"),
    ("roles-tie-greatest-id-wins", "job_title", "Title 1"),
    ("roles-ended", "job_title", "Title 0"),
    ("roles-ended-before-begun", "job_title", "Title 1"),
    ("roles-without-date", "job_title", "-"),
    ("title-null", "job_title", "-"),
    ("title-null", "department", "Engineering"),
    ("title-blank", "job_title", "-"),
    ("department-null", "department", "-"),
    ("department-object", "department", "Engineering"),
    ("department-other-case", "department", "ENGINEERING"),
    ("manager-self", "manager_id", "edge-manager-self"),
    ("manager-cycle-1", "manager_id", "edge-manager-cycle-2"),
    ("manager-cycle-2", "manager_id", "edge-manager-cycle-1"),
    ("manager-unknown", "manager_id", "edge-absent"),
    ("manager-offboarded", "manager_id", "edge-offboarded"),
];

/// `(case, number of the role, display name, first day, is_current)`; every role of every case.
const ROLES: &[(&str, usize, &str, &str, &str)] = &[
    ("roles-history", 0, "Title 0", "2099-04-01", "false"),
    ("roles-history", 1, "Title 1", "2021-06-01", "true"),
    ("roles-history", 2, "Title 2", "2020-03-01", "false"),
    ("roles-only-future", 0, "Title 0", "2099-04-01", "false"),
    ("roles-overlap", 0, "Title 0", "2021-01-01", "false"),
    ("roles-overlap", 1, "Title 1", "2021-02-01", "true"),
    ("roles-tie-open-wins", 0, "Title 0", "2021-01-01", "false"),
    ("roles-tie-open-wins", 1, "Title 1", "2021-01-01", "true"),
    (
        "roles-tie-later-change-wins",
        0,
        "Title 0",
        "2021-01-01",
        "true",
    ),
    (
        "roles-tie-later-change-wins",
        1,
        "Title 1",
        "2021-01-01",
        "false",
    ),
    (
        "roles-tie-greatest-id-wins",
        0,
        "Title 0",
        "2021-01-01",
        "false",
    ),
    (
        "roles-tie-greatest-id-wins",
        1,
        "Title 1",
        "2021-01-01",
        "true",
    ),
    ("roles-ended", 0, "Title 0", "2020-03-01", "false"),
    (
        "roles-ended-before-begun",
        0,
        "Title 0",
        "2021-06-01",
        "false",
    ),
    (
        "roles-ended-before-begun",
        1,
        "Title 1",
        "2020-03-01",
        "true",
    ),
    ("roles-without-date", 0, "Title 0", "-", "false"),
    ("title-null", 0, "Untitled role", "2020-03-01", "true"),
    ("title-blank", 0, "Untitled role", "2020-03-01", "true"),
    ("department-null", 0, "Title 0", "2020-03-01", "true"),
    ("department-object", 0, "Title 0", "2020-03-01", "true"),
    ("department-other-case", 0, "Title 0", "2020-03-01", "true"),
    ("role-of-unknown-person", 0, "Title 0", "2020-03-01", "true"),
    ("role-without-person", 0, "Title 0", "2020-03-01", "false"),
    ("manager-self", 0, "Title 0", "2020-03-01", "true"),
    ("manager-cycle-1", 0, "Title 0", "2020-03-01", "true"),
    ("manager-cycle-2", 0, "Title 0", "2020-03-01", "true"),
    ("manager-unknown", 0, "Title 0", "2020-03-01", "true"),
    ("manager-offboarded", 0, "Title 0", "2020-03-01", "true"),
];

/// A tenant with every case, whose status filter lets every word through.
fn options() -> HumaansOptions {
    let mut options = HumaansOptions {
        ignore_status: true,
        ..HumaansOptions::default()
    };
    edge::add_all(&mut options);
    options
}

#[test]
fn every_person_becomes_the_user_expected() {
    let bench = tenant(2, options());
    bench.sync().expect(0);
    let rows = rows::parse(&bench.rows());
    for (case, field, expected) in PEOPLE {
        let id = format!("user:{}", edge::person_id(case));
        let row = rows.iter().find(|r| r.id == id);
        assert_eq!(row.map(|r| r.get(field)), Some(*expected), "{case} {field}");
    }
    let with_person = edge::cases().into_iter().filter(|c| c.person.is_some());
    let cases: BTreeSet<String> = with_person.map(|c| c.case).collect();
    let tested = PEOPLE.iter().map(|(case, ..)| (*case).to_owned());
    assert_eq!(cases, tested.collect());
    let users = rows.iter().filter(|r| r.id.starts_with("user:")).count();
    assert_eq!(users, cases.len() + 2, "no other person, no person twice");
}

#[test]
fn every_role_becomes_the_job_title_expected() {
    let bench = tenant(2, options());
    let outcome = bench.sync().expect(0);
    let rows = rows::parse(&bench.rows());
    for (case, n, name, from, current) in ROLES {
        let id = format!("job_title:{}", edge::role_id(case, *n));
        let row = rows.iter().find(|r| r.id == id);
        let summary = row.map(|r| r.line(&[NAME, "effective_date", "is_current", "parent"]));
        let parent = match *case {
            "role-of-unknown-person" | "role-without-person" => "-".to_owned(),
            case => format!("user:{}", edge::person_id(case)),
        };
        let expected = format!("{name} | {from} | {current} | {parent}");
        assert_eq!(summary, Some(expected), "{case} {n}");
    }
    let roles: usize = edge::cases().iter().map(|c| c.roles.len()).sum();
    assert_eq!(
        roles,
        ROLES.len(),
        "every role of every case is in the table"
    );
    assert!(outcome.stderr.contains(
        r#""code":"parent-missing","message":"resources were put at the top because their parent was not listed","count":1,"examples":["job_title:role-role-of-unknown-person-0"]"#
    ));
    assert!(
        !bench.rows().contains("not for other readers"),
        "notes are dropped"
    );
}

#[test]
fn records_without_an_id_are_skipped_with_a_warning() {
    let options = HumaansOptions {
        extra_people: vec![serde_json::json!({"status": "active", "firstName": "Nameless"})],
        extra_roles: vec![serde_json::json!({"jobTitle": "Ownerless"})],
        ..HumaansOptions::default()
    };
    let bench = tenant(3, options);
    let outcome = bench.sync().expect(0);
    for message in [
        "Humaans sent people without an id; they were skipped",
        "Humaans sent job roles without an id; they were skipped",
    ] {
        assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
    }
    assert!(!bench.rows().contains("Nameless") && !bench.rows().contains("Ownerless"));
}
