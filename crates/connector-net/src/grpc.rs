//! gRPC: a channel over TLS and, where one is set, a proxy; calls with one answer; and what a failed call means.

mod calm;

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connector_core::error::{Error, ErrorKind, Result};
use hyper_util::rt::TokioIo;
use prost::Message;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tonic::client::Grpc;
use tonic::codegen::http::Uri;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use self::calm::{Calm, Observed};
use crate::causes::causes;
use crate::fault;
use crate::http::CONNECT_TIMEOUT;
use crate::route::{Route, Stream};
use crate::tls::Roots;

/// After this long without a word from the server, a ping is sent, whether a call is open or not.
const QUIET: Duration = Duration::from_secs(10);
/// The time that the server has to answer a ping. Together with [`QUIET`] this is how long a connection can be dead
/// before that is noticed.
const PING_ANSWER: Duration = Duration::from_secs(5);
/// Instead of [`QUIET`] for a server that has refused frequent pings, or that need not be watched closely. TCP's own
/// probes find a dead peer meanwhile. With its default settings grpc-go closes a
/// connection on which pings come more often than every 5 minutes (`keepalive.EnforcementPolicy`, grpc-go 1.83, 2026-11).
const LONG_QUIET: Duration = Duration::from_secs(330);

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// The gRPC code; `Unavailable` when there was no connection to call on.
    pub code: Code,
    /// The status's message, followed by its causes.
    pub message: String,
    /// Whether the connection failed, in contrast to a status that the server sent.
    pub is_connection: bool,
}

impl From<Status> for CallError {
    fn from(status: Status) -> Self {
        let stated = status.message();
        let message = match status.source().map(causes) {
            Some(causes) if causes.contains(stated) => causes,
            Some(causes) => format!("{stated}: {causes}"),
            None => stated.to_owned(),
        };
        Self {
            code: status.code(),
            message,
            // Only a status that tonic made out of a failed connection has a cause.
            is_connection: status.source().is_some(),
        }
    }
}

impl From<tonic::transport::Error> for CallError {
    fn from(error: tonic::transport::Error) -> Self {
        Self {
            code: Code::Unavailable,
            message: causes(&error),
            is_connection: true,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.message, self.code)
    }
}

impl StdError for CallError {}

/// Channels to one host, one after the other.
///
/// A channel connects when there is something to send, and again after a connection is lost. A connection on which
/// a closely watched server is silent for 15 seconds counts as lost, because a router or a balancer may have dropped it
/// without a word.
#[derive(Debug)]
pub struct Channels {
    endpoint: Endpoint,
    route: Route,
    tls: Option<Arc<ClientConfig>>,
    calm: Calm,
    current: Mutex<Current>,
}

/// How soon a connection that has died without a word must be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// Within 15 seconds, also while no call is open.
    Closely,
    /// When a call on it fails.
    Loosely,
}

#[derive(Debug)]
struct Current {
    channel: Channel,
    quiet: Duration,
}

impl Channels {
    /// Prepares the first channel; nothing is sent yet. Must be called within a runtime. Without `roots` the
    /// connection is not encrypted.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the user agent or TLS cannot be used.
    pub fn new(
        route: Route,
        roots: Option<&Roots>,
        user_agent: String,
        watch: Watch,
    ) -> Result<Self> {
        let authority = route.host().authority();
        let scheme = if roots.is_some() { "https" } else { "http" };
        let wrong = |e: Box<dyn StdError + Send + Sync>| {
            Error::new(ErrorKind::Setting, "the gRPC client cannot be set up").caused_by(e)
        };
        let origin: Uri = format!("{scheme}://{authority}")
            .parse()
            .map_err(|e| wrong(Box::new(e)))?;
        // The connector below does TLS itself; with `https` tonic would add a second layer.
        let endpoint = Endpoint::from_shared(format!("http://{authority}"))
            .and_then(|endpoint| endpoint.user_agent(user_agent))
            .map_err(|e| wrong(Box::new(e)))?
            .origin(origin)
            .connect_timeout(CONNECT_TIMEOUT);
        let tls = match roots {
            None => None,
            Some(roots) => Some(Arc::new(roots.client_config(&[b"h2"])?)),
        };
        let calm = Calm::default();
        let quiet = match watch {
            Watch::Closely => QUIET,
            Watch::Loosely => LONG_QUIET,
        };
        let current = Current {
            channel: open(&endpoint, &route, tls.as_ref(), &calm, quiet),
            quiet,
        };
        Ok(Self {
            endpoint,
            route,
            tls,
            calm,
            current: Mutex::new(current),
        })
    }

