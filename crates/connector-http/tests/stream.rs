//! Arrays that are decoded while they arrive.

mod common;

use std::net::SocketAddr;

use common::{Bench, Server, answer, json, raw};
use connector_core::{ErrorKind, Result};
use connector_http::{ArrayAt, Call, Client, Item};
use serde::Deserialize;

const PEOPLE: ArrayAt = ArrayAt::Key("people");

#[derive(Debug, Deserialize, PartialEq)]
struct Person {
    id: u64,
}

/// What a stream handed over: ids, and `R` for a restart.
async fn items(client: &Client, call: Call, at: ArrayAt) -> (Vec<String>, Result<()>) {
    let mut stream = client.array::<Person>(call.during("listing people"), at);
    let mut items = Vec::new();
    loop {
        match stream.next().await {
            Ok(Some(Item::Row(person))) => items.push(person.id.to_string()),
            Ok(Some(Item::Restarted)) => items.push("R".to_owned()),
            Ok(None) => break,
            Err(e) => {
                assert!(
                    matches!(stream.next().await, Ok(None)),
                    "an error ends the stream"
                );
                return (items, Err(e));
            }
        }
    }
    assert!(matches!(stream.next().await, Ok(None)));
    (items, Ok(()))
}

fn search() -> Call {
    Call::post("people/search").safe_to_repeat()
}

fn head(length: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
        .into_bytes()
}

/// An answer that states `missing` bytes more than it sends.
fn cut(body: &str, missing: usize) -> Vec<u8> {
    [head(body.len() + missing), body.into()].concat()
}

async fn at(address: SocketAddr, call: Call) -> (Vec<String>, Result<()>) {
    items(&Bench::new(common::base(address)).client(), call, PEOPLE).await
}

