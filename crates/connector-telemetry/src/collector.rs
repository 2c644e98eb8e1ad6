//! Where telemetry is sent, and which certificates are trusted there.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::{label, setting_error};
use connector_net::{Host, Roots, Route};
use tonic::codegen::http::uri::Authority;

/// Which certificates are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The system's authorities, and bundled ones for a machine without any.
    System,
    /// Only the authorities of this PEM text.
    Only(Vec<u8>),
    /// The connection is not encrypted.
    Plain,
}

/// A collector that speaks OTLP by gRPC.
#[derive(Debug, Clone)]
pub struct Collector {
    pub(crate) route: Route,
    /// The authorities that are trusted; `None` when the connection is not encrypted.
    pub(crate) roots: Option<Roots>,
    /// What kept some of the system's trusted certificates from being read. It is reported when telemetry starts,
    /// because an address is read before there is a log.
    pub(crate) unread_roots: Vec<String>,
}

impl Collector {
    /// Reads `host:port`, `http://host:port` or `https://host:port`. Without a scheme, `trust` decides whether the connection
    /// is encrypted; `http` means that it is not. A collector that is reached by TLS may be behind the proxy of the
    /// environment; one without is near and reached directly. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the address, the certificates or the proxy cannot be used.
    pub fn new(address: &str, trust: &Trust) -> Result<Self> {
        let (scheme, rest) = match address.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => (String::new(), address),
        };
        let encrypted = match (scheme.as_str(), trust) {
            ("", trust) => *trust != Trust::Plain,
            ("http", _) => false,
            ("https", Trust::System | Trust::Only(_)) => true,
            ("https", Trust::Plain) => {
                return Err(unusable("https needs the TLS that is switched off"));
            }
            _ => return Err(unusable("only http and https are known")),
        };
        let authority = authority(rest.strip_suffix('/').unwrap_or(rest)).map_err(unusable)?;
        let host = Host::parse(authority.as_str());
        let host = host.ok_or_else(|| unusable("not a host and a port"))?;
        if !encrypted {
            return Ok(Self {
                route: Route::direct(host),
                roots: None,
                unread_roots: Vec::new(),
            });
        }
        let roots = roots(trust)?;
        let unread_roots = roots.problems().to_vec();
        // The proxy is not the collector's: what is trusted there alone says nothing about it.
        let route = match trust {
            Trust::Only(_) => Route::from_env(host, &Roots::system())?,
            Trust::System | Trust::Plain => Route::from_env(host, &roots)?,
        };
        Ok(Self {
            route,
            roots: Some(roots),
            unread_roots,
        })
    }

    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.roots.is_some()
    }
}

/// Host and port, and nothing else.
fn authority(text: &str) -> Result<Authority, &'static str> {
    if text.contains(['/', '?', '#']) {
        return Err("an address of a collector has no path");
    }
    if text.contains('@') {
        return Err("an address of a collector has no user name");
    }
    let authority: Authority = text.parse().map_err(|_| "not a host and a port")?;
    match (authority.host().is_empty(), authority.port_u16()) {
        (false, Some(1..)) => Ok(authority),
        (true, _) => Err("the host is missing"),
        (false, _) => Err("the port is missing or not a port"),
    }
}

/// The address is not repeated, because it may hold a password by mistake.
fn unusable(why: &str) -> Error {
    let problem = Error::new(ErrorKind::Setting, why).hint(
        "it takes host:port, http://host:port or https://host:port, such as collector.example.com:4317",
    );
    setting_error("otel-collector-endpoint", problem)
}

fn roots(trust: &Trust) -> Result<Roots> {
    match trust {
        Trust::Only(pem) => Roots::only(pem).map_err(|e| unreadable().caused_by(e)),
        Trust::System | Trust::Plain => Ok(Roots::system()),
    }
}

fn unreadable() -> Error {
    Error::new(
        ErrorKind::Setting,
        "the certificate of the telemetry collector cannot be read",
    )
    .hint(format!(
        "{} names a PEM file, {} holds its text or the base64 of it",
        label("otel-collector-endpoint-tls-cert-path"),
        label("otel-collector-endpoint-tls-cert")
    ))
}

/// The PEM text in a setting, which may hold it as it is or as base64, in either alphabet and with or without padding.
pub fn inline_pem(setting: &str) -> Vec<u8> {
    let compact: String = setting.split_ascii_whitespace().collect();
    let bare = compact.trim_end_matches('=');
    let decoded = URL_SAFE_NO_PAD
        .decode(bare)
        .or_else(|_| STANDARD_NO_PAD.decode(bare));
    decoded.unwrap_or_else(|_| setting.as_bytes().to_vec())
}

#[cfg(test)]
mod tests;
