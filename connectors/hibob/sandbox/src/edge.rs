//! People that no generator would invent and some tenant has: raw records for [`HiBobOptions::extra_people`], from
//! `edge.json`.
//!
//! [`HiBobOptions::extra_people`]: super::HiBobOptions::extra_people

use connector_sandbox::company::{Company, Lifecycle};
use connector_sandbox::edge::CaseFile;
use serde_json::Value;

/// One case.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgePerson {
    /// What is special, as a short slug.
    pub case: String,
    /// The record as it is sent.
    pub record: Value,
}

/// The id of the `n`th case.
fn id(n: usize) -> String {
    format!("39{:017}", n + 1)
}

/// The cases, in the shape of an answer with labels (`APPEND`); departments and managers are those of `company`. A case
/// that needs a person the company does not have, such as a leaver, is left out.
///
/// Ids follow from the place in the file, so that they stay the same from one version of a test to the next.
pub fn people(company: &Company) -> Vec<EdgePerson> {
    let file = CaseFile::parse(include_str!("edge.json"));
    let live = company.departments.iter().find(|d| !d.archived);
    let archived = company.departments.iter().find(|d| d.archived);
    let head = company.people.first();
    let mut people = company.people.iter();
    let leaver = people.find(|p| p.lifecycle == Lifecycle::Terminated);
    let fill = |position: usize, name: &str| -> Option<Value> {
        Some(match name {
            "id" => id(position).into(),
            "id number" => id(position).parse::<u64>().ok()?.into(),
            "employee number" => (900_000 + position).into(),
            "department" => live?.id.as_str().into(),
            "department name" => live?.name.as_str().into(),
            "DEPARTMENT NAME" => live?.name.to_uppercase().into(),
            "archived department" => archived?.id.as_str().into(),
            "head" => head?.id.as_str().into(),
            "leaver" => leaver?.id.as_str().into(),
            "leaver name" => leaver?.display_name.as_str().into(),
            _ => {
                let other = name.strip_prefix("id of ")?;
                id(file.cases().position(|case| case.name() == other)?).into()
            }
        })
    };
    let records = file.cases().filter_map(|case| {
        let changes = case.get("person");
        let record = case.record("person", changes, |name| fill(case.position, name))?;
        Some(EdgePerson {
            case: case.name().to_owned(),
            record,
        })
    });
    records.collect()
}
