//! OAuth 2 client credentials: one access token, requested when needed, shared by all calls, and requested again
//! when it is about to expire or is refused.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::error::{Error, ErrorKind, Result};
use connector_net::{Serial, TokenCache, lifetime};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::{Mutex as TurnMutex, MutexGuard as Turn};
use tracing::Instrument;
use url::form_urlencoded;

use crate::call::Call;
use crate::decode::decode;
use crate::failure::Failure;
use crate::header::{AuthHeader, prefixed, sensitive};
use crate::retry::Cause;
use crate::transport::{Expect, Transport};
use crate::vendor_text;

/// Lifetime of a token whose answer states none.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// The longest token answer that is read.
const MAX_ANSWER: u64 = 64 << 10;
/// What errors name as being done.
const OPERATION: &str = "getting an access token";

/// A client id and secret, for which the vendor issues access tokens.
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    /// Path of the token endpoint below the base URL, such as `v2/auth/token`.
    pub token_path: &'static str,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: SecretString,
    /// Scopes to request, separated by blanks; `None` requests all the client has.
    pub scope: Option<String>,
    /// How long before its end a token is replaced; one that has less than twice as long to live is used for
    /// half of that.
    pub margin: Duration,
}

impl ClientCredentials {
    /// Requests all scopes and replaces tokens a minute before their end.
    pub fn new(
        token_path: &'static str,
        client_id: impl Into<String>,
        client_secret: SecretString,
    ) -> Self {
        Self {
            token_path,
            client_id: client_id.into(),
            client_secret,
            scope: None,
            margin: Duration::from_secs(60),
        }
    }

    /// How long a token with this much life left is used. Some vendors issue the same token until its end, so near
    /// the end it is requested again more and more often, but never more than once a second.
    fn used_for(&self, left: Duration) -> Duration {
        let whole = left.saturating_sub(self.margin);
        whole.max(left / 2).max(Duration::from_secs(1))
    }

    fn call(&self) -> Call {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", self.client_secret.expose_secret());
        if let Some(scope) = &self.scope {
            form.append_pair("scope", scope);
        }
        Call::post(self.token_path)
            .form(form.finish())
            .safe_to_repeat()
            .during(OPERATION)
    }
}

/// The current token, and whether it makes sense to request another one.
#[derive(Debug)]
pub(crate) struct Tokens {
    grant: ClientCredentials,
    cache: TokenCache<Token>,
    /// The latest token that was accepted.
    accepted: AtomicU64,
    /// The first token that was refused; all later ones stand in for a refused one.
    first_refused: AtomicU64,
    /// The latest token that was refused; no earlier one is sent any more.
    last_refused: AtomicU64,
    /// Held by the one call that finds out whether a token that stands in for a refused one is accepted.
    proving: TurnMutex<()>,
    /// Why nothing is sent any more: vendors block clients that go on with a wrong secret, or a token that they refuse.
    denied: Mutex<Option<Denied>>,
}

/// An error about the credential, kept for all later calls.
#[derive(Debug, Clone)]
struct Denied {
    message: String,
    hint: Option<String>,
    /// What was being done, when it was not the call itself.
    operation: Option<&'static str>,
}

impl Denied {
    fn new(error: &Error, operation: Option<&'static str>) -> Self {
        Self {
            message: error.message().to_owned(),
            hint: error.hint_text().map(str::to_owned),
            operation,
        }
    }

