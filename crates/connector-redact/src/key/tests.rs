use connector_core::entropy::SeededEntropy;

use super::RedactionKey;

const ONE: &str = "baton-redaction-key-v1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

#[test]
fn a_key_is_one_line() {
    let key = RedactionKey::parse(&format!("{ONE}\n")).unwrap();
    assert_eq!(key.bytes(), &[1; 32]);
    assert!(!key.is_fleeting());
}

#[test]
fn what_is_no_key_is_named_without_its_text() {
    for (text, what) in [
        (
            "",
            "the redaction key does not begin with baton-redaction-key-v1:",
        ),
        (
            "hunter2",
            "the redaction key does not begin with baton-redaction-key-v1:",
        ),
        (
            "baton-redaction-key-v1:AQEB",
            "the redaction key is not 32 bytes in base64url",
        ),
        (
            "baton-redaction-key-v1:ä",
            "the redaction key is not 32 bytes in base64url",
        ),
    ] {
        assert_eq!(RedactionKey::parse(text).unwrap_err().to_string(), what);
    }
}

#[test]
fn a_key_of_one_run_says_so() {
    let (one, other) = (SeededEntropy::new(1), SeededEntropy::new(2));
    let key = RedactionKey::fleeting(&one);
    assert!(key.is_fleeting());
    assert_ne!(key.bytes(), RedactionKey::fleeting(&other).bytes());
    assert_eq!(format!("{key:?}"), "RedactionKey { .. }");
}
