//! Everything around the search: credentials, lists, metadata, limits, firewall, wrong paths.

use std::time::Duration;

use crate::tenant::{PEOPLE, Tenant};
use baton_hibob_sandbox::{
    FieldsEnvelope, HiBobOptions, ItemsKey, ListsEnvelope, RateLimits, SERVICE_USER_ID, ServiceUser,
};
use connector_core::clock::TestClock;
use jiff::Timestamp;
use reqwest::{Method, Response};
use serde_json::{Value, json};

const LIST: &str = "/company/named-lists/department";

fn default_tenant() -> Tenant {
    Tenant::with(HiBobOptions::default())
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|v| v.to_str().unwrap())
}

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
async fn a_wrong_or_missing_credential_is_401_without_a_body() {
    let tenant = default_tenant();
    let url = format!("{}/v1/company/people/fields", tenant.running.base_url());
    let ask = |id: &str, token: &str| tenant.client.get(&url).basic_auth(id, Some(token));
    for request in [
        tenant.client.get(&url),
        ask(SERVICE_USER_ID, "wrong"),
        ask("SERVICE-1", "sandbox-token-hibob-1001"),
        tenant
            .client
            .get(&url)
            .bearer_auth("sandbox-token-hibob-1001"),
        tenant.client.get(&url).header("authorization", "Basic %%%"),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.text().await.unwrap(), "");
    }
    assert_eq!(tenant.get("/company/people/fields").await.status(), 200);
}

#[tokio::test]
async fn a_second_service_user_sees_with_its_own_eyes() {
    let mut options = HiBobOptions::default();
    let mut second = ServiceUser::full().without(baton_hibob_sandbox::Category::Work);
    second.id = "SERVICE-1002".to_owned();
    second.token = "sandbox-token-hibob-1002".to_owned();
    options.service_users.push(second);
    let tenant = Tenant::with(options);
    let ask = json!({"fields": ["root.id", "work.department"]});
    assert!(tenant.search(ask.clone()).await[0].get("work").is_some());
    let url = format!("{}/v1/people/search", tenant.running.base_url());
    let request = tenant.client.post(url).json(&ask);
    let request = request.basic_auth("SERVICE-1002", Some("sandbox-token-hibob-1002"));
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(body["employees"][0].get("work"), None);
}

