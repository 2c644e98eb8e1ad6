//! Every oddity of the sandbox's catalogue, and what becomes of it.

use std::collections::BTreeSet;

use baton_personio_sandbox::{PersonioOptions, edge};
use connector_testkit::rows;

use crate::support::tenant;

const NAME: &str = "display name";
const EMAIL: &str = "email (primary)";

/// `(case, field of the person's row, value)`; `-` for absent.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("no-employments", NAME, "Edge no-employments"),
    ("no-employments", "status", "enabled"),
    ("no-employments", "job_title", "-"),
    ("no-employments", "employment_status", "-"),
    ("all-in-the-future", "job_title", "Title of far"),
    ("all-in-the-future", "employment_status", "ONBOARDING"),
    ("all-in-the-future", "start_date", "2027-06-01"),
    ("all-in-the-future", "status", "enabled"),
    ("several-active", "job_title", "Title of new"),
    ("future-after-active", "job_title", "Title of now"),
    ("future-after-leave", "job_title", "Title of next"),
    ("only-inactive", "job_title", "Title of second"),
    ("only-inactive", "employment_status", "INACTIVE"),
    ("starts-garbled", "job_title", "Title of real"),
    ("active-on-second-page", "job_title", "Title of two"),
    ("tied", "job_title", "Title of c"),
    ("active-in-lower-case", "job_title", "Title of y"),
    ("active-in-lower-case", "employment_status", "active"),
    ("status-not-readable", "job_title", "Title of y"),
    ("status-not-readable", "employment_status", "-"),
    ("employment-of-ids-only", "job_title", "-"),
    ("employment-of-ids-only", "start_date", "-"),
    ("position-null", "job_title", "-"),
    ("position-text", "job_title", "-"),
    ("supervisor-number", "manager_id", "32000001"),
    ("supervisor-self", "manager_id", "39000016"),
    ("supervisor-unknown", "manager_id", "1"),
    ("type-unspecified", "employment_type", "-"),
    ("start-with-time", "start_date", "2020-02-29"),
    ("last-working-day", "end_date", "2026-12-31"),
    ("last-working-date", "end_date", "2026-12-31"),
    ("units-of-any-kind", "department_id", "71"),
    ("units-null", "department_id", "-"),
    ("ids-only", NAME, "user 39000024"),
    ("ids-only", "status", "unspecified"),
    ("ids-only", EMAIL, "-"),
    ("ids-only", "job_title", "Title of edge-24-1"),
    ("email-missing", EMAIL, "-"),
    ("email-missing", "login", "-"),
    ("email-not-an-address", EMAIL, "-"),
    ("email-of-odd-shape", EMAIL, "-"),
    ("name-preferred-only", NAME, "Robin"),
    ("name-missing", NAME, "edge.29@lakeside.example.com"),
    ("preferred-name", NAME, "Edge preferred-name"),
    ("preferred-name", "preferred_name", "Robin"),
    ("name-hostile", "first_name", "[31mRed \\u{202e}"),
    ("name-very-long", "status", "enabled"),
    ("status-lower-case", "status", "disabled (inactive)"),
    ("status-lower-case", "lifecycle_state", "inactive"),
    ("status-unspecified", "status", "unspecified (UNSPECIFIED)"),
    ("status-unknown", "status", "unspecified (SABBATICAL)"),
    ("status-unknown", "lifecycle_state", "SABBATICAL"),
    ("status-null", "status", "unspecified"),
    ("status-null", "lifecycle_state", "-"),
    ("id-number", NAME, "Edge id-number"),
    (
        "status-left-out-all-inactive",
        "status",
        "disabled (INACTIVE)",
    ),
    ("status-left-out-all-inactive", "lifecycle_state", "-"),
    ("cost-centre-as-attribute", "cost_center", "4711"),
    ("cost-centre-as-attribute", "cost_center_id", "1200"),
    ("on-leave", "employment_status", "LEAVE"),
    ("on-leave", "lifecycle_state", "ACTIVE"),
    ("employments-null", "job_title", "Title of edge-38-1"),
    ("unknown-keys", "something_new", "-"),
    ("attributes-of-every-kind", "custom_shirt_size", "L"),
    ("attributes-of-every-kind", "custom_desk_floor", "3"),
    ("attributes-of-every-kind", "custom_fte", "0.8"),
    ("attributes-of-every-kind", "custom_remote", "true"),
    ("attributes-of-every-kind", "custom_buerostandort", "Nord"),
    (
        "attributes-of-every-kind",
        "custom_skills",
        "[\"Rust\", \"SQL\"]",
    ),
    ("attributes-of-every-kind", "custom_empty", "-"),
    ("attributes-of-every-kind", "custom_nothing", "-"),
    ("attributes-of-every-kind", "custom_object", "-"),
    ("attributes-of-every-kind", "custom_objects", "-"),
    ("attributes-of-every-kind", "custom_long", "-"),
    ("attributes-of-every-kind", "custom_since", "-"),
    ("attributes-of-every-kind", "custom_dynamic_13", "-"),
    ("attributes-of-every-kind", "custom_no_id", "kept"),
    ("attributes-null", NAME, "Edge attributes-null"),
    ("attributes-too-many", "custom_flag_49", "true"),
    ("attributes-too-many", "custom_flag_50", "-"),
];

