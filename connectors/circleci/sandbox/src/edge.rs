//! Members that no generator would invent and some organization has: raw records for
//! [`CircleCiOptions::extra_members`], from `edge.json`.
//!
//! [`CircleCiOptions::extra_members`]: super::CircleCiOptions::extra_members

use connector_sandbox::edge::CaseFile;
use serde_json::Value;

/// One case.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeMember {
    /// What is special, as a short slug.
    pub case: String,
    /// The record as it is sent.
    pub record: Value,
}

/// The id of a case's account.
pub fn id(case: &str) -> String {
    super::roster::account_id(&format!("edge {case}"))
}

/// The cases: an ordinary member with changes (`member`), or a whole record (`record`).
pub fn members() -> Vec<EdgeMember> {
    let file = CaseFile::parse(include_str!("edge.json"));
    let records = file.cases().filter_map(|case| {
        let fill = |name: &str| (name == "id").then(|| id(case.name()).into());
        let template = if case.has("record") {
            "record"
        } else {
            "member"
        };
        Some(EdgeMember {
            case: case.name().to_owned(),
            // The file has no template `record`, so that nothing is added to such a case.
            record: case.record(template, case.get(template), fill)?,
        })
    });
    records.collect()
}
