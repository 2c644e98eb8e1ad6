//! People and job roles no generator would invent and some tenant has: raw records for
//! [`HumaansOptions::extra_people`] and [`HumaansOptions::extra_roles`].
//!
//! [`HumaansOptions::extra_people`]: super::HumaansOptions::extra_people
//! [`HumaansOptions::extra_roles`]: super::HumaansOptions::extra_roles

use serde_json::{Value, json};

use super::HumaansOptions;

/// One case: a person, if any, and job roles that go with them.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeCase {
    /// What is special, as a short slug.
    pub case: &'static str,
    /// The person as they are sent.
    pub person: Option<Value>,
    /// The job roles as they are sent.
    pub roles: Vec<Value>,
}

/// Adds every case to a tenant.
pub fn add_all(options: &mut HumaansOptions) {
    for case in cases() {
        options.extra_people.extend(case.person);
        options.extra_roles.extend(case.roles);
    }
}

/// The person id of a case.
pub fn person_id(case: &str) -> String {
    format!("edge-{case}")
}

/// The id of a case's `n`th job role, from 0.
pub fn role_id(case: &str, n: usize) -> String {
    format!("role-{case}-{n}")
}

/// The cases. Dates lie far from any day a test is run on: roles before 2022 have begun, those of 2099 have not.
pub fn cases() -> Vec<EdgeCase> {
    let mut cases = Vec::new();
    emails_and_names(&mut cases);
    states(&mut cases);
    which_role(&mut cases);
    role_fields(&mut cases);
    managers(&mut cases);
    cases
}

/// An ordinary person with these fields instead.
fn person(case: &str, fields: Value) -> Value {
    let mut record = json!({
        "id": person_id(case),
        "companyId": "c0mpLakesideWorks0000001",
        "firstName": "Edge",
        "middleName": null,
        "lastName": case,
        "preferredName": null,
        "email": format!("{case}@lakeside.example.com"),
        "personalEmail": format!("{case}@home.test"),
        "locationId": null,
        "profilePhoto": null,
        "teams": [],
        "status": "active",
        "employmentStartDate": "2020-02-29",
        "employmentEndDate": null,
        "contractType": null,
        "employeeId": null,
        "demo": false,
        "createdAt": "2020-01-28T08:44:42.000Z",
        "updatedAt": "2020-01-28T08:44:42.000Z",
    });
    merge(&mut record, fields);
    record
}

/// An ordinary job role of a case's person with these fields instead.
fn role(case: &str, n: usize, fields: Value) -> Value {
    let mut record = json!({
        "id": role_id(case, n),
        "personId": person_id(case),
        "jobTitle": format!("Title {n}"),
        "department": "Engineering",
        "reportingTo": null,
        "effectiveDate": "2020-03-01",
        "endDate": null,
        "note": "not for anybody else",
        "createdAt": "2020-01-28T08:44:42.000Z",
        "updatedAt": "2020-01-28T08:44:42.000Z",
    });
    merge(&mut record, fields);
    record
}

fn merge(record: &mut Value, fields: Value) {
    if let (Value::Object(record), Value::Object(fields)) = (record, fields) {
        record.extend(fields);
    }
}

/// Somebody with these fields and no job role.
fn someone(cases: &mut Vec<EdgeCase>, case: &'static str, fields: Value) {
    cases.push(EdgeCase {
        case,
        person: Some(person(case, fields)),
        roles: Vec::new(),
    });
}

/// Somebody ordinary with these job roles.
fn with_roles<const N: usize>(cases: &mut Vec<EdgeCase>, case: &'static str, roles: [Value; N]) {
    let roles = roles.into_iter().enumerate();
    cases.push(EdgeCase {
        case,
        person: Some(person(case, json!({}))),
        roles: roles.map(|(n, fields)| role(case, n, fields)).collect(),
    });
}

fn emails_and_names(cases: &mut Vec<EdgeCase>) {
    someone(cases, "email-null", json!({"email": null}));
    someone(
        cases,
        "email-hidden",
        json!({"email": "", "isWorkEmailHidden": true}),
    );
    someone(cases, "email-not-an-address", json!({"email": "none yet"}));
    someone(
        cases,
        "email-upper-case",
        json!({"email": "EDGE@LAKESIDE.EXAMPLE.COM"}),
    );
    for case in ["email-shared-1", "email-shared-2"] {
        someone(cases, case, json!({"email": "shared@lakeside.example.com"}));
    }
    someone(cases, "name-preferred", json!({"preferredName": "Robin"}));
    someone(
        cases,
        "name-preferred-blank",
        json!({"preferredName": "  "}),
    );
    someone(cases, "name-first-null", json!({"firstName": null}));
    let nothing = json!({"firstName": null, "lastName": null, "email": null});
    someone(cases, "name-nothing", nothing);
    someone(
        cases,
        "name-email-only",
        json!({"firstName": "", "lastName": " "}),
    );
    let rtl = json!({"firstName": "\u{202e}ليلى", "lastName": "الحداد\u{200f}"});
    someone(cases, "name-right-to-left", rtl);
    someone(
        cases,
        "name-emoji",
        json!({"firstName": " 👩🏽‍🚀 Ada ", "lastName": "Ode"}),
    );
    let hostile =
        json!({"firstName": "\u{1b}[31mRed\u{0}", "lastName": "'); DROP TABLE people; --"});
    someone(cases, "name-hostile", hostile);
    someone(cases, "employee-id-number", json!({"employeeId": 42}));
    someone(
        cases,
        "photo-null-and-new-keys",
        json!({"profilePhoto": null, "new": {"a": [1]}}),
    );
}

