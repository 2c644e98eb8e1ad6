use super::*;

fn uri(address: &str, trust: &Trust) -> Result<String> {
    Collector::new(address, trust).map(|collector| {
        let scheme = if collector.is_encrypted() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}/", collector.route.host().authority())
    })
}

#[test]
fn addresses() {
    for (address, trust, expected) in [
        ("collector:4317", Trust::Plain, "http://collector:4317/"),
        ("collector:4317", Trust::System, "https://collector:4317/"),
        (
            "otel_collector:4317",
            Trust::Plain,
            "http://otel_collector:4317/",
        ),
        (
            "http://127.0.0.1:4317/",
            Trust::System,
            "http://127.0.0.1:4317/",
        ),
        (
            "https://c.example.com:443",
            Trust::System,
            "https://c.example.com:443/",
        ),
        ("HTTPS://[::1]:4317", Trust::System, "https://[::1]:4317/"),
    ] {
        assert_eq!(uri(address, &trust).unwrap(), expected, "{address}");
    }
}

#[test]
fn addresses_that_cannot_work() {
    for (address, trust, why) in [
        (
            "collector",
            Trust::System,
            "the port is missing or not a port",
        ),
        (
            "collector:0",
            Trust::System,
            "the port is missing or not a port",
        ),
        (
            "collector:x",
            Trust::System,
            "the port is missing or not a port",
        ),
        (":4317", Trust::System, "the host is missing"),
        ("a b:4317", Trust::System, "not a host and a port"),
        (
            "me@collector:1",
            Trust::System,
            "an address of a collector has no user name",
        ),
        (
            "http://c:4318/v1/traces",
            Trust::System,
            "an address of a collector has no path",
        ),
        (
            "grpc://c:4317",
            Trust::System,
            "only http and https are known",
        ),
        (
            "https://c:4317",
            Trust::Plain,
            "https needs the TLS that is switched off",
        ),
    ] {
        let error = uri(address, &trust).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting, "{address}");
        let expected = format!("{}: {why}", label("otel-collector-endpoint"));
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn certificates_that_cannot_be_read() {
    for pem in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = uri("c:4317", &Trust::Only(pem.into())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the certificate of the telemetry collector cannot be read"
        );
    }
}

#[test]
fn a_certificate_as_text_or_as_base64() {
    let pem = "-----BEGIN CERTIFICATE-----\n>>>>???\n-----END CERTIFICATE-----\n";
    let standard = base64::engine::general_purpose::STANDARD.encode(pem);
    let url_safe = URL_SAFE_NO_PAD.encode(pem);
    assert_ne!(standard.trim_end_matches('='), url_safe);
    for given in [pem, &standard, &url_safe] {
        assert_eq!(inline_pem(given), pem.as_bytes());
    }
}
