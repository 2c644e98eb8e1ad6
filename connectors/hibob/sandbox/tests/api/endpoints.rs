//! Credentials, wrong paths, and the bulk tables.

use baton_hibob_sandbox::{HiBobOptions, SERVICE_USER_ID, ServiceUser};
use reqwest::Method;
use serde_json::{Value, json};

use crate::tenant::{LIST, PEOPLE, Tenant, default_tenant, header};

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
    let all = tenant
        .hibob
        .read(|c| c.people.iter().map(|p| p.id.clone()).collect::<Vec<_>>());
    assert_eq!(seen.len(), PEOPLE);
    assert_eq!(seen, all);
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
