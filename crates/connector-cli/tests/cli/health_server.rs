//! The health endpoints over real connections, and the `health-check` command against them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use connector_cli::health::{self, Probe};
use connector_core::clock::TestClock;
use connector_core::error::{Error, ErrorKind, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::Cli;

const NOW: &str = "2026-03-01T12:00:00Z";

/// A connector whose health the test sets.
#[derive(Default)]
struct Patient {
    absent: AtomicBool,
    refused: AtomicBool,
    hangs: AtomicBool,
    asked: AtomicUsize,
}

#[derive(Clone)]
struct Shared(Arc<Patient>);

impl Probe for Shared {
    fn ready(&self) -> bool {
        !self.0.absent.load(Ordering::Relaxed)
    }

    async fn validate(&self) -> Result<()> {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        if self.0.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        if self.0.refused.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Credential, "the token is bad"));
        }
        Ok(())
    }
}

struct Service {
    patient: Arc<Patient>,
    clock: Arc<TestClock>,
    port: u16,
}

impl Service {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let patient = Arc::new(Patient::default());
        let clock = TestClock::at(NOW.parse().unwrap());
        tokio::spawn(health::serve(
            listener,
            Shared(patient.clone()),
            clock.clone(),
        ));
        Self {
            patient,
            clock,
            port,
        }
    }

    async fn send(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// The status code and the body of a GET.
    async fn get(&self, path: &str) -> (u16, String) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let answer = self.send(&request).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let length = format!("Content-Length: {}", body.len());
        assert!(head.lines().any(|line| line == length), "{answer}");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    fn asked(&self) -> usize {
        self.patient.asked.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn a_well_connector() {
    let service = Service::start().await;
    for (path, word) in [
        ("/health", "healthy"),
        ("/ready", "ready"),
        ("/live", "alive"),
    ] {
        let (status, body) = service.get(path).await;
        let expected = format!("{{\"status\":\"{word}\",\"timestamp\":\"{NOW}\"}}\n");
        assert_eq!((status, body), (200, expected), "{path}");
    }
    assert_eq!(service.asked(), 1, "only /health asks the vendor");
}

#[tokio::test]
async fn a_refused_credential() {
    let service = Service::start().await;
    service.patient.refused.store(true, Ordering::Relaxed);
    let (status, body) = service.get("/health").await;
    assert_eq!(status, 503);
    assert_eq!(
        body,
        format!(
            "{{\"status\":\"unhealthy\",\"timestamp\":\"{NOW}\",\"details\":\
             {{\"error\":\"connector validation failed\",\"validation_error\":\"the token is bad\"}}}}\n"
        )
    );
    assert_eq!(service.get("/ready").await.0, 200);
    assert_eq!(service.get("/live").await.0, 200);
}

#[tokio::test]
async fn no_connector_yet() {
    let service = Service::start().await;
    service.patient.absent.store(true, Ordering::Relaxed);
    for (path, word) in [("/health", "unhealthy"), ("/ready", "not_ready")] {
        let (status, body) = service.get(path).await;
        let expected = format!(
            "{{\"status\":\"{word}\",\"timestamp\":\"{NOW}\",\"details\":\
             {{\"error\":\"failed to get connector client\"}}}}\n"
        );
        assert_eq!((status, body), (503, expected), "{path}");
    }
    assert_eq!(service.get("/live").await.0, 200);
    assert_eq!(service.asked(), 0);
}

#[tokio::test]
async fn the_vendor_is_asked_once_a_minute() {
    let service = Service::start().await;
    for _ in 0..3 {
        assert_eq!(service.get("/health").await.0, 200);
    }
    service.patient.refused.store(true, Ordering::Relaxed);
    service.clock.advance(Duration::from_secs(59));
    assert_eq!(service.get("/health").await.0, 200);
    assert_eq!(service.asked(), 1);
    service.clock.advance(Duration::from_secs(1));
    assert_eq!(service.get("/health").await.0, 503);
    assert_eq!(service.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_hangs_is_asked_once_by_all_and_holds_nothing_else_up() {
    let service = Service::start().await;
    service.patient.hangs.store(true, Ordering::Relaxed);
    let (one, two, live) = tokio::join!(
        service.get("/health"),
        service.get("/health"),
        service.get("/live")
    );
    assert!(
        one.1
            .contains("\"validation_error\":\"no answer within 30 s\""),
        "{}",
        one.1
    );
    assert_eq!((one.0, two.0, live.0), (503, 503, 200));
    assert_eq!(service.asked(), 1);
}

#[tokio::test]
async fn other_requests_are_refused() {
    let service = Service::start().await;
    assert_eq!(service.get("/").await.0, 404);
    assert_eq!(service.get("/live?verbose").await.0, 200);
    let answer = service.send("POST /health HTTP/1.1\r\n\r\n").await;
    assert!(
        answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"),
        "{answer}"
    );
    assert!(answer.contains("\r\nAllow: GET, HEAD\r\n"), "{answer}");
    let answer = service.send("HEAD /live HTTP/1.1\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    for odd in ["\r\n\r\n", "GET /live\r\n\r\n", &"x".repeat(8 << 10)] {
        let answer = service.send(odd).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    assert_eq!(service.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_is_left_after_ten_seconds() {
    let service = Service::start().await;
    let before = tokio::time::Instant::now();
    assert_eq!(service.send("GET /li").await, "");
    assert_eq!(before.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn silent_clients_keep_others_waiting_no_longer_than_that() {
    let service = Service::start().await;
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(
            TcpStream::connect(("127.0.0.1", service.port))
                .await
                .unwrap(),
        );
    }
    assert_eq!(service.get("/live").await.0, 200);
}

#[tokio::test]
async fn the_command_asks_the_server() {
    let service = Service::start().await;
    let port = service.port.to_string();
    let check = async || {
        let cli = Cli::bare(&["health-check", "--health-check-port", &port]);
        cli.run().await
    };
    let out = check().await;
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    service.patient.absent.store(true, Ordering::Relaxed);
    let out = check().await;
    assert_eq!(out.code, 2);
    assert_eq!(out.stderr, "baton-lake: health check returned status 503\n");
}
