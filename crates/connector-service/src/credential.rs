//! Client id and secret, taken apart and checked before anything is sent.

use std::fmt;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::setting_error;
use connector_evidence::SecretKey;
use connector_net::split_port;
use secrecy::SecretString;

/// A client id and its key.
#[derive(Clone)]
pub struct Credential {
    id: ClientId,
    key: SecretKey,
}

/// `name@host[:port]/suffix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientId {
    whole: String,
    name: String,
    authority: String,
}

impl Credential {
    /// Takes both apart.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] for anything that is not a client id or not a secret; the message never holds the secret.
    pub fn parse(id: &str, secret: &SecretString) -> Result<Self> {
        let id = ClientId::parse(id)?;
        let key = SecretKey::parse(secret).ok_or_else(invalid_secret)?;
        Ok(Self { id, key })
    }

    /// The client id.
    pub fn id(&self) -> &ClientId {
        &self.id
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.key.id()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message)
    }

    /// The 32 bytes of the public key.
    pub fn public_key(&self) -> &[u8] {
        self.key.public_bytes()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("id", &self.id.whole)
            .finish_non_exhaustive()
    }
}

impl ClientId {
    /// Takes a client id apart, at its first `@` and the first `/` after it.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when one of them is missing.
    pub fn parse(whole: &str) -> Result<Self> {
        let parts = whole
            .split_once('@')
            .and_then(|(name, rest)| Some((name, rest.split_once('/')?.0)));
        let Some((name, authority)) = parts else {
            let problem = Error::new(ErrorKind::Setting, "invalid client id")
                .hint("a client id looks like name@tenant.example.com/ccc");
            return Err(setting_error("client-id", problem));
        };
        Ok(Self {
            name: name.to_owned(),
            authority: authority.to_owned(),
            whole: whole.to_owned(),
        })
    }

    /// All of it, suffix included.
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// What is before the `@`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Host and, where given, port.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host without port, which the token endpoint knows as its audience.
    pub fn audience(&self) -> &str {
        split_port(&self.authority).0
    }
}

fn invalid_secret() -> Error {
    let problem = Error::new(ErrorKind::Setting, "invalid client secret").hint(
        "copy the whole secret again; it has four parts separated by colons, the third is v1",
    );
    setting_error("client-secret", problem)
}

#[cfg(test)]
mod tests;