#[tokio::test]
async fn wrong_paths_and_the_deprecated_listing_are_web_pages() {
    let tenant = default_tenant();
    let base = tenant.running.base_url();
    for path in [
        "/company/people/fields",
        "/v1",
        "/v2/people/search",
        "/v1/people",
    ] {
        let response = tenant
            .client
            .get(format!("{base}{path}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(
            header(&response, "content-type"),
            Some("text/html; charset=utf-8")
        );
    }
    assert_eq!(
        header(&tenant.get("/people/search").await, "content-type"),
        Some("text/html; charset=utf-8")
    );
    tenant.hibob.edit(|_, o| o.legacy_people = true);
    let body = tenant.get_json("/people").await;
    assert!(!body["employees"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_get_with_a_content_type_is_a_bad_request_page() {
    let tenant = default_tenant();
    let request = tenant
        .request(Method::GET, LIST)
        .header("content-type", "application/json");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(header(&response, "content-type"), Some("text/html"));
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

#[tokio::test]
async fn limits_count_per_endpoint_and_start_over_after_a_minute() {
    let start = 1_800_000_000;
    let clock = TestClock::at(Timestamp::from_second(start).unwrap());
    let tenant = Tenant::with(HiBobOptions {
        rate_limits: Some(RateLimits {
            retry_after: true,
            ..RateLimits::default()
        }),
        clock: clock.clone(),
        ..HiBobOptions::default()
    });
    let search = async || {
        tenant
            .post("/people/search", json!({"fields": ["root.id"]}))
            .await
    };
    let standing = |response: &Response| {
        let number = |name| header(response, name).map(|v| v.parse::<i64>().unwrap());
        (
            response.status().as_u16(),
            number("x-ratelimit-limit"),
            number("x-ratelimit-remaining"),
            number("x-ratelimit-reset"),
        )
    };
    for left in (0..50).rev() {
        let response = search().await;
        assert_eq!(
            standing(&response),
            (200, Some(50), Some(left), Some(start + 60))
        );
    }
    clock.advance(Duration::from_secs(20));
    let response = search().await;
    assert_eq!(
        standing(&response),
        (429, Some(50), Some(0), Some(start + 60))
    );
    assert_eq!(header(&response, "retry-after"), Some("40"));
    assert_eq!(tenant.get("/company/people/fields").await.status(), 200);
    let profiles = tenant.get("/profiles").await;
    assert_eq!(standing(&profiles).1, Some(40));
    assert_eq!(standing(&tenant.get(LIST).await), (200, None, None, None));
    clock.advance(Duration::from_secs(40));
    let response = search().await;
    assert_eq!(
        standing(&response),
        (200, Some(50), Some(49), Some(start + 120))
    );

    let url = format!("{}/v1/people/search", tenant.running.base_url());
    let response = tenant.client.post(url).send().await.unwrap();
    assert_eq!(
        standing(&response),
        (401, Some(50), Some(49), Some(start + 120))
    );
}

#[tokio::test]
async fn fifty_refusals_in_ten_seconds_block_everybody_for_five_minutes() {
    let clock = TestClock::at(Timestamp::from_second(1_800_000_000).unwrap());
    let tenant = Tenant::with(HiBobOptions {
        clock: clock.clone(),
        ..HiBobOptions::default()
    });
    let url = format!("{}/v1/profiles", tenant.running.base_url());
    let refused = async || {
        tenant
            .client
            .get(&url)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    for _ in 0..49 {
        assert_eq!(refused().await, 401);
    }
    clock.advance(Duration::from_secs(10));
    assert_eq!(refused().await, 401, "the first ones no longer count");
    assert_eq!(tenant.get(LIST).await.status(), 200);
    for _ in 0..49 {
        assert_eq!(refused().await, 401);
    }
    let response = tenant.get(LIST).await;
    assert_eq!(response.status(), 403);
    assert_eq!(header(&response, "content-type"), Some("text/html"));
    clock.advance(Duration::from_secs(300));
    assert_eq!(tenant.get(LIST).await.status(), 200);
}

#[tokio::test]
async fn fifty_403_block_that_credential_only() {
    let mut options = HiBobOptions::default();
    let mut powerless = ServiceUser::full();
    powerless.categories.clear();
    powerless.id = "SERVICE-1002".to_owned();
    options.service_users.push(powerless);
    let tenant = Tenant::with(options);
    let url = format!("{}/v1/profiles", tenant.running.base_url());
    let ask = async || {
        let request = tenant.client.get(&url);
        let request = request.basic_auth("SERVICE-1002", Some("sandbox-token-hibob-1001"));
        let response = request.send().await.unwrap();
        (
            response.status().as_u16(),
            response.text().await.unwrap().is_empty(),
        )
    };
    for _ in 0..50 {
        assert_eq!(ask().await, (403, true));
    }
    assert_eq!(ask().await, (403, false), "now it is the firewall's page");
    assert_eq!(tenant.get("/profiles").await.status(), 200);
}

#[tokio::test]
async fn bulk_tables_are_paged_by_cursor() {
    let tenant = default_tenant();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = tenant
            .get_json(&format!("/bulk/people/work?limit=50&cursor={cursor}"))
            .await;
        let rows = page["results"].as_array().unwrap();
        seen.extend(
            rows.iter()
                .map(|r| r["employeeId"].as_str().unwrap().to_owned()),
        );
        match page["response_metadata"]["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    let everybody = tenant
        .hibob
        .read(|c| c.people.iter().map(|p| p.id.clone()).collect::<Vec<_>>());
    assert_eq!(seen.len(), PEOPLE);
    assert_eq!(seen, everybody);
    assert_eq!(
        tenant.get("/bulk/people/work?limit=201").await.status(),
        400
    );
    assert_eq!(tenant.get("/bulk/people/work?cursor=x").await.status(), 400);
    let row = tenant
        .get_json(&format!("/people/{}/lifecycle", seen[0]))
        .await;
    assert_eq!(row["values"][0]["status"], "employed");
    assert_eq!(tenant.get("/people/1/lifecycle").await.status(), 404);
}
