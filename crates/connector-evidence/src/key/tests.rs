use super::*;

fn key() -> SecretKey {
    SecretKey::generate(&[7; 32]).unwrap().0
}

#[test]
fn a_new_key_is_read_from_its_text_as_a_client_secret_is() {
    let (key, text) = SecretKey::generate(&[7; 32]).unwrap();
    assert!(
        text.starts_with("evidence-key:baton-audit:v1:"),
        "{}",
        *text
    );
    let read = SecretKey::parse(&SecretString::from(format!(" {}\n", *text))).unwrap();
    assert_eq!(read.public(), key.public());
    assert_eq!(read.id(), key.id());
    assert_eq!(read.id().map(str::len), Some(16));
}

#[test]
fn anything_else_is_no_key() {
    let (_, text) = SecretKey::generate(&[7; 32]).unwrap();
    for wrong in ["", "a:b:v1", "a:b:v1:e30", &text.replace(":v1:", ":v2:")] {
        assert!(
            SecretKey::parse(&wrong.to_owned().into()).is_none(),
            "{wrong}"
        );
    }
    for wrong in ["", "ed25519:", "ed25519:AAAA", "rsa:AAAA"] {
        let error = wrong.parse::<PublicKey>().unwrap_err();
        assert_eq!(error.to_string(), "it is no public key");
    }
}

#[test]
fn a_signature_holds_for_its_message_its_key_and_its_own_text_alone() {
    let signature = key().sign_text(b"message");
    let public = key().public();
    assert!(public.verifies(b"message", &signature));
    assert!(!public.verifies(b"massage", &signature));
    assert!(!public.verifies(b"message", &format!("{signature}=")));
    let other = SecretKey::generate(&[8; 32]).unwrap().0.public();
    assert!(!other.verifies(b"message", &signature));
}

#[test]
fn fingerprints_of_a_credential_are_equal_under_one_key_alone() {
    let print = key().fingerprint(b"secret");
    assert_eq!(print.len(), 32);
    assert_eq!(print, key().fingerprint(b"secret"));
    assert_ne!(print, key().fingerprint(b"another"));
    let other = SecretKey::generate(&[8; 32]).unwrap().0;
    assert_ne!(print, other.fingerprint(b"secret"));
}

#[test]
fn a_redaction_key_is_one_line() {
    let text = new_redaction_key(&[255; 32]);
    assert_eq!(*text, format!("baton-redaction-key-v1:{}8", "_".repeat(42)));
}
