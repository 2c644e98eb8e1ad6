//! What a service user may see.

use crate::tenant::{PEOPLE, Tenant, default_tenant};
use baton_hibob_sandbox::{Audience, Category, HiBobOptions, ServiceUser};
use connector_sandbox::company::{Company, Lifecycle};
use serde_json::{Value, json};

fn user(user: ServiceUser) -> Tenant {
    Tenant::with(HiBobOptions::default().user(user))
}

#[tokio::test]
async fn a_category_that_may_not_be_viewed_is_absent_without_a_word() {
    let fields = json!({
        "fields": ["root.id", "root.email", "about.avatar", "employment.type", "work.department",
                   "internal.lifecycleStatus"],
        "showInactive": true,
        "humanReadable": "APPEND",
    });
    let keys = [
        (Category::Root, "email"),
        (Category::About, "about"),
        (Category::Employment, "employment"),
        (Category::Work, "work"),
        (Category::Lifecycle, "internal"),
    ];
    for (lacking, _) in keys {
        let tenant = user(ServiceUser::full().without(lacking));
        let found = tenant.search(fields.clone()).await;
        assert_eq!(found.len(), PEOPLE);
        for (category, key) in keys {
            let fields = if key == "email" { "root" } else { key };
            let with = found.iter().filter(|e| e.get(key).is_some()).count();
            let flat = found
                .iter()
                .filter(|e| {
                    e.as_object()
                        .unwrap()
                        .keys()
                        .any(|k| k.starts_with(&format!("/{fields}/")))
                })
                .count();
            if category == lacking {
                assert_eq!((with, flat), (0, 0), "{key}");
            } else {
                assert_eq!(with, PEOPLE, "{key}");
                assert!(flat > 0, "{key}");
            }
        }
        assert!(
            found.iter().all(|e| e["id"].is_string()),
            "the id is always there"
        );
    }
}

#[tokio::test]
async fn without_any_permission_people_are_forbidden_and_metadata_is_not() {
    let nothing = Category::NEEDED
        .into_iter()
        .fold(ServiceUser::full(), ServiceUser::without);
    let tenant = user(nothing);
    let response = tenant.post("/people/search", json!({})).await;
    assert_eq!(response.status(), 403);
    assert_eq!(response.text().await.unwrap(), "");
    assert_eq!(tenant.get("/company/people/fields").await.status(), 200);
}

#[tokio::test]
async fn inactive_people_need_the_flag_and_the_audience() {
    let company = Company::generate(PEOPLE, 1);
    let active = company
        .people
        .iter()
        .filter(|p| {
            matches!(
                p.lifecycle,
                Lifecycle::Employed | Lifecycle::GardenLeave | Lifecycle::Custom(_)
            )
        })
        .count();
    let ask = |inactive: bool| json!({"fields": ["root.id"], "showInactive": inactive});
    let all = default_tenant();
    assert_eq!(all.search(ask(false)).await.len(), active);
    assert_eq!(all.search(ask(true)).await.len(), PEOPLE);
    let employed = user(ServiceUser::full().audience(Audience::Employed));
    assert_eq!(employed.search(ask(true)).await.len(), active);
    let blind = user(ServiceUser::full().audience(Audience::Nothing));
    assert!(blind.search(ask(true)).await.is_empty());
}

#[tokio::test]
async fn secrets_come_only_to_who_asks_or_from_a_tenant_that_tells_too_much() {
    let tenant = user(ServiceUser::full().with_everything());
    let secrets = tenant.hibob.read(Company::planted_secrets);
    let body = async |ask: Value| {
        let response = tenant.post("/people/search", ask).await;
        response.text().await.unwrap()
    };
    let plain = body(json!({"showInactive": true, "humanReadable": "APPEND"})).await;
    assert!(!secrets.iter().any(|s| plain.contains(s.as_str())));
    tenant.hibob.edit(|_, o| o.overshare = true);
    let told = body(json!({"fields": ["root.id"], "showInactive": true})).await;
    let missing = secrets.iter().find(|s| !told.contains(s.as_str()));
    assert_eq!(missing, None);
}
