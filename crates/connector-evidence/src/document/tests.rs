use std::collections::BTreeMap;

use connector_core::id::ResourceTypeId;
use connector_core::store::Phase;
use connector_core::verdict::{Listing, Outcome};
use proptest::prelude::*;

use super::*;

pub(crate) fn evidence() -> Evidence {
    let hash = "ab".repeat(32);
    let mut rows = RowCounts::default();
    rows.resources.insert("user".to_owned(), 2);
    Evidence {
        format: FORMAT.to_owned(),
        file: FileFacts {
            name: "sync.c1z".to_owned(),
            sha256: hash.clone(),
            bytes: 4096,
            format: FileFormat::V1,
        },
        program: Program {
            name: "baton-example".to_owned(),
            version: "1.0.0".to_owned(),
            commit: "unknown".to_owned(),
        },
        settings: SettingsFacts {
            set: vec!["api-token".to_owned(), "base-url".to_owned()],
            values: BTreeMap::from([("base-url".to_owned(), "https://api.example.com".to_owned())]),
            credential: None,
        },
        host_id: "host".to_owned(),
        sync: SyncFacts {
            id: "3MNVztcWrxNfINJ6PDlw93453QN".to_owned(),
            kind: "full".to_owned(),
            resumed: false,
            started_at: "2026-11-01T09:00:00Z".parse().unwrap(),
            ended_at: "2026-11-01T09:00:05Z".parse().unwrap(),
            written_at: "2026-11-01T09:00:06Z".parse().unwrap(),
        },
        rows,
        verdict: Verdict {
            outcome: Outcome::Complete,
            listings: vec![Listing {
                resource_type: ResourceTypeId::new("user"),
                kind: Phase::Resources,
                pages: 1,
                stated: Some(2),
                seen: 2,
                repeated: 0,
                stored: 2,
                requests: 1,
                retries: 0,
                lacks: Vec::new(),
            }],
            lacks: Vec::new(),
        },
        requests: vec![Requests {
            method: "GET".to_owned(),
            path: "people".to_owned(),
            sent: 1,
            retries: 0,
            answers: 1,
            bytes: 512,
            sha256: Some(hash.clone()),
        }],
        tls: vec![Peer {
            host: "api.example.com".to_owned(),
            certificate_sha256: hash,
        }],
        warnings: vec![WarningFacts::from(&Warning::note(
            "list",
            "people come from the list",
        ))],
        signature: None,
    }
}

fn key() -> SecretKey {
    SecretKey::generate(&[7; 32]).unwrap().0
}

fn signed() -> Evidence {
    let mut evidence = evidence();
    evidence.sign(&key());
    evidence
}

#[test]
fn a_document_is_read_as_it_was_written() {
    for evidence in [evidence(), signed()] {
        assert_eq!(Evidence::parse(&evidence.to_text()).unwrap(), evidence);
    }
    signed().check_signature(&key().public()).unwrap();
}

#[test]
fn what_is_signed_is_the_document_without_the_signature() {
    let bytes = String::from_utf8(signed().signed_bytes()).unwrap();
    assert!(
        bytes.starts_with(
            r#"{"file":{"bytes":4096,"format":"c1z/1","name":"sync.c1z","sha256":"abab"#
        )
    );
    assert_eq!(bytes.as_bytes(), evidence().signed_bytes());
}

#[test]
fn other_documents_are_refused_by_name() {
    let text = evidence().to_text();
    for (wrong, why) in [
        ("3".to_owned(), "it is no evidence of a sync"),
        (
            text.replace("baton.evidence/1", "baton.evidence/2"),
            "it is of another version than this program reads",
        ),
        (format!(" {text}"), "it is not laid out as it was written"),
    ] {
        assert_eq!(Evidence::parse(&wrong).unwrap_err().to_string(), why);
    }
    let error = Evidence::parse("{").unwrap_err().to_string();
    assert!(error.starts_with("it is no JSON: "), "{error}");
    let more = text.replace("\"host_id\"", "\"other\": 1,\n  \"host_id\"");
    let error = Evidence::parse(&more).unwrap_err().to_string();
    assert!(
        error.starts_with("it does not fit its schema: unknown field `other`"),
        "{error}"
    );
}

#[test]
fn a_signature_that_does_not_hold_says_why() {
    let check = |evidence: &Evidence, key: &SecretKey| {
        let error = evidence.check_signature(&key.public()).unwrap_err();
        error.to_string()
    };
    assert_eq!(check(&evidence(), &key()), "the document is not signed");
    let other = SecretKey::generate(&[8; 32]).unwrap().0;
    assert_eq!(
        check(&signed(), &other),
        "the document is signed with another key"
    );
    let mut changed = signed();
    changed.host_id.push('x');
    assert_eq!(
        check(&changed, &key()),
        "the document was changed after it was signed"
    );
    // Who signs again with a key of their own has another key.
    changed.sign(&other);
    assert_eq!(
        check(&changed, &key()),
        "the document is signed with another key"
    );
}

proptest! {
    #[test]
    fn no_byte_of_a_signed_document_can_be_changed(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let text = signed().to_text();
        let mut bytes = text.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        let holds = String::from_utf8(bytes).ok()
            .and_then(|text| Evidence::parse(&text).ok())
            .is_some_and(|evidence| evidence.check_signature(&key().public()).is_ok());
        prop_assert!(!holds);
    }
}
