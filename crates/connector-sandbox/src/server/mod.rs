//! A fake on a loopback port: its own thread and runtime, a request log, latency and faults.
//!
//! [`Sandbox::start`] is an ordinary function: it serves synchronous tests, benches and asynchronous tests alike,
//! and a test that pauses its own runtime's time does not pause the server.

mod listener;
mod log;

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use connector_core::clock::{SharedClock, SystemClock};
use connector_core::{Error, ErrorKind, Result};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::faults::{Act, FaultSchedule, apply};
use listener::{Connection, Resettable};
use log::RequestLog;

pub use log::Recorded;

/// A vendor's API as the server needs it.
pub trait Fake {
    /// The vendor's name on the command line.
    fn vendor(&self) -> &'static str;

    /// Everything the API answers.
    fn router(&self) -> Router;

    /// The environment variables that point the vendor's connector at the server at `origin`.
    fn environment(&self, origin: &str) -> Vec<(&'static str, String)>;

    /// The accounts of an app, with the truth about whose they are; an HR system has none.
    fn accounts(&self) -> Vec<Account> {
        Vec::new()
    }
}

/// An account in an app, so that the findings of an audit can be compared with what was planted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The id of its resource.
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// The id of its person in the company; `None` for the account of a program.
    pub person: Option<String>,
}

/// How a fake is served.
#[derive(Debug, Clone)]
pub struct Sandbox {
    listen: SocketAddr,
    allow_remote: bool,
    latency: Duration,
    faults: FaultSchedule,
    clock: SharedClock,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Sandbox {
    /// A free loopback port, no latency, no faults, the machine's clock.
    pub fn new() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            allow_remote: false,
            latency: Duration::ZERO,
            faults: FaultSchedule::new(),
            clock: SystemClock::shared(),
        }
    }

    /// The address to listen on; other than loopback only after [`Sandbox::allow_remote`].
    #[must_use]
    pub fn listen(mut self, listen: SocketAddr) -> Self {
        self.listen = listen;
        self
    }

    /// Whether other machines may reach the fake. It has no secrets, but it has no protection either.
    #[must_use]
    pub fn allow_remote(mut self, allow: bool) -> Self {
        self.allow_remote = allow;
        self
    }

    /// The time every answer takes at least.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// What goes wrong. The schedule stays shared: rules added later act too.
    #[must_use]
    pub fn faults(mut self, faults: &FaultSchedule) -> Self {
        self.faults = faults.clone();
        self
    }

    /// The clock of the latency and of the times in the headers of faults.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Serves `fake` until the returned handle is stopped or dropped.
    pub fn start(&self, fake: &(impl Fake + ?Sized)) -> Result<Running> {
        self.start_router(fake.router())
    }

    /// Serves any router the same way.
    pub fn start_router(&self, router: Router) -> Result<Running> {
        if !self.listen.ip().is_loopback() && !self.allow_remote {
            return Err(Error::new(
                ErrorKind::Setting,
                format!("{} is not a loopback address", self.listen),
            )
            .during("starting the sandbox")
            .hint("listen on 127.0.0.1, or allow remote access on purpose with --allow-remote"));
        }
        let listener =
            std::net::TcpListener::bind(self.listen).map_err(|e| failed(self.listen, &e))?;
        let address = listener.local_addr().map_err(|e| failed(self.listen, &e))?;
        listener
            .set_nonblocking(true)
            .map_err(|e| failed(self.listen, &e))?;
        let log = RequestLog::new();
        let shared = Arc::new(Shared {
            latency: self.latency,
            faults: self.faults.clone(),
            clock: Arc::clone(&self.clock),
            log: log.clone(),
        });
        let router = router.layer(middleware::from_fn_with_state(shared, handle));
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || serve(listener, router, stopped))
            .map_err(|e| failed(address, &e))?;
        Ok(Running {
            base_url: format!("http://{address}"),
            log,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

fn failed(address: SocketAddr, error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Precondition,
        format!("cannot listen on {address}: {error}"),
    )
    .during("starting the sandbox")
}

/// The server's thread. When it ends, every connection ends, also in the middle of an answer.
fn serve(listener: std::net::TcpListener, router: Router, stopped: oneshot::Receiver<()>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return;
    };
    runtime.block_on(async move {
        let Ok(listener) = TcpListener::from_std(listener) else {
            return;
        };
        let service = router.into_make_service_with_connect_info::<Connection>();
        tokio::select! {
            _ = axum::serve(Resettable(listener), service) => {}
            // The receiver also resolves when the handle was dropped.
            _ = stopped => {}
        }
    });
    runtime.shutdown_background();
}

/// What the wrapper around every fake needs.
struct Shared {
    latency: Duration,
    faults: FaultSchedule,
    clock: SharedClock,
    log: RequestLog,
}

/// Logs a request, waits, and either passes it to the fake or lets it fail as scheduled.
async fn handle(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let entry = shared.log.begin(&request);
    let fault = shared.faults.next(request.method(), request.uri().path());
    if !shared.latency.is_zero() {
        shared.clock.sleep(shared.latency).await;
    }
    let inner = next.run(request);
    let Some(fault) = fault else {
        let response = inner.await;
        entry.answered(response.status());
        return response;
    };
    entry.failed_on_purpose(fault.name());
    match apply(fault, shared.clock.now(), inner).await {
        Act::Respond(response) => {
            entry.answered(response.status());
            response
        }
        Act::Reset => {
            connection.reset();
            // The connection refuses every byte from here on, so the client does not receive this answer.
            ().into_response()
        }
    }
}

/// A fake being served. Dropping it stops the server.
#[derive(Debug)]
pub struct Running {
    base_url: String,
    log: RequestLog,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// `http://127.0.0.1:<port>`, without a final slash.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.log.snapshot()
    }

    /// How many requests there were so far.
    pub fn request_count(&self) -> usize {
        self.log.count()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.log.clear();
    }

    /// The most requests that were being answered at the same time.
    pub fn peak_in_flight(&self) -> usize {
        self.log.peak_in_flight()
    }

    /// Ends every connection and frees the port.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}
