//! A TCP connection to a host, through the proxy that `HTTPS_PROXY` and `NO_PROXY` name for it.

use std::io;

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::net::TcpStream;
use tonic::codegen::http::Uri;
use tower::Service;

use crate::host::Host;

/// How one host is reached: directly or through a proxy.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    host: Host,
    proxy: Option<Intercept>,
}

impl Route {
    /// The route that the process's environment asks for. This machine itself is never reached through a proxy.
    pub(crate) fn from_env(host: Host) -> Self {
        Self::new(host, &Matcher::from_env())
    }

    fn new(host: Host, matcher: &Matcher) -> Self {
        let proxy = match host.is_loopback() {
            true => None,
            false => destination(&host).and_then(|uri| matcher.intercept(&uri)),
        };
        Self { host, proxy }
    }

    /// The host that is reached.
    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// Connects.
    pub(crate) async fn connect(&self) -> io::Result<TcpStream> {
        let stream = match &self.proxy {
            None => TcpStream::connect((self.host.bare(), self.host.port())).await?,
            Some(proxy) => self.tunnel(proxy).await?,
        };
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    async fn tunnel(&self, proxy: &Intercept) -> io::Result<TcpStream> {
        if proxy.uri().scheme_str() != Some("http") {
            return Err(io::Error::other(
                "the proxy in HTTPS_PROXY must be reached by http://",
            ));
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), HttpConnector::new());
        if let Some(auth) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(auth.clone());
        }
        let uri = destination(&self.host).ok_or_else(|| io::Error::other("not an address"))?;
        let stream = tunnel.call(uri).await;
        let stream = stream.map_err(|e| io::Error::other(format!("through the proxy: {e}")))?;
        Ok(stream.into_inner())
    }
}

fn destination(host: &Host) -> Option<Uri> {
    format!("https://{}", host.authority()).parse().ok()
}

#[cfg(test)]
mod tests;
