//! What an answer must be, and the errors for those that are not.

mod common;

use common::{Bench, SECRET, Server, answer, json, raw};
use connector_core::ErrorKind;
use connector_http::{ArrayAt, Call};
use serde::Deserialize;
use serde_json::{Value, json as object};

fn call() -> Call {
    Call::get("people")
}

/// The error of one call that is answered so.
async fn error_of(response: fn() -> axum::response::Response) -> connector_core::Error {
    let server = Server::start(move |_, _| response()).await;
    let bench = server.bench();
    let error = bench.client().json::<Value>(call()).await.unwrap_err();
    assert_eq!(server.count(), 1, "not tried again");
    error
}

#[tokio::test]
async fn a_web_page_is_not_an_answer() {
    let error = error_of(|| {
        answer(
            200,
            &[("content-type", "text/html; charset=utf-8")],
            "<html>",
        )
    })
    .await;
    assert_eq!(error.kind(), ErrorKind::Contract);
    assert_eq!(
        error.message(),
        "Vendor answered 200 with a web page instead of JSON"
    );
    assert!(error.hint_text().unwrap().contains("/v1"));
    let error = error.override_hint("other");
    assert_eq!(error.hint_text(), Some("other"));
}

#[tokio::test]
async fn other_content_types_are_refused_even_with_json_in_them() {
    let error = error_of(|| answer(200, &[("content-type", "text/plain")], "{}")).await;
    assert_eq!(
        error.message(),
        "Vendor answered 200 with text/plain instead of JSON"
    );
    let error = error_of(|| answer(204, &[], "")).await;
    assert_eq!(
        error.message(),
        "Vendor answered 204 with an answer without content type instead of JSON"
    );
}

#[tokio::test]
async fn json_by_other_names_is_accepted() {
    let server = Server::start(|_, _| {
        answer(
            200,
            &[("content-type", "Application/Problem+JSON; v=1")],
            "{}",
        )
    })
    .await;
    let value: Value = server.bench().client().json(call()).await.unwrap();
    assert_eq!(value, object!({}));
}

#[tokio::test]
async fn a_cut_or_odd_document_is_not_repeated_in_the_message() {
    #[derive(Debug, Deserialize)]
    struct People {
        #[expect(dead_code, reason = "only decoding counts")]
        id: u8,
    }
    for (body, expected) in [
        (
            r#"{"id":"SECRET"}"#,
            "the answer of Vendor does not fit: at `id`: found string, expected u8",
        ),
        (
            r#"{"name":"SECRET"}"#,
            "the answer of Vendor does not fit: missing field `id`",
        ),
        (
            r#"{"id": 1"#,
            "the answer of Vendor does not fit: it breaks off",
        ),
    ] {
        let server = Server::start(move |_, _| json(200, body)).await;
        let error = server
            .bench()
            .client()
            .json::<People>(call())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Contract, expected)
        );
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    for length_known in [true, false] {
        let server = Server::start(move |_, _| {
            let body = vec![b' '; 3 << 20];
            if length_known {
                return json(200, body);
            }
            let pieces = body
                .chunks(1 << 16)
                .map(|c| Ok::<_, std::io::Error>(c.to_vec()));
            let pieces: Vec<_> = pieces.collect();
            json(
                200,
                axum::body::Body::from_stream(futures_util::stream::iter(pieces)),
            )
        })
        .await;
        let mut bench = server.bench();
        bench.options.max_document = 2 << 20;
        let error = bench.client().json::<Value>(call()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Contract);
        assert_eq!(
            error.message(),
            "the answer of Vendor is larger than the limit of 2 MiB"
        );
        assert_eq!(server.count(), 1);
    }
}

/// `{"a":1}` packed by gzip.
const PACKED: [u8; 27] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x4a, 0x54, 0xb2, 0x32,
    0xac, 0x05, 0x00, 0xaf, 0xac, 0x1b, 0x56, 0x07, 0x00, 0x00, 0x00,
];

