//! Named lists and the fields' metadata.

use baton_hibob_sandbox::{FieldsEnvelope, ItemsKey, ListsEnvelope};
use serde_json::{Value, json};

use crate::tenant::{LIST, default_tenant};

/// The ids in a list of items, depth first.
fn ids(items: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for item in items.as_array().into_iter().flatten() {
        out.push(item["id"].to_string().trim_matches('"').to_owned());
        out.extend(ids(&item["children"]));
    }
    out
}

#[tokio::test]
async fn archived_departments_come_when_asked_for() {
    let tenant = default_tenant();
    let live = tenant.get_json(LIST).await;
    let all = tenant
        .get_json(&format!("{LIST}?includeArchived=true"))
        .await;
    assert_eq!(
        ids(&all["items"]),
        [
            "700100",
            "700101",
            "700102",
            "700200",
            "Marketing",
            "700300",
            "700301",
            "700400",
            "700500"
        ]
    );
    assert_eq!(
        ids(&live["items"]),
        [
            "700100",
            "700101",
            "700102",
            "700200",
            "Marketing",
            "700400"
        ]
    );
    assert_eq!(
        all["items"][0]["children"][0],
        json!({"id": "700101", "value": "Platform", "name": "Platform", "archived": false, "children": []})
    );
    assert_eq!(all["items"][3]["archived"], true);
    tenant
        .hibob
        .edit(|_, o| o.lists.archived_parent_hides_children = false);
    let live = tenant.get_json(LIST).await;
    assert!(ids(&live["items"]).contains(&"700301".to_owned()));
    assert!(!ids(&live["items"]).contains(&"700300".to_owned()));
}

#[tokio::test]
async fn lists_come_in_each_shape_seen() {
    let tenant = default_tenant();
    let one = tenant.get_json(LIST).await;
    assert_eq!(one["name"], "department");
    assert_eq!(one["items"], one["values"]);

    let map = tenant.get_json("/company/named-lists").await;
    assert_eq!(map["department"], one);
    assert!(map["title"]["values"].as_array().unwrap().len() > 10);
    tenant
        .hibob
        .edit(|_, o| o.lists.envelope = ListsEnvelope::Array);
    let array = tenant.get_json("/company/named-lists").await;
    assert_eq!(array[0], one);
    tenant
        .hibob
        .edit(|_, o| o.lists.envelope = ListsEnvelope::Wrapped);
    assert_eq!(
        tenant.get_json("/company/named-lists").await,
        json!({"lists": array})
    );

    tenant.hibob.edit(|_, o| {
        o.lists.items = ItemsKey::Values;
        o.lists.numeric_ids = true;
        o.lists.null_children = true;
    });
    let list = tenant.get_json(LIST).await;
    assert_eq!(list.get("items"), None);
    assert_eq!(list["values"][0]["children"][0]["id"], json!(700_101));
    assert_eq!(list["values"][0]["children"][0]["children"], Value::Null);
    assert_eq!(list["values"][2]["id"], "Marketing");
    tenant.hibob.edit(|_, o| o.lists.items = ItemsKey::Items);
    assert_eq!(tenant.get_json(LIST).await.get("values"), None);

    let raw = json!([{"id": "1", "name": " ", "children": null}]);
    tenant
        .hibob
        .edit(|_, o| o.lists.raw_departments = Some(raw.clone()));
    assert_eq!(tenant.get_json(LIST).await["items"], raw);
}

#[tokio::test]
async fn list_names_are_case_sensitive_and_the_metadata_knows_the_name() {
    let tenant = default_tenant();
    assert_eq!(
        tenant
            .get("/company/named-lists/terminationreason")
            .await
            .status(),
        200
    );
    assert_eq!(
        tenant
            .get("/company/named-lists/terminationReason")
            .await
            .status(),
        404
    );
    tenant
        .hibob
        .edit(|_, o| o.lists.department_list = "orgUnit".to_owned());
    assert_eq!(tenant.get(LIST).await.status(), 404);
    assert_eq!(
        tenant.get_json("/company/named-lists/orgUnit").await["name"],
        "orgUnit"
    );
    let fields = tenant.get_json("/company/people/fields").await;
    let department = fields
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["id"] == "work.department");
    assert_eq!(
        department.unwrap(),
        &json!({
            "id": "work.department", "categoryId": "work", "categoryDisplayName": "Work",
            "name": "Department", "description": "", "jsonPath": "work.department", "type": "list",
            "typeData": {"listId": "orgUnit"}, "historical": true,
        })
    );
    let email = fields
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["id"] == "root.email");
    assert_eq!(email.unwrap()["jsonPath"], "email");
    tenant
        .hibob
        .edit(|_, o| o.fields_envelope = FieldsEnvelope::Object);
    assert_eq!(
        tenant.get_json("/company/people/fields").await,
        json!({ "fields": fields })
    );
}
