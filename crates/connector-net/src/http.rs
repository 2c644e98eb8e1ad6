//! HTTP clients whose trust, proxy and time limits are the same wherever they are used.

use std::time::Duration;

use connector_core::error::{Error, ErrorKind, Result};
use reqwest::{Client, ClientBuilder};

use crate::proxy::Proxy;
use crate::tls::Roots;

/// Most time that setting up a connection may take, TLS included.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// A client for requests to one host, which goes through `proxy` (see [`crate::Route::proxy`]) and through no other.
/// `timeout` is the most time one request may take, from connecting to the last byte of the answer. `adjust` sets whatever
/// else the client needs.
///
/// # Errors
/// [`ErrorKind::Setting`] when TLS, the proxy or the user agent cannot be used.
pub fn http_client(
    roots: &Roots,
    proxy: Option<&Proxy>,
    user_agent: &str,
    timeout: Duration,
    adjust: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<Client> {
    let wrong = |e: reqwest::Error| {
        Error::new(ErrorKind::Setting, "the HTTP client cannot be set up")
            .hint("check the proxy settings, SSL_CERT_FILE and the user agent")
            .caused_by(e)
    };
    let mut builder = Client::builder()
        .tls_backend_preconfigured(roots.client_config(&[b"h2", b"http/1.1"])?)
        .user_agent(user_agent)
        .timeout(timeout)
        .connect_timeout(CONNECT_TIMEOUT.min(timeout))
        // What the environment names has been read already.
        .no_proxy();
    if let Some(proxy) = proxy {
        builder = builder.proxy(proxy.for_reqwest().map_err(wrong)?);
    }
    adjust(builder).build().map_err(wrong)
}
