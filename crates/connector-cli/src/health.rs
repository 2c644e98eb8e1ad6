//! The HTTP endpoints that report whether a service is well: `/health`, `/ready` and `/live`.
//!
//! Three fixed answers to bodiless requests need no HTTP framework. Every connection carries one request; what a
//! client may send and how long it may take are bounded, so that a port scan cannot hold the service up.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::error::{Error, ErrorKind, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::json::Object;

/// A request with its headers is shorter than this.
const MAX_HEAD: usize = 8 << 10;
/// How long a client may take to send its request.
const HEAD_LIMIT: Duration = Duration::from_secs(10);
/// How long asking the vendor may take.
const VALIDATE_LIMIT: Duration = Duration::from_secs(30);
/// How long an outcome is repeated. Probes come every few seconds and must not use up the vendor's rate limit, or get
/// the address blocked for a credential that is refused again and again.
const KEEP: Duration = Duration::from_secs(60);
/// More clients at once than any orchestrator has; the others wait.
const MAX_CLIENTS: usize = 32;
/// How long to wait after a connection could not be accepted, for example because of too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What the endpoints ask about.
pub trait Probe: Send + Sync + 'static {
    /// Whether there is a connector that could be given work.
    fn ready(&self) -> bool;

    /// Asks the vendor whether credential and permissions still work; the connector's own validation.
    fn validate(&self) -> impl Future<Output = Result<()>> + Send;
}

/// Answers health requests until it is dropped.
///
/// | path | 200 | 503 |
/// |---|---|---|
/// | `/health` | the connector is there and [`Probe::validate`] succeeds within 30 s | otherwise |
/// | `/ready` | [`Probe::ready`] | otherwise |
/// | `/live` | always | |
///
/// The outcome of a validation is repeated for a minute, and requests that come meanwhile wait for the one under way.
pub async fn serve(listener: TcpListener, probe: impl Probe, clock: SharedClock) {
    let health = Arc::new(Health {
        probe,
        last: Mutex::new(None),
        clock,
    });
    let mut clients = JoinSet::new();
    loop {
        while clients.len() >= MAX_CLIENTS {
            // A client that panicked is one less all the same.
            let _ = clients.join_next().await;
        }
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let health = Arc::clone(&health);
                    clients.spawn(async move {
                        // A client that went away needs no answer.
                        let _ = health.attend(stream).await;
                    });
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = clients.join_next() => {}
        }
    }
}

/// What came of the last validation, and when.
struct Found {
    at: Duration,
    outcome: std::result::Result<(), String>,
}

/// What answers the requests.
struct Health<P> {
    probe: P,
    last: Mutex<Option<Found>>,
    clock: SharedClock,
}

/// One HTTP response.
struct Response {
    status: u16,
    reason: &'static str,
    body: Object,
    /// An additional header line with its line end.
    header: &'static str,
}

impl<P: Probe> Health<P> {
    /// Reads one request and answers it.
    async fn attend(&self, mut stream: TcpStream) -> io::Result<()> {
        let head = match tokio::time::timeout(HEAD_LIMIT, head(&mut stream)).await {
            Ok(head) => head?,
            Err(_) => return Ok(()),
        };
        let (answer, with_body) = match request_line(&head) {
            Some(("GET", path)) => (self.answer(path).await, true),
            Some(("HEAD", path)) => (self.answer(path).await, false),
            Some(_) => (self.refusal(405, "Method Not Allowed"), true),
            None => (self.refusal(400, "Bad Request"), true),
        };
        stream.write_all(&answer.bytes(with_body)).await?;
        stream.shutdown().await
    }

    async fn answer(&self, path: &str) -> Response {
        match path.split('?').next().unwrap_or_default() {
            "/health" => match self.health().await {
                Ok(()) => self.well("healthy"),
                Err(details) => self.unwell("unhealthy", details),
            },
            "/ready" if self.probe.ready() => self.well("ready"),
            "/ready" => self.unwell("not_ready", no_connector()),
            "/live" => self.well("alive"),
            _ => self.refusal(404, "Not Found"),
        }
    }

    /// Whether the connector could sync now; otherwise the details to answer with.
    async fn health(&self) -> std::result::Result<(), Object> {
        if !self.probe.ready() {
            return Err(no_connector());
        }
        // Held while the vendor is asked, so that it is asked once however many ask us.
        let mut last = self.last.lock().await;
        let now = self.clock.elapsed();
        let outcome = match &*last {
            Some(found) if now.saturating_sub(found.at) < KEEP => found.outcome.clone(),
            _ => {
                let outcome = self.validate().await.map_err(|e| e.to_string());
                let at = self.clock.elapsed();
                *last = Some(Found {
                    at,
                    outcome: outcome.clone(),
                });
                outcome
            }
        };
        outcome.map_err(|why| {
            let mut details = Object::new();
            details.put("error", "connector validation failed");
            details.put("validation_error", why);
            details
        })
    }

    async fn validate(&self) -> Result<()> {
        match tokio::time::timeout(VALIDATE_LIMIT, self.probe.validate()).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                format!("no answer within {} s", VALIDATE_LIMIT.as_secs()),
            )),
        }
    }

    fn well(&self, status: &str) -> Response {
        self.answered(200, "OK", status, None)
    }

    fn unwell(&self, status: &str, details: Object) -> Response {
        self.answered(503, "Service Unavailable", status, Some(details))
    }

    fn refusal(&self, status: u16, reason: &'static str) -> Response {
        let header = if status == 405 {
            "Allow: GET, HEAD\r\n"
        } else {
            ""
        };
        Response {
            header,
            ..self.answered(status, reason, &reason.to_lowercase(), None)
        }
    }

    fn answered(
        &self,
        status: u16,
        reason: &'static str,
        text: &str,
        details: Option<Object>,
    ) -> Response {
        let mut body = Object::new();
        body.put("status", text);
        body.put("timestamp", self.clock.now().to_string());
        if let Some(details) = details {
            body.put("details", details);
        }
        Response {
            status,
            reason,
            body,
            header: "",
        }
    }
}

impl Response {
    fn bytes(&self, with_body: bool) -> Vec<u8> {
        // An object of texts can always be written.
        let mut body = serde_json::to_string(&self.body).unwrap_or_default();
        body.push('\n');
        let mut text = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\n{}Connection: close\r\n\r\n",
            self.status,
            self.reason,
            body.len(),
            self.header
        );
        if with_body {
            text.push_str(&body);
        }
        text.into_bytes()
    }
}

fn no_connector() -> Object {
    let mut details = Object::new();
    details.put("error", "failed to get connector client");
    details
}

/// Reads up to the empty line that ends the headers, the end of what is sent, or the limit.
async fn head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.windows(4).any(|w| w == b"\r\n\r\n") && head.len() < MAX_HEAD {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    Ok(head)
}

/// Method and target, if it is a complete HTTP/1 request head.
fn request_line(head: &[u8]) -> Option<(&str, &str)> {
    let end = head.windows(4).position(|w| w == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&head[..end]).ok()?;
    let mut words = text.lines().next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    (version.starts_with("HTTP/1.") && words.next().is_none()).then_some((method, target))
}
