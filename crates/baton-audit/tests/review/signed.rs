//! The signature of a review's evidence.

use std::fs;

use serde_json::Value;

use crate::close::{decided, read};
use crate::company::{Company, app};
use crate::support::audit;

/// A key of the tests, with its public part, in files of the company.
fn key(company: &Company, name: &str) {
    let path = company.path(name);
    assert_eq!(audit(&["keygen", "--out", &path]).code, 0);
}

#[test]
fn evidence_that_is_signed_is_what_the_owner_of_the_key_wrote() {
    let company = decided();
    key(&company, "our.key");
    key(&company, "other.key");
    company.write(
        "new/pipeline.c1z",
        &app("2026-03-20T08:00:00Z").member("inner", "gh-li"),
    );
    let close = ["close", "@review", "--evidence-key", "@our.key"];
    assert_eq!(company.review(&close).code, 0);
    let verify = |key: &str| {
        let key = ["--public-key", key];
        let key: &[&str] = if key[1].is_empty() { &[] } else { &key };
        let ran = company.review(&[&["verify", "@review", "@new/pipeline.c1z"], key].concat());
        let last = ran.err.lines().last().unwrap_or_default().to_owned();
        (ran.code, last)
    };
    let public = fs::read_to_string(company.files.path("our.key.pub")).unwrap();
    let public = public.trim();
    let signed = format!("note: the evidence is signed with {public}");
    assert_eq!(verify("@our.key.pub"), (1, signed.clone()));
    assert_eq!(verify(public), (1, signed));
    let unchecked = "note: the evidence is signed; without --public-key that says nothing";
    assert_eq!(verify(""), (1, unchecked.to_owned()));
    let refused = |why: &str| {
        (
            9,
            format!("baton-audit: review/closed/evidence.json: {why}"),
        )
    };
    assert_eq!(
        verify("@other.key.pub"),
        refused("the document is signed with another key")
    );
    let text = read(&company, "evidence.json");
    let place = company.in_review("closed").join("evidence.json");
    let change = |from: &str, to: &str| {
        assert!(text.contains(from), "{text}");
        fs::write(&place, text.replacen(from, to, 1)).unwrap();
        verify("@our.key.pub")
    };
    assert_eq!(
        change("\"Tomás Rey\"", "\"Tomas Rey\""),
        refused("the document was changed after it was signed")
    );
    assert_eq!(
        change("{", "{\"approved_by\": \"the auditor\","),
        refused("it is not laid out as it was written")
    );
    let mut unsigned: Value = serde_json::from_str(&text).unwrap();
    unsigned.as_object_mut().unwrap().remove("signature");
    fs::write(&place, unsigned.to_string()).unwrap();
    assert_eq!(
        verify("@our.key.pub"),
        refused("the document is not signed")
    );
    assert_eq!(verify("").0, 1);
}

#[test]
fn a_key_that_cannot_be_used_closes_nothing() {
    let company = decided();
    fs::write(company.files.path("no.key"), "a word").unwrap();
    let close = ["close", "@review", "--evidence-key", "@no.key"];
    let ran = company.review(&close);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert_eq!(
        ran.err,
        "baton-audit: reading the evidence key: no.key holds no private key\n\
         hint: `baton-audit keygen --out FILE` makes a key\n"
    );
    assert!(!company.in_review("closed").exists());
}
