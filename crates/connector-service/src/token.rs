//! The access token: fetched when it is first needed, shared by all calls, replaced shortly before it expires.

use std::future::Future;
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_net::{Serial, TokenCache, lifetime};
use serde::Deserialize;
use tonic::Code;

use crate::assertion;
use crate::credential::Credential;
use crate::plane::{PlaneError, PlaneResult};

/// A token is not used during its last seconds.
const EARLY: Duration = Duration::from_secs(10);

/// How a token request is sent.
pub(crate) trait TokenTransport: Send + Sync + 'static {
    /// Posts the form and returns the status and the body.
    ///
    /// # Errors
    /// What kept the answer from coming, one sentence.
    fn post(&self, form: String) -> impl Future<Output = Result<(u16, Vec<u8>), String>> + Send;
}

/// Gets access tokens for the credential.
#[derive(Debug)]
pub(crate) struct TokenSource<T> {
    transport: T,
    credential: Credential,
    clock: SharedClock,
    entropy: SharedEntropy,
    headers: TokenCache<String>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    #[serde(default)]
    access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    expires_in: Option<f64>,
}

impl<T: TokenTransport> TokenSource<T> {
    /// A source without a token.
    pub(crate) fn new(
        transport: T,
        credential: Credential,
        clock: SharedClock,
        entropy: SharedEntropy,
    ) -> Self {
        Self {
            transport,
            credential,
            headers: TokenCache::new(clock.clone()),
            clock,
            entropy,
        }
    }

    /// The value of the `authorization` header.
    ///
    /// # Errors
    /// `Unauthenticated` when the credential is refused, another code when trying again can help.
    pub(crate) async fn header(&self) -> PlaneResult<(String, Serial)> {
        self.headers.get(async || self.fetch().await).await
    }

    /// Drops a token that the control plane no longer accepts.
    pub(crate) fn forget(&self, serial: Serial) {
        self.headers.forget(serial);
    }

    async fn fetch(&self) -> PlaneResult<(String, Duration)> {
        let now = self.clock.now().as_second();
        let assertion = assertion::assertion(&self.credential, now, &*self.entropy);
        let form = assertion::form(self.credential.id().as_str(), &assertion);
        let (status, body) = self.transport.post(form).await.map_err(|e| {
            PlaneError::unanswered(Code::Unavailable, format!("requesting a token: {e}"))
        })?;
        let code = match status {
            200 => return read(&body),
            400 | 401 | 403 => Code::Unauthenticated,
            _ => Code::Unavailable,
        };
        let message = format!("requesting a token: the control plane answered {status}");
        Err(PlaneError::new(code, message))
    }
}

/// The header in a token answer, and how long it is to be used.
fn read(body: &[u8]) -> PlaneResult<(String, Duration)> {
    let wrong = |what| PlaneError::new(Code::Internal, format!("requesting a token: {what}"));
    // The decoder's own message could repeat the token.
    let answer: TokenAnswer = serde_json::from_slice(body)
        .map_err(|_| wrong("the control plane's answer is not the JSON of a token"))?;
    if answer.access_token.is_empty() {
        return Err(wrong("the control plane's answer holds no token"));
    }
    let scheme = scheme(answer.token_type.as_deref().unwrap_or_default());
    let left = lifetime(answer.expires_in.unwrap_or(0.0));
    let header = format!("{scheme} {}", answer.access_token);
    Ok((header, left.saturating_sub(EARLY)))
}

/// The scheme before the token in the header.
fn scheme(kind: &str) -> &str {
    match kind.to_ascii_lowercase().as_str() {
        "" | "bearer" => "Bearer",
        "mac" => "MAC",
        "basic" => "Basic",
        _ => kind,
    }
}

#[cfg(test)]
mod tests;
