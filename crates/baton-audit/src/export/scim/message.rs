//! The JSON of a bulk request, as RFC 7643 and RFC 7644 name its parts.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) schemas: [&'static str; 1],
    #[serde(rename = "Operations")]
    pub(super) operations: &'a [Operation],
}

#[derive(Debug, Serialize)]
pub(super) struct Operation {
    pub(super) method: &'static str,
    #[serde(rename = "bulkId")]
    pub(super) bulk_id: String,
    pub(super) path: &'static str,
    pub(super) data: User,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub(super) schemas: [&'static str; 2],
    pub(super) external_id: String,
    pub(super) user_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) display_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) emails: Vec<Email>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user_type: Option<String>,
    pub(super) active: bool,
    #[serde(rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    pub(super) enterprise: Enterprise,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Name {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) family_name: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Email {
    pub(super) value: String,
    pub(super) r#type: &'static str,
    pub(super) primary: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Enterprise {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) employee_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) department: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) division: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cost_center: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) manager: Option<ManagerId>,
}

#[derive(Debug, Serialize)]
pub(super) struct ManagerId {
    pub(super) value: String,
}
