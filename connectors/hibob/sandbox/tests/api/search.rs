//! People search: shapes, modes, filters.

use std::collections::HashSet;

use crate::tenant::{PEOPLE, default_tenant};
use baton_hibob_sandbox::{
    HiBob, HiBobOptions, Rewrite, SERVICE_USER_ID, SERVICE_USER_TOKEN, SlashKeys, edge,
};
use connector_sandbox::company::Company;
use connector_sandbox::server::Sandbox;
use serde_json::{Value, json};

/// The first person of the company is its head, the second reports to them.
fn second_id() -> String {
    Company::generate(PEOPLE, 1).people[1].id.clone()
}

/// A search for the second person alone.
fn second(fields: &[&str], mode: &str) -> Value {
    json!({
        "fields": fields,
        "humanReadable": mode,
        "filters": [{"fieldPath": "root.id", "operator": "equals", "values": [second_id()]}],
    })
}

#[tokio::test]
async fn append_sends_ids_flat_and_nested_with_labels_beside() {
    let tenant = default_tenant();
    tenant.hibob.edit(|company, _| {
        let person = &mut company.people[1];
        person.department = Some("700101".to_owned());
        person.title = Some("800004".to_owned());
        person.start_date = jiff::civil::date(2020, 5, 4);
        person.end_date = None;
        person.middle_name = None;
        person.display_name = "Maja Ode".to_owned();
    });
    let fields = [
        "root.id",
        "root.displayName",
        "root.secondName",
        "work.department",
        "work.title",
        "work.startDate",
        "work.isManager",
        "work.employeeIdInCompany",
        "internal.lifecycleStatus",
        "internal.terminationDate",
        "no.such.field",
    ];
    let found = tenant.search(second(&fields, "APPEND")).await;
    let id = second_id();
    assert_eq!(
        found,
        [json!({
            "/root/id": {"value": id},
            "/root/displayName": {"value": "Maja Ode"},
            "/work/department": {"value": "700101"},
            "/work/title": {"value": "800004"},
            "/work/startDate": {"value": "2020-05-04"},
            "/work/isManager": {"value": true},
            "/work/employeeIdInCompany": {"value": 2},
            "/internal/lifecycleStatus": {"value": "employed"},
            "id": id,
            "displayName": "Maja Ode",
            "secondName": null,
            "work": {
                "department": "700101",
                "title": "800004",
                "startDate": "2020-05-04",
                "isManager": true,
                "employeeIdInCompany": 2,
            },
            "internal": {"lifecycleStatus": "employed", "terminationDate": null},
            "humanReadable": {
                "id": id,
                "displayName": "Maja Ode",
                "work": {
                    "department": "Platform",
                    "title": "Software Engineer",
                    "startDate": "04/05/2020",
                    "isManager": "Yes",
                    "employeeIdInCompany": "2",
                },
                "internal": {"lifecycleStatus": "Employed"},
            },
        })]
    );
}

#[tokio::test]
async fn machine_has_no_labels_and_replace_has_nothing_else() {
    let tenant = default_tenant();
    tenant.hibob.edit(|company, _| {
        let person = &mut company.people[1];
        person.department = Some("700101".to_owned());
        person.start_date = jiff::civil::date(2020, 5, 4);
        company.people[0].display_name = "Sam Ode".to_owned();
    });
    let fields = [
        "work.department",
        "work.startDate",
        "work.isManager",
        "work.manager",
    ];
    let head = tenant.hibob.read(|c| c.people[0].id.clone());
    let machine = json!({
        "department": "700101", "startDate": "2020-05-04", "isManager": true, "manager": head,
    });
    let found = tenant.search(second(&fields, "")).await;
    assert_eq!(found[0]["work"], machine);
    assert_eq!(found[0].get("humanReadable"), None);

    let replaced = json!({
        "department": "Platform", "startDate": "2020-05-04", "isManager": "Yes", "manager": "Sam Ode",
    });
    let found = tenant.search(second(&fields, "REPLACE")).await;
    assert_eq!(found[0]["work"], replaced);
    assert_eq!(found[0]["/work/department"], json!({"value": "Platform"}));
    assert_eq!(found[0].get("humanReadable"), None);

    tenant.hibob.edit(|_, options| options.locale_dates = true);
    let found = tenant.search(second(&fields, "REPLACE")).await;
    assert_eq!(found[0]["work"]["startDate"], "04/05/2020");
}

