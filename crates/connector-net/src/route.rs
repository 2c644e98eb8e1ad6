//! The way to one host, directly or through a proxy, and what keeps a proxy from leading there.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use connector_core::error::{ErrorKind, Result};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::causes::{causes, find, io_reason};
use crate::fault::{machine_fault, tls_fault};
use crate::host::Host;
use crate::proxy::Proxy;
use crate::tls::Roots;

/// The longest head of a proxy's answer that is read.
const MAX_HEAD: usize = 8 << 10;
/// Between the probes of TCP, and before the first one. They find a dead peer while nothing is said.
const PROBE: Duration = Duration::from_secs(5);
/// Probes without an answer after which a connection has ended.
const PROBES: u32 = 2;
/// Most time for finding out why a proxy refuses.
const REFUSAL: Duration = Duration::from_secs(10);
const CHECK_PROXY: &str = "check the address in the variable, and that the proxy is running";

/// What bytes can be sent to and received from.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection, whatever it goes through.
pub type Stream = Box<dyn Io>;

/// How one host is reached: directly or through a proxy.
#[derive(Debug, Clone)]
pub struct Route {
    host: Host,
    through: Option<Through>,
}

/// A proxy, and how TLS is spoken with one that wants it.
#[derive(Debug, Clone)]
struct Through {
    proxy: Proxy,
    tls: Arc<ClientConfig>,
}

/// What keeps the route to a host from leading there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteFault {
    /// Who must act.
    pub kind: ErrorKind,
    /// Whether the same may work at another try.
    pub may_pass: bool,
    /// Names the proxy without its user and password, or the host.
    pub message: String,
    /// What to do about it.
    pub hint: &'static str,
}

impl RouteFault {
    /// A setting that must be changed before it can work.
    fn lasting(message: String, hint: &'static str) -> Self {
        Self {
            kind: ErrorKind::Setting,
            may_pass: false,
            message,
            hint,
        }
    }

    fn passing(kind: ErrorKind, message: String, hint: &'static str) -> Self {
        Self {
            kind,
            may_pass: true,
            message,
            hint,
        }
    }

    /// A name that was not resolved, for the reasons in `causes`. One that does not exist is a wrong setting, which `hint`
    /// names; a name service that fails may work next time.
    pub fn unresolved(subject: &str, hint: &'static str, causes: &str) -> Self {
        let causes = causes.to_ascii_lowercase();
        let passing = ["temporary failure", "try again", "non-recoverable"];
        if passing.iter().any(|text| causes.contains(text)) {
            let message = format!("the name service cannot find the address of {subject}");
            let hint = "check the network and its name service";
            return Self::passing(ErrorKind::Upstream, message, hint);
        }
        Self::lasting(format!("{subject} does not exist"), hint)
    }
}

impl fmt::Display for RouteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RouteFault {}

impl Route {
    /// The route that the process's environment asks for; a proxy that is itself reached by `https://` must have a
    /// certificate of `roots`.
    ///
    /// # Errors
    /// As for [`Proxy::of`].
    pub fn from_env(host: Host, roots: &Roots) -> Result<Self> {
        Self::of(host, roots, |name| std::env::var_os(name))
    }

    /// The route that an environment with the variables of `variable` asks for.
    ///
    /// # Errors
    /// As for [`Proxy::of`].
    pub fn of(
        host: Host,
        roots: &Roots,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self> {
        let through = match Proxy::of(&host, variable)? {
            None => None,
            Some(proxy) => Some(Through {
                proxy,
                tls: Arc::new(roots.client_config(&[])?),
            }),
        };
        Ok(Self { host, through })
    }

    /// The route without any proxy.
    pub const fn direct(host: Host) -> Self {
        Self {
            host,
            through: None,
        }
    }

    /// The host that is reached.
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// The proxy in between.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.through.as_ref().map(|through| &through.proxy)
    }

    /// Connects.
    ///
    /// # Errors
    /// Those of the connection; one that holds a [`RouteFault`] when the proxy does not lead to the host.
    pub async fn connect(&self) -> io::Result<Stream> {
        let Some(through) = &self.through else {
            let host = (self.host.bare(), self.host.port());
            return Ok(Box::new(prepared(TcpStream::connect(host).await?)?));
        };
        let connected = through.connect(&self.host).await;
        connected.map_err(|failed| match failed {
            Failed::Here(error) => error,
            Failed::There(fault) => io::Error::other(fault),
        })
    }

    /// What kept the proxy from leading to the host, when that is why a request of `reqwest` failed. `peer` is what
    /// messages call the host.
    pub async fn proxy_fault(&self, peer: &str, error: &reqwest::Error) -> Option<RouteFault> {
        let proxy = self.proxy()?;
        let causes = causes(error);
        if !error.is_connect() || machine_fault(error).is_some() {
            return None;
        }
        if error.is_timeout() {
            let message = format!("{peer} did not answer in time through the proxy {proxy}");
            return Some(RouteFault::passing(
                ErrorKind::Timeout,
                message,
                CHECK_PROXY,
            ));
        }
        // Without a tunnel no name but the proxy's is looked up.
        if error.is_dns() {
            return Some(proxy.unresolved(&causes));
        }
        // The type of these errors is private to `hyper-util` 0.1.21, which `reqwest` connects through.
        let (_, tunnel) = causes.split_once("tunnel error: ")?;
        if tunnel.starts_with("unsuccessful") || tunnel.starts_with("proxy authorization") {
            return Some(self.refusal(proxy).await);
        }
        if tls_fault(error).is_some() || tunnel.starts_with("failed to create") {
            return Some(proxy.unreached(error));
        }
        Some(proxy.broke_off())
    }

