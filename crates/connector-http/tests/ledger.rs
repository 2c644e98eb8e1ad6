//! What the ledger counts of calls: classes without ids, repetitions, bytes and the hash of the answers that were used.

mod common;

use std::time::Duration;

use common::{Server, answer, json};
use connector_core::ledger::{Ledger, Requests};
use connector_http::{ArrayAt, Call, Item};
use serde_json::Value;

fn class<'a>(all: &'a [Requests], path: &str) -> &'a Requests {
    all.iter()
        .find(|class| class.path == path)
        .expect("a class")
}

#[tokio::test]
async fn calls_are_counted_by_endpoint_and_only_the_answer_that_is_used_is_hashed() {
    let hashes = async |faulty: bool| {
        let server = Server::start(move |n, hit| match (faulty, n) {
            (true, 0 | 2) => answer(500, &[], "later"),
            _ if hit.uri.path().contains("people") => json(200, "[1, 2]"),
            _ => json(200, r#"{"id": 7}"#),
        })
        .await;
        let mut bench = server.bench();
        let ledger = Ledger::hashing();
        bench.options.ledger = ledger.clone();
        let client = bench.client();
        let call = Call::get("users").segment("7").query("all", "true");
        let _: Value = client.json(call).await.unwrap();
        let mut people = client.array::<u64>(Call::get("people"), ArrayAt::Root);
        let mut rows = 0;
        while let Some(item) = people.next().await.unwrap() {
            rows += u64::from(matches!(item, Item::Row(_)));
        }
        assert_eq!(rows, 2);
        assert!(
            bench
                .waits()
                .iter()
                .all(|wait| Duration::from_secs(45).as_millis() > *wait)
        );
        ledger.summary()
    };
    let (plain, faulty) = (hashes(false).await, hashes(true).await);
    let users = class(&plain.requests, "users");
    assert_eq!(
        (users.method.as_str(), users.sent, users.retries),
        ("GET", 1, 0)
    );
    assert_eq!((users.answers, users.bytes), (1, 9));
    assert_eq!(class(&plain.requests, "people").bytes, 6);
    assert_eq!(faulty.retries(), 2);
    for path in ["users", "people"] {
        let (one, other) = (class(&plain.requests, path), class(&faulty.requests, path));
        assert!(one.sha256.is_some());
        assert_eq!(
            (&one.sha256, one.bytes, other.sent),
            (&other.sha256, other.bytes, 2)
        );
    }
    assert!(plain.peers.is_empty(), "nothing was sent over TLS");
}
