//! Persons and employments, by what the credential may read.

use baton_personio_sandbox::{
    CLIENT_ID, CLIENT_SECRET, Credential, PersonioOptions, Rewrite, edge, person_id,
};
use connector_sandbox::company::{Company, Lifecycle};
use connector_sandbox::server::Fake;
use serde_json::{Value, json};

use crate::tenant::{PEOPLE, Tenant, ids, tenant};

#[tokio::test]
async fn persons_show_what_was_ticked() {
    let all = tenant();
    let page = all.json("/v2/persons?limit=50").await;
    let with_email = all
        .personio
        .read(|c| c.people[..50].iter().filter(|p| p.email.is_some()).count());
    let has = |page: &Value, key: &str| {
        let data = page["_data"].as_array().unwrap();
        data.iter().filter(|p| p.get(key).is_some()).count()
    };
    assert_eq!(
        (has(&page, "email"), has(&page, "status")),
        (with_email, 50)
    );
    assert_eq!(has(&page, "gender"), 0);
    assert_eq!(
        page["_data"][0]["custom_attributes"][0]["global_id"],
        "badge_color"
    );
    assert_eq!(page["_data"][0]["custom_attributes"][0]["type"], "string");

    let fewer = Credential::full()
        .without("email")
        .without("employment.position");
    let some = Tenant::with(PersonioOptions::default().credential(fewer));
    let page = some.json("/v2/persons?limit=50").await;
    assert_eq!((has(&page, "email"), has(&page, "last_name")), (0, 50));
    let employments = some.json("/v2/persons/32000001/employments").await;
    assert_eq!(employments["_data"][0].get("position"), None);

    let nothing = Credential {
        ids_only: true,
        ..Credential::full()
    };
    let bare = Tenant::with(PersonioOptions::default().credential(nothing));
    let person = bare.json("/v2/persons/32000001").await;
    let keys: Vec<&String> = person.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["_meta", "employments", "id"]);
}

#[tokio::test]
async fn rights_and_unknown_things() {
    let none = Credential {
        persons: false,
        ..Credential::full()
    };
    let tenant = Tenant::with(PersonioOptions::default().credential(none));
    assert_eq!(tenant.get("/v2/persons").await.0, 401);
    assert_eq!(tenant.get("/v2/persons/32000001/employments").await.0, 403);
    tenant.personio.edit(|_, o| {
        o.credentials[0].persons = true;
        o.credentials[0].employments = false;
    });
    assert_eq!(tenant.get("/v2/persons").await.0, 200);
    assert_eq!(tenant.get("/v2/persons/32000001/employments").await.0, 403);
    tenant
        .personio
        .edit(|_, o| o.credentials = vec![Credential::full()]);
    assert_eq!(tenant.get("/v2/persons/1/employments").await.0, 404);
    let (status, body) = tenant.get("/v1/v2/persons").await;
    assert_eq!(
        (status, &body["errors"][0]["title"]),
        (404, &json!("Not Found"))
    );
    let refused = tenant.get_with("/v2/persons", "papi-made-up").await;
    assert_eq!(refused.status(), 401);
}

#[tokio::test]
async fn employments_tell_the_whole_story() {
    let tenant = tenant();
    for n in [1_usize, 17, 23, 34] {
        let person = tenant.personio.read(|c| c.people[n - 1].clone());
        let id = person_id(&person);
        let page = tenant.json(&format!("/v2/persons/{id}/employments")).await;
        let shown = tenant.json(&format!("/v2/persons/{id}")).await;
        let listed: Vec<&str> = shown["employments"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|e| e["id"].as_str())
            .collect();
        assert_eq!(ids(&page), listed);
        let changes = n % 23 == 0 && person.lifecycle == Lifecycle::Employed;
        assert_eq!(
            listed.len(),
            1 + usize::from(n % 17 == 0) + usize::from(changes)
        );
        let present = &page["_data"][usize::from(changes)];
        assert_eq!(
            present["employment_start_date"],
            person.start_date.to_string()
        );
    }
    let second = tenant
        .json("/v2/persons/32000017/employments?limit=1")
        .await;
    let link = second["_meta"]["links"]["next"]["href"].as_str().unwrap();
    assert!(link.starts_with("https://api.personio.de/v2/employments?cursor="));
    let all = tenant.walk("/v2/persons/32000017/employments", 1).await;
    assert!(all.len() >= 2 && all.iter().all(|page| page.len() == 1));
    let manager = tenant.json("/v2/persons/32000002/employments").await;
    assert_eq!(manager["_data"][0]["supervisor"], json!({"id": "32000001"}));
}

#[tokio::test]
async fn secrets_come_only_from_a_tenant_that_tells_too_much() {
    let tenant = tenant();
    let secrets = tenant.personio.read(Company::planted_secrets);
    let everything = async || {
        let mut text = String::new();
        for page in 0..3 {
            let place = ["AAAAAAAAAA", "AAAAMgABAA", "AAAAZAACAA"][page];
            let path = format!("/v2/persons?limit=50&cursor=%2B%2F%2F%2B{place}%3D%3D");
            text.push_str(&tenant.json(&path).await.to_string());
        }
        for id in tenant
            .personio
            .read(|c| c.people.iter().map(person_id).collect::<Vec<_>>())
        {
            let page = tenant.json(&format!("/v2/persons/{id}/employments")).await;
            text.push_str(&page.to_string());
        }
        text
    };
    let plain = everything().await;
    assert!(!secrets.iter().any(|s| plain.contains(s.as_str())));
    tenant.personio.edit(|_, o| o.overshare = true);
    let told = everything().await;
    let missing = secrets.iter().find(|s| !told.contains(s.as_str()));
    assert_eq!(missing, None);
}

#[tokio::test]
async fn edge_cases_and_raw_answers() {
    let tenant = Tenant::with(PersonioOptions {
        extra_people: edge::people(),
        rewrite_person: Some(Rewrite::new(|p| p["seen"] = true.into())),
        ..PersonioOptions::default()
    });
    let cases = edge::people();
    let pages = tenant.walk("/v2/persons", 50).await;
    assert_eq!(pages.concat().len(), PEOPLE + cases.len());
    let mut unique: Vec<&str> = cases.iter().map(|c| c.case.as_str()).collect();
    unique.dedup();
    assert_eq!(unique.len(), cases.len());
    let paged = cases.iter().find(|c| c.page == Some(1)).unwrap();
    let path = format!("/v2/persons/{}/employments", paged.id);
    assert_eq!(tenant.walk(&path, 50).await.len(), 3);
    let person = tenant.json(&format!("/v2/persons/{}", paged.id)).await;
    assert_eq!(person["seen"], true);

    tenant.personio.edit(|_, o| {
        o.raw_persons = Some(json!({"_data": null}));
        o.raw_employments = Some(json!([]));
    });
    assert_eq!(tenant.json("/v2/persons").await, json!({"_data": null}));
    assert_eq!(tenant.json(&path).await, json!([]));
}

#[test]
fn the_environment_points_at_the_server() {
    let personio = tenant().personio;
    assert_eq!(
        personio.environment("http://127.0.0.1:1"),
        [
            ("BATON_PERSONIO_BASE_URL", "http://127.0.0.1:1".to_owned()),
            ("BATON_PERSONIO_CLIENT_ID", CLIENT_ID.to_owned()),
            ("BATON_PERSONIO_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ]
    );
}
