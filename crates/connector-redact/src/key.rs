//! The key that tokens are made with, as a file holds it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connector_core::entropy::Entropy;
use connector_core::error::{Error, ErrorKind, Result};
use secrecy::{ExposeSecret, SecretBox};

/// What the line of a key file begins with.
const PREFIX: &str = "baton-redaction-key-v1:";

/// 32 secret bytes. A file holds them as one line, `baton-redaction-key-v1:` and base64url without padding.
#[derive(Clone)]
pub struct RedactionKey {
    bytes: std::sync::Arc<SecretBox<[u8; 32]>>,
    /// Whether it was drawn for one run alone.
    fleeting: bool,
}

impl RedactionKey {
    /// The key in a file's text.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`], in words that do not repeat the text.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |what: &str| {
            Error::new(ErrorKind::Setting, format!("the redaction key {what}"))
                .hint("make one with `baton-audit keygen`")
        };
        let encoded = text.trim().strip_prefix(PREFIX);
        let encoded = encoded.ok_or_else(|| bad(&format!("does not begin with {PREFIX}")))?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('='));
        let bytes: Option<[u8; 32]> = bytes.ok().and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(|| bad("is not 32 bytes in base64url"))?;
        Ok(Self::new(bytes, false))
    }

    /// A key for one run: files that are made with it cannot be joined with others.
    pub fn fleeting(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        for part in bytes.chunks_exact_mut(8) {
            part.copy_from_slice(&entropy.next_u64().to_be_bytes());
        }
        Self::new(bytes, true)
    }

    fn new(bytes: [u8; 32], fleeting: bool) -> Self {
        let bytes = SecretBox::new(Box::new(bytes)).into();
        Self { bytes, fleeting }
    }

    /// Whether it was drawn for one run alone.
    pub fn is_fleeting(&self) -> bool {
        self.fleeting
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        self.bytes.expose_secret()
    }
}

impl fmt::Debug for RedactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedactionKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
