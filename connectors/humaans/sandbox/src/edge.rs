//! People and job roles that no generator would invent and some tenant has: raw records for
//! [`HumaansOptions::extra_people`] and [`HumaansOptions::extra_roles`], from `edge.json`.
//!
//! [`HumaansOptions::extra_people`]: super::HumaansOptions::extra_people
//! [`HumaansOptions::extra_roles`]: super::HumaansOptions::extra_roles

use connector_sandbox::edge::CaseFile;
use serde_json::{Value, json};

use super::HumaansOptions;

/// One case: a person, if any, and job roles that go with them.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeCase {
    /// What is special, as a short slug.
    pub case: String,
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

/// The cases. Dates lie far from any day a test is run on: roles before 2022 have begun, those of 2099 have not. People
/// whose status is an unknown word are found by no filter; see `HumaansOptions::ignore_status`.
pub fn cases() -> Vec<EdgeCase> {
    let file = CaseFile::parse(include_str!("edge.json"));
    let cases = file.cases().map(|case| {
        let person = case.get("person");
        let roles = case.get("roles").as_array().into_iter().flatten();
        let role =
            |(n, changes)| case.record("role", changes, |name| (name == "role").then(|| json!(n)));
        EdgeCase {
            case: case.name().to_owned(),
            person: match person.is_string() {
                // `{absent}`: job roles without a person.
                true => None,
                false => case.record("person", person, |_| None),
            },
            roles: roles.enumerate().filter_map(role).collect(),
        }
    });
    cases.collect()
}
