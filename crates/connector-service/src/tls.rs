//! One trust store and one way to connect, for tokens and for gRPC: TLS 1.2 or later, never without.

use std::io;
use std::sync::Arc;

use connector_core::error::{Error, ErrorKind, Result};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, crypto};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::credential::split_port;
use crate::proxy::Way;

/// Where the control plane is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    name: String,
    port: u16,
}

impl Host {
    /// Reads `host[:port]`.
    pub(crate) fn parse(authority: &str) -> Result<Self> {
        let (name, port) = split_port(authority);
        let port = port.map_or(Ok(443), str::parse);
        let bare = name.trim_matches(['[', ']']);
        match (port, ServerName::try_from(bare)) {
            (Ok(port), Ok(_)) => Ok(Self {
                name: name.to_owned(),
                port,
            }),
            _ => Err(Error::new(
                ErrorKind::Setting,
                format!("the control plane's host cannot be used: {authority}"),
            )
            .hint("it comes from the client id or from BATON_C1_API_HOST, as host or host:port")),
        }
    }

    /// Host and port; the port is always there.
    pub(crate) fn authority(&self) -> String {
        format!("{}:{}", self.name, self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The name without the brackets of an IPv6 address.
    pub(crate) fn bare(&self) -> &str {
        self.name.trim_matches(['[', ']'])
    }

    /// Whether it is this machine, which no proxy could reach.
    pub(crate) fn is_loopback(&self) -> bool {
        let ip: Option<std::net::IpAddr> = self.bare().parse().ok();
        self.name == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
    }
}

/// The system's certificates, bundled ones for a machine without any, and `extra` ones in PEM form.
pub(crate) fn client_config(extra: &[u8], protocols: &[&[u8]]) -> Result<ClientConfig> {
    let wrong =
        |e: rustls::Error| Error::new(ErrorKind::Setting, "TLS cannot be set up").caused_by(e);
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    for certificate in CertificateDer::pem_slice_iter(extra) {
        let certificate = certificate.map_err(|e| {
            Error::new(ErrorKind::Setting, "a trusted certificate cannot be read")
                .hint("check the PEM file that SSL_CERT_FILE names")
                .caused_by(e)
        })?;
        roots.add(certificate).map_err(wrong)?;
    }
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(wrong)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|p| p.to_vec()).collect();
    Ok(config)
}

/// Connects for gRPC. A server that does not agree on HTTP/2 is refused before anything is sent.
pub(crate) async fn connect(
    way: Way,
    config: Arc<ClientConfig>,
) -> io::Result<TokioIo<TlsStream<TcpStream>>> {
    let name = ServerName::try_from(way.host().bare().to_owned()).map_err(io::Error::other)?;
    let stream = way.connect().await?;
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
        return Err(io::Error::other("the server does not offer HTTP/2"));
    }
    Ok(TokioIo::new(stream))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (text, authority, loopback) in [
            ("tenant.example.com", "tenant.example.com:443", false),
            ("localhost:8443", "localhost:8443", true),
            ("[::1]:8443", "[::1]:8443", true),
            ("[2001:db8::1]", "[2001:db8::1]:443", false),
            ("127.0.0.1", "127.0.0.1:443", true),
        ] {
            let host = Host::parse(text).unwrap();
            assert_eq!(
                (host.authority().as_str(), host.is_loopback()),
                (authority, loopback)
            );
        }
        for wrong in ["", ":443", "host:port", "host:99999", "a b", "user@host"] {
            let error = Host::parse(wrong).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Setting, "{wrong}");
        }
    }

    #[test]
    fn more_roots_are_read() {
        let none = client_config(b"", &[b"h2"]).unwrap();
        assert_eq!(none.alpn_protocols, [b"h2".to_vec()]);
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let error = client_config(broken, &[]).unwrap_err();
        assert_eq!(error.to_string(), "TLS cannot be set up");
    }
}