#[test]
fn each_case_becomes_what_it_should() {
    let cases = edge::people();
    let bench = tenant(
        8,
        PersonioOptions {
            extra_people: cases.clone(),
            ..PersonioOptions::default()
        },
    );
    bench.sync().expect(0);
    let rows = rows::parse(&bench.rows());
    let id = |case: &str| {
        let case = cases.iter().find(|c| c.case == case);
        format!("user:{}", case.expect("a case of the catalogue").id)
    };
    let mut wrong = Vec::new();
    for (case, field, expected) in PEOPLE {
        let row = rows.iter().find(|row| row.id == id(case));
        let found = row.map_or("no row", |row| row.get(field));
        if found != *expected {
            wrong.push(format!("{case}: {field} is {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let tested: BTreeSet<&str> = PEOPLE.iter().map(|(case, ..)| *case).collect();
    let all: BTreeSet<&str> = cases.iter().map(|c| c.case.as_str()).collect();
    assert_eq!(tested, all, "every case of the catalogue is in the table");
}

#[test]
fn an_ordinary_person_in_full() {
    let bench = tenant(17, PersonioOptions::default());
    bench.sync().expect(0);
    let rows = rows::parse(&bench.rows());
    let person = bench.fake.read(|c| c.people[1].clone());
    let row = rows
        .iter()
        .find(|row| row.id == "user:32000002")
        .expect("the second person");
    let title = bench.fake.read(|c| {
        let title = c
            .titles
            .iter()
            .find(|t| Some(&t.id) == person.title.as_ref());
        title.map(|t| t.name.clone())
    });
    let site = bench.fake.read(|c| {
        let site = c.sites.iter().find(|site| Some(site.id) == person.site);
        site.map(|site| site.name.clone())
    });
    for (field, expected) in [
        (
            NAME,
            Some(format!("{} {}", person.first_name, person.last_name)),
        ),
        (EMAIL, person.email.clone()),
        ("login", person.email.clone()),
        ("job_title", title),
        ("department_id", person.department.clone()),
        ("manager_id", Some("32000001".to_owned())),
        ("start_date", Some(person.start_date.to_string())),
        ("employment_type", Some("INTERNAL".to_owned())),
        ("lifecycle_state", Some("ACTIVE".to_owned())),
        ("custom_has_laptop", Some("true".to_owned())),
        ("gender", None),
        ("location", site),
    ] {
        assert_eq!(
            row.get(field),
            expected.as_deref().unwrap_or("-"),
            "{field}"
        );
    }
    // A person who came back has the present employment, not the one from before.
    let back = rows
        .iter()
        .find(|row| row.id == "user:32000017")
        .expect("the last person");
    assert_ne!(back.get("job_title"), "Former Position");
}
