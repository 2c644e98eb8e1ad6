//! The client connectors use, and the answer of a probe.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::error::{Error, ErrorKind, Result};
use connector_net::{Host, Proxy, Roots, Route, http_client};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{StatusCode, redirect};
use serde::de::DeserializeOwned;
use tracing::Instrument;

use crate::auth::Authorizer;
use crate::call::Call;
use crate::connection::Connection;
use crate::decode::decode;
use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::framer::ArrayAt;
use crate::options::ClientOptions;
use crate::pace::Pacer;
use crate::stream::ArrayStream;
use crate::transport::{Expect, Transport, is_json};
use crate::vendor_text;

/// How long an unused connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends requests to one vendor. Copies share connections, pace and counters.
#[derive(Debug, Clone)]
pub struct Client(Arc<Exchange>);

impl Client {
    /// A client for one vendor. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the credential or another header cannot be sent.
    pub fn new(options: ClientOptions) -> Result<Self> {
        Self::trusting(&Roots::system(), options)
    }

    fn trusting(roots: &Roots, options: ClientOptions) -> Result<Self> {
        let host = Host::parse(options.base.authority()).ok_or_else(|| {
            Error::new(
                ErrorKind::Setting,
                "the address has a host that no certificate can be for",
            )
        })?;
        let connection = Connection {
            vendor: options.vendor,
            route: Route::from_env(host, roots)?,
            unread_roots: roots.problems().to_vec(),
        };
        let http = http(&options, roots, connection.route.proxy())?;
        Ok(Self(Arc::new(Exchange {
            auth: Authorizer::new(options.auth, &options.clock)?,
            explain: options.explain,
            max_document: options.max_document,
            max_element: options.max_element,
            transport: Transport {
                vendor: options.vendor,
                base: options.base,
                connection,
                http,
                pacer: Pacer::new(
                    options.pace,
                    SharedClock::clone(&options.clock),
                    options.vendor,
                    options.retry.limited_cap,
                ),
                retry: options.retry,
                clock: options.clock,
                entropy: options.entropy,
                trace_parent: options.trace_parent,
                tape: options.tape,
                readable: options.readable,
                max_body: options.max_body,
                sent: AtomicU64::new(0),
                ledger: options.ledger,
            },
        })))
    }

    /// Sends `call` and decodes the answer.
    ///
    /// # Errors
    /// Whatever kept the answer from being read; see the crate's table of kinds.
    pub async fn json<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let (_, _, body) = self.read(&call, Expect::Json).await?;
        decode(&body).map_err(|what| {
            let message = format!(
                "the answer of {} does not fit: {what}",
                self.0.transport.vendor
            );
            (self.0.explain)(call.explain(Failure::contract(message).into_error(1)))
        })
    }

    /// Sends `call` and hands over the elements of an array while the answer arrives.
    pub fn array<T: DeserializeOwned>(&self, call: Call, at: ArrayAt) -> ArrayStream<T> {
        ArrayStream::new(Arc::clone(&self.0), call, at)
    }

    /// Sends `call` as a probe: an answer such as 403 or 404 is data, not an error. Only what may pass (429,
    /// 5xx, resets) is tried again and then an error.
    ///
    /// # Errors
    /// When there is no settled answer.
    pub async fn response(&self, call: Call) -> Result<Response> {
        let (status, headers, body) = self.read(&call, Expect::Settled).await?;
        let message = match status.is_success() {
            true => None,
            false => vendor_text::message(&body, &self.0.auth.secrets()),
        };
        Ok(Response {
            vendor: self.0.transport.vendor,
            explain: self.0.explain,
            call,
            status,
            headers,
            body,
            message,
        })
    }

    /// Requests sent so far, those that failed included.
    pub fn requests(&self) -> u64 {
        self.0.transport.sent.load(Ordering::Relaxed)
    }

    async fn read(&self, call: &Call, expect: Expect) -> Result<(StatusCode, HeaderMap, Vec<u8>)> {
        let transport = &self.0.transport;
        let mut tries = transport.tries(call);
        let span = tries.span();
        let reading = async {
            loop {
                let mut response = self.0.open(call, expect, &mut tries).await?;
                let status = response.status();
                let headers = std::mem::take(response.headers_mut());
                match transport.read(response, self.0.max_document).await {
                    Ok(body) => {
                        tries.entry.receive(&body);
                        tries.entry.complete();
                        return Ok((status, headers, body));
                    }
                    Err(failure) => transport.again(call, &mut tries, failure).await?,
                }
            }
        };
        let outcome = reading.instrument(span).await;
        tries.ended(outcome.as_ref().map(|(.., body)| body.len() as u64));
        outcome.map_err(self.0.explain)
    }
}

/// A settled answer, whatever its status.
pub struct Response {
    vendor: &'static str,
    explain: fn(Error) -> Error,
    call: Call,
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    message: Option<String>,
}

impl Response {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// True for 2xx.
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// A header, when it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body. It may be anything: keep it out of logs and messages.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The text of an error answer, short, clean and without the credential.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The answer, or the usual error for its status.
    ///
    /// # Errors
    /// For every status but 2xx, as other calls report it.
    pub fn ok(self) -> Result<Self> {
        if self.is_success() {
            return Ok(self);
        }
        let failure = match self.status.is_redirection() {
            true => Failure::redirect(self.vendor, self.status, None),
            false => Failure::status(self.vendor, self.status, self.message()),
        };
        Err((self.explain)(self.call.explain(failure.into_error(1))))
    }

    /// Decodes the body, whatever the status.
    ///
    /// # Errors
    /// [`ErrorKind::Contract`] when it is not JSON or does not fit.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let failure = if is_json(&self.headers) {
            match decode(&self.body) {
                Ok(value) => return Ok(value),
                Err(what) => Failure::contract(format!(
                    "the answer of {} does not fit: {what}",
                    self.vendor
                )),
            }
        } else {
            let found = self
                .header("content-type")
                .and_then(|found| found.split(';').next());
            let found = found.and_then(|found| vendor_text::clean(found, &[]));
            Failure::not_json(self.vendor, self.status, found.as_deref())
        };
        Err((self.explain)(self.call.explain(failure.into_error(1))))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status.as_u16())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

fn http(options: &ClientOptions, roots: &Roots, proxy: Option<&Proxy>) -> Result<reqwest::Client> {
    let mut headers = HeaderMap::new();
    for (name, value) in &options.headers {
        let pair = HeaderName::try_from(*name)
            .ok()
            .zip(HeaderValue::try_from(value).ok());
        let (name, value) = pair.ok_or_else(|| {
            Error::new(
                ErrorKind::Setting,
                format!("the header `{name}` cannot be sent"),
            )
        })?;
        headers.insert(name, value);
    }
    let (user_agent, timeout) = (&options.user_agent, options.timeout);
    http_client(roots, proxy, user_agent, timeout, |builder| {
        builder
            .default_headers(headers)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .tls_info(true)
            .redirect(redirect::Policy::none())
            .referer(false)
    })
}

#[cfg(test)]
mod tests;
