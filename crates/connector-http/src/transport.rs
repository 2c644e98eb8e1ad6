//! Sends requests: pace, redirects, judging the answer, trying again. Authorisation is up to the caller.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_core::error::{ErrorKind, Result};
use connector_core::ledger::Ledger;
use connector_core::spec::TraceParent;
use connector_core::tape::{Readable, Tape};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::tls::TlsInfo;
use reqwest::{Method, Request, Response, StatusCode};
use secrecy::SecretString;
use tracing::{debug, warn};
use url::Url;

use crate::base_url::BaseUrl;
use crate::call::Call;
use crate::connection::Connection;
use crate::failure::{Failure, too_long};
use crate::header::AuthHeader;
use crate::limits;
use crate::pace::{Pacer, Slot};
use crate::retry::{Cause, RetryPolicy};
use crate::trace;
use crate::tries::Tries;
use crate::vendor_text;

/// Longest part of an error answer that is read.
const MAX_ERROR_BODY: usize = 64 << 10;
/// Most redirects of one request.
const MAX_REDIRECTS: u32 = 5;

/// What an answer must be to be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// A success with a JSON body.
    Json,
    /// Any status that will not change when the request is sent again: all but 429 and 5xx.
    Settled,
}

/// The connection to one vendor, and the rules for using it.
pub(crate) struct Transport {
    pub(crate) vendor: &'static str,
    pub(crate) base: BaseUrl,
    pub(crate) connection: Connection,
    pub(crate) http: reqwest::Client,
    pub(crate) pacer: Pacer,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: SharedClock,
    pub(crate) entropy: SharedEntropy,
    pub(crate) trace_parent: Option<TraceParent>,
    pub(crate) tape: Tape,
    pub(crate) readable: Readable,
    pub(crate) max_body: u64,
    pub(crate) sent: AtomicU64,
    pub(crate) ledger: Ledger,
}

impl Transport {
    /// A call that has not been sent yet.
    pub(crate) fn tries(&self, call: &Call) -> Tries {
        let entry = self.ledger.call(call.class());
        Tries::new(trace::span(call, &self.base), entry, self.clock.elapsed())
    }

    /// Sends `call` once, at `url`, and follows redirects within the origin. `None`, and nothing is sent, when `auth` is
    /// no longer `good` once the call's turn has come.
    pub(crate) async fn attempt(
        &self,
        call: &Call,
        url: &mut Url,
        auth: Option<AuthHeader>,
        good: impl Fn() -> bool,
        tries: &mut Tries,
    ) -> Result<Option<Response>, Failure> {
        tries.sent += 1;
        for _ in 0..=MAX_REDIRECTS {
            let before = self.clock.elapsed();
            let slot = self.pacer.ready(call.endpoint_name()).await;
            tries.held_back += self.clock.elapsed().saturating_sub(before);
            let max = self.retry.limited_cap;
            let slot = slot.map_err(|wait| Failure::shut(self.vendor, wait, max))?;
            if !good() {
                tries.sent -= 1;
                return Ok(None);
            }

            let mut request = request(call, url, auth.as_ref())?;
            let parent = self.trace_parent.as_ref();
            if let Some(value) = parent.and_then(|parent| trace::header(parent, &tries.span())) {
                request.headers_mut().insert("traceparent", value);
            }
            self.sent.fetch_add(1, Ordering::Relaxed);
            tries.entry.sent(tries.sent > 1);
            let mut response = self.send(request, tries.sent, call, &slot).await?;
            let status = response.status().as_u16();
            tries.span().record("http.response.status_code", status);
            match self.redirect(call, url, &response)? {
                Some(next) => *url = next,
                None => {
                    // Kept with the answer, so that it is free only when the body has been read.
                    response.extensions_mut().insert(slot);
                    return Ok(Some(response));
                }
            }
        }
        Err(Failure::redirect(
            self.vendor,
            StatusCode::LOOP_DETECTED,
            None,
        ))
    }

