//! OAuth 2 client credentials: when a token is requested, shared, replaced and given up on.

mod common;

use std::time::Duration;

use axum::response::Response;
use common::{Bench, Hit, SECRET, Server, answer, json};
use connector_core::ErrorKind;
use connector_http::{Auth, Call, Client, ClientCredentials};
use serde_json::{Value, json as object};

fn with_grant(server: &Server) -> Bench {
    let mut bench = server.bench();
    let grant = ClientCredentials::new("v2/auth/token", "client-7", SECRET.into());
    bench.options.auth = Auth::ClientCredentials(grant);
    bench
}

fn is_token(hit: &Hit) -> bool {
    hit.uri.path() == "/v1/v2/auth/token"
}

fn tokens(server: &Server) -> usize {
    server.hits().iter().filter(|hit| is_token(hit)).count()
}

fn token(n: usize, lifetime: u64) -> Response {
    json(
        200,
        format!(r#"{{"access_token":"tok-{n}","token_type":"Bearer","expires_in":{lifetime}}}"#),
    )
}

async fn get(client: &Client) -> connector_core::Result<Value> {
    client
        .json(Call::get("persons").during("listing persons"))
        .await
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_replaced_before_its_end() {
    let server = Server::start(|n, hit| match is_token(hit) {
        true => token(n, 160),
        false => json(200, "{}"),
    })
    .await;
    let bench = with_grant(&server);
    let client = bench.client();
    for _ in 0..3 {
        get(&client).await.unwrap();
    }
    bench.clock.advance(Duration::from_secs(99));
    get(&client).await.unwrap();
    assert_eq!((tokens(&server), client.requests()), (1, 5));
    bench.clock.advance(Duration::from_secs(1));
    get(&client).await.unwrap();
    assert_eq!((tokens(&server), client.requests()), (2, 7));

    let hits = server.hits();
    assert_eq!(
        hits[0].body,
        "grant_type=client_credentials&client_id=client-7&client_secret=hunter2-very-secret"
    );
    assert_eq!(
        hits[0].header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(hits[0].header("authorization"), None);
    assert_eq!(hits[1].header("authorization"), Some("Bearer tok-0"));
    assert_eq!(hits[6].header("authorization"), Some("Bearer tok-5"));
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_request_for_a_token() {
    let server = Server::start(|n, hit| match is_token(hit) {
        true => token(n, 86_400),
        false => json(200, "{}"),
    })
    .await;
    let client = with_grant(&server).client();
    let answers = futures_util::future::join_all((0..10).map(|_| get(&client))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((tokens(&server), server.count()), (1, 11));
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let server = Server::start(|n, hit| match (is_token(hit), n) {
        (true, _) => token(n, 86_400),
        (_, 1) => answer(401, &[], ""),
        _ => json(200, r#"{"ok":1}"#),
    })
    .await;
    let bench = with_grant(&server);
    assert_eq!(get(&bench.client()).await.unwrap(), object!({"ok": 1}));
    assert_eq!((tokens(&server), server.count()), (2, 4));
    assert!(bench.waits().is_empty());
}

#[tokio::test]
async fn a_second_refusal_is_final() {
    let server = Server::start(|n, hit| match is_token(hit) {
        true => token(n, 86_400),
        false => answer(401, &[], ""),
    })
    .await;
    let error = get(&with_grant(&server).client()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert_eq!(
        error.to_string(),
        "listing persons: Vendor answered 401 Unauthorized"
    );
    assert_eq!((tokens(&server), server.count()), (2, 4));
}

#[tokio::test]
async fn a_token_refused_to_many_calls_is_replaced_once() {
    let server = Server::start(|n, hit| {
        if is_token(hit) {
            return token(usize::from(n > 0), 86_400);
        }
        match hit.header("authorization") {
            Some("Bearer tok-1") => json(200, "{}"),
            _ => answer(401, &[], ""),
        }
    })
    .await;
    let client = with_grant(&server).client();
    let answers = futures_util::future::join_all((0..6).map(|_| get(&client))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(tokens(&server), 2);
}

#[tokio::test]
async fn a_rejected_client_is_not_tried_again_by_any_call() {
    for status in [400, 401, 403] {
        let server = Server::start(move |_, _| {
            let body =
                format!(r#"{{"error":"invalid_client","error_description":"unknown {SECRET}."}}"#);
            answer(
                status,
                &[("content-type", "application/problem+json")],
                body,
            )
        })
        .await;
        let client = with_grant(&server).client();
        for _ in 0..3 {
            let error = get(&client).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credential);
            assert_eq!(
                error.to_string(),
                format!("getting an access token: Vendor answered {status}: unknown [redacted]")
            );
        }
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_bad_moment_of_the_token_endpoint_passes() {
    let server = Server::start(|n, hit| match n {
        0 => answer(503, &[], ""),
        1 => json(400, r#"{"error":"temporarily_unavailable"}"#),
        2 => answer(429, &[("retry-after", "9")], ""),
        _ if is_token(hit) => json(200, r#"{"access_token":"tok"}"#),
        _ => json(200, "{}"),
    })
    .await;
    let bench = with_grant(&server);
    get(&bench.client()).await.unwrap();
    assert_eq!(server.count(), 5);
    assert_eq!(bench.waits().len(), 3);
    assert_eq!(bench.waits()[2], 9_000);
}

#[tokio::test]
async fn a_wrong_address_or_answer_is_told_apart_from_a_wrong_client() {
    let missing = Server::start(|_, _| answer(404, &[], "")).await;
    let error = get(&with_grant(&missing).client()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);

    let page = Server::start(|_, _| answer(200, &[("content-type", "text/html")], "<html>")).await;
    let error = get(&with_grant(&page).client()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);

    let odd = Server::start(|_, _| json(200, r#"{"token":"SECRET"}"#)).await;
    let error = get(&with_grant(&odd).client()).await.unwrap_err();
    assert_eq!(
        error.message(),
        "the token of Vendor does not fit: missing field `access_token`"
    );
}

#[tokio::test]
async fn a_token_without_lifetime_is_good_for_a_day() {
    let server = Server::start(|_, hit| match is_token(hit) {
        true => json(200, r#"{"access_token":"tok"}"#),
        false => json(200, "{}"),
    })
    .await;
    let bench = with_grant(&server);
    let client = bench.client();
    get(&client).await.unwrap();
    bench.clock.advance(Duration::from_secs(23 * 3600));
    get(&client).await.unwrap();
    assert_eq!(tokens(&server), 1);
    bench.clock.advance(Duration::from_secs(3600));
    get(&client).await.unwrap();
    assert_eq!(tokens(&server), 2);
}

#[tokio::test]
async fn the_same_token_again_is_used_once_and_then_given_up_by_all() {
    // The vendor issues one token until its end, also when its API no longer accepts it.
    let server = Server::start(|_, hit| match is_token(hit) {
        true => token(7, 86_400),
        false => answer(401, &[], ""),
    })
    .await;
    let mut bench = with_grant(&server);
    bench.options.pace = connector_http::Pace::adaptive(10_000, 4);
    let client = bench.client();
    let answers = futures_util::future::join_all((0..12).map(|_| get(&client))).await;
    for answer in answers {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Credential);
    }
    assert_eq!(tokens(&server), 2);
    assert_eq!(
        get(&client).await.unwrap_err().kind(),
        ErrorKind::Credential
    );
    assert_eq!(tokens(&server), 2);
}

#[tokio::test]
async fn nothing_queued_is_sent_once_a_fresh_token_is_refused() {
    let server = Server::start(|n, hit| match is_token(hit) {
        true => token(n, 86_400),
        // One page is listed, then the credential is revoked; tokens are still issued.
        false if n == 1 => json(200, "{}"),
        false => answer(401, &[], ""),
    })
    .await;
    let mut bench = with_grant(&server);
    bench.options.pace = connector_http::Pace::adaptive(10, 16);
    let client = bench.client();
    get(&client).await.unwrap();
    let answers = futures_util::future::join_all((0..100).map(|_| get(&client))).await;
    for answer in answers {
        let error = answer.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
        assert_eq!(
            error.to_string(),
            "listing persons: Vendor answered 401 Unauthorized"
        );
    }
    assert_eq!(tokens(&server), 2);
    let sent = server.count();
    assert!(
        sent <= 3 + 16 + 1,
        "{sent}: more than was under way with the first token, and one call with the second"
    );
    assert_eq!(
        get(&client).await.unwrap_err().kind(),
        ErrorKind::Credential
    );
    assert_eq!(server.count(), sent);
}

#[tokio::test]
async fn a_token_near_its_end_is_used_for_half_of_its_life() {
    let server = Server::start(|n, hit| match is_token(hit) {
        true => token(n, 40),
        false => json(200, "{}"),
    })
    .await;
    let bench = with_grant(&server);
    let client = bench.client();
    for (advance, requests) in [(0, 1), (19, 1), (1, 2)] {
        bench.clock.advance(Duration::from_secs(advance));
        get(&client).await.unwrap();
        assert_eq!(tokens(&server), requests, "{advance}");
    }

    let server = Server::start(|n, hit| match is_token(hit) {
        true => token(n, 0),
        false => json(200, "{}"),
    })
    .await;
    let bench = with_grant(&server);
    let client = bench.client();
    for _ in 0..3 {
        get(&client).await.unwrap();
    }
    assert_eq!(tokens(&server), 1, "not more often than once a second");
    bench.clock.advance(Duration::from_secs(1));
    get(&client).await.unwrap();
    assert_eq!(tokens(&server), 2);
}

#[tokio::test]
async fn absurd_lifetimes_are_bounded() {
    for (stated, requests) in [
        ("18446744073709551615", 1),
        ("1e300", 1),
        ("-9223372036854775808", 2),
        ("-1", 2),
    ] {
        let server = Server::start(move |_, hit| match is_token(hit) {
            true => json(
                200,
                format!(r#"{{"access_token":"tok","expires_in":{stated}}}"#),
            ),
            false => json(200, "{}"),
        })
        .await;
        let bench = with_grant(&server);
        let client = bench.client();
        bench
            .clock
            .advance(Duration::from_secs(u64::from(u32::MAX)));
        get(&client).await.unwrap();
        bench.clock.advance(Duration::from_secs(86_400));
        get(&client).await.unwrap();
        assert_eq!(tokens(&server), requests, "{stated}");
    }
}
