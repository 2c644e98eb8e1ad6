//! Small servers on loopback that answer by script and remember the requests.
#![expect(dead_code, reason = "each test file uses its own part")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use connector_core::clock::TestClock;
use connector_core::entropy::SeededEntropy;
use connector_core::ledger::Ledger;
use connector_core::spec::Runtime;
use connector_http::{Auth, BaseUrl, Client, ClientOptions};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The time tests start at.
pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const SECRET: &str = "hunter2-very-secret";

/// One request as the server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Hit {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A server and the requests it received.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    hits: Arc<Mutex<Vec<Hit>>>,
}

impl Server {
    /// Answers the n-th request, counted from zero, with `answer(n, request)`.
    pub(crate) async fn start(
        answer: impl Fn(usize, &Hit) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let hits: Arc<Mutex<Vec<Hit>>> = Arc::default();
        let seen = Arc::clone(&hits);
        let handler = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let hit = Hit {
                method,
                uri,
                headers,
                body,
            };
            let mut seen = seen.lock().unwrap();
            let response = answer(seen.len(), &hit);
            seen.push(hit);
            std::future::ready(response)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(handler);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, hits }
    }

    pub(crate) fn hits(&self) -> Vec<Hit> {
        self.hits.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.hits.lock().unwrap().len()
    }

    pub(crate) fn base(&self) -> BaseUrl {
        base(self.address)
    }

    pub(crate) fn bench(&self) -> Bench {
        Bench::new(self.base())
    }
}

pub(crate) fn base(address: SocketAddr) -> BaseUrl {
    BaseUrl::parse(&format!("http://{address}/v1")).unwrap()
}

/// Sends fixed bytes on each connection, the last ones again and again, then closes it. The count is of
/// connections.
pub(crate) async fn raw(answers: Vec<Vec<u8>>) -> (SocketAddr, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count: Arc<Mutex<usize>> = Arc::default();
    let seen = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let nth = {
                let mut seen = seen.lock().unwrap();
                *seen += 1;
                *seen - 1
            };
            let answer = answers.get(nth).or(answers.last()).unwrap();
            let mut request = Vec::new();
            // A TLS client begins with 0x16 and then waits.
            while request.first() != Some(&0x16)
                && !request.windows(4).any(|end| end == b"\r\n\r\n")
            {
                let mut buffer = [0; 1024];
                match socket.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(n) => request.extend_from_slice(&buffer[..n]),
                }
            }
            let _ = socket.write_all(answer).await;
            let _ = socket.shutdown().await;
        }
    });
    (address, count)
}

/// A client's options with a clock that tests move.
pub(crate) struct Bench {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) options: ClientOptions,
}

impl Bench {
    pub(crate) fn new(base: BaseUrl) -> Self {
        let clock = TestClock::at(Timestamp::from_second(NOW).unwrap());
        let runtime = Runtime {
            user_agent: "baton-test/1".into(),
            request_timeout: Duration::from_secs(5),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            trace_parent: None,
            tape: Default::default(),
            ledger: Ledger::default(),
        };
        let auth = Auth::Bearer(SECRET.into());
        let options = ClientOptions::new("Vendor", base, auth, &runtime);
        Self { clock, options }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.options.clone()).unwrap()
    }

    pub(crate) fn waits(&self) -> Vec<u128> {
        self.clock.waits().iter().map(Duration::as_millis).collect()
    }
}

/// An answer with these headers and body.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap()
}

pub(crate) fn json(status: u16, body: impl Into<Body>) -> Response {
    answer(status, &[("content-type", "application/json")], body)
}