    fn into_error(self) -> Error {
        let mut error = Error::new(ErrorKind::Credential, self.message);
        if let Some(operation) = self.operation {
            error = error.during(operation);
        }
        match self.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// An access token.
#[derive(Debug, Clone)]
struct Token {
    text: SecretString,
    header: HeaderValue,
}

impl Tokens {
    pub(crate) fn new(grant: ClientCredentials, clock: SharedClock) -> Self {
        Self {
            grant,
            cache: TokenCache::new(clock),
            accepted: AtomicU64::new(0),
            first_refused: AtomicU64::new(u64::MAX),
            last_refused: AtomicU64::new(0),
            proving: TurnMutex::new(()),
            denied: Mutex::default(),
        }
    }

    /// Texts that must not be shown.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let token = self.cache.peek().map(|token| token.text);
        [self.grant.client_secret.clone()]
            .into_iter()
            .chain(token)
            .collect()
    }

    fn denied(&self) -> MutexGuard<'_, Option<Denied>> {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The header of a token that is good for now. One that stands in for a refused one is given to one call at a time
    /// until it is accepted, so that a credential that has died costs one more request and not one for each call under
    /// way; the turn is to be dropped when the vendor has answered.
    pub(crate) async fn header(
        &self,
        transport: &Transport,
    ) -> Result<(AuthHeader, Serial, Option<Turn<'_, ()>>)> {
        let denied = || match self.denied().clone() {
            Some(denied) => Err(denied.into_error()),
            None => Ok(()),
        };
        let mut turn = None;
        loop {
            denied()?;
            let request = async || {
                // Another call may have been denied a token while this one waited for its turn.
                denied()?;
                self.mint(transport).await.inspect_err(|e| {
                    if e.kind() == ErrorKind::Credential {
                        *self.denied() = Some(Denied::new(e, Some(OPERATION)));
                    }
                })
            };
            let (token, serial) = self.cache.get(request).await?;
            let unproven = self.is_unproven(serial);
            if unproven && turn.is_none() {
                turn = Some(self.proving.lock().await);
                continue;
            }
            let turn = turn.filter(|_| unproven);
            return Ok(((AUTHORIZATION, token.header), serial, turn));
        }
    }

    /// Whether the token stands in for a refused one and has not been accepted so far.
    fn is_unproven(&self, serial: Serial) -> bool {
        let number = serial.number();
        number > self.first_refused.load(Ordering::Relaxed)
            && self.accepted.load(Ordering::Relaxed) < number
    }

    /// Notes that the vendor accepted the token.
    pub(crate) fn accepted(&self, serial: Serial) {
        self.accepted.fetch_max(serial.number(), Ordering::Relaxed);
    }

    /// Whether the token, or a later one, was refused.
    pub(crate) fn is_refused(&self, serial: Serial) -> bool {
        serial.number() <= self.last_refused.load(Ordering::Relaxed)
    }

    /// Drops the token the vendor refused, unless it has been replaced already. False when another one will not help:
    /// this one stands in for a refused one and has never been accepted. Then no further call is sent, unless it is a
    /// probe, for which a refusal is an answer like others.
    pub(crate) fn refused(&self, serial: Serial, vendor: &str, expect: Expect) -> bool {
        let number = serial.number();
        self.first_refused.fetch_min(number, Ordering::Relaxed);
        if self.is_unproven(serial) {
            let is_latest = self.cache.is_latest(serial);
            if is_latest && expect == Expect::Json {
                self.last_refused.fetch_max(number, Ordering::Relaxed);
                let error = Failure::status(vendor, StatusCode::UNAUTHORIZED, None).into_error(1);
                self.denied()
                    .get_or_insert_with(|| Denied::new(&error, None));
            }
            return !is_latest;
        }
        self.last_refused.fetch_max(number, Ordering::Relaxed);
        self.cache.forget(serial);
        true
    }

    async fn mint(&self, transport: &Transport) -> Result<(Token, Duration)> {
        // The token is the answer of a call like others: paced, tried again, with a span of its own.
        let call = self.grant.call();
        let mut url = call.url(&transport.base)?;
        let mut tries = transport.tries(&call);
        let span = tries.span();
        let minting = async {
            loop {
                let answer = transport
                    .attempt(&call, &mut url, None, || true, &mut tries)
                    .await;
                let failure = match answer {
                    Ok(Some(response)) => match self.read(transport, response).await {
                        Ok(minted) => {
                            tries.entry.complete_unhashed(minted.2);
                            return Ok(minted);
                        }
                        Err(failure) => failure,
                    },
                    // Without a token there is none that is no longer good.
                    Ok(None) => continue,
                    Err(failure) => failure,
                };
                transport.again(&call, &mut tries, failure).await?;
            }
        };
        let outcome = minting.instrument(span).await;
        tries.ended(outcome.as_ref().map(|(.., received)| *received));
        outcome.map(|(token, use_for, _)| (token, use_for))
    }

    /// The token, how long it is to be used, and the length of the answer.
    async fn read(
        &self,
        transport: &Transport,
        response: Response,
    ) -> Result<(Token, Duration, u64), Failure> {
        let status = response.status();
        if status.is_client_error() && !matches!(status.as_u16(), 404 | 408 | 429) {
            return Err(self.rejected(transport, response).await);
        }
        let secrets = [self.grant.client_secret.clone()];
        let response = transport.judge(response, Expect::Json, &secrets).await?;
        let body = transport.read(response, MAX_ANSWER).await?;
        let answer: TokenAnswer = decode(&body).map_err(|what| {
            Failure::contract(format!(
                "the token of {} does not fit: {what}",
                transport.vendor
            ))
        })?;
        let text = SecretString::from(answer.access_token);
        let header = sensitive(&prefixed("Bearer ", &text)).map_err(|_| {
            Failure::contract(format!("the token of {} cannot be sent", transport.vendor))
        })?;
        let left = answer.expires_in.map_or(DEFAULT_LIFETIME, lifetime);
        let token = Token { text, header };
        Ok((token, self.grant.used_for(left), body.len() as u64))
    }

    /// The endpoint does not accept the request. Vendors disagree about the status for a wrong client, so any status
    /// means that, unless the error code is one for a server that is unavailable.
    async fn rejected(&self, transport: &Transport, response: Response) -> Failure {
        let status = response.status();
        let body = transport.small_body(response).await;
        let code = serde_json::from_slice::<Rejection>(&body)
            .ok()
            .and_then(|body| body.error);
        let vendor = transport.vendor;
        if let Some("server_error" | "temporarily_unavailable") = code.as_deref() {
            let message = format!("{vendor} cannot give out an access token now");
            return Failure::new(ErrorKind::Upstream, Cause::Passing, message);
        }
        let secrets = [self.grant.client_secret.clone()];
        let mut failure = Failure::status(vendor, StatusCode::UNAUTHORIZED, None);
        failure.message = match vendor_text::message(&body, &secrets) {
            Some(message) => format!("{vendor} answered {}: {message}", status.as_u16()),
            None => format!(
                "{vendor} answered {} to the client id and secret",
                status.as_u16()
            ),
        };
        failure
    }
}

/// The answer of a token endpoint. Not `Debug`: it holds the token.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: Option<f64>,
}

#[derive(Deserialize)]
struct Rejection {
    error: Option<String>,
}
