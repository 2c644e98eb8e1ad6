//! The proxy that `HTTPS_PROXY` or `ALL_PROXY` names for a host, and TCP connections to the host through it.

use std::ffi::OsString;
use std::fmt;
use std::io;

use connector_core::error::{Error, ErrorKind, Result};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::codegen::http::Uri;

use crate::host::{Host, split_port};

/// The variables that name a proxy for `https`, the first that is set counts.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// The longest head of a proxy's answer that is read.
const MAX_HEAD: usize = 8 << 10;

/// A proxy, as the environment names it.
///
/// Displayed, it is its address without user and password and the variable: `http://proxy.example.com:3128
/// (HTTPS_PROXY)`.
#[derive(Clone)]
pub struct Proxy {
    variable: &'static str,
    intercept: Intercept,
}

impl Proxy {
    /// The proxy for TLS connections to `host`, of which `variable` gives the variables of the environment. Hosts in
    /// `NO_PROXY` and this machine itself are reached directly.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the value is not the address of a proxy; the message names the variable and does not
    /// show the value, which may hold a password. Such a value never means that the host is reached directly.
    pub fn of(host: &Host, variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<Self>> {
        let first = |names: &[&'static str]| {
            let values = names.iter().map(|name| Some((*name, variable(name)?)));
            values.flatten().find(|(_, value)| !value.is_empty())
        };
        let Some((name, value)) = first(&VARIABLES).filter(|_| !host.is_loopback()) else {
            return Ok(None);
        };
        let no = first(&EXCEPTIONS).map(|(_, hosts)| hosts.to_string_lossy().into_owned());
        let no = no.unwrap_or_default();
        let matching = |proxy: &str| {
            let matcher = Matcher::builder().https(proxy).no(no.as_str()).build();
            destination(host).and_then(|uri| matcher.intercept(&uri))
        };
        if matching("http://proxy.invalid").is_none() {
            return Ok(None);
        }
        let value = value.to_str().filter(|value| is_address(value));
        let intercept = value.and_then(matching).ok_or_else(|| {
            Error::new(ErrorKind::Setting, format!("{name} is not the address of a proxy"))
                .hint("it looks like http://proxy.example.com:3128, with user:password@ before the host where they are needed, and without blanks, quotes and line ends")
        })?;
        Ok(Some(Self {
            variable: name,
            intercept,
        }))
    }

    /// The proxy of this process's environment; see [`Proxy::of`].
    ///
    /// # Errors
    /// As for [`Proxy::of`].
    pub fn from_env(host: &Host) -> Result<Option<Self>> {
        Self::of(host, |name| std::env::var_os(name))
    }

    /// The same proxy for `reqwest`.
    pub(crate) fn for_reqwest(&self) -> reqwest::Result<reqwest::Proxy> {
        let proxy = reqwest::Proxy::all(self.address())?;
        Ok(match self.intercept.basic_auth() {
            Some(auth) => proxy.custom_http_auth(auth.clone()),
            None => proxy,
        })
    }

    fn address(&self) -> String {
        let uri = self.intercept.uri();
        let (scheme, authority) = (uri.scheme_str(), uri.authority());
        let authority = authority.map(|a| a.as_str()).unwrap_or_default();
        format!("{}://{authority}", scheme.unwrap_or("http"))
    }

    /// The host part of the proxy's address.
    pub fn host(&self) -> &str {
        self.intercept.uri().host().unwrap_or_default()
    }

    /// Connects to `host` through the proxy.
    ///
    /// # Errors
    /// Those of the connection to the proxy, and a [`Refused`] when the proxy answers with something else than success.
    pub async fn connect(&self, host: &Host) -> io::Result<TcpStream> {
        let uri = self.intercept.uri();
        if uri.scheme_str() != Some("http") {
            let text = format!("the proxy {self} must be reached by http://");
            return Err(io::Error::other(text));
        }
        let port = uri.port_u16().unwrap_or(80);
        let proxy = uri.host().unwrap_or_default();
        let mut stream = TcpStream::connect((proxy.trim_matches(['[', ']']), port)).await?;
        let to = host.authority();
        let mut head = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n").into_bytes();
        if let Some(auth) = self.intercept.basic_auth() {
            head.extend_from_slice(b"Proxy-Authorization: ");
            head.extend_from_slice(auth.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        stream.write_all(&head).await?;

        // One byte at a time: what follows the head belongs to the tunnel.
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") && answer.len() < MAX_HEAD {
            answer.push(stream.read_u8().await?);
        }
        match status(&answer) {
            Some(200..=299) => Ok(stream),
            status => Err(io::Error::other(Refused {
                proxy: self.clone(),
                status,
            })),
        }
    }
}

/// A proxy that does not open a tunnel.
#[derive(Debug)]
pub struct Refused {
    proxy: Proxy,
    /// Its status; `None` when it does not answer in HTTP.
    pub status: Option<u16>,
}

impl Refused {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match (self.status, self.proxy.intercept.basic_auth()) {
            (Some(407), None) => {
                "the proxy wants a user and password: write them into the variable, as http://user:password@host:port"
            }
            (Some(407), Some(_)) => {
                "the proxy does not accept the user and password in the variable"
            }
            (Some(500..), _) => {
                "the proxy cannot reach the host; try again later, or ask whoever runs the proxy"
            }
            _ => "ask whoever runs the proxy to allow this host, or add the host to NO_PROXY",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "the proxy {} answered {status}", self.proxy),
            None => write!(f, "the proxy {} does not answer in HTTP", self.proxy),
        }
    }
}

impl std::error::Error for Refused {}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.address(), self.variable)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// How one host is reached: directly or through a proxy.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    host: Host,
    proxy: Option<Proxy>,
}

impl Route {
    /// The route that the process's environment asks for.
    ///
    /// # Errors
    /// As for [`Proxy::of`].
    pub(crate) fn from_env(host: Host) -> Result<Self> {
        let proxy = Proxy::from_env(&host)?;
        Ok(Self { host, proxy })
    }

    /// The host that is reached.
    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// Connects.
    pub(crate) async fn connect(&self) -> io::Result<TcpStream> {
        let stream = match &self.proxy {
            None => TcpStream::connect((self.host.bare(), self.host.port())).await?,
            Some(proxy) => proxy.connect(&self.host).await?,
        };
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Whether a text can be a proxy's address, before it is taken apart. A scheme that is not supported, such as SOCKS, is
/// not one, for the host would be reached directly.
fn is_address(text: &str) -> bool {
    let odd = |c: char| !c.is_ascii_graphic() || "\"'`<>\\".contains(c);
    let rest = match text.split_once("://") {
        Some(("http" | "https", rest)) => rest,
        Some(_) => return false,
        None => text,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let address = authority
        .rsplit_once('@')
        .map_or(authority, |(_, address)| address);
    let (host, port) = split_port(address);
    let port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    !text.contains(odd) && !host.is_empty() && port
}

fn destination(host: &Host) -> Option<Uri> {
    format!("https://{}", host.authority()).parse().ok()
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
