use connector_core::entropy::SeededEntropy;
use secrecy::SecretString;

use super::*;

const ID: &str = "test-client-00001@localhost:8443/ccc";
const SECRET: &str = crate::testing::SECRET;
const JWT: &str = "eyJhbGciOiJFZERTQSIsIm5vbmNlIjoiMDAwMTAyMDMwNDA1MDYwNzA4MDkwYTBiMGMwZDBlMGYifQ.eyJpc3MiOiJ0ZXN0LWNsaWVudC0wMDAwMUBsb2NhbGhvc3Q6ODQ0My9jY2MiLCJzdWIiOiJ0ZXN0LWNsaWVudC0wMDAwMUBsb2NhbGhvc3Q6ODQ0My9jY2MiLCJhdWQiOiJsb2NhbGhvc3QiLCJleHAiOjE3MzU2ODk3MjAsIm5iZiI6MTczNTY4OTQ4MCwiaWF0IjoxNzM1Njg5NjAwfQ.GYATQ_6QB8TPTMRUH3DuGn91GoxrCoosG4OJaewtoB992spHgWaNAfXuxAh5Eo643p_9WPFxEtvRZLPZ5bvUCA";

fn credential() -> Credential {
    Credential::parse(ID, &SecretString::from(SECRET)).unwrap()
}

#[test]
fn the_published_vector() {
    let jwt = with_nonce(
        &credential(),
        1_735_689_600,
        "000102030405060708090a0b0c0d0e0f",
    );
    assert_eq!(jwt, JWT);
}

#[test]
fn the_form_is_percent_encoded() {
    assert_eq!(
        form(ID, JWT),
        format!(
            "client_assertion={JWT}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_id=test-client-00001%40localhost%3A8443%2Fccc&grant_type=client_credentials"
        )
    );
}

#[test]
fn each_assertion_has_its_own_nonce() {
    let entropy = SeededEntropy::new(1);
    let header = |jwt: String| {
        let header = jwt.split('.').next().unwrap().to_owned();
        let json: serde_json::Value =
            serde_json::from_slice(&BASE64.decode(header).unwrap()).unwrap();
        json["nonce"].as_str().unwrap().to_owned()
    };
    let first = header(assertion(&credential(), 0, &entropy));
    let second = header(assertion(&credential(), 0, &entropy));
    assert_eq!((first.len(), second.len()), (32, 32));
    assert_ne!(first, second);
}
