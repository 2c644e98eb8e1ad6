//! What is sent: headers, credentials, and the requests that follow a redirect.

mod common;

use common::{Server, answer, json};
use connector_core::ErrorKind;
use connector_http::{Auth, Call};
use serde_json::{Value, json as object};

fn call() -> Call {
    Call::get("people")
}

#[tokio::test]
async fn a_content_type_comes_only_with_a_body() {
    let server = Server::start(|_, _| json(200, "{}")).await;
    let mut bench = server.bench();
    bench.options = bench.options.header("x-app", "TEST");
    let client = bench.client();
    let _: Value = client.json(call().query("a b", "c&d")).await.unwrap();
    let _: Value = client
        .json(Call::post("people").json(&object!({})))
        .await
        .unwrap();
    let hits = server.hits();
    assert_eq!(hits[0].uri, "/v1/people?a+b=c%26d");
    let headers = [
        "content-type",
        "accept",
        "user-agent",
        "x-app",
        "cookie",
        "referer",
    ];
    let sent = |i: usize| headers.map(|name| hits[i].header(name));
    let common = [
        Some("application/json"),
        Some("baton-test/1"),
        Some("TEST"),
        None,
        None,
    ];
    assert_eq!((sent(0)[0], &sent(0)[1..]), (None, &common[..]));
    assert_eq!(
        (sent(1)[0], &sent(1)[1..]),
        (Some("application/json"), &common[..])
    );
}

#[tokio::test]
async fn credentials_are_sent_as_their_kind_says() {
    let server = Server::start(|_, _| json(200, "{}")).await;
    for (auth, name, expected) in [
        (Auth::None, "authorization", None),
        (
            Auth::Basic {
                user: "SERVICE-1".into(),
                password: "tok".into(),
            },
            "authorization",
            Some("Basic U0VSVklDRS0xOnRvaw=="),
        ),
        (
            Auth::Header {
                name: "Circle-Token",
                value: "tok".into(),
            },
            "circle-token",
            Some("tok"),
        ),
    ] {
        let mut bench = server.bench();
        bench.options.auth = auth;
        let _: Value = bench.client().json(call()).await.unwrap();
        assert_eq!(server.hits().last().unwrap().header(name), expected);
    }
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed() {
    let server = Server::start(|_, hit| match hit.uri.path() {
        "/v1/people" => answer(302, &[("location", "/v2/people?x=1#top")], ""),
        "/v2/people" => answer(307, &[("location", "../v3/people")], ""),
        _ => json(200, r#"{"ok":1}"#),
    })
    .await;
    let client = server.bench().client();
    let value: Value = client.json(call()).await.unwrap();
    assert_eq!(value, object!({"ok": 1}));
    let hits = server.hits();
    assert_eq!(hits.len(), 3);
    assert_eq!(client.requests(), 3);
    assert_eq!(hits[1].uri.query(), Some("x=1"));
    assert!(
        hits.iter()
            .all(|hit| hit.header("authorization") == Some("Bearer hunter2-very-secret"))
    );
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_refused() {
    let other = Server::start(|_, _| json(200, "{}")).await;
    let location = format!("http://{}/v1/people", other.address);
    let server = Server::start(move |_, _| answer(307, &[("location", &location)], "")).await;
    let error = server
        .bench()
        .client()
        .json::<Value>(call())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
    assert_eq!(
        error.message(),
        "Vendor answered 307 and redirects to another origin (127.0.0.1)"
    );
    assert_eq!((server.count(), other.count()), (1, 0));
}

#[tokio::test]
async fn redirects_end() {
    let server = Server::start(|_, _| answer(302, &[("location", "/v1/people")], "")).await;
    let error = server
        .bench()
        .client()
        .json::<Value>(call())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
    assert_eq!(server.count(), 6);
    let nowhere = Server::start(|_, _| answer(301, &[], "")).await;
    let error = nowhere
        .bench()
        .client()
        .json::<Value>(call())
        .await
        .unwrap_err();
    assert_eq!(
        error.message(),
        "Vendor answered 301, a redirect that leads nowhere"
    );
}

#[tokio::test]
async fn a_redirected_post_keeps_its_body_or_is_refused() {
    for (status, hits) in [(308, 2), (302, 1)] {
        let server = Server::start(move |n, _| match n {
            0 => answer(status, &[("location", "/elsewhere")], ""),
            _ => json(200, "{}"),
        })
        .await;
        let post = Call::post("people")
            .json(&object!({"a": 1}))
            .safe_to_repeat();
        let result = server.bench().client().json::<Value>(post).await;
        assert_eq!(result.is_ok(), hits == 2);
        assert_eq!(server.count(), hits);
        assert!(server.hits().iter().all(|hit| hit.body == r#"{"a":1}"#));
    }
}