#[tokio::test]
async fn without_fields_the_standard_set_comes_without_lifecycle() {
    let tenant = default_tenant();
    let found = tenant.search(json!({})).await;
    let keys: HashSet<&str> = found[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for key in [
        "id",
        "companyId",
        "email",
        "displayName",
        "about",
        "employment",
        "work",
    ] {
        assert!(keys.contains(key), "{key}");
    }
    assert!(!keys.contains("internal") && !keys.contains("personal"));
    assert!(!keys.iter().any(|k| k.starts_with('/')));
    assert_eq!(found[0]["work"].get("custom"), None);
    tenant.hibob.edit(|_, o| o.slash_keys = SlashKeys::Always);
    let found = tenant.search(json!({})).await;
    assert_eq!(found[0]["/root/id"]["value"], found[0]["id"]);
}

#[tokio::test]
async fn shape_knobs_do_what_they_say() {
    let tenant = default_tenant();
    let ask = || second(&["root.id", "root.secondName", "work.reportsTo"], "");
    tenant.hibob.edit(|c, o| {
        c.people[1].middle_name = None;
        o.null_slash_keys = true;
    });
    let found = tenant.search(ask()).await;
    assert_eq!(found[0]["/root/secondName"], json!({"value": null}));
    tenant.hibob.edit(|_, o| {
        o.null_slash_keys = false;
        o.nested = false;
        o.id_always = false;
    });
    let found = tenant.search(ask()).await;
    let keys: Vec<&String> = found[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["/root/id", "/work/reportsTo"]);
    tenant.hibob.edit(|_, o| {
        o.nested = true;
        o.slash_keys = SlashKeys::Never;
        o.rewrite = Some(Rewrite::new(|record| record["id"] = json!(7)));
    });
    let found = tenant.search(ask()).await;
    let head = tenant.hibob.read(|c| c.people[0].clone());
    assert_eq!(
        found[0],
        json!({
            "id": 7,
            "secondName": null,
            "work": {"reportsTo": {
                "id": head.id, "firstName": head.first_name, "surname": head.last_name,
                "email": head.email, "displayName": head.display_name,
            }},
        })
    );
    tenant
        .hibob
        .edit(|_, o| o.raw_search = Some(json!({"people": []})));
    let body: Value = tenant
        .post("/people/search", ask())
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(body, json!({"people": []}));
}

#[tokio::test]
async fn filters_take_one_equality_on_id_or_email() {
    let tenant = default_tenant();
    let email = tenant.hibob.read(|c| c.people[2].email.clone());
    let by_email = json!({
        "fields": ["root.email"],
        "filters": [{"fieldPath": "root.email", "operator": "equals", "values": [email]}],
    });
    let found = tenant.search(by_email).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["email"], json!(email));
}

#[tokio::test]
async fn bad_requests_are_refused_with_the_reason() {
    let tenant = default_tenant();
    let filter = |path: &str, operator: &str, values: Value| json!({"filters": [{"fieldPath": path, "operator": operator, "values": values}]});
    let too_many: Vec<String> = (0..401).map(|n| format!("work.f{n}")).collect();
    let cases = [
        (
            json!({"filters": []}),
            "filters must contain exactly one filter",
        ),
        (
            filter("work.site", "equals", json!(["x"])),
            "Filtering by this field is not supported",
        ),
        (
            filter("root.id", "contains", json!(["x"])),
            "Operator is not supported",
        ),
        (
            filter("root.id", "equals", json!([])),
            "values must contain at least one string",
        ),
        (
            json!({"filters": [{"operator": "equals"}]}),
            "Missing required field: fieldPath",
        ),
        (
            json!({"fields": too_many}),
            "fields must not contain more than 400 items",
        ),
        (json!({"fields": [1]}), "fields must contain strings"),
        (
            json!({"humanReadable": "YES"}),
            "humanReadable must be APPEND or REPLACE",
        ),
        (
            json!({"showInactive": "true"}),
            "showInactive must be a boolean",
        ),
        (json!([]), "The request body must be an object"),
    ];
    for (body, reason) in cases {
        let response = tenant.post("/people/search", body).await;
        assert_eq!(response.status(), 400, "{reason}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body, json!({"key": "bad_request", "error": reason}));
    }
    let exactly: Vec<String> = (0..400).map(|n| format!("work.f{n}")).collect();
    let response = tenant
        .post("/people/search", json!({"fields": exactly}))
        .await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn one_person_comes_bare_by_id_or_email() {
    let tenant = default_tenant();
    let (id, email) = tenant
        .hibob
        .read(|c| (c.people[3].id.clone(), c.people[3].email.clone().unwrap()));
    for key in [&id, &email] {
        let response = tenant
            .post(&format!("/people/{key}"), json!({"fields": ["root.email"]}))
            .await;
        let person: Value = response.json().await.unwrap();
        assert_eq!(
            (&person["id"], &person["email"]),
            (&json!(id), &json!(email))
        );
    }
    let response = tenant.post("/people/absent", json!({})).await;
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers().get("content-type"), None);
}

#[tokio::test]
async fn extra_people_come_as_they_are_and_edits_show_at_once() {
    let tenant = default_tenant();
    let cases = tenant.hibob.read(edge::people);
    let slugs: HashSet<&str> = cases.iter().map(|c| c.case.as_str()).collect();
    assert_eq!(slugs.len(), cases.len());
    assert!(cases.len() >= 40, "{}", cases.len());
    let ask = || json!({"fields": ["root.id", "root.displayName"], "showInactive": true});
    assert_eq!(tenant.search(ask()).await.len(), PEOPLE);
    let records: Vec<Value> = cases.into_iter().map(|c| c.record).collect();
    tenant.hibob.edit(|company, options| {
        options.extra_people = records.clone();
        let id = company.people[0].id.clone();
        company.rename_person(&id, "Renamed", "Head");
        let last = company.people[PEOPLE - 1].id.clone();
        company.remove_people(|p| p.id == last);
    });
    let found = tenant.search(ask()).await;
    assert_eq!(found[0]["displayName"], "Renamed Head");
    assert_eq!(found[PEOPLE - 1..], records);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let ask = || json!({"showInactive": true, "humanReadable": "APPEND"});
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let tenant = default_tenant();
        for _ in 0..2 {
            let response = tenant.post("/people/search", ask()).await;
            bodies.push(response.bytes().await.unwrap());
        }
    }
    assert!(bodies[0].len() > 50_000);
    assert!(bodies.iter().all(|b| *b == bodies[0]));
}

#[tokio::test]
async fn an_empty_company_is_an_empty_array() {
    let hibob = HiBob::new(Company::generate(0, 1), HiBobOptions::default());
    let running = Sandbox::new().start(&hibob).unwrap();
    let request =
        connector_testkit::client::plain().post(format!("{}/v1/people/search", running.base_url()));
    let request = request.basic_auth(SERVICE_USER_ID, Some(SERVICE_USER_TOKEN));
    let response = request.json(&json!({})).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.text().await.unwrap(), r#"{"employees":[]}"#);
}