fn states(cases: &mut Vec<EdgeCase>) {
    someone(cases, "demo", json!({"demo": true}));
    // No filter finds these; see `HumaansOptions::ignore_status`.
    for (case, word) in [
        ("status-upper-case", json!("ACTIVE")),
        ("status-other-spelling", json!("new_hire")),
        ("status-unknown", json!("On sabbatical")),
        ("status-null", Value::Null),
    ] {
        someone(cases, case, json!({"status": word}));
    }
    someone(
        cases,
        "end-in-future-active",
        json!({"employmentEndDate": "2099-12-31"}),
    );
    someone(
        cases,
        "end-in-past-active",
        json!({"employmentEndDate": "2021-01-31"}),
    );
    someone(
        cases,
        "offboarded",
        json!({"status": "offboarded", "employmentEndDate": "2021-01-31", "leavingReason": "resigned"}),
    );
    someone(
        cases,
        "new-hire",
        json!({"status": "newHire", "email": null, "employmentStartDate": "2099-01-06"}),
    );
    someone(
        cases,
        "remote",
        json!({"locationId": "remote", "remoteCity": "Tromsø"}),
    );
    someone(cases, "location-unknown", json!({"locationId": "LoGone"}));
    someone(
        cases,
        "dates-unreadable",
        json!({"employmentStartDate": "soon", "createdAt": 7}),
    );
}

fn which_role(cases: &mut Vec<EdgeCase>) {
    with_roles(
        cases,
        "roles-history",
        [
            json!({"effectiveDate": "2099-04-01"}),
            json!({"effectiveDate": "2021-06-01"}),
            json!({"effectiveDate": "2020-03-01", "endDate": "2021-05-31"}),
        ],
    );
    with_roles(
        cases,
        "roles-only-future",
        [json!({"effectiveDate": "2099-04-01"})],
    );
    with_roles(
        cases,
        "roles-overlap",
        [
            json!({"effectiveDate": "2021-01-01"}),
            json!({"effectiveDate": "2021-02-01"}),
        ],
    );
    with_roles(
        cases,
        "roles-tie-open-wins",
        [
            json!({"effectiveDate": "2021-01-01", "endDate": "2099-01-01", "updatedAt": "2024-01-01T00:00:00.000Z"}),
            json!({"effectiveDate": "2021-01-01"}),
        ],
    );
    with_roles(
        cases,
        "roles-tie-later-change-wins",
        [
            json!({"effectiveDate": "2021-01-01", "updatedAt": "2024-01-01T00:00:00.000Z"}),
            json!({"effectiveDate": "2021-01-01", "updatedAt": "2023-01-01T00:00:00.000Z"}),
        ],
    );
    with_roles(
        cases,
        "roles-tie-greatest-id-wins",
        [
            json!({"effectiveDate": "2021-01-01"}),
            json!({"effectiveDate": "2021-01-01"}),
        ],
    );
    with_roles(
        cases,
        "roles-ended",
        [json!({"effectiveDate": "2020-03-01", "endDate": "2021-01-31"})],
    );
    with_roles(
        cases,
        "roles-ended-before-begun",
        [
            json!({"effectiveDate": "2021-06-01", "endDate": "2021-01-01"}),
            json!({"effectiveDate": "2020-03-01"}),
        ],
    );
    with_roles(
        cases,
        "roles-without-date",
        [json!({"effectiveDate": null})],
    );
}

fn role_fields(cases: &mut Vec<EdgeCase>) {
    with_roles(cases, "title-null", [json!({"jobTitle": null})]);
    with_roles(cases, "title-blank", [json!({"jobTitle": " "})]);
    with_roles(cases, "department-null", [json!({"department": null})]);
    with_roles(
        cases,
        "department-object",
        [json!({"department": {"name": "Engineering"}})],
    );
    with_roles(
        cases,
        "department-other-case",
        [json!({"department": "ENGINEERING"})],
    );
    cases.push(EdgeCase {
        case: "role-of-nobody-known",
        person: None,
        roles: vec![role("role-of-nobody-known", 0, json!({}))],
    });
    cases.push(EdgeCase {
        case: "role-without-person",
        person: None,
        roles: vec![role("role-without-person", 0, json!({"personId": null}))],
    });
}

fn managers(cases: &mut Vec<EdgeCase>) {
    let under = |case: &str| [json!({"reportingTo": person_id(case)})];
    with_roles(cases, "manager-self", under("manager-self"));
    with_roles(cases, "manager-cycle-1", under("manager-cycle-2"));
    with_roles(cases, "manager-cycle-2", under("manager-cycle-1"));
    with_roles(cases, "manager-unknown", under("nobody"));
    with_roles(cases, "manager-offboarded", under("offboarded"));
}
