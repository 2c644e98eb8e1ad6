//! gRPC: a channel over TLS and, where one is set, a proxy; calls with one answer; and what a failed call means.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use connector_core::error::{Error, ErrorKind, Result};
use hyper_util::rt::TokioIo;
use prost::Message;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::client::Grpc;
use tonic::codegen::http::Uri;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use crate::causes::causes;
use crate::host::Host;
use crate::http::CONNECT_TIMEOUT;
use crate::proxy::Route;
use crate::tls::Roots;

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
        let message = match status.source() {
            Some(source) => format!("{}: {}", status.message(), causes(source)),
            None => status.message().to_owned(),
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

/// A channel to `host` over TLS, which connects when there is something to send and again after a connection is lost.
/// While a call is open, a ping is sent each `keep_alive`, so that a call on a dead connection ends.
///
/// # Errors
/// [`ErrorKind::Setting`] when the user agent or TLS cannot be used.
pub fn channel(
    host: Host,
    roots: &Roots,
    user_agent: String,
    keep_alive: Duration,
) -> Result<Channel> {
    let authority = host.authority();
    let wrong = |e: Box<dyn StdError + Send + Sync>| {
        Error::new(ErrorKind::Setting, "the gRPC client cannot be set up").caused_by(e)
    };
    let origin: Uri = format!("https://{authority}")
        .parse()
        .map_err(|e| wrong(Box::new(e)))?;
    // The connector below does TLS itself; with `https` tonic would add a second layer.
    let endpoint = Endpoint::from_shared(format!("http://{authority}"))
        .and_then(|endpoint| endpoint.user_agent(user_agent))
        .map_err(|e| wrong(Box::new(e)))?
        .origin(origin)
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(keep_alive);
    let tls = Arc::new(roots.client_config(&[b"h2"])?);
    let route = Route::from_env(host)?;
    let connector = tower::service_fn(move |_: Uri| connect(route.clone(), tls.clone()));
    Ok(endpoint.connect_with_connector_lazy(connector))
}

/// Connects. A server that does not agree on HTTP/2 is refused before anything is sent.
async fn connect(
    route: Route,
    config: Arc<ClientConfig>,
) -> io::Result<TokioIo<TlsStream<TcpStream>>> {
    let name = ServerName::try_from(route.host().bare().to_owned()).map_err(io::Error::other)?;
    let stream = route.connect().await?;
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
        return Err(io::Error::other("the server does not offer HTTP/2"));
    }
    Ok(TokioIo::new(stream))
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
