//! One TLS port for the token endpoint and the service, on a thread of its own.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::service;
use super::shared::Shared;

/// The handle a call has on its connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Connection(Arc<Notify>);

impl Connection {
    /// Closes the connection without another byte.
    pub(super) fn cut(&self) {
        self.0.notify_one();
    }
}

/// What a test asks of all connections, each counted.
#[derive(Debug, Clone, Copy, Default)]
struct Requests {
    /// To end after the calls that are being answered.
    goodbyes: u64,
    /// To stay open without another byte.
    silences: u64,
}

/// A listening port. Dropping it frees the port and ends every connection.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) address: SocketAddr,
    requests: watch::Sender<Requests>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Listens at `address`; port 0 takes a free one.
    pub(super) fn start(
        address: SocketAddr,
        tls: Arc<ServerConfig>,
        shared: Arc<Shared>,
    ) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let requests = watch::Sender::default();
        let requested = requests.subscribe();
        let thread = std::thread::Builder::new()
            .name("sandbox-c1".to_owned())
            .spawn(move || serve(listener, tls, shared, requested, stopped))?;
        Ok(Self {
            address,
            requests,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Asks every connection to end after the calls it is answering.
    pub(super) fn say_goodbye(&self) {
        self.requests.send_modify(|r| r.goodbyes += 1);
    }

    /// Makes every connection of now dead: it stays open, but nothing is read from it or written to it any more.
    pub(super) fn fall_silent(&self) {
        self.requests.send_modify(|r| r.silences += 1);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The control plane's thread. When it ends, every connection ends, also in the middle of an answer.
fn serve(
    listener: std::net::TcpListener,
    tls: Arc<ServerConfig>,
    shared: Arc<Shared>,
    requested: watch::Receiver<Requests>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return;
    };
    runtime.block_on(async move {
        let Ok(listener) = TcpListener::from_std(listener) else {
            return;
        };
        tokio::select! {
            () = accept(listener, TlsAcceptor::from(tls), shared, requested) => {}
            // The receiver also resolves when the handle was dropped.
            _ = stopped => {}
        }
    });
    drop(runtime);
}

async fn accept(
    listener: TcpListener,
    tls: TlsAcceptor,
    shared: Arc<Shared>,
    requested: watch::Receiver<Requests>,
) {
    loop {
        match listener.accept().await {
            Ok((tcp, _)) => {
                tokio::spawn(converse(
                    tcp,
                    tls.clone(),
                    shared.clone(),
                    requested.clone(),
                ));
            }
            // Out of file descriptors, or a client that left: try again a little later.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn converse(
    tcp: TcpStream,
    tls: TlsAcceptor,
    shared: Arc<Shared>,
    mut requested: watch::Receiver<Requests>,
) {
    let counter = shared.clone();
    let _connected = counter.connected();
    // Without it small answers wait for the client's delayed acknowledgement.
    let _ = tcp.set_nodelay(true);
    let Ok(stream) = tls.accept(tcp).await else {
        shared.state().failed_handshakes += 1;
        shared.touch();
        return;
    };
    // Requests that were made before this connection began do not apply to it.
    let silences = requested.borrow_and_update().silences;
    let connection = Connection::default();
    let handle = connection.clone();
    let answer = service_fn(move |request: Request<Incoming>| {
        let (shared, connection) = (shared.clone(), connection.clone());
        async move {
            let request = request.map(Body::new);
            Ok::<_, Infallible>(service::serve(shared, connection, request).await)
        }
    });
    let builder = auto::Builder::new(TokioExecutor::new());
    let serving = builder.serve_connection(TokioIo::new(stream), answer);
    let mut serving = std::pin::pin!(serving);
    loop {
        tokio::select! {
            biased;
            Ok(()) = requested.changed() => {
                let is_silent = requested.borrow_and_update().silences > silences;
                match is_silent {
                    true => std::future::pending().await,
                    false => serving.as_mut().graceful_shutdown(),
                }
            }
            // How the connection ended is not checked here, because only the client can judge it.
            _ = serving.as_mut() => return,
            () = handle.0.notified() => return,
        }
    }
}