    /// The channel for the next call. After the server has refused frequent pings, that is one with rare ones.
    pub fn channel(&self) -> Channel {
        let mut current = self.current();
        if current.quiet == QUIET && self.calm.is_asked_for() {
            tracing::info!("the server refuses frequent pings, they are rare from now on");
            current.quiet = LONG_QUIET;
            current.channel = self.open(LONG_QUIET);
        }
        current.channel.clone()
    }

    /// Makes a new channel for the calls from now on. Those under way stay where they are.
    pub fn renew(&self) {
        let mut current = self.current();
        current.channel = self.open(current.quiet);
    }

    fn open(&self, quiet: Duration) -> Channel {
        let tls = self.tls.as_ref();
        open(&self.endpoint, &self.route, tls, &self.calm, quiet)
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(
    endpoint: &Endpoint,
    route: &Route,
    tls: Option<&Arc<ClientConfig>>,
    calm: &Calm,
    quiet: Duration,
) -> Channel {
    let (route, tls, calm) = (route.clone(), tls.cloned(), calm.clone());
    let connector = tower::service_fn(move |_: Uri| {
        let (route, tls, calm) = (route.clone(), tls.clone(), calm.clone());
        async move {
            let stream = connect(&route, tls).await;
            let host = route.host().bare();
            let stream = stream.map_err(|e| io::Error::new(e.kind(), fault::reason(host, &e)))?;
            Ok::<_, io::Error>(TokioIo::new(Observed::new(stream, calm)))
        }
    });
    watched(endpoint, quiet).connect_with_connector_lazy(connector)
}

/// The endpoint with pings after `quiet`.
fn watched(endpoint: &Endpoint, quiet: Duration) -> Endpoint {
    let endpoint = endpoint.clone().http2_keep_alive_interval(quiet);
    endpoint
        .keep_alive_timeout(PING_ANSWER)
        .keep_alive_while_idle(true)
}

/// Connects. A server that does not agree on HTTP/2 in TLS is refused before anything is sent.
async fn connect(route: &Route, tls: Option<Arc<ClientConfig>>) -> io::Result<Stream> {
    let stream = route.connect().await?;
    let Some(config) = tls else {
        return Ok(stream);
    };
    let name = ServerName::try_from(route.host().bare().to_owned()).map_err(io::Error::other)?;
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
        return Err(io::Error::other("the server does not offer HTTP/2"));
    }
    Ok(Box::new(stream))
}

/// A client that is ready for one call on `channel`.
///
/// # Errors
/// When there is no connection.
pub async fn client(channel: &Channel) -> Result<Grpc<Channel>, CallError> {
    let mut client = Grpc::new(channel.clone());
    client.ready().await?;
    Ok(client)
}

/// Calls the method at `path`, such as `/package.Service/Method`, with one message, and returns the one answer.
///
/// # Errors
/// When there is no connection or no answer, or when the server refuses the call.
pub async fn unary<Q, A>(
    channel: &Channel,
    path: &'static str,
    request: Request<Q>,
) -> Result<A, CallError>
where
    Q: Message + 'static,
    A: Message + Default + 'static,
{
    let path = PathAndQuery::from_static(path);
    let codec = ProstCodec::<Q, A>::default();
    let answer = client(channel).await?.unary(request, path, codec).await?;
    Ok(answer.into_inner())
}

#[cfg(test)]
mod tests;
