//! The throw-away certificate authority and the server's certificate.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connector_core::{Error, ErrorKind, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};

/// A certificate for some host names, signed by an authority that no client trusts by default.
pub(crate) struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivatePkcs8KeyDer<'static>,
    authority: CertificateDer<'static>,
}

impl Identity {
    /// A fresh authority and a fresh certificate of it.
    pub(crate) fn generate(names: &[String]) -> Result<Self> {
        Self::make(names).map_err(|e| {
            Error::new(ErrorKind::Bug, e.to_string()).during("making a certificate for the sandbox")
        })
    }

    fn make(names: &[String]) -> Result<Self, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params
            .distinguished_name
            .push(DnType::CommonName, "Sandbox test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let mut params = CertificateParams::new(names)?;
        params
            .distinguished_name
            .push(DnType::CommonName, "Sandbox");
        let key = KeyPair::generate()?;
        let leaf = params.signed_by(&key, &authority)?;
        Ok(Self {
            chain: vec![leaf.der().clone()],
            key: PrivatePkcs8KeyDer::from(key.serialize_der()),
            authority: authority.der().clone(),
        })
    }

    /// The authority's certificate as clients read it.
    pub(crate) fn authority_pem(&self) -> String {
        let text = STANDARD.encode(&self.authority);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        for line in text.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        pem + "-----END CERTIFICATE-----\n"
    }

    /// What a listener needs to serve with this certificate.
    pub(crate) fn server(&self, alpn: &[Vec<u8>]) -> Result<Arc<ServerConfig>> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .and_then(|builder| {
                let key = PrivateKeyDer::Pkcs8(self.key.clone_key());
                builder
                    .with_no_client_auth()
                    .with_single_cert(self.chain.clone(), key)
            });
        let mut config = config.map_err(|e| {
            Error::new(ErrorKind::Bug, e.to_string()).during("setting up TLS for the sandbox")
        })?;
        config.alpn_protocols = alpn.to_vec();
        Ok(Arc::new(config))
    }
}
