//! Access tokens, and requests for them that are refused.

use std::time::Duration;

use baton_personio_sandbox::{CLIENT_ID, CLIENT_SECRET, TokenOptions};
use serde_json::json;

use crate::tenant::tenant;

#[tokio::test]
async fn a_token_stays_the_same_until_its_end() {
    let tenant = tenant();
    let first = tenant.token().await;
    assert_eq!(first["token_type"], "Bearer");
    assert_eq!(first["expires_in"], 86_400);
    tenant.clock.advance(Duration::from_secs(86_000));
    let later = tenant.token().await;
    assert_eq!(later["access_token"], first["access_token"]);
    assert_eq!(later["expires_in"], 400);
    tenant.clock.advance(Duration::from_secs(400));
    let old = first["access_token"].as_str().unwrap();
    assert_eq!(tenant.get_with("/v2/persons", old).await.status(), 401);
    assert_ne!(tenant.token().await["access_token"], first["access_token"]);
    assert_eq!(tenant.personio.tokens_handed_out(), 3);
}

#[tokio::test]
async fn token_requests_that_are_refused() {
    let tenant = tenant();
    let id = format!("client_id={CLIENT_ID}");
    let good = format!("{id}&client_secret={CLIENT_SECRET}&grant_type=client_credentials");
    for (form, error) in [
        (format!("{good}x"), "unsupported_grant_type"),
        (good.replace(CLIENT_SECRET, "wrong"), "invalid_client"),
        (
            format!("{good}&scope=personio:person:read"),
            "invalid_scope",
        ),
        (id, "invalid_request"),
    ] {
        let (status, answer) = tenant.mint(&form).await;
        assert_eq!((status, &answer["error"]), (400, &json!(error)), "{form}");
    }
    let missing = tenant.mint("grant_type=client_credentials").await.1;
    let expected = json!(["client_id", "client_secret"]);
    assert_eq!(missing["meta"]["missing_parameters"], expected);

    let url = format!("{}/v2/auth/token", tenant.running.base_url());
    let as_json = tenant
        .client
        .post(&url)
        .json(&json!({"client_id": CLIENT_ID}));
    assert_eq!(as_json.send().await.unwrap().status(), 400);
    let in_query = tenant.client.post(format!("{url}?{good}"));
    assert_eq!(in_query.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn revoked_and_dead_tokens() {
    let tenant = tenant();
    let first = tenant.token().await;
    tenant.personio.revoke_tokens();
    let old = first["access_token"].as_str().unwrap();
    assert_eq!(tenant.get_with("/v2/persons", old).await.status(), 401);
    assert_eq!(tenant.get("/v2/persons").await.0, 200);
    tenant.personio.edit(|_, o| {
        o.tokens = TokenOptions {
            dead: true,
            ..TokenOptions::default()
        };
    });
    let (one, two) = (tenant.token().await, tenant.token().await);
    assert_eq!(one["access_token"], two["access_token"]);
    let (status, body) = tenant.get("/v2/persons").await;
    assert_eq!(
        (status, &body["errors"][0]["detail"]),
        (401, &json!("Unauthorized Request"))
    );
}
