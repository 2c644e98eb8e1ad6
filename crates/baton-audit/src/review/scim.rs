//! Removals as SCIM 2.0 bulk requests (RFC 7644): one `PATCH` for each access that an account was given.
//!
//! A group's entitlement is a membership, so the account is taken out of the group's members. Roles and other
//! entitlements are values of the account's own attributes, and an account that holds nothing is made inactive. What
//! only follows from something else is left out: no request takes it away without what it follows from.

use serde::Serialize;
use serde_json::json;

use super::manifest::{Kind, Row};

/// Operations of a request, as in an export.
pub(super) const OPERATIONS: usize = 50;
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A bulk request.
#[derive(Debug, Serialize)]
pub(super) struct Request {
    schemas: [&'static str; 1],
    #[serde(rename = "Operations")]
    operations: Vec<Operation>,
}

#[derive(Debug, Serialize)]
struct Operation {
    method: &'static str,
    #[serde(rename = "bulkId")]
    bulk_id: String,
    path: String,
    data: Patch,
}

#[derive(Debug, Serialize)]
struct Patch {
    schemas: [&'static str; 1],
    #[serde(rename = "Operations")]
    operations: [serde_json::Value; 1],
}

/// The requests that take these accesses away, each of at most [`OPERATIONS`] operations.
pub(super) fn requests(rows: &[&Row]) -> Vec<Request> {
    let direct: Vec<&&Row> = rows.iter().filter(|row| row.direct).collect();
    let request = |rows: &[&&Row]| Request {
        schemas: [BULK],
        operations: rows.iter().map(|row| operation(row)).collect(),
    };
    direct.chunks(OPERATIONS).map(request).collect()
}

fn operation(row: &Row) -> Operation {
    let account = &row.account_id.id;
    let remove = |path: String| json!({"op": "remove", "path": path});
    let resource = row.resource_id.as_ref().map_or("", |it| it.id.as_str());
    let user = format!("/Users/{}", segment(account));
    let (path, operation) = match row.kind {
        Kind::Group => (
            format!("/Groups/{}", segment(resource)),
            remove(format!("members[value eq {}]", quoted(account))),
        ),
        Kind::Role => (
            user,
            remove(format!("roles[value eq {}]", quoted(resource))),
        ),
        Kind::OrgRole => (
            user,
            remove(format!("roles[value eq {}]", quoted(&row.access_id))),
        ),
        Kind::Entitlement => {
            let path = format!("entitlements[value eq {}]", quoted(&row.access_id));
            (user, remove(path))
        }
        Kind::Account => (
            user,
            json!({"op": "replace", "path": "active", "value": false}),
        ),
    };
    Operation {
        method: "PATCH",
        bulk_id: row.row.clone(),
        path,
        data: Patch {
            schemas: [PATCH],
            operations: [operation],
        },
    }
}

/// A value of a filter, which is a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// An id as a part of a path.
fn segment(id: &str) -> impl std::fmt::Display + '_ {
    percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC)
}
