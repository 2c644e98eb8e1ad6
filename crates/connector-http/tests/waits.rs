//! What the log says of long waits. A binary of its own: tests without a subscriber would switch its lines off.

mod common;

use std::sync::{Arc, Mutex};

use common::{Server, answer, json};
use connector_http::Call;
use serde_json::Value;
use tracing_subscriber::util::SubscriberInitExt as _;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_wait_over_ten_seconds_is_named_once_however_many_calls_wait() {
    for (status, seconds, lines) in [(200, "10", 0), (200, "11", 1), (429, "11", 1)] {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone());
        let _guard = subscriber.set_default();
        let server = Server::start(move |n, _| match n {
            0 => {
                let headers = [
                    ("content-type", "application/json"),
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", seconds),
                ];
                answer(status, &headers, "{}")
            }
            _ => json(200, "{}"),
        })
        .await;
        let client = server.bench().client();
        let _: Value = client.json(Call::get("people")).await.unwrap();
        let calls = (0..5).map(|_| client.json::<Value>(Call::get("people")));
        assert!(
            futures_util::future::join_all(calls)
                .await
                .iter()
                .all(Result::is_ok)
        );
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let found = log
            .lines()
            .filter(|line| line.contains("wait_ms=11000"))
            .count();
        assert_eq!(found, lines, "{status} {seconds}: {log}");
        assert_eq!(
            log.matches("wait_ms").count(),
            lines,
            "{status} {seconds}: {log}"
        );
    }
}
