//! The credential the control plane has issued: a client id and a private key in the form of a client secret.

use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connector_core::{Error, ErrorKind, Result};
use serde_json::json;

/// One connector's credential.
pub(super) struct Credential {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    /// What assertions must be addressed to.
    pub(super) audience: String,
    public: Vec<u8>,
}

impl Credential {
    /// A fresh key for the connector with this client id.
    pub(super) fn issue(client_id: &str) -> Result<Self> {
        let failed =
            |what: &str| Error::new(ErrorKind::Bug, what.to_owned()).during("making a key");
        let key = Ed25519KeyPair::generate().map_err(|_| failed("no key could be generated"))?;
        let seed = key.seed().and_then(|seed| seed.as_be_bytes());
        let seed = seed.map_err(|_| failed("the key does not show its seed"))?;
        let public = key.public_key().as_ref().to_vec();
        let jwk = json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "x": URL_SAFE_NO_PAD.encode(&public),
            "d": URL_SAFE_NO_PAD.encode(seed.as_ref()),
        });
        let encoded = URL_SAFE_NO_PAD.encode(jwk.to_string());
        let host = client_id.split_once('@').map_or("", |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        Ok(Self {
            client_id: client_id.to_owned(),
            client_secret: format!("secret-token:conductorone.com:v1:{encoded}"),
            audience: host.split(':').next().unwrap_or_default().to_owned(),
            public,
        })
    }

    /// Whether this connector's key signed `message`.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public)
            .verify(message, signature)
            .is_ok()
    }

    /// The name before the `@`, which starts the user agent of every call.
    pub(super) fn name(&self) -> &str {
        self.client_id.split('@').next().unwrap_or_default()
    }
}