#[tokio::test]
async fn packed_answers_are_unpacked() {
    let headers = [
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
    ];
    let server = Server::start(move |_, hit| {
        assert_eq!(hit.header("accept-encoding"), Some("gzip"));
        answer(200, &headers, PACKED.to_vec())
    })
    .await;
    let value: Value = server.bench().client().json(call()).await.unwrap();
    assert_eq!(value, object!({"a": 1}));

    let broken = Server::start(move |_, _| answer(200, &headers, "not packed at all")).await;
    let error = broken
        .bench()
        .client()
        .json::<Value>(call())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
    assert_eq!(
        error.message(),
        "the answer of Vendor cannot be decompressed"
    );
    assert_eq!(broken.count(), 1);
}

#[tokio::test]
async fn a_probe_takes_refusals_as_data() {
    let server = Server::start(|n, _| match n {
        0 => json(403, format!(r#"{{"error":"no access for {SECRET}"}}"#)),
        1 => answer(503, &[], ""),
        2 => answer(
            200,
            &[("content-type", "text/html"), ("x-kind", "page")],
            "<html>",
        ),
        _ => json(200, r#"{"a":1}"#),
    })
    .await;
    let bench = server.bench();
    let client = bench.client();

    let refused = client.response(call().during("probing")).await.unwrap();
    assert_eq!((refused.status(), refused.is_success()), (403, false));
    assert_eq!(refused.message(), Some("no access for [redacted]"));
    let error = refused.ok().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);
    assert_eq!(
        error.to_string(),
        "probing: Vendor answered 403: no access for [redacted]"
    );

    let page = client.response(call()).await.unwrap();
    assert_eq!(server.count(), 3, "503 is tried again");
    assert_eq!(
        (page.status(), page.header("x-kind"), page.body()),
        (200, Some("page"), &b"<html>"[..])
    );
    assert_eq!(
        page.json::<Value>().unwrap_err().kind(),
        ErrorKind::Contract
    );

    let good = client.response(call()).await.unwrap().ok().unwrap();
    assert_eq!(good.json::<Value>().unwrap(), object!({"a": 1}));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_read_again() {
    let cut =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{\"a\"";
    let good =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{\"a\":1}";
    let (address, count) = raw(vec![cut.to_vec(), good.to_vec()]).await;
    let value: Value = Bench::new(common::base(address))
        .client()
        .json(call())
        .await
        .unwrap();
    assert_eq!(value, object!({"a": 1}));
    assert_eq!(*count.lock().unwrap(), 2);

    let (address, count) = raw(vec![cut.to_vec()]).await;
    let bench = Bench::new(common::base(address));
    let error = bench.client().json::<Value>(call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upstream);
    assert_eq!(
        error.message(),
        "the connection to Vendor broke off: the answer is not complete (gave up after 5 tries)"
    );
    assert_eq!(*count.lock().unwrap(), 5);
}

#[tokio::test]
async fn every_failure_of_a_client_passes_through_its_hook_once() {
    let server = Server::start(|n, _| match n {
        3 => json(200, r#"{"wrong":[]}"#),
        _ => json(403, "{}"),
    })
    .await;
    let mut bench = server.bench();
    bench.options = bench.options.explain(|error| {
        let hint = format!(
            "{} hook for {:?}",
            error.hint_text().unwrap_or_default(),
            error.operation()
        );
        error.override_hint(hint)
    });
    let client = bench.client();
    let call = || call().during("asking");

    let whole = client.json::<Value>(call()).await.unwrap_err();
    let mut rows = client.array::<Value>(call(), ArrayAt::Root);
    let streamed = rows.next().await.unwrap_err();
    let probed = client.response(call()).await.unwrap();
    let probed = probed.ok().unwrap_err();
    let wrong = client.json::<Vec<u8>>(call()).await.unwrap_err();
    for error in [whole, streamed, probed, wrong] {
        let hint = error.hint_text().unwrap();
        assert_eq!(
            hint.matches("hook for Some(\"asking\")").count(),
            1,
            "{hint}"
        );
    }
}
