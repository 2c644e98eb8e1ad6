use base64::Engine;
use connector_evidence::BASE64;

use super::*;

const ID: &str = "test-client-00001@localhost:8443/ccc";
const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

fn secret(jwk: &str) -> String {
    format!("secret-token:conductorone.com:v1:{}", BASE64.encode(jwk))
}

fn good() -> String {
    secret(&format!(
        r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"{D}"}}"#
    ))
}

fn parse(secret: &str) -> Result<Credential> {
    Credential::parse(ID, &SecretString::from(secret))
}

#[test]
fn client_ids() {
    let id = ClientId::parse(ID).unwrap();
    let parts = (id.name(), id.authority(), id.audience());
    assert_eq!(parts, ("test-client-00001", "localhost:8443", "localhost"));
    assert_eq!(id.as_str(), ID);
    // At the first separators; nothing else is checked.
    let odd = ClientId::parse("@a@b/c/d@e").unwrap();
    assert_eq!((odd.name(), odd.authority()), ("", "a@b"));
    let six = ClientId::parse("n@[::1]:8443/x").unwrap();
    assert_eq!(six.audience(), "[::1]");
    assert_eq!(ClientId::parse("n@[::1]/x").unwrap().audience(), "[::1]");
    for wrong in ["", "name", "name@host", "name/host", "a/b@c"] {
        let error = ClientId::parse(wrong).unwrap_err();
        let expected = "--client-id (BATON_CLIENT_ID): invalid client id";
        assert_eq!(error.to_string(), expected, "{wrong}");
    }
}

#[test]
fn secrets_with_line_breaks_and_padding() {
    let good = good();
    for text in [
        good.clone(),
        format!("  {good}\n"),
        format!("{}\r\n{}", &good[..60], &good[60..]),
        good.replace("secret-token:conductorone.com", ":"),
    ] {
        assert_eq!(
            BASE64.encode(parse(&text).unwrap().public_key()),
            X,
            "{text}"
        );
    }
}

#[test]
fn wrong_secrets_say_nothing_about_themselves() {
    let key = |body: &str| secret(&format!("{{{body}}}"));
    let okp = r#""kty":"OKP","crv":"Ed25519""#;
    let wrong = [
        String::new(),
        "a:b:v1".to_owned(),
        good().replace(":v1:", ":v2:"),
        "a:b:v1:!!!".to_owned(),
        "a:b:v1:e30".to_owned(),
        key(r#""kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB""#),
        key(&format!(r#"{okp},"x":"{X}""#)),
        key(&format!(r#"{okp},"d":"{D}""#)),
        key(&format!(r#"{okp},"x":"{D}","d":"{D}""#)),
        key(&format!(r#"{okp},"x":"{X}","d":"{D}","d":"{D}""#)),
        key(&format!(r#"{okp},"X":"{X}","d":"{D}""#)),
    ];
    for text in wrong {
        let error = parse(&text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting, "{text}");
        assert_eq!(
            error.to_string(),
            "--client-secret (BATON_CLIENT_SECRET): invalid client secret"
        );
        assert!(std::error::Error::source(&error).is_none());
    }
}

#[test]
fn nothing_secret_is_printed() {
    let printed = format!("{:?}", parse(&good()).unwrap());
    assert_eq!(printed, format!("Credential {{ id: \"{ID}\", .. }}"));
}
