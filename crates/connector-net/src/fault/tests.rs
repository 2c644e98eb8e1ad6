use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::pki_types::{PrivatePkcs8KeyDer, ServerName};
use rustls::{ServerConfig, crypto};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::*;
use crate::tls::{Roots, tests::pem};

/// An authority in PEM form, and a server whose certificate it signed for `name` after `adjust`.
pub(crate) fn identity(
    name: &str,
    adjust: impl FnOnce(&mut CertificateParams),
) -> (String, ServerConfig) {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("Authority of {name}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    adjust(&mut params);
    let key = KeyPair::generate().unwrap();
    let leaf = params.signed_by(&key, &authority).unwrap();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let server =
        ServerConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key.into())
            .unwrap();
    (pem(authority.der()), server)
}

/// Why a client that trusts `authority` cannot connect to what listens there as `localhost`.
async fn failed(authority: &str, listener: &TcpListener) -> io::Error {
    let roots = Roots::only(authority.as_bytes()).unwrap();
    let connector = TlsConnector::from(Arc::new(roots.client_config(&[]).unwrap()));
    let address = listener.local_addr().unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    connector.connect(name, stream).await.unwrap_err()
}

async fn word(trusted: &str, server: ServerConfig) -> &'static str {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let serving = async {
        let (stream, _) = listener.accept().await.unwrap();
        let _ = TlsAcceptor::from(Arc::new(server)).accept(stream).await;
    };
    let (error, ()) = tokio::join!(failed(trusted, &listener), serving);
    tls_fault(&error).unwrap().what
}

/// The words for a server that answers with these bytes.
async fn word_for_bytes(answer: &'static [u8]) -> &'static str {
    let (trusted, _) = identity("localhost", |_| ());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let serving = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u8().await.unwrap();
        stream.write_all(answer).await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    };
    let (error, ()) = tokio::join!(failed(&trusted, &listener), serving);
    tls_fault(&error).unwrap().what
}

#[tokio::test]
async fn each_fault_of_a_certificate_has_its_own_words() {
    let (trusted, server) = identity("localhost", |p| p.not_after = date_time_ymd(2020, 1, 1));
    assert_eq!(word(&trusted, server).await, "the certificate has expired");
    let (trusted, server) = identity("localhost", |p| p.not_before = date_time_ymd(3000, 1, 1));
    assert_eq!(
        word(&trusted, server).await,
        "the certificate is not valid yet"
    );
    let (trusted, server) = identity("other.test", |_| ());
    assert_eq!(
        word(&trusted, server).await,
        "the certificate is for another host"
    );
    for another in ["other.test", "localhost"] {
        // The authority of the same name has another key.
        let (trusted, _) = identity(another, |_| ());
        let (_, server) = identity("localhost", |_| ());
        assert_eq!(
            word(&trusted, server).await,
            "the certificate is from an authority that is not trusted"
        );
    }
}

#[tokio::test]
async fn a_server_without_usable_tls_has_other_words_than_a_bad_certificate() {
    assert_eq!(
        word_for_bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n").await,
        "what answers there does not speak TLS"
    );
    // The alerts `protocol_version` and `unrecognized_name`.
    assert_eq!(
        word_for_bytes(b"\x15\x03\x01\x00\x02\x02\x46").await,
        "the server has no TLS version or cipher that is safe (TLS 1.2 or later is needed)"
    );
    assert_eq!(
        word_for_bytes(b"\x15\x03\x03\x00\x02\x02\x70").await,
        "the server does not know this host name"
    );
}

#[test]
fn what_this_machine_lacks_is_found_below_wrappers() {
    for (number, word) in [(24, "file descriptor"), (23, "file descriptor"), (5, "EIO")] {
        let error = io::Error::other(io::Error::from_raw_os_error(number));
        let fault = machine_fault(&error).unwrap();
        assert!(fault.what.contains(word), "{}", fault.what);
        assert_eq!(tls_fault(&error), None);
    }
    assert_eq!(machine_fault(&io::Error::from_raw_os_error(111)), None);
    assert_eq!(machine_fault(&io::Error::other("closed")), None);
}
