//! OAuth 2 client credentials: one access token, asked for when needed, shared by all calls, asked for again
//! when it is about to expire or is refused.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex as StdMutex, PoisonError};
use std::time::Duration;

use connector_core::error::{Error, ErrorKind, Result};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use tracing::Instrument;
use url::form_urlencoded;

use crate::auth::{AuthHeader, prefixed, sensitive};
use crate::call::Call;
use crate::decode::decode;
use crate::exchange::{Exchange, Expect};
use crate::failure::Failure;
use crate::retry::Cause;
use crate::vendor_text;

/// Lifetime of a token whose answer states none.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// Answers of token endpoints are short.
const MAX_ANSWER: u64 = 64 << 10;

/// A client id and secret that buy access tokens.
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    /// Path of the token endpoint below the base URL, such as `v2/auth/token`.
    pub token_path: &'static str,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: SecretString,
    /// Scopes to ask for, separated by blanks; `None` asks for all the client has.
    pub scope: Option<String>,
    /// How long before its end a token is replaced; one that has less than twice as long to live is used for
    /// half of that.
    pub margin: Duration,
}

impl ClientCredentials {
    /// Asks for all scopes and replaces tokens a minute before their end.
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

    /// How long a token with this much life left is used. Some vendors hand out the same token until its end, so
    /// near the end it is asked for again more and more often, but never more than once a second.
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
            .during("getting an access token")
    }
}

/// Tells tokens apart, so that a token refused to many calls at once is replaced once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Serial(u64);

/// The current token; whoever finds none asks for one while the others wait.
#[derive(Debug)]
pub(crate) struct Tokens {
    grant: ClientCredentials,
    state: Mutex<State>,
    /// The current token once more, for those who must not wait for a new one.
    shown: StdMutex<Option<SecretString>>,
    /// The latest token that opened something.
    accepted: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Current>,
    serial: u64,
    /// The current token stands in for a refused one.
    replaced: bool,
    /// Why no further token is asked for: vendors block those who keep knocking.
    refused: Option<(ErrorKind, String, Option<String>)>,
}

#[derive(Debug)]
struct Current {
    header: HeaderValue,
    /// Time on the clock.
    good_until: Duration,
}

/// A token as it was given.
struct Token {
    text: SecretString,
    header: HeaderValue,
    good_until: Duration,
}

impl Tokens {
    pub(crate) fn new(grant: ClientCredentials) -> Self {
        Self {
            grant,
            state: Mutex::default(),
            shown: StdMutex::default(),
            accepted: AtomicU64::new(0),
        }
    }

    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let token = self.shown().clone();
        [self.grant.client_secret.clone()]
            .into_iter()
            .chain(token)
            .collect()
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, Option<SecretString>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The header of a token that is good for now.
    pub(crate) async fn header(&self, exchange: &Exchange) -> Result<(AuthHeader, Serial)> {
        let mut state = self.state.lock().await;
        if let Some((kind, message, hint)) = &state.refused {
            let error = Error::new(*kind, message.clone()).during("getting an access token");
            return Err(match hint {
                Some(hint) => error.hint(hint.clone()),
                None => error,
            });
        }
        if let Some(token) = &state.token
            && exchange.clock.elapsed() < token.good_until
        {
            return Ok(((AUTHORIZATION, token.header.clone()), Serial(state.serial)));
        }
        let token = self.mint(exchange).await.inspect_err(|e| {
            if e.kind() == ErrorKind::Credential {
                let hint = e.hint_text().map(str::to_owned);
                state.refused = Some((e.kind(), e.message().to_owned(), hint));
            }
        })?;
        let header = token.header.clone();
        *self.shown() = Some(token.text);
        state.token = Some(Current {
            header: token.header,
            good_until: token.good_until,
        });
        state.serial += 1;
        Ok(((AUTHORIZATION, header), Serial(state.serial)))
    }

