use super::*;

/// A certificate as a file holds it.
pub(crate) fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

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
    assert!(!roots.store.is_empty());

    let garbled = dir.path().join("garbled.pem");
    std::fs::write(&garbled, "-----BEGIN CERTIFICATE-----\n!!!\n").unwrap();
    let roots = load(&garbled);
    assert!(
        roots.problems().iter().all(|p| p.contains("garbled.pem")) && !roots.problems().is_empty(),
        "{:?}",
        roots.problems()
    );
}

#[test]
fn a_path_without_certificates_is_named_for_what_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let issued = rcgen::generate_simple_self_signed(["lake.test".to_owned()]).unwrap();
    let der = file("ca.der", issued.cert.der());
    let pem = file("ca.pem", pem(issued.cert.der()).as_bytes());
    let empty = file("empty.pem", b"");
    let missing = dir.path().join("missing.pem");
    let problem = |variable: &str, value: &OsStr| {
        let problems = unusable_paths(variable, value);
        let all: Vec<_> = problems.into_iter().map(|(_, problem)| problem).collect();
        all.join("\n")
            .replace(&dir.path().display().to_string(), "DIR")
    };
    for (path, expected) in [
        (&pem, ""),
        (
            &der,
            "SSL_CERT_FILE names DIR/ca.der, a certificate in DER form; PEM is needed (openssl x509 -inform der -in FILE -out FILE.pem)",
        ),
        (
            &empty,
            "SSL_CERT_FILE names DIR/empty.pem, which holds no certificate in PEM form",
        ),
        (
            &missing,
            "SSL_CERT_FILE names DIR/missing.pem, which cannot be read: No such file or directory (os error 2)",
        ),
        (
            &dir.path().to_owned(),
            "SSL_CERT_FILE names DIR, a directory, not a file",
        ),
    ] {
        assert_eq!(problem("SSL_CERT_FILE", path.as_os_str()), expected);
    }
    let dirs = std::env::join_paths([dir.path(), &pem, &missing]).unwrap();
    assert_eq!(
        problem("SSL_CERT_DIR", &dirs),
        "SSL_CERT_DIR names DIR/ca.pem, which is not a directory\n\
         SSL_CERT_DIR names DIR/missing.pem, which cannot be read: No such file or directory (os error 2)"
    );
}

#[test]
fn a_problem_is_warned_about_once_in_a_process() {
    let problem = |number| format!("problem {number} of a test");
    assert_eq!(
        [1, 1, 2, 1, 2].map(|n| is_new(&problem(n))),
        [true, false, true, false, false]
    );
}
