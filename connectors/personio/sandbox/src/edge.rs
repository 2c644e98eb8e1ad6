//! People that no generator would invent and some tenant has: raw records for [`PersonioOptions::extra_people`], from
//! `edge.json`.
//!
//! [`PersonioOptions::extra_people`]: super::PersonioOptions::extra_people

use connector_sandbox::edge::{Case, CaseFile};
use serde_json::{Value, json};

/// One person as sent, with the employments.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgePerson {
    /// What is special, as a short slug.
    pub case: String,
    /// The id, also in the record unless that is what is special.
    pub id: String,
    /// The record as it is sent.
    pub person: Value,
    /// The employments as they are sent, in this order.
    pub employments: Vec<Value>,
    /// Employments per page, when fewer than requested are sent.
    pub page: Option<usize>,
}

/// The cases. Ids follow from the place in the file, so cases are added at its end.
pub fn people() -> Vec<EdgePerson> {
    let file = CaseFile::parse(include_str!("edge.json"));
    file.cases().filter_map(person).collect()
}

fn person(case: Case<'_>) -> Option<EdgePerson> {
    let number = case.position + 1;
    let id = 39_000_000 + number;
    let fill = |name: &str| {
        Some(match name {
            "id" => id.to_string().into(),
            "id number" => id.into(),
            "number" => number.into(),
            "300 letters" => "x".repeat(300).into(),
            "120 attributes" => (0..120).map(attribute).collect(),
            _ => return None,
        })
    };
    // A case that does not list employments has one ordinary employment.
    let ordinary = [Value::Null];
    let changes = case.get("employments").as_array();
    let employments = changes.map_or(&ordinary[..], Vec::as_slice).iter();
    let employment = |changes: &Value| {
        let usual = format!("edge-{number}-1");
        let own = changes["id"].as_str().unwrap_or(&usual);
        case.record("employment", changes, |name| match name {
            "employment" => Some(own.into()),
            _ => fill(name),
        })
    };
    Some(EdgePerson {
        case: case.name().to_owned(),
        id: id.to_string(),
        person: case.record("person", case.get("person"), fill)?,
        employments: employments.filter_map(employment).collect(),
        page: case.get("page").as_u64().map(|size| size as usize),
    })
}

fn attribute(n: usize) -> Value {
    json!({"id": format!("dynamic_{n}"), "global_id": format!("flag_{n}"), "value": true})
}