    async fn send(
        &self,
        request: Request,
        attempt: u32,
        call: &Call,
        slot: &Slot,
    ) -> Result<Response, Failure> {
        let method = request.method().clone();
        let path = request.url().path().to_owned();
        let before = self.clock.elapsed();
        // Boxed: in place it would nest the futures of every call too deep for the compiler.
        let result = Box::pin(self.execute(call, request)).await;
        let spent = self.clock.elapsed().saturating_sub(before).as_millis();
        let duration_ms = u64::try_from(spent).unwrap_or(u64::MAX);
        let vendor = self.vendor;
        match result {
            Ok(response) => {
                self.note_peer(&response);
                let status = response.status().as_u16();
                debug!(target: "connector_http", vendor, %method, path, status, duration_ms, attempt, "request");
                let limited = self.note_limits(call, &response);
                slot.answered(self.clock.elapsed(), limited, response.headers());
                Ok(response)
            }
            Err(failure) => {
                let error = failure.message.as_str();
                debug!(target: "connector_http", vendor, %method, path, error, duration_ms, attempt, "request failed");
                Err(failure)
            }
        }
    }

    /// Notes the certificate that the answer came under.
    fn note_peer(&self, response: &Response) {
        let tls = response.extensions().get::<TlsInfo>();
        if let Some(certificate) = tls.and_then(TlsInfo::peer_certificate) {
            self.ledger.peer(self.base.host(), certificate);
        }
    }

    /// Closes the pace when the vendor's headers state that no request is left. True when the answer says that requests
    /// come too fast.
    fn note_limits(&self, call: &Call, response: &Response) -> bool {
        let (headers, now) = (response.headers(), self.clock.now());
        let limited = limits::is_limit(response.status(), headers, now);
        let wait = match limited {
            true => limits::stated_wait(headers, now),
            false => limits::exhausted_for(headers, now),
        };
        if let Some(wait) = wait {
            self.pacer.close_for(call.endpoint_name(), wait);
            if limited {
                // The retry names the wait.
                self.pacer.was_logged(wait);
            }
        }
        limited
    }

    /// Where a redirect leads, when it may be followed.
    fn redirect(
        &self,
        call: &Call,
        url: &Url,
        response: &Response,
    ) -> Result<Option<Url>, Failure> {
        let status = response.status();
        let keeps_method = matches!(status.as_u16(), 307 | 308);
        if !keeps_method && !matches!(status.as_u16(), 301..=303) {
            return Ok(None);
        }
        let location = response
            .headers()
            .get(LOCATION)
            .and_then(|value| value.to_str().ok());
        let Some(mut next) = location.and_then(|location| url.join(location).ok()) else {
            return Err(Failure::redirect(self.vendor, status, None));
        };
        if !self.base.same_origin(&next) {
            let host = next.host_str().unwrap_or("none");
            return Err(Failure::redirect(self.vendor, status, Some(host)));
        }
        // Other redirects turn a POST into a GET, which would lose its body.
        if !keeps_method && call.method != Method::GET {
            return Err(Failure::redirect(self.vendor, status, None));
        }
        // A user name in the address would replace the credential.
        let _ = next.set_username("");
        let _ = next.set_password(None);
        next.set_fragment(None);
        Ok(Some(next))
    }

    /// Checks status and content type.
    pub(crate) async fn judge(
        &self,
        response: Response,
        expect: Expect,
        secrets: &[SecretString],
    ) -> Result<Response, Failure> {
        let status = response.status();
        let limited = limits::is_limit(status, response.headers(), self.clock.now());
        if status.is_success() {
            if expect == Expect::Json && !is_json(response.headers()) {
                let found = content_type(response.headers());
                let found = found.and_then(|found| vendor_text::clean(found, &[]));
                return Err(Failure::not_json(self.vendor, status, found.as_deref()));
            }
            return Ok(response);
        }
        if expect == Expect::Settled && !limited && !status.is_server_error() {
            return Ok(response);
        }
        let wait = limits::stated_wait(response.headers(), self.clock.now());
        let body = self.small_body(response).await;
        let message = vendor_text::message(&body, secrets);
        let mut failure = Failure::status(self.vendor, status, message.as_deref());
        if limited {
            failure.kind = ErrorKind::RateLimited;
            failure.cause = Cause::Limited(wait);
        }
        Err(failure)
    }

