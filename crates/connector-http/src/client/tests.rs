use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use connector_core::clock::TestClock;
use connector_core::entropy::SeededEntropy;
use connector_core::ledger::{Ledger, Peer};
use connector_core::spec::Runtime;
use connector_core::text;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, crypto};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::{Auth, BaseUrl};

const HOST: &str = "127.0.0.1";

/// An authority, and the certificate that it signed for [`HOST`] with what serves under it.
fn identity() -> (String, CertificateDer<'static>, ServerConfig) {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let params = CertificateParams::new([HOST.to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = params.signed_by(&key, &authority).unwrap().der().clone();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.clone(), authority.der().clone()], key.into())
        .unwrap();
    let text = BASE64_STANDARD.encode(authority.der());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    (pem, leaf, server)
}

/// Answers every request on each connection under TLS, failing once.
async fn serve(listener: TcpListener, server: ServerConfig) {
    let acceptor = TlsAcceptor::from(Arc::new(server));
    let mut answers = 0;
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else {
            continue;
        };
        let (mut request, mut buffer) = (Vec::new(), [0; 1024]);
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(n) => request.extend_from_slice(&buffer[..n]),
            }
        }
        answers += 1;
        let status = if answers == 1 { "503 later" } else { "200 OK" };
        let head = "content-type: application/json\r\ncontent-length: 2\r\nconnection: close";
        let answer = format!("HTTP/1.1 {status}\r\n{head}\r\n\r\n{{}}");
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

fn client(port: u16, authority: &str, ledger: &Ledger) -> Client {
    let runtime = Runtime {
        user_agent: "baton-test/1".into(),
        request_timeout: Duration::from_secs(5),
        clock: TestClock::at("2026-11-01T09:00:00Z".parse().unwrap()),
        entropy: Arc::new(SeededEntropy::new(7)),
        trace_parent: None,
        tape: Default::default(),
        ledger: ledger.clone(),
    };
    let base = BaseUrl::parse(&format!("https://{HOST}:{port}/v1")).unwrap();
    let options = ClientOptions::new("Vendor", base, Auth::Bearer("secret".into()), &runtime);
    Client::trusting(&Roots::only(authority.as_bytes()).unwrap(), options).unwrap()
}

#[tokio::test]
async fn the_server_s_own_certificate_is_noted_once_by_its_host() {
    let (authority, leaf, server) = identity();
    let listener = TcpListener::bind((HOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve(listener, server));

    let ledger = Ledger::hashing();
    let client = client(port, &authority, &ledger);
    for _ in 0..2 {
        let _: Value = client.json(Call::get("people")).await.unwrap();
    }
    let summary = ledger.summary();
    let expected = Peer {
        host: HOST.to_owned(),
        certificate_sha256: text::hex(Sha256::digest(&leaf)),
    };
    assert_eq!(summary.peers, [expected]);
    let [people] = summary.requests.as_slice() else {
        panic!("{summary:?}")
    };
    assert_eq!((people.sent, people.retries, people.answers), (3, 1, 2));
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_no_peer() {
    let (_, _, server) = identity();
    let (other, _, _) = identity();
    let listener = TcpListener::bind((HOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve(listener, server));
    let ledger = Ledger::hashing();
    let client = client(port, &other, &ledger);
    client.json::<Value>(Call::get("people")).await.unwrap_err();
    assert_eq!(ledger.summary().peers, []);
}
