//! What is tried again, how often and after which waits.

mod common;

use std::time::Duration;

use common::{Bench, NOW, Server, answer, json, raw};
use connector_core::ErrorKind;
use connector_http::{Call, Pace};
use serde_json::{Value, json as object};

fn call() -> Call {
    Call::get("people").during("listing people")
}

#[tokio::test]
async fn a_passing_failure_is_tried_again() {
    let server = Server::start(|n, _| match n {
        0 => answer(500, &[], "oops"),
        1 => answer(503, &[("content-type", "text/html")], "<html>"),
        _ => json(200, r#"{"ok":true}"#),
    })
    .await;
    let bench = server.bench();
    let client = bench.client();
    let value: Value = client.json(call()).await.unwrap();
    assert_eq!(value, object!({"ok": true}));
    assert_eq!((server.count(), client.requests()), (3, 3));
    let waits = bench.waits();
    assert_eq!(waits.len(), 2);
    assert!(waits[0] < 500 && waits[1] < 1000, "{waits:?}");
}

#[tokio::test]
async fn a_503_that_states_a_wait_is_a_limit() {
    let server = Server::start(|n, _| match n {
        0..6 => answer(503, &[("retry-after", "30")], ""),
        _ => json(200, r#"{"ok":true}"#),
    })
    .await;
    let bench = server.bench();
    let value: Value = bench.client().json(call()).await.unwrap();
    assert_eq!(value, object!({"ok": true}));
    let waits = bench.waits();
    assert!(
        waits.len() >= 6 && waits.iter().all(|&wait| wait >= 30_000),
        "{waits:?}"
    );

    let server = Server::start(|_, _| answer(503, &[("retry-after", "30")], "")).await;
    let error = server
        .bench()
        .client()
        .json::<Value>(call())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(server.count(), 8);
}

#[tokio::test]
async fn an_endless_failure_ends_after_five_tries() {
    let server = Server::start(|_, _| json(502, r#"{"message":"bad gateway"}"#)).await;
    let bench = server.bench();
    let error = bench.client().json::<Value>(call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upstream);
    assert_eq!(
        error.to_string(),
        "listing people: Vendor answered 502: bad gateway (gave up after 5 tries)"
    );
    assert_eq!(server.count(), 5);
    assert_eq!(bench.waits().len(), 4);
    assert!(bench.waits().iter().sum::<u128>() <= 45_000);
}

#[tokio::test]
async fn the_budget_ends_a_call_whose_tries_are_slow() {
    let server = Server::start(|_, _| answer(500, &[], "")).await;
    let mut bench = server.bench();
    bench.options.retry.base = Duration::from_secs(600);
    bench.options.retry.cap = Duration::from_secs(600);
    let error = bench.client().json::<Value>(call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upstream);
    assert!(server.count() < 5, "{}", server.count());
    assert!(bench.waits().iter().sum::<u128>() <= 45_000);
}

#[tokio::test]
async fn what_will_not_pass_is_asked_once() {
    for (status, kind) in [
        (400, ErrorKind::Contract),
        (401, ErrorKind::Credential),
        (403, ErrorKind::Permission),
        (404, ErrorKind::NotFound),
        (408, ErrorKind::Timeout),
        (422, ErrorKind::Contract),
    ] {
        let server = Server::start(move |_, _| json(status, r#"{"error":"no."}"#)).await;
        let bench = server.bench();
        let error = bench.client().json::<Value>(call()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        let expected = format!("listing people: Vendor answered {status}: no");
        assert_eq!(error.to_string(), expected);
        assert_eq!((server.count(), bench.waits().len()), (1, 0), "{status}");
    }
}

/// The waits of a call that is limited once with `headers` and then answered.
async fn waits_after_429(headers: &'static [(&'static str, &'static str)]) -> Vec<u128> {
    let server = Server::start(move |n, _| match n {
        0 => answer(429, headers, "Rate limited."),
        _ => json(200, "{}"),
    })
    .await;
    let bench = server.bench();
    let _: Value = bench.client().json(call()).await.unwrap();
    assert_eq!(server.count(), 2);
    bench.waits()
}

#[tokio::test]
async fn a_limit_is_obeyed_as_stated() {
    assert_eq!(waits_after_429(&[("retry-after", "17")]).await, [17_000]);
    let date = [("retry-after", "Fri, 15 Jan 2027 08:00:30 GMT")];
    assert_eq!(waits_after_429(Box::leak(Box::new(date))).await, [30_000]);
    assert_eq!(
        waits_after_429(&[("x-ratelimit-reset", "1800000042")]).await,
        [42_000]
    );
    assert_eq!(
        waits_after_429(&[("retry-after", "300")]).await,
        [300_000],
        "five minutes are waited"
    );
}

#[tokio::test]
async fn a_wait_beyond_five_minutes_ends_the_call_at_once_and_is_named() {
    let cases = [
        (429, ("retry-after", "86400"), "24 h 00 min"),
        (
            429,
            ("retry-after", "Fri, 15 Jan 2027 09:00:00 GMT"),
            "1 h 00 min",
        ),
        (429, ("x-ratelimit-reset", "1800000301"), "5 min 01 s"),
        (503, ("retry-after", "3600"), "1 h 00 min"),
        (
            503,
            ("retry-after", "Fri, 15 Jan 2027 09:00:00 GMT"),
            "1 h 00 min",
        ),
    ];
    for (status, header, wait) in cases {
        let server = Server::start(move |_, _| answer(status, &[header], "")).await;
        let bench = server.bench();
        let client = bench.client();
        let error = client.json::<Value>(call()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(error.kind().policy().exit_code, 14);
        let reason = if status == 429 {
            "Too Many Requests"
        } else {
            "Service Unavailable"
        };
        let limit = format!("it allows no request for {wait}, and the longest wait is 5 min 00 s");
        let expected = format!("listing people: Vendor answered {status} {reason}; {limit}");
        assert_eq!(error.to_string(), expected);
        // Nor is another call sent.
        let error = client.json::<Value>(call()).await.unwrap_err();
        let expected = format!("listing people: Vendor is not to be called again: {limit}");
        assert_eq!(error.to_string(), expected);
        assert_eq!((server.count(), bench.waits().len()), (1, 0));
    }
}

#[tokio::test]
async fn a_long_wait_that_a_success_states_ends_the_next_call() {
    let server = Server::start(|_, _| {
        let headers = [
            ("content-type", "application/json"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1800003600"),
        ];
        answer(200, &headers, "{}")
    })
    .await;
    for pace in [Pace::unlimited(), Pace::adaptive(10, 16)] {
        let before = server.count();
        let mut bench = server.bench();
        bench.options.pace = pace;
        let client = bench.client();
        let _: Value = client.json(call()).await.unwrap();
        let calls = (0..20).map(|_| client.json::<Value>(call()));
        for outcome in futures_util::future::join_all(calls).await {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::RateLimited);
            assert_eq!(
                error.message(),
                "Vendor is not to be called again: it allows no request for 1 h 00 min, and the longest wait is 5 min 00 s"
            );
        }
        assert_eq!((server.count() - before, bench.waits().len()), (1, 0));
    }
}

#[tokio::test]
async fn a_limit_without_a_usable_time_backs_off_from_a_second() {
    for headers in [
        &[][..],
        &[("x-ratelimit-reset", "1799999990")],
        &[("retry-after", "soon")],
    ] {
        let waits = waits_after_429(headers).await;
        assert!(
            waits.len() == 1 && (1000..=1500).contains(&waits[0]),
            "{waits:?}"
        );
    }
}

#[tokio::test]
async fn an_endless_limit_ends_after_eight_answers() {
    let server = Server::start(|_, _| answer(429, &[("retry-after", "60")], "")).await;
    let bench = server.bench();
    let error = bench.client().json::<Value>(call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.kind().policy().exit_code, 14);
    assert_eq!(server.count(), 8);
    assert_eq!(bench.waits(), [60_000; 7]);
}

#[tokio::test]
async fn waits_for_a_limit_do_not_use_up_the_budget() {
    let server = Server::start(|n, _| match n {
        0 | 2 => answer(429, &[("retry-after", "200")], ""),
        1 | 3 => answer(500, &[], ""),
        _ => json(200, "{}"),
    })
    .await;
    let bench = server.bench();
    let _: Value = bench.client().json(call()).await.unwrap();
    assert_eq!(server.count(), 5);
}

#[tokio::test]
async fn a_post_is_repeated_only_when_marked() {
    for (marked, count) in [(false, 1), (true, 5)] {
        let server = Server::start(|_, _| answer(500, &[], "")).await;
        let mut call = Call::post("people/search").json(&object!({"fields": []}));
        if marked {
            call = call.safe_to_repeat();
        }
        let error = server
            .bench()
            .client()
            .json::<Value>(call)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Upstream);
        assert_eq!(server.count(), count);
        assert!(
            server
                .hits()
                .iter()
                .all(|hit| hit.body == r#"{"fields":[]}"#)
        );
    }
}

#[tokio::test]
async fn a_limited_post_was_not_worked_on_and_is_repeated() {
    let server = Server::start(|n, _| match n {
        0 => answer(429, &[("retry-after", "1")], ""),
        _ => json(200, "{}"),
    })
    .await;
    let _: Value = server.bench().client().json(Call::post("x")).await.unwrap();
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_even_for_a_post() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let bench = Bench::new(common::base(address));
    let client = bench.client();
    let error = client.json::<Value>(Call::post("x")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upstream);
    assert_eq!(
        error.message(),
        "cannot connect to 127.0.0.1: connection refused (gave up after 5 tries)"
    );
    assert_eq!((client.requests(), bench.waits().len()), (5, 4));
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_tried_again() {
    let good = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    let (address, count) = raw(vec![Vec::new(), good.to_vec()]).await;
    let bench = Bench::new(common::base(address));
    let value: Value = bench.client().json(call()).await.unwrap();
    assert_eq!(value, object!({}));
    assert_eq!(*count.lock().unwrap(), 2);
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_a_time_out() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut bench = Bench::new(common::base(listener.local_addr().unwrap()));
    bench.options.timeout = Duration::from_millis(30);
    let client = bench.client();
    let error = client.json::<Value>(call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.to_string(),
        "listing people: Vendor did not answer in time (gave up after 5 tries)"
    );
    assert_eq!(client.requests(), 5);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_not_asked_again() {
    let (address, count) = raw(vec![b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()]).await;
    let base = connector_http::BaseUrl::parse(&format!("https://{address}")).unwrap();
    let bench = Bench::new(base);
    let error = bench.client().json::<Value>(call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upstream);
    assert_eq!(
        error.message(),
        "no trusted connection to 127.0.0.1: what answers there does not speak TLS"
    );
    assert!(error.hint_text().unwrap().contains("plain HTTP"));
    assert_eq!(*count.lock().unwrap(), 1);
}

#[tokio::test]
async fn the_steady_rate_is_kept() {
    let server = Server::start(|_, _| json(200, "{}")).await;
    let mut bench = server.bench();
    bench.options.pace = Pace::per_minute(10);
    let client = bench.client();
    for _ in 0..4 {
        let _: Value = client.json(call()).await.unwrap();
    }
    assert_eq!(
        bench.waits(),
        [7_500, 7_500],
        "two at once, then eight a minute"
    );
}

#[tokio::test]
async fn the_gate_closes_for_all_calls_when_nothing_is_left() {
    let reset = (NOW + 25).to_string();
    let server = Server::start(move |n, _| {
        let mut response = json(200, "{}");
        let remaining = if n == 1 { "0" } else { "3" };
        let headers = response.headers_mut();
        headers.insert("x-ratelimit-remaining", remaining.parse().unwrap());
        headers.insert("x-ratelimit-reset", reset.parse().unwrap());
        response
    })
    .await;
    let bench = server.bench();
    let client = bench.client();
    for _ in 0..3 {
        let _: Value = client.clone().json(call()).await.unwrap();
    }
    assert_eq!(bench.waits(), [25_000]);
}

#[tokio::test]
async fn many_calls_at_once_all_get_their_answer() {
    let server = Server::start(|n, _| match n {
        3 => answer(429, &[("retry-after", "5")], ""),
        _ => json(200, "{}"),
    })
    .await;
    let mut bench = server.bench();
    bench.options.pace = Pace::per_second(10);
    let client = bench.client();
    let calls = (0..20).map(|_| client.json::<Value>(call()));
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((server.count(), client.requests()), (21, 21));
}
