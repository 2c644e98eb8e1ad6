//! Members no generator would invent and some organization has: raw records for
//! [`CircleCiOptions::extra_members`].
//!
//! [`CircleCiOptions::extra_members`]: super::CircleCiOptions::extra_members

use serde_json::{Value, json};

/// One case.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeMember {
    /// What is special, as a short slug.
    pub case: &'static str,
    /// The record as it is sent.
    pub record: Value,
}

/// The id of a case's account.
pub fn id(case: &str) -> String {
    super::roster::account_id(&format!("edge {case}"))
}

/// The cases.
pub fn members() -> Vec<EdgeMember> {
    let mut cases = Vec::new();
    names(&mut cases);
    shapes(&mut cases);
    roles(&mut cases);
    states(&mut cases);
    ids(&mut cases);
    cases
}

/// An ordinary record with some fields replaced; `null` removes a field.
fn add(cases: &mut Vec<EdgeMember>, case: &'static str, fields: Value) {
    let mut record = json!({
        "id": id(case),
        "login": format!("edge-{case}"),
        "name": format!("Edge {case}"),
        "email": format!("edge.{case}@lakeside.example.com"),
        "role": "member",
    });
    if let (Value::Object(record), Value::Object(fields)) = (&mut record, fields) {
        for (key, value) in fields {
            match value {
                Value::Null => record.remove(&key),
                value => record.insert(key, value),
            };
        }
    }
    cases.push(EdgeMember { case, record });
}

fn raw(cases: &mut Vec<EdgeMember>, case: &'static str, record: Value) {
    cases.push(EdgeMember { case, record });
}

fn names(cases: &mut Vec<EdgeMember>) {
    raw(
        cases,
        "name-null",
        json!({"id": id("name-null"), "login": "edge-name-null", "name": null, "role": "member"}),
    );
    add(cases, "name-empty", json!({"name": "  "}));
    add(cases, "name-missing", json!({"name": null, "login": null}));
    add(cases, "login-missing", json!({"login": null}));
    raw(
        cases,
        "nothing-but-an-id",
        json!({"id": id("nothing-but-an-id")}),
    );
    for case in ["same-login-1", "same-login-2"] {
        add(cases, case, json!({"login": "edge-same"}));
    }
    add(cases, "email-not-an-address", json!({"email": "none yet"}));
    add(cases, "name-right-to-left", json!({"name": "\u{202e}ليلى"}));
    let hostile = "\u{1b}[31mRed\u{0}\u{7}\r\n'); DROP TABLE users; --";
    add(
        cases,
        "name-hostile",
        json!({"name": hostile, "login": hostile}),
    );
    let long = "Ā".repeat(20_000);
    add(
        cases,
        "name-very-long",
        json!({"name": long, "login": long}),
    );
}

fn shapes(cases: &mut Vec<EdgeMember>) {
    let account = |case: &str| {
        json!({
            "id": id(case),
            "login": format!("edge-{case}"),
            "name": format!("Edge {case}"),
            "email": format!("edge.{case}@lakeside.example.com"),
        })
    };
    raw(
        cases,
        "nested-user",
        json!({"user": account("nested-user"), "role": "admin"}),
    );
    raw(
        cases,
        "other-names",
        json!({
            "user_id": id("other-names"),
            "username": "edge-other-names",
            "full_name": "Edge other-names",
            "selected_email": "edge.other-names@lakeside.example.com",
            "organization_role": "org-viewer",
            "vcs-type": "bitbucket",
        }),
    );
    raw(
        cases,
        "camel-case-id",
        json!({"userId": id("camel-case-id"), "login": "edge-camel", "name": "Edge camel", "role": "viewer"}),
    );
    let mut attributes = account("attributes");
    attributes["role"] = json!("admin");
    raw(
        cases,
        "attributes",
        json!({"id": id("attributes"), "attributes": attributes}),
    );
    add(
        cases,
        "id-number",
        json!({"id": 900_719_925_474_099_301_u64}),
    );
    add(cases, "vcs-known", json!({"vcs_type": "github"}));
    add(
        cases,
        "unknown-keys",
        json!({"somethingNew": {"deep": [1, {"deeper": null}]}}),
    );
    add(
        cases,
        "odd-values",
        json!({"login": ["x"], "name": {"a": 1}, "email": 7, "role": true}),
    );
}

fn roles(cases: &mut Vec<EdgeMember>) {
    for (case, role) in [
        ("role-upper-case", "ORG-ADMIN"),
        ("role-owner", "Owner"),
        ("role-underscore", "organization_admin"),
        ("role-contributor", "org-contributor"),
        ("role-unknown", "Auditor"),
        ("role-of-a-project", "project-admin"),
    ] {
        add(cases, case, json!({"role": role}));
    }
    add(cases, "role-missing", json!({"role": null}));
    add(
        cases,
        "role-list",
        json!({"role": null, "roles": ["viewer", "org-admin", "member"]}),
    );
    add(
        cases,
        "role-objects",
        json!({"role": null, "roles": [{"name": "org-viewer"}, {"name": "org-contributor"}]}),
    );
    add(
        cases,
        "role-object",
        json!({"role": {"name": "org-viewer"}}),
    );
}

fn states(cases: &mut Vec<EdgeMember>) {
    add(cases, "pending", json!({"state": "pending", "login": null}));
    add(cases, "invited", json!({"status": "Invited"}));
    add(cases, "state-unknown", json!({"status": "suspended"}));
    add(cases, "state-unreadable", json!({"status": {"code": 3}}));
    add(cases, "state-blank", json!({"status": " "}));
}

fn ids(cases: &mut Vec<EdgeMember>) {
    add(cases, "no-id", json!({"id": null}));
    add(
        cases,
        "pending-without-id",
        json!({"id": null, "state": "pending"}),
    );
    raw(cases, "null-record", Value::Null);
    raw(cases, "text-record", json!("edge"));
    add(cases, "twice", json!({"role": "viewer", "name": null}));
    add(cases, "twice", json!({"role": "admin", "email": null}));
    add(
        cases,
        "invited-and-member",
        json!({"status": "pending", "role": "admin"}),
    );
    add(cases, "invited-and-member", json!({}));
}