    /// The proxy has refused a tunnel. `reqwest` does not keep its status, so it is asked for once more.
    async fn refusal(&self, proxy: &Proxy) -> RouteFault {
        let again = timeout(REFUSAL, self.connect()).await;
        let again = again.ok().and_then(Result::err);
        again
            .as_ref()
            .and_then(|error| find::<RouteFault>(error))
            .cloned()
            .unwrap_or_else(|| {
                let message = format!("the proxy {proxy} refused to connect");
                RouteFault::passing(ErrorKind::Upstream, message, CHECK_PROXY)
            })
    }

    /// Why a request of `reqwest` failed and what to do about it, in one line for logs. `peer` is what messages call
    /// the host.
    pub async fn reason(&self, peer: &str, error: &reqwest::Error) -> String {
        match self.proxy_fault(peer, error).await {
            Some(fault) => crate::reason(self.host.bare(), &fault),
            None => crate::reason(self.host.bare(), error),
        }
    }
}

/// Why there is no tunnel.
enum Failed {
    /// This machine cannot connect.
    Here(io::Error),
    There(RouteFault),
}

impl Through {
    async fn connect(&self, host: &Host) -> Result<Stream, Failed> {
        let proxy = &self.proxy;
        let mut stream = self.reach().await?;
        let status = ask(&mut stream, proxy, host).await;
        match status.map_err(|_| Failed::There(proxy.broke_off()))? {
            Some(200..=299) => Ok(stream),
            status => Err(Failed::There(proxy.refused(host, status))),
        }
    }

    /// Connects to the proxy itself.
    async fn reach(&self) -> Result<Stream, Failed> {
        let proxy = &self.proxy;
        let failed = |error: io::Error| match machine_fault(&error) {
            Some(_) => Failed::Here(error),
            None => Failed::There(proxy.unreached(&error)),
        };
        let name = proxy.host().trim_matches(['[', ']']);
        let found = lookup_host((name, proxy.port())).await;
        let found: Vec<_> = found
            .map_err(|error| Failed::There(proxy.unresolved(&causes(&error))))?
            .collect();
        let stream = TcpStream::connect(found.as_slice()).await;
        let stream = stream.and_then(prepared).map_err(failed)?;
        if !proxy.is_encrypted() {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(name.to_owned());
        let name = name.map_err(|error| failed(io::Error::other(error)))?;
        let tls = TlsConnector::from(Arc::clone(&self.tls));
        let stream = tls.connect(name, stream).await.map_err(failed)?;
        Ok(Box::new(stream))
    }
}

/// Asks a proxy for a tunnel to `host`; its status, `None` when it does not answer in HTTP.
async fn ask(stream: &mut Stream, proxy: &Proxy, host: &Host) -> io::Result<Option<u16>> {
    let to = host.authority();
    let mut head = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n").into_bytes();
    if let Some(auth) = proxy.basic_auth() {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(auth.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    stream.write_all(&head).await?;
    stream.flush().await?;

    // One byte at a time: what follows the head belongs to the tunnel.
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") && answer.len() < MAX_HEAD {
        answer.push(stream.read_u8().await?);
    }
    Ok(status(&answer))
}

/// A socket that sends at once and notices a dead peer.
fn prepared(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    let probes = TcpKeepalive::new()
        .with_time(PROBE)
        .with_interval(PROBE)
        .with_retries(PROBES);
    SockRef::from(&stream).set_tcp_keepalive(&probes)?;
    Ok(stream)
}

impl Proxy {
    fn unresolved(&self, causes: &str) -> RouteFault {
        let subject = format!("the host of the proxy {self}");
        RouteFault::unresolved(&subject, CHECK_PROXY, causes)
    }

    fn unreached(&self, error: &(dyn std::error::Error + 'static)) -> RouteFault {
        if let Some(fault) = tls_fault(error) {
            let message = fault.untrusted(format_args!("the proxy {self}"));
            return RouteFault::lasting(message, fault.hint);
        }
        let reason = io_reason(error).unwrap_or("no connection");
        let message = format!("cannot connect to the proxy {self}: {reason}");
        RouteFault::passing(ErrorKind::Setting, message, CHECK_PROXY)
    }

    fn broke_off(&self) -> RouteFault {
        let message = format!("the connection to the proxy {self} broke off");
        RouteFault::passing(ErrorKind::Upstream, message, CHECK_PROXY)
    }

    /// Another answer than success to the request for a tunnel.
    fn refused(&self, host: &Host, status: Option<u16>) -> RouteFault {
        let answer = match status {
            Some(status) => format!("answered {status}"),
            None => "does not answer in HTTP".to_owned(),
        };
        let host = host.authority();
        let message = format!("the proxy {self} {answer} when asked for {host}");
        match (status, self.basic_auth()) {
            (Some(407), None) => RouteFault::lasting(
                message,
                "the proxy wants a user and password: write them into the variable, as http://user:password@host:port",
            ),
            (Some(407), Some(_)) => RouteFault::lasting(
                message,
                "the proxy does not accept the user and password in the variable",
            ),
            (Some(500..), _) => RouteFault::passing(
                ErrorKind::Upstream,
                message,
                "the proxy cannot reach the host; try again later, or ask whoever runs the proxy",
            ),
            _ => RouteFault::lasting(
                message,
                "ask whoever runs the proxy to allow this host, or add the host to NO_PROXY",
            ),
        }
    }
}

/// The status of an answer in HTTP.
fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|&b| b == b'\r').next()?;
    let (version, rest) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    let digits = rest.get(..3).filter(|_| version.starts_with("HTTP/1."))?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests;
