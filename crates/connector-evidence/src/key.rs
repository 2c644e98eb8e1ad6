//! Keys: Ed25519 to sign evidence with, in the form of a ConductorOne client secret, and keys for redaction.

use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::text;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Reads base64url with or without padding and with odd trailing bits, as clients of ConductorOne do; writes none.
pub const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What the text of a public key begins with.
const PUBLIC: &str = "ed25519:";
/// What is signed to get the key of credentials' fingerprints. It is no document, so no signature of one is the same.
const FINGERPRINTS: &[u8] = b"baton.evidence/1 key of credential fingerprints";
/// Bytes of the file of a key that are read.
const MAX_FILE: u64 = 64 << 10;
/// Bytes of a credential's fingerprint.
const FINGERPRINT: usize = 16;

/// A private key for Ed25519.
#[derive(Clone)]
pub struct SecretKey {
    pair: Arc<Ed25519KeyPair>,
    id: Option<String>,
}

/// The key in the last part of a secret (RFC 8037).
#[derive(Deserialize)]
struct Jwk<'a> {
    kty: &'a str,
    crv: &'a str,
    x: &'a str,
    d: &'a str,
    #[serde(default)]
    kid: Option<String>,
}

#[derive(Serialize)]
struct NewJwk<'a> {
    kty: &'a str,
    crv: &'a str,
    x: &'a str,
    d: &'a str,
    kid: &'a str,
}

impl SecretKey {
    /// A key and its text, `<any>:<any>:v1:<base64url of a JWK>`, from 32 random bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Bug`] when the bytes are no seed.
    pub fn generate(seed: &[u8; 32]) -> Result<(Self, Zeroizing<String>)> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed)
            .map_err(|e| Error::new(ErrorKind::Bug, "a key cannot be made").caused_by(e))?;
        let public = pair.public_key().as_ref().to_vec();
        let id = text::hex(&Sha256::digest(&public)[..8]);
        let private = Zeroizing::new(URL_SAFE_NO_PAD.encode(seed));
        let jwk = NewJwk {
            kty: "OKP",
            crv: "Ed25519",
            x: &URL_SAFE_NO_PAD.encode(&public),
            d: &private,
            kid: &id,
        };
        // Texts can always be written.
        let json = Zeroizing::new(serde_json::to_vec(&jwk).unwrap_or_default());
        let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(&*json));
        let text = Zeroizing::new(format!("evidence-key:baton-audit:v1:{}", *encoded));
        let key = Self {
            pair: Arc::new(pair),
            id: Some(id),
        };
        Ok((key, text))
    }

    /// Reads a secret of four parts separated by colons, the third `v1`, the last a JWK. Blanks around it and line breaks in
    /// it do not matter. None when it is anything else.
    pub fn parse(secret: &SecretString) -> Option<Self> {
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
        Some(Self {
            pair: Arc::new(pair),
            id: jwk.kid,
        })
    }

    /// Reads the file of a key.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when it cannot be read or holds no private key.
    pub fn read(path: &Path) -> Result<Self> {
        let wrong = |message: String| {
            Error::new(ErrorKind::Setting, message)
                .hint("`baton-audit keygen --out FILE` makes a key")
        };
        let unread = |e: std::io::Error| {
            wrong(format!("{} cannot be read: {e}", path.display())).caused_by(e)
        };
        // Looked at before it is opened: a pipe without a writer could be opened by nobody.
        if !fs::metadata(path).map_err(unread)?.is_file() {
            return Err(wrong(format!("{} is no regular file", path.display())));
        }
        let mut text = Zeroizing::new(String::new());
        let file = File::open(path).map_err(unread)?;
        file.take(MAX_FILE)
            .read_to_string(&mut text)
            .map_err(unread)?;
        Self::parse(&SecretString::from(text.as_str()))
            .ok_or_else(|| wrong(format!("{} holds no private key", path.display())))
    }

    /// The key's name, when it has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| !id.is_empty())
    }

    /// The 64 bytes of a signature.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    /// The signature in base64url.
    pub(crate) fn sign_text(&self, message: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.sign(message))
    }

    /// The 32 bytes of the public key.
    pub fn public_bytes(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.public_bytes().to_vec())
    }

    /// A fingerprint of a credential that only this key gives, so that the credential cannot be found by trying.
    pub fn fingerprint(&self, credential: &[u8]) -> String {
        // Signatures of Ed25519 are the same each time, and only the key gives them.
        let key = Zeroizing::new(self.sign(FINGERPRINTS));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), credential);
        text::hex(&tag.as_ref()[..FINGERPRINT])
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A public key for Ed25519; its text is `ed25519:` and the 32 bytes in base64url.
///
/// ```
/// use connector_evidence::{PublicKey, SecretKey};
///
/// let (key, _) = SecretKey::generate(&[7; 32])?;
/// let text = key.public().to_string();
/// assert_eq!(text.parse::<PublicKey>()?, key.public());
/// # Ok::<(), connector_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    /// Whether `signature`, in base64url, is one of `message` with the private part of this key.
    pub(crate) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.0);
        // No other text than the one that was written may stand for the signature.
        let signature = URL_SAFE_NO_PAD.decode(signature);
        signature.is_ok_and(|signature| key.verify(message, &signature).is_ok())
    }
}

impl FromStr for PublicKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bytes = text
            .trim()
            .strip_prefix(PUBLIC)
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        match bytes {
            Some(bytes) if bytes.len() == 32 => Ok(Self(bytes)),
            _ => Err(Error::new(ErrorKind::Setting, "it is no public key").hint(
                "a public key is one line that begins with ed25519:, as `baton-audit keygen` prints it",
            )),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PUBLIC}{}", URL_SAFE_NO_PAD.encode(&self.0))
    }
}

/// The text of a key for redaction, `baton-redaction-key-v1:<base64url of 32 bytes>`, from 32 random bytes.
pub fn new_redaction_key(bytes: &[u8; 32]) -> Zeroizing<String> {
    let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes));
    Zeroizing::new(format!("baton-redaction-key-v1:{}", *encoded))
}

#[cfg(test)]
mod tests;