#[tokio::test]
async fn rows_come_in_order() {
    let server = Server::start(|n, _| match n {
        0 => json(
            200,
            r#"{"total":2,"people":[{"id":1},{"id":2}],"next":null}"#,
        ),
        1 => json(200, r#"[{"id":3}]"#),
        _ => json(200, r#"{"people":[]}"#),
    })
    .await;
    let client = server.bench().client();
    assert_eq!(items(&client, search(), PEOPLE).await.0, ["1", "2"]);
    assert_eq!(items(&client, search(), ArrayAt::Root).await.0, ["3"]);
    let (rows, result) = items(&client, search(), PEOPLE).await;
    assert!(rows.is_empty() && result.is_ok(), "an empty list is a list");
    assert_eq!(client.requests(), 3);
}

#[tokio::test]
async fn a_large_answer_in_many_pieces() {
    // Characters of two, three and four bytes are cut wherever a piece ends.
    let rows: Vec<String> = (0..20_000)
        .map(|id| format!(r#"{{"id":{id},"x":"{{]\"éゆ😀"}}"#))
        .collect();
    let body = format!(r#"{{"people":[{}]}}"#, rows.join(","));
    let server = Server::start(move |_, _| {
        let pieces: Vec<_> = body.as_bytes().chunks(1009).map(<[u8]>::to_vec).collect();
        let pieces = pieces.into_iter().map(Ok::<_, std::io::Error>);
        json(
            200,
            axum::body::Body::from_stream(futures_util::stream::iter(pieces)),
        )
    })
    .await;
    let (rows, result) = items(&server.bench().client(), search(), PEOPLE).await;
    result.unwrap();
    assert!(
        rows.iter().map(String::as_str).eq((0..20_000)
            .map(|id| id.to_string())
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str))
    );
}

#[tokio::test]
async fn documents_that_are_not_what_they_must_be() {
    for (body, rows, message) in [
        (
            r#"{"people":[{"id":1},{"id":2"#,
            1,
            "the answer of Vendor breaks off",
        ),
        (
            r#"{"people":[{"id":1}]"#,
            1,
            "the answer of Vendor breaks off",
        ),
        (
            r#"{"people":[{"id":1}]} x"#,
            1,
            "the answer of Vendor goes on after its end",
        ),
        (
            r#"{"persons":[{"id":1}]}"#,
            0,
            "no `people` list in the answer of Vendor",
        ),
        (
            r#"{"people":{"id":1}}"#,
            0,
            "`people` is not a list in the answer of Vendor",
        ),
        (
            r#"[{"id":1}]"#,
            0,
            "the answer of Vendor is a list, not an object",
        ),
        ("<html>", 0, "the answer of Vendor is not valid JSON"),
        ("", 0, "the answer of Vendor breaks off"),
        (
            r#"{"people":[{"id":1},{"id":"SECRET"}]}"#,
            1,
            "element 1 of `people` of Vendor does not fit: at `id`: found string, expected u64",
        ),
        (
            r#"{"people":[{"name":"SECRET"}]}"#,
            0,
            "element 0 of `people` of Vendor does not fit: missing field `id`",
        ),
    ] {
        let server = Server::start(move |_, _| json(200, body)).await;
        let (items, result) = items(&server.bench().client(), search(), PEOPLE).await;
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Contract, message)
        );
        assert_eq!(error.operation(), Some("listing people"));
        assert_eq!((items.len(), server.count()), (rows, 1), "{body}");
    }
}

#[tokio::test]
async fn an_element_that_is_no_text_is_named() {
    let body = b"{\"people\":[{\"id\":1},{\"id\":2,\"x\":\"\xff\"},{\"id\":3}]}";
    let server = Server::start(move |_, _| json(200, &body[..])).await;
    let (items, result) = items(&server.bench().client(), search(), PEOPLE).await;
    assert_eq!(
        (items, result.unwrap_err().message()),
        (
            vec!["1".to_owned()],
            "element 1 of `people` of Vendor does not fit: it is not valid UTF-8"
        )
    );
}

#[tokio::test]
async fn sizes_are_limited() {
    let server = Server::start(|_, _| {
        json(
            200,
            format!(r#"{{"people":[{{"id":{}1}}]}}"#, " ".repeat(3 << 20)),
        )
    })
    .await;
    let mut bench = server.bench();
    bench.options.max_element = 1 << 20;
    let (_, result) = items(&bench.client(), search(), PEOPLE).await;
    assert_eq!(
        result.unwrap_err().message(),
        "one element of the `people` list of Vendor is larger than the limit of 1 MiB"
    );
    let mut bench = server.bench();
    bench.options.max_body = 2 << 20;
    let (_, result) = items(&bench.client(), search(), PEOPLE).await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
    assert_eq!(
        error.message(),
        "the answer of Vendor is larger than the limit of 2 MiB"
    );
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_read_again_from_its_start() {
    let part = cut(r#"{"people":[{"id":1},{"id":2},{"i"#, 50);
    let whole = cut(r#"{"people":[{"id":1},{"id":2},{"id":3}]}"#, 0);
    let (address, count) = raw(vec![part, whole]).await;
    let (items, result) = at(address, search()).await;
    result.unwrap();
    assert_eq!(items, ["1", "2", "R", "1", "2", "3"]);
    assert_eq!(*count.lock().unwrap(), 2);
}

#[tokio::test]
async fn nothing_is_forgotten_when_no_row_was_handed_over() {
    let (address, _) = raw(vec![
        cut(r#"{"people":["#, 50),
        cut(r#"{"people":[{"id":3}]}"#, 0),
    ])
    .await;
    let (items, result) = at(address, search()).await;
    result.unwrap();
    assert_eq!(items, ["3"]);
}

#[tokio::test]
async fn an_endlessly_broken_answer_ends_after_five_tries() {
    let (address, count) = raw(vec![cut(r#"{"people":[{"id":1},"#, 50)]).await;
    let (items, result) = at(address, search()).await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upstream);
    assert_eq!(items, ["1", "R", "1", "R", "1", "R", "1", "R", "1"]);
    assert_eq!(*count.lock().unwrap(), 5);
}

#[tokio::test]
async fn failures_before_and_within_the_answer_share_one_budget() {
    let broken = cut(r#"{"people":[{"id":1},"#, 50);
    let failing = b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n".to_vec();
    let answers = vec![failing.clone(), broken.clone(), failing, broken];
    let (address, count) = raw(answers).await;
    let (items, result) = at(address, search()).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Upstream);
    assert_eq!(items, ["1", "R", "1", "R", "1"]);
    assert_eq!(*count.lock().unwrap(), 5);
}

#[tokio::test]
async fn a_call_that_must_not_be_repeated_is_not() {
    let (address, count) = raw(vec![cut(r#"{"people":[{"id":1},"#, 50)]).await;
    let (items, result) = at(address, Call::post("people/search")).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Upstream);
    assert_eq!((items.len(), *count.lock().unwrap()), (1, 1));
}

#[tokio::test]
async fn refusals_are_errors_before_any_row() {
    let server = Server::start(|_, _| answer(403, &[], "")).await;
    let (items, result) = items(&server.bench().client(), search(), PEOPLE).await;
    assert!(items.is_empty());
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Permission);
    assert_eq!(server.count(), 1);
}

#[test]
fn a_stream_can_be_used_from_another_thread() {
    fn check<T: Send>(_: T) {}
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let _guard = runtime.enter();
    let client = Bench::new(common::base(([127, 0, 0, 1], 9).into())).client();
    check(items(&client, search(), PEOPLE));
    check(client.json::<Person>(search()));
    check(client.response(search()));
}