    /// The vendor took the token.
    pub(crate) fn accepted(&self, serial: Serial) {
        self.accepted.fetch_max(serial.0, Ordering::Relaxed);
    }

    /// Drops the token the vendor refused, unless it has been replaced already. False when asking for another
    /// one will not help: this one was given in place of a refused one and has never opened anything.
    pub(crate) async fn refused(&self, serial: Serial) -> bool {
        let mut state = self.state.lock().await;
        if state.serial != serial.0 {
            return true;
        }
        if state.replaced && self.accepted.load(Ordering::Relaxed) < serial.0 {
            return false;
        }
        state.token = None;
        state.replaced = true;
        true
    }

    async fn mint(&self, exchange: &Exchange) -> Result<Token> {
        let call = self.grant.call();
        let mut url = call.url(&exchange.base)?;
        let mut tries = exchange.tries(&call);
        let span = tries.span();
        let minting = async {
            loop {
                let answer = exchange.attempt(&call, &mut url, None, &mut tries).await;
                let failure = match answer {
                    Ok(response) => match self.read(exchange, response).await {
                        Ok((token, received)) => return Ok((token, received)),
                        Err(failure) => failure,
                    },
                    Err(failure) => failure,
                };
                exchange.again(&call, &mut tries, failure).await?;
            }
        };
        let outcome = minting.instrument(span).await;
        tries.ended(outcome.as_ref().map(|(_, received)| *received));
        outcome.map(|(token, _)| token)
    }

    /// The token, and how long the answer was.
    async fn read(&self, exchange: &Exchange, response: Response) -> Result<(Token, u64), Failure> {
        let status = response.status();
        if status.is_client_error() && !matches!(status.as_u16(), 404 | 408 | 429) {
            return Err(self.rejected(exchange, response).await);
        }
        let secrets = [self.grant.client_secret.clone()];
        let response = exchange.judge(response, Expect::Json, &secrets).await?;
        let body = exchange.read(response, MAX_ANSWER).await?;
        let answer: Answer = decode(&body).map_err(|what| {
            Failure::contract(format!(
                "the token of {} does not fit: {what}",
                exchange.vendor
            ))
        })?;
        let text = SecretString::from(answer.access_token);
        let header = sensitive(&prefixed("Bearer ", &text)).map_err(|_| {
            Failure::contract(format!("the token of {} cannot be sent", exchange.vendor))
        })?;
        let lifetime = match answer.expires_in {
            Some(seconds) => Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            None => DEFAULT_LIFETIME,
        };
        let good_until = exchange.clock.elapsed() + self.grant.used_for(lifetime);
        let token = Token {
            text,
            header,
            good_until,
        };
        Ok((token, body.len() as u64))
    }

    /// The endpoint does not accept the request. Vendors disagree about the status, so any is about the
    /// client, except where the error says that the server has a bad moment.
    async fn rejected(&self, exchange: &Exchange, response: Response) -> Failure {
        let status = response.status();
        let body = exchange.small_body(response).await;
        let code = serde_json::from_slice::<Rejection>(&body)
            .ok()
            .and_then(|body| body.error);
        let vendor = exchange.vendor;
        if let Some("server_error" | "temporarily_unavailable") = code.as_deref() {
            let message = format!("{vendor} cannot give out an access token now");
            return Failure::new(ErrorKind::Upstream, Cause::Passing, message);
        }
        let secrets = [self.grant.client_secret.clone()];
        let said = vendor_text::message(&body, &secrets);
        let mut failure = Failure::status(vendor, StatusCode::UNAUTHORIZED, None);
        failure.message = match said {
            Some(said) => format!("{vendor} answered {}: {said}", status.as_u16()),
            None => format!(
                "{vendor} answered {} to the client id and secret",
                status.as_u16()
            ),
        };
        failure
    }
}

/// What a token endpoint answers. Not `Debug`: it holds the token.
#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: Option<f64>,
}

#[derive(Deserialize)]
struct Rejection {
    error: Option<String>,
}
