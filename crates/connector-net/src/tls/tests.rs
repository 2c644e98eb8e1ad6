use std::path::Path;

use super::*;

const BROKEN: &[u8] = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

#[test]
fn more_roots_are_read() {
    let mut roots = Roots::system();
    roots.add_pem(b"").unwrap();
    let config = roots.client_config(&[b"h2"]).unwrap();
    assert_eq!(config.alpn_protocols, [b"h2".to_vec()]);
    let error = roots.add_pem(BROKEN).unwrap_err();
    assert_eq!(error.to_string(), "TLS cannot be set up");
}

#[test]
fn only_what_is_named_is_trusted_and_it_must_be_something() {
    for nothing in [&b""[..], b"no certificate", BROKEN] {
        let error = Roots::only(nothing).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting);
    }
}

#[test]
fn a_store_that_cannot_be_read_is_named_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("private-ca.pem");
    let load = |file: &Path| {
        let system = rustls_native_certs::load_certs_from_paths(Some(file), None);
        Roots::with_bundled(system, &format!("SSL_CERT_FILE={}", file.display()))
    };
    let roots = load(&missing);
    let [problem] = roots.problems() else {
        panic!("{:?}", roots.problems());
    };
    assert!(problem.contains("private-ca.pem"), "{problem}");
    let reason = std::fs::read(&missing).unwrap_err().to_string();
    assert!(problem.contains(&reason), "{problem}");
    // The bundled certificates are still there.
    assert!(!roots.into_anchors().is_empty());

    let garbled = dir.path().join("garbled.pem");
    std::fs::write(&garbled, "-----BEGIN CERTIFICATE-----\n!!!\n").unwrap();
    let roots = load(&garbled);
    assert!(
        roots.problems().iter().all(|p| p.contains("garbled.pem")) && !roots.problems().is_empty(),
        "{:?}",
        roots.problems()
    );
}
