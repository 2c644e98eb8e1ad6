//! How requests are authorised. Credentials are kept as secrets and sent as headers marked sensitive.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use connector_core::clock::SharedClock;
use connector_core::error::{Error, ErrorKind, Result};
use reqwest::header::{AUTHORIZATION, HeaderName};
use secrecy::{ExposeSecret, SecretString};

use crate::header::{AuthHeader, prefixed, sensitive};
use crate::token::{ClientCredentials, Tokens};

/// A way to authorise requests.
#[derive(Debug, Clone)]
pub enum Auth {
    /// None at all.
    None,
    /// HTTP Basic.
    Basic {
        /// User name; a service user's id.
        user: String,
        /// Password or token.
        password: SecretString,
    },
    /// HTTP Basic with an API key as the user name and a password that does not matter.
    BasicKey(SecretString),
    /// A bearer token.
    Bearer(SecretString),
    /// A token in a header of the vendor's own.
    Header {
        /// The header, such as `Circle-Token`.
        name: &'static str,
        /// The token.
        value: SecretString,
    },
    /// A bearer token that is requested with a client id and secret (OAuth 2).
    ClientCredentials(ClientCredentials),
}

/// [`Auth`], made ready for sending.
#[derive(Debug)]
pub(crate) enum Authorizer {
    Fixed {
        header: Option<AuthHeader>,
        secrets: Vec<SecretString>,
    },
    Minted(Box<Tokens>),
}

impl Authorizer {
    pub(crate) fn new(auth: Auth, clock: &SharedClock) -> Result<Self> {
        let (name, text, secret) = match auth {
            Auth::None => {
                return Ok(Self::Fixed {
                    header: None,
                    secrets: Vec::new(),
                });
            }
            Auth::ClientCredentials(grant) => {
                return Ok(Self::Minted(Box::new(Tokens::new(
                    grant,
                    SharedClock::clone(clock),
                ))));
            }
            Auth::Basic { user, password } => {
                if user.contains(':') {
                    return Err(Error::new(
                        ErrorKind::Setting,
                        "the user of the credential must not contain a colon",
                    ));
                }
                let encoded = basic(&user, password.expose_secret());
                (
                    AUTHORIZATION,
                    prefixed("Basic ", &encoded),
                    vec![password, encoded],
                )
            }
            Auth::BasicKey(key) => {
                let encoded = basic(key.expose_secret(), "x");
                (
                    AUTHORIZATION,
                    prefixed("Basic ", &encoded),
                    vec![key, encoded],
                )
            }
            Auth::Bearer(token) => (AUTHORIZATION, prefixed("Bearer ", &token), vec![token]),
            Auth::Header { name, value } => {
                let name = HeaderName::try_from(name).map_err(|_| {
                    Error::new(
                        ErrorKind::Bug,
                        format!("`{name}` is not the name of a header"),
                    )
                })?;
                (name, value.clone(), vec![value])
            }
        };
        Ok(Self::Fixed {
            header: Some((name, sensitive(&text)?)),
            secrets: secret,
        })
    }

    /// Texts that must not be shown.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        match self {
            Self::Fixed { secrets, .. } => secrets.clone(),
            Self::Minted(tokens) => tokens.secrets(),
        }
    }
}

/// User name and password in the encoding of HTTP Basic.
fn basic(user: &str, password: &str) -> SecretString {
    let pair = SecretString::from(format!("{user}:{password}"));
    BASE64.encode(pair.expose_secret()).into()
}

#[cfg(test)]
mod tests;