    /// The first part of an error answer. It only serves the message, so it is enough when it cannot be read further.
    pub(crate) async fn small_body(&self, mut response: Response) -> Vec<u8> {
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = Box::pin(self.chunk(&mut response)).await {
            if body.len() + chunk.len() > MAX_ERROR_BODY {
                break;
            }
            body.extend_from_slice(&chunk);
        }
        body
    }

    /// The whole body.
    pub(crate) async fn read(&self, mut response: Response, max: u64) -> Result<Vec<u8>, Failure> {
        let max = max.min(self.max_body);
        let mut body = Vec::new();
        if response.content_length().is_some_and(|length| length > max) {
            return Err(Failure::too_large(self.vendor, max));
        }
        while let Some(chunk) = self.chunk(&mut response).await? {
            if (body.len() + chunk.len()) as u64 > max {
                return Err(Failure::too_large(self.vendor, max));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Waits until `call` may be sent again.
    ///
    /// # Errors
    /// `failure`, when it will not be sent again.
    pub(crate) async fn again(
        &self,
        call: &Call,
        tries: &mut Tries,
        mut failure: Failure,
    ) -> Result<()> {
        let cause = match failure.cause {
            Cause::Passing if !call.repeatable => Cause::Final,
            cause => cause,
        };
        let before = self.clock.elapsed();
        let spent = before
            .saturating_sub(tries.started)
            .saturating_sub(tries.held_back);
        let random = self.entropy.next_u64();
        let wait = self.retry.wait(&mut tries.failures, cause, spent, random);
        let wait = match self.recorded_again(call) {
            // No time passes while answers come from a recording, so it decides when the call is given up.
            Some(true) if cause != Cause::Final => wait.or(Some(Duration::ZERO)),
            Some(_) => None,
            None => wait,
        };
        let Some(wait) = wait else {
            let max = self.retry.limited_cap;
            let tries = match cause {
                Cause::Final => 1,
                Cause::Limited(Some(stated)) if stated > max => {
                    failure.message = format!("{}; {}", failure.message, too_long(stated, max));
                    1
                }
                _ => tries.sent,
            };
            return Err(call.explain(failure.into_error(tries)));
        };
        let error = failure.message.as_str();
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        warn!(target: "connector_http", vendor = self.vendor, error, wait_ms, attempt = tries.sent, "retrying request");
        if failure.kind == ErrorKind::RateLimited {
            self.pacer.close_for(call.endpoint_name(), wait);
            self.pacer.was_logged(wait);
        }
        self.clock.sleep(wait).await;
        if failure.kind == ErrorKind::RateLimited {
            tries.held_back += self.clock.elapsed().saturating_sub(before);
        }
        Ok(())
    }
}

fn request(call: &Call, url: &Url, auth: Option<&AuthHeader>) -> Result<Request, Failure> {
    let mut request = Request::new(call.method.clone(), url.clone());
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if let Some((name, value)) = auth {
        headers.insert(name, value.clone());
    }
    // Some endpoints refuse a content type without a body.
    if let Some(body) = &call.body {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(body.content_type));
        let bytes = body.bytes.clone().map_err(|what| {
            let message = format!("the body of the request cannot be written: {what}");
            Failure::new(ErrorKind::Bug, Cause::Final, message)
        })?;
        *request.body_mut() = Some(bytes.into());
    }
    Ok(request)
}

/// The content type without its parameters.
fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty()).then_some(essence)
}

pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    content_type(headers).is_some_and(|found| {
        let found = found.to_ascii_lowercase();
        found == "application/json" || found.ends_with("+json")
    })
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("vendor", &self.vendor)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
