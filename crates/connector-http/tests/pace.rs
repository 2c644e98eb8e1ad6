//! A pace that adapts to answers, seen from the vendor's side.

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::response::Response;
use common::{Bench, Server, answer, json};
use connector_http::{Call, Client, Pace};
use serde_json::Value;
use tokio::sync::watch;

fn adaptive(server: &Server) -> Bench {
    let mut bench = server.bench();
    bench.options.pace = Pace::adaptive(10, 16);
    bench
}

fn bucket(remaining: u32) -> Response {
    let remaining = remaining.to_string();
    answer(
        200,
        &[
            ("content-type", "application/json"),
            ("x-ratelimit-replenish-rate", "20"),
            ("x-ratelimit-burst-capacity", "60"),
            ("x-ratelimit-requested-tokens", "1"),
            ("x-ratelimit-remaining", &remaining),
        ],
        "{}",
    )
}

async fn person(client: &Client, id: &str) {
    let call = Call::get("persons")
        .segment(id)
        .segment("employments")
        .endpoint("employments");
    client.json::<Value>(call).await.unwrap();
}

#[tokio::test]
async fn a_told_bucket_replaces_the_guess_for_all_paths_of_an_endpoint() {
    let server = Server::start(|n, _| bucket(60 - 1 - n as u32)).await;
    let bench = adaptive(&server);
    let client = bench.client();
    // Six guesses of its root, twice for answers that overtake, are kept: 60 - 8 go through at once.
    for n in 0..60 {
        person(&client, &n.to_string()).await;
    }
    let waits = bench.waits();
    assert_eq!(waits.len(), 8, "{waits:?}");
    assert_eq!(waits[..3], [50, 100, 150]);
}

#[tokio::test]
async fn without_being_told_requests_begin_slowly_and_a_refusal_slows_one_endpoint_down() {
    let server = Server::start(|n, hit| match (n, hit.uri.path()) {
        (3, _) => answer(429, &[], ""),
        _ => json(200, "{}"),
    })
    .await;
    let bench = adaptive(&server);
    let client = bench.client();
    for n in 0..4 {
        person(&client, &n.to_string()).await;
    }
    let waits = bench.waits();
    // Three waits of about a tenth of a second, then at least a second because of the refusal.
    assert_eq!(waits[0], 100);
    assert!(waits[1] < 100 && waits[2] < waits[1], "{waits:?}");
    assert!(waits[3] >= 1_000, "{waits:?}");
    assert_eq!(server.count(), 5);
    let before = bench.waits().len();
    client.json::<Value>(Call::get("other")).await.unwrap();
    assert_eq!(bench.waits().len(), before, "another endpoint");
}

#[tokio::test]
async fn no_more_than_allowed_are_in_flight_until_the_last_byte() {
    // Answers that are not complete now, and the most there have been.
    let open = Arc::new(Mutex::new((0_u32, 0_u32)));
    let arrived = Arc::new(watch::Sender::new(0));
    let seen = Arc::clone(&open);
    let server = Server::start(move |n, _| {
        let sent = Arc::clone(&seen);
        {
            let mut open = sent.lock().unwrap();
            open.0 += 1;
            open.1 = open.1.max(open.0);
        }
        arrived.send_replace(n + 1);
        // No answer of a group of five ends before all five requests have arrived.
        let mut arrivals = arrived.subscribe();
        let group_is_complete = async move {
            let group = arrivals.wait_for(|arrived| *arrived >= (n / 5 + 1) * 5);
            group.await.map(drop).expect("the server stays");
            // A sixth request, if there were one, would arrive now.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        };
        let group_is_complete = futures_util::FutureExt::shared(group_is_complete);
        let body = futures_util::stream::unfold(0, move |piece| {
            let (sent, group_is_complete) = (Arc::clone(&sent), group_is_complete.clone());
            async move {
                group_is_complete.await;
                if piece == 2 {
                    sent.lock().unwrap().0 -= 1;
                    return None;
                }
                let text = if piece == 0 { "{" } else { "}" };
                Some((Ok::<_, std::io::Error>(text), piece + 1))
            }
        });
        json(200, axum::body::Body::from_stream(body))
    })
    .await;
    let mut bench = server.bench();
    bench.options.pace = Pace::adaptive(10_000, 5);
    let client = bench.client();
    let calls = (0..40).map(|_| client.json::<Value>(Call::get("people")));
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(*open.lock().unwrap(), (0, 5));
}

#[tokio::test]
async fn an_answer_ends_a_wait_it_makes_needless() {
    // A clock on which nothing ever comes due: only answers can end a wait.
    #[derive(Debug)]
    struct Still;
    impl connector_core::clock::Clock for Still {
        fn now(&self) -> jiff::Timestamp {
            jiff::Timestamp::UNIX_EPOCH
        }
        fn elapsed(&self) -> Duration {
            Duration::from_secs(1)
        }
        fn sleep(&self, _: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
            Box::pin(std::future::pending())
        }
    }
    let server = Server::start(|n, _| bucket(60 - 1 - n as u32)).await;
    let mut bench = adaptive(&server);
    bench.options.clock = Arc::new(Still);
    let client = bench.client();
    // One is let through on a guess; the others wait until its answer states that there is room for all.
    let calls = (0..8).map(|_| client.json::<Value>(Call::get("people")));
    let all = futures_util::future::join_all(calls);
    let answers = tokio::time::timeout(Duration::from_secs(10), all).await;
    assert!(answers.unwrap().iter().all(Result::is_ok));
}
