//! Whatever was changed is named, with the exit code that goes with it.

use connector_core::ledger::Peer;
use connector_core::verdict::{Lack, Outcome};
use connector_core::warning::Gap;
use connector_evidence::{Evidence, SecretKey, WarningFacts};
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::{SCENE, Scene, Synced};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

pub(super) const KEY: [&str; 2] = ["--public-key", "k.key.pub"];

impl Synced {
    /// The claims that fail with this evidence, and what is said of each. The exit code goes with them.
    pub(super) fn failing(&self, evidence: &str, key: &[&str]) -> Vec<(String, String)> {
        let args = ["verify", "s.c1z", "--evidence", evidence, "--json"];
        let ran = self.audit(&[&args, key].concat());
        let claims: Vec<Value> = serde_json::from_str(&ran.out).expect("JSON");
        let text = |claim: &Value, name: &str| claim[name].as_str().expect("a text").to_owned();
        let failing = claims.iter().filter(|claim| claim["result"] == "fails");
        let failing: Vec<_> = failing
            .map(|claim| (text(claim, "claim"), text(claim, "detail")))
            .collect();
        assert_eq!(ran.code, u8::from(!failing.is_empty()), "{}", ran.err);
        failing
    }

    fn names(&self, evidence: &str, key: &[&str]) -> Vec<String> {
        let failing = self.failing(evidence, key).into_iter();
        failing.map(|(claim, _)| claim).collect()
    }

    /// Writes the document with a change that nobody signed.
    fn change(&self, change: impl FnOnce(&mut Evidence)) {
        let mut evidence = self.evidence();
        change(&mut evidence);
        std::fs::write(self.path("changed.json"), evidence.to_text()).expect("written");
    }
}

#[test]
fn a_changed_file_is_named_by_its_hash_and_by_what_it_lost() {
    let synced = Synced::new(&[]);
    let path = synced.path("s.c1z");
    let whole = std::fs::read(&path).expect("a file");
    let mut no_file = whole.clone();
    no_file[0] ^= 1;
    std::fs::write(&path, no_file).expect("written");
    let failing = synced.failing("e.json", &KEY);
    let names: Vec<_> = failing.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["file.sha256", "file.format", "sync"]);
    assert_eq!(failing[1].1, "c1z/1 is stated, no sync file was found");
    assert!(
        failing[2].1.starts_with("the file is damaged: "),
        "{failing:?}"
    );

    // One row says something else, and the file is sound.
    let database = zstd::decode_all(&whole[5..]).expect("a database");
    let (from, to) = (b"Operations", b"Operationz");
    let at = database.windows(from.len()).position(|part| part == from);
    let mut changed = database.clone();
    let at = at.expect("a department");
    changed[at..at + to.len()].copy_from_slice(to);
    let packed = zstd::encode_all(&*changed, 3).expect("packed");
    std::fs::write(&path, [&whole[..5], &packed].concat()).expect("written");
    let mut names = synced.names("e.json", &KEY);
    names.retain(|name| name != "file.bytes");
    assert_eq!(names, ["file.sha256"]);

    // A person is gone.
    std::fs::remove_file(&path).expect("removed");
    let scene = Scene {
        people: 39,
        ..SCENE
    };
    synced.again(scene, "less.json", &[]);
    let failing = synced.failing("e.json", &KEY);
    let person = ("rows.resources.user", "40 is stated, 39 was found");
    let is_person = |(name, detail): &(String, String)| (name.as_str(), detail.as_str()) == person;
    assert!(failing.iter().any(is_person), "{failing:?}");
    assert_eq!(synced.names("less.json", &KEY), [""; 0]);
}

#[test]
fn a_changed_claim_breaks_the_signature_and_is_named_where_it_can_be() {
    type Change = fn(&mut Evidence);
    let changes: [(Change, &[&str]); 17] = [
        (|e| e.host_id.push('x'), &[]),
        (|e| e.program.version.push('x'), &[]),
        (|e| e.file.name.push('x'), &[]),
        (|e| e.file.bytes += 1, &["file.bytes"]),
        (|e| e.settings.set.clear(), &[]),
        (|e| e.sync.written_at += SECOND, &[]),
        (|e| e.sync.started_at -= SECOND, &["sync.started_at"]),
        (|e| e.sync.kind = "partial".to_owned(), &["sync.type"]),
        (|e| e.sync.id = "0".repeat(27), &["sync.id"]),
        (
            |e| *e.rows.resources.get_mut("user").expect("people") += 1,
            &["rows.resources.user", "verdict.resources.user"],
        ),
        (
            |e| {
                e.rows.grants.insert("ghost".to_owned(), 3);
            },
            &["rows.grants.ghost"],
        ),
        (
            |e| e.verdict.outcome = Outcome::Partial,
            &["verdict.outcome"],
        ),
        (
            |e| {
                let (code, gap) = ("gone".to_owned(), Gap::Rows);
                e.verdict.listings[0].lacks.push(Lack {
                    code,
                    gap,
                    count: 1,
                });
            },
            &["verdict.outcome", "verdict.lacks"],
        ),
        (
            |e| e.requests[0].retries = e.requests[0].sent + 1,
            &["requests.counts"],
        ),
        (|e| e.requests[0].sha256 = Some("0".repeat(64)), &[]),
        (
            |e| {
                let certificate_sha256 = "0".repeat(64);
                let host = "api.example.com".to_owned();
                e.tls.push(Peer {
                    host,
                    certificate_sha256,
                });
            },
            &[],
        ),
        (
            |e| {
                let (code, message) = ("gone".to_owned(), "people are gone".to_owned());
                let (count, gap, note) = (1, Some(Gap::Rows), false);
                e.warnings.push(WarningFacts {
                    code,
                    message,
                    count,
                    gap,
                    note,
                });
            },
            &["verdict.lacks"],
        ),
    ];
    let synced = Synced::new(&[]);
    for (number, (change, named)) in changes.into_iter().enumerate() {
        synced.change(change);
        let failing = synced.failing("changed.json", &KEY);
        let (signature, rest) = failing.split_first().expect("the signature");
        let said = "the document was changed after it was signed".to_owned();
        assert_eq!(*signature, ("signature".to_owned(), said), "{number}");
        let rest: Vec<_> = rest.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(rest, named, "{number}");
    }
}

