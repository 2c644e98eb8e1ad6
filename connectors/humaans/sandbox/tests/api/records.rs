//! Job roles, edge cases, and edits.

use std::collections::{HashMap, HashSet};

use baton_humaans_sandbox::{HumaansOptions, edge};
use serde_json::{Value, json};

use crate::tenant::{PEOPLE, Tenant};

#[tokio::test]
async fn job_roles_are_a_history() {
    let tenant = Tenant::with(HumaansOptions::default());
    let mut roles = Vec::new();
    loop {
        let path = format!("/api/job-roles?$limit=100&$skip={}", roles.len());
        let page = tenant.json(&path).await;
        let data = page["data"].as_array().unwrap().clone();
        if data.is_empty() {
            break;
        }
        roles.extend(data);
    }
    let ids: HashSet<&str> = roles.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), roles.len());
    assert!(ids.iter().all(|id| id.len() == 24));
    let mut of: HashMap<&str, Vec<&Value>> = HashMap::new();
    for role in &roles {
        of.entry(role["personId"].as_str().unwrap())
            .or_default()
            .push(role);
    }
    assert_eq!(of.len(), PEOPLE);
    assert!(of.values().any(|r| r.len() >= 3));
    let from = |role: &Value| role["effectiveDate"].as_str().unwrap().to_owned();
    let newest_first = |r: &Vec<&Value>| r.windows(2).all(|w| from(w[0]) > from(w[1]));
    assert!(of.values().all(newest_first));
    let today = tenant.humaans.read(|c| c.today.to_string());
    let promised = roles.iter().filter(|r| from(r) > today).count();
    assert!(promised > 5, "{promised}");
    let (person, many) = of.iter().find(|(_, r)| r.len() >= 2).unwrap();
    let path = format!("/api/job-roles?personId={person}");
    assert_eq!(tenant.total(&path).await, many.len());
    let on = tenant
        .json(&format!("{path}&$asOf={}", from(many[1])))
        .await;
    assert_eq!(on["data"], json!([many[1]]));
    let one = tenant
        .json(&format!(
            "/api/job-roles/{}",
            many[0]["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(one, *many[0]);
    let later = tenant
        .total(&format!("/api/job-roles?effectiveDate[$gt]={today}"))
        .await;
    assert_eq!(later, promised);
}

#[tokio::test]
async fn extra_records_and_edits_show_at_once() {
    let tenant = Tenant::with(HumaansOptions::default());
    let active = tenant.total("/api/people").await;
    let cases = edge::cases();
    let slugs: HashSet<&str> = cases.iter().map(|c| c.case.as_str()).collect();
    assert_eq!(slugs.len(), cases.len());
    assert!(cases.len() >= 45, "{}", cases.len());
    tenant.humaans.edit(|company, options| {
        edge::add_all(options);
        company.people[0].first_name = "Renamed".to_owned();
    });
    assert_eq!(tenant.json("/api/me").await["firstName"], "Renamed");
    let extra = cases.iter().filter_map(|c| c.person.as_ref());
    let extra = extra.filter(|p| p["status"] == "active").count();
    assert_eq!(tenant.total("/api/people").await, active + extra);
    let role = tenant
        .json(&format!(
            "/api/job-roles/{}",
            edge::role_id("title-null", 0)
        ))
        .await;
    assert_eq!(role["jobTitle"], Value::Null);
    let raw = json!({"people": []});
    tenant.humaans.edit(|_, o| o.raw_people = Some(raw.clone()));
    assert_eq!(tenant.json("/api/people").await, raw);
}
