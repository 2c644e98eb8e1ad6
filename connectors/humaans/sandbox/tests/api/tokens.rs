//! Tokens and what they may see, errors, and limits.

use std::time::Duration;

use baton_humaans_sandbox::{
    ApiToken, ErrorCode, HumaansOptions, PeopleDefault, RateLimit, RetryAfter, Scope, TOKEN,
    TokenInfo,
};
use connector_sandbox::company::{Company, Lifecycle};
use connector_sandbox::server::Fake;
use serde_json::{Value, json};

use crate::tenant::Tenant;

#[tokio::test]
async fn environment_and_owner() {
    let tenant = Tenant::with(HumaansOptions::default());
    let origin = tenant.running.base_url();
    assert_eq!(
        tenant.humaans.environment(origin),
        [
            ("BATON_BASE_URL", origin.to_owned()),
            ("BATON_API_TOKEN", TOKEN.to_owned())
        ]
    );
    let me = tenant.json("/api/me").await;
    let info = tenant.json("/api/token-info").await;
    assert_eq!(me["id"], info["personId"]);
    assert_eq!(me["id"].as_str().map(str::len), Some(24));
    assert_eq!(info["scopes"], json!(["public:read", "private:read"]));
    assert_eq!(
        tenant.json("/api/companies").await["data"][0]["id"],
        me["companyId"]
    );
}

#[tokio::test]
async fn a_token_is_needed_and_errors_have_the_vendors_shape() {
    let tenant = Tenant::with(HumaansOptions::default());
    let url = format!("{}/api/me", tenant.running.base_url());
    for request in [
        tenant.client.get(&url),
        tenant.client.get(&url).bearer_auth("other"),
        tenant.client.get(&url).basic_auth("x", Some(TOKEN)),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        let body: Value = response.json().await.unwrap();
        assert_eq!(
            body,
            json!({"id": "req-1", "code": 401, "name": "NotAuthenticated", "message": "Invalid access token"})
        );
    }
    tenant.humaans.edit(|_, o| o.error_code = ErrorCode::Word);
    let (status, body) = tenant.status("/api/people?$limit=many").await;
    assert_eq!((status, &body["code"]), (400, &json!("ValidationError")));
    let (status, body) = tenant.status("/api/people/absent").await;
    assert_eq!((status, &body["name"]), (404, &json!("NotFound")));
    assert_eq!(tenant.status("/api/teams").await.0, 404);
    let page = tenant.get("/people").await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.status(), 200);
    let written = tenant.client.post(format!("{url}x")).bearer_auth(TOKEN);
    assert_eq!(written.send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn a_public_token_sees_current_people_and_no_private_field() {
    for token in [
        ApiToken::full().without(Scope::PrivateRead),
        ApiToken::full().by_non_admin(),
    ] {
        let tenant = Tenant::token(token);
        for status in ["newHire", "offboarded"] {
            assert_eq!(
                tenant.total(&format!("/api/people?status={status}")).await,
                0
            );
        }
        let body = tenant
            .get("/api/people?$limit=250")
            .await
            .text()
            .await
            .unwrap();
        let secrets = tenant.humaans.read(Company::planted_secrets);
        assert!(!secrets.iter().any(|s| body.contains(s.as_str())));
        let page: Value = serde_json::from_str(&body).unwrap();
        assert!(page["data"][0]["email"].is_string());
        assert_eq!(page["data"][0].get("employeeId"), Some(&Value::Null));
        let left = tenant.humaans.read(|c| {
            let left = c
                .people
                .iter()
                .find(|p| p.lifecycle == Lifecycle::Terminated);
            left.map(|p| p.id.clone()).unwrap()
        });
        assert_eq!(
            tenant.status(&format!("/api/people/pRs0n{left}")).await.0,
            404
        );
    }
    let nothing = Scope::NEEDED
        .into_iter()
        .fold(ApiToken::full(), ApiToken::without);
    let tenant = Tenant::token(nothing.with(Scope::DocumentsRead));
    let (status, body) = tenant.status("/api/people").await;
    assert_eq!((status, &body["name"]), (403, &json!("Forbidden")));
    assert_eq!(
        tenant.json("/api/token-info").await["scopes"],
        json!(["documents:read"])
    );
}

#[tokio::test]
async fn private_data_is_planted() {
    let options = HumaansOptions {
        overshare: true,
        people_default: PeopleDefault::All,
        ..HumaansOptions::default()
    };
    let tenant = Tenant::with(options);
    let people = tenant
        .get("/api/people?$limit=250")
        .await
        .text()
        .await
        .unwrap();
    let secrets = tenant.humaans.read(Company::planted_secrets);
    assert_eq!(secrets.iter().find(|s| !people.contains(s.as_str())), None);
    let roles = tenant.get("/api/job-roles").await.text().await.unwrap();
    let salary = tenant.humaans.read(|c| c.people[0].private.salary.clone());
    assert!(roles.contains(&salary));
}

#[tokio::test]
async fn knobs_of_tokens_limits_and_places() {
    let tenant = Tenant::with(HumaansOptions::default());
    tenant
        .humaans
        .edit(|_, o| o.token_info = TokenInfo::Missing);
    assert_eq!(tenant.status("/api/token-info").await.0, 404);
    tenant
        .humaans
        .edit(|_, o| o.token_info = TokenInfo::Raw(json!([1])));
    assert_eq!(tenant.json("/api/token-info").await, json!([1]));
    assert!(tenant.total("/api/locations").await > 1);
    tenant.humaans.edit(|_, o| o.locations_forbidden = true);
    assert_eq!(tenant.status("/api/locations").await.0, 403);
    tenant.humaans.edit(|_, o| o.downgrade_after = Some(5));
    assert!(tenant.total("/api/people?status=offboarded").await > 0);
    assert_eq!(tenant.total("/api/people?status=offboarded").await, 0);
    for (retry_after, header) in [
        (RetryAfter::Seconds, Some("60")),
        (RetryAfter::Garbage, Some("soon")),
        (RetryAfter::Absent, None),
    ] {
        let limited = Tenant::with(HumaansOptions {
            rate_limit: Some(RateLimit {
                requests: 1,
                window: Duration::from_secs(60),
                retry_after,
            }),
            ..HumaansOptions::default()
        });
        limited.json("/api/me").await;
        let refused = limited.get("/api/me").await;
        assert_eq!(refused.status(), 429);
        assert_eq!(
            refused
                .headers()
                .get("retry-after")
                .map(|v| v.to_str().unwrap()),
            header
        );
    }
}
