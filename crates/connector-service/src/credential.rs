//! Client id and secret, taken apart and checked before anything is sent.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::setting_error;
use connector_net::split_port;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Reads base64url with or without padding and with odd trailing bits, as other clients do; writes none.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A client id and its key.
#[derive(Clone)]
pub struct Credential {
    id: ClientId,
    key: Arc<Ed25519KeyPair>,
    kid: Option<String>,
}

/// `name@host[:port]/suffix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientId {
    whole: String,
    name: String,
    authority: String,
}

/// The private key inside a client secret.
#[derive(Deserialize)]
struct Jwk<'a> {
    kty: &'a str,
    crv: &'a str,
    x: &'a str,
    d: &'a str,
    #[serde(default)]
    kid: Option<String>,
}

impl Credential {
    /// Takes both apart.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] for anything that is not a client id or not a secret; the message never holds the secret.
    pub fn parse(id: &str, secret: &SecretString) -> Result<Self> {
        let id = ClientId::parse(id)?;
        let (key, kid) = parse_secret(secret).ok_or_else(invalid_secret)?;
        Ok(Self {
            id,
            key: Arc::new(key),
            kid,
        })
    }

    /// The client id.
    pub fn id(&self) -> &ClientId {
        &self.id
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref().filter(|kid| !kid.is_empty())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message).as_ref().to_vec()
    }

    /// The 32 bytes of the public key.
    pub fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
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

fn parse_secret(secret: &SecretString) -> Option<(Ed25519KeyPair, Option<String>)> {
    let mut pieces = secret.expose_secret().trim().splitn(4, ':').skip(2);
    let (version, key) = (pieces.next()?, pieces.next()?);
    if version != "v1" {
        return None;
    }
    let key: Zeroizing<String> =
        Zeroizing::new(key.chars().filter(|c| !matches!(c, '\r' | '\n')).collect());
    let json = Zeroizing::new(BASE64.decode(key.as_bytes()).ok()?);
    let jwk: Jwk = serde_json::from_slice(&json).ok()?;
    if jwk.kty != "OKP" || jwk.crv != "Ed25519" {
        return None;
    }
    let seed = Zeroizing::new(BASE64.decode(jwk.d).ok()?);
    let public = BASE64.decode(jwk.x).ok()?;
    // Also compares the public key with the one the seed gives.
    let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, &public).ok()?;
    Some((pair, jwk.kid))
}

fn invalid_secret() -> Error {
    let problem = Error::new(ErrorKind::Setting, "invalid client secret").hint(
        "copy the whole secret again; it has four parts separated by colons, the third is v1",
    );
    setting_error("client-secret", problem)
}

#[cfg(test)]
mod tests;