#[test]
fn a_signature_of_someone_else_does_not_hold() {
    let synced = Synced::new(&[]);
    let other = SecretKey::generate(&[8; 32]).expect("a key").0;
    let said = |change: &dyn Fn(&mut Evidence)| {
        synced.change(change);
        let failing = synced.failing("changed.json", &KEY);
        let [(name, detail)] = failing.as_slice() else {
            panic!("{failing:?}")
        };
        assert_eq!(name, "signature");
        detail.clone()
    };
    assert_eq!(
        said(&|e| e.sign(&other)),
        "the document is signed with another key"
    );
    // Who writes the right key beside the wrong signature.
    let right = synced.evidence().signature.expect("signed").public_key;
    let forged = |e: &mut Evidence| {
        e.sign(&other);
        e.signature
            .as_mut()
            .expect("signed")
            .public_key
            .clone_from(&right);
    };
    assert_eq!(
        said(&forged),
        "the document was changed after it was signed"
    );
    assert_eq!(said(&|e| e.signature = None), "the document is not signed");
    let odd = |e: &mut Evidence| e.signature.as_mut().expect("signed").algorithm.push('x');
    assert_eq!(
        said(&odd),
        "the document is signed in another way than with Ed25519"
    );
    // Without the key nothing fails, and nothing says that the signature holds.
    synced.change(|e| e.sign(&other));
    assert_eq!(synced.failing("changed.json", &[]), []);
}

#[test]
fn evidence_of_another_file_or_of_an_earlier_sync_fails_by_the_hash() {
    let synced = Synced::new(&[]);
    let scene = Scene { people: 41, day: 2 };
    synced.again(scene, "second.json", &[]);
    assert_eq!(synced.names("second.json", &KEY), [""; 0]);
    // The earlier sync is still in the file, its rows as they were.
    assert_eq!(synced.names("e.json", &KEY), ["file.bytes", "file.sha256"]);
    let hint = "hint: evidence is matched to its file by SHA-256, so the file was changed or replaced since; see \
        `baton-audit verify`\n";
    for command in ["check", "report"] {
        let more: &[&str] = match command {
            "report" => &["--out", "r.html"],
            _ => &[],
        };
        let ran = synced.audit(&[&[command, "s.c1z", "--evidence", "e.json"], more].concat());
        let said = format!("baton-audit: e.json is evidence of none of the files\n{hint}");
        assert_eq!((ran.code, ran.err), (3, said), "{command}");
    }
    let other = Synced::new(&["--storage-engine", "pebble"]);
    std::fs::copy(other.path("e.json"), synced.path("other.json")).expect("copied");
    let names = synced.names("other.json", &[]);
    assert_eq!(names, ["file.bytes", "file.sha256", "file.format"]);
}

#[test]
fn no_byte_of_file_or_evidence_can_be_changed_unnoticed() {
    let synced = Synced::new(&[]);
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    for name in ["s.c1z", "e.json"] {
        let whole = std::fs::read(synced.path(name)).expect("a file");
        let strategy = (0..whole.len(), 1..=255u8);
        let outcome = runner.run(&strategy, |(at, by)| {
            let mut changed = whole.clone();
            changed[at] ^= by;
            std::fs::write(synced.path(name), changed).expect("written");
            let ran = synced.verify();
            // Evidence that is no text any more cannot be read at all.
            prop_assert!(
                matches!(ran.code, 1 | 9),
                "{}: {}{}",
                ran.code,
                ran.out,
                ran.err
            );
            Ok(())
        });
        outcome.expect("every change is noticed");
        std::fs::write(synced.path(name), whole).expect("written");
    }
    assert_eq!(synced.verify().code, 0);
}
