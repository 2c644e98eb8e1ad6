//! Evidence from a sync to `verify`: the schema that is published, the page of commands in README.md, and hostile hands.

mod hostile;
mod readme;
mod unread;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use baton_audit::Console;
use connector_cli::Invocation;
use connector_core::clock::TestClock;
use connector_core::entropy::SeededEntropy;
use connector_evidence::{Evidence, digest};
use connector_sandbox::company::Company;
use connector_sandbox::server::Sandbox;
use connector_sandbox::vendor::Choices;
use connector_testkit::generated;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

fn root() -> PathBuf {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR"));
    suite.parent().expect("a parent").to_owned()
}

#[test]
fn the_published_schema_is_the_program_s() {
    let schema = connector_evidence::schema();
    let text = serde_json::to_string_pretty(&schema).expect("a schema");
    generated::file(
        &root().join("docs/evidence.schema.json"),
        &format!("{text}\n"),
    );
}

/// A company that was synced with signed evidence, in a directory of its own.
struct Synced {
    dir: tempfile::TempDir,
}

/// What a program printed, and its exit code.
struct Ran {
    code: u8,
    out: String,
    err: String,
}

/// Whether an argument names a file of the directory.
fn is_file(arg: &str) -> bool {
    [".c1z", ".json", ".key", ".pub", ".html"]
        .iter()
        .any(|ending| arg.ends_with(ending))
}

/// Runs `baton-audit` with files of this directory.
fn audit(dir: &Path, args: &[&str]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        width: None,
    };
    let full = |arg: &&str| match is_file(arg) {
        true => dir.join(arg).into_os_string(),
        false => OsString::from(arg),
    };
    let args = args.iter().map(full);
    let code = baton_audit::run(iter::once("baton-audit".into()).chain(args), &mut console);
    let text = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).expect("text");
        text.replace(&format!("{}/", dir.display()), "")
    };
    Ran {
        code,
        out: text(out),
        err: text(err),
    }
}

/// A company on a day of November 2026, which also decides what is random.
#[derive(Clone, Copy)]
struct Scene {
    people: usize,
    day: u8,
}

/// What most syncs see.
const SCENE: Scene = Scene { people: 40, day: 1 };

/// Runs a connector against the fake of its vendor.
fn connector(dir: &Path, name: &str, scene: Scene, args: &[&str]) -> u8 {
    let connector = baton_demo::connectors()
        .into_iter()
        .find(|connector| connector.spec.name == name)
        .expect("a connector");
    let company = Company::generate(scene.people, 7);
    let fake = (connector.vendor.build)(company, &Choices::default());
    let running = Sandbox::new().start(&*fake).expect("the sandbox starts");
    let environment = fake.environment(running.base_url());
    let now = format!("2026-11-{:02}T09:00:00Z", scene.day);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .expect("a runtime")
        .block_on((connector.program)(Invocation {
            args: args.iter().map(Into::into).collect(),
            env: environment
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into()))
                .chain([("BATON_HOST_ID".to_owned(), "auditor-1".into())])
                .collect::<BTreeMap<_, _>>(),
            current_dir: dir.to_owned(),
            stdout: Box::new(std::io::sink()),
            stderr: Box::new(std::io::sink()),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            clock: TestClock::at(now.parse().expect("a time")),
            entropy: Arc::new(SeededEntropy::new(scene.day.into())),
            cancel: CancellationToken::new(),
            http_timeout: None,
            telemetry_limit: None,
        }))
}

impl Synced {
    /// With these further arguments.
    fn new(more: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(audit(dir.path(), &["keygen", "--out", "k.key"]).code, 0);
        let synced = Self { dir };
        synced.again(SCENE, "e.json", more);
        synced
    }

    /// Syncs into the same file, with evidence of this name.
    fn again(&self, scene: Scene, evidence: &str, more: &[&str]) {
        let name = baton_demo::hr_with_departments().spec.name;
        let args = ["--file", "s.c1z", "--evidence", evidence];
        let args = [&args[..], &["--evidence-key", "k.key"], more].concat();
        assert_eq!(connector(self.dir.path(), name, scene, &args), 0);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn audit(&self, args: &[&str]) -> Ran {
        audit(self.dir.path(), args)
    }

    /// Verifies with the right key.
    fn verify(&self) -> Ran {
        self.audit(&[
            "verify",
            "s.c1z",
            "--evidence",
            "e.json",
            "--public-key",
            "k.key.pub",
        ])
    }

    /// The claims with this result.
    fn claims(&self, result: &str, key: &[&str]) -> Vec<String> {
        let args = [&["verify", "s.c1z", "--evidence", "e.json", "--csv"], key].concat();
        let ran = self.audit(&args);
        let lines = ran.out.lines().filter_map(|line| {
            let (claim, rest) = line.split_once(',')?;
            rest.starts_with(&format!("{result},"))
                .then(|| claim.to_owned())
        });
        lines.collect()
    }

    fn evidence(&self) -> Evidence {
        let text = std::fs::read_to_string(self.path("e.json")).expect("evidence");
        Evidence::parse(&text).expect("evidence")
    }
}

/// The lines of the page of commands in README.md, each as its words.
fn page() -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let (_, page) = readme
        .split_once("<!-- evidence:begin -->")
        .expect("the page");
    let (page, _) = page.split_once("<!-- evidence:end -->").expect("its end");
    let lines = page.lines().filter(|line| line.starts_with("baton-"));
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    lines.map(words).collect()
}

#[test]
fn the_page_of_commands_in_the_readme_works() {
    let dir = tempfile::tempdir().expect("a directory");
    let page = page();
    assert_eq!(page.len(), 5);
    for line in page {
        let args: Vec<_> = line[1..].iter().map(String::as_str).collect();
        match line[0].as_str() {
            "baton-audit" => {
                let ran = audit(dir.path(), &args);
                assert_eq!(ran.code, 0, "{line:?}: {}{}", ran.out, ran.err);
            }
            name => assert_eq!(connector(dir.path(), name, SCENE, &args), 0, "{line:?}"),
        }
    }
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).expect("a file");
    let findings: Value = serde_json::from_str(&read("findings.json")).expect("JSON");
    assert_eq!(findings["files"][0]["evidence"]["outcome"], "complete");
    assert!(read("report.html").contains("What evidence says of the files"));
}

#[test]
fn a_file_and_its_evidence_are_verified_claim_by_claim() {
    for more in [&[][..], &["--storage-engine", "pebble"]] {
        let synced = Synced::new(more);
        let ran = synced.verify();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
        assert_eq!(
            synced.claims("not checked", &["--public-key", "k.key.pub"]),
            [
                "program",
                "settings",
                "host_id",
                "sync.written_at",
                "warnings",
                "requests.bodies",
                "tls"
            ]
        );
        // Without a key the signature says nothing, whoever it is from.
        assert!(
            synced
                .claims("not checked", &[])
                .contains(&"signature".to_owned())
        );
        assert!(
            !synced
                .claims("holds", &[])
                .contains(&"signature".to_owned())
        );
        let key = std::fs::read_to_string(synced.path("k.key.pub")).expect("a key");
        assert!(
            synced
                .claims("holds", &["--public-key", key.trim()])
                .contains(&"signature".to_owned())
        );
    }
}

#[test]
fn what_evidence_says_of_a_run_is_what_it_was_told() {
    let evidence = Synced::new(&[]).evidence();
    assert_eq!(evidence.host_id, "auditor-1");
    assert_eq!(
        evidence.program.name,
        baton_demo::hr_with_departments().spec.name
    );
    assert!(evidence.settings.set.contains(&"evidence-key".to_owned()));
    let mut addresses = evidence.settings.values.values();
    assert!(addresses.all(|address| address.starts_with("http://127.0.0.1:")));
    assert_eq!(
        evidence.settings.credential.map(|print| print.len()),
        Some(32)
    );
}

#[cfg(unix)]
#[test]
fn keys_and_evidence_are_for_their_owner_and_are_not_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let synced = Synced::new(&[]);
    for name in ["k.key", "e.json"] {
        let mode = std::fs::metadata(synced.path(name))
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let again = synced.audit(&["keygen", "--out", "k.key"]);
    assert_eq!(again.code, 9);
    assert_eq!(
        again.err,
        "baton-audit: k.key is there already, and a key is never replaced\n\
         hint: give another name, or remove the old key if nothing needs it any more\n"
    );
    let ran = synced.audit(&["keygen", "--kind", "redaction", "--out", "r.key"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "redaction key: r.key\n"));
    let key = std::fs::read_to_string(synced.path("r.key")).expect("a key");
    assert!(
        key.starts_with("baton-redaction-key-v1:") && key.len() == 23 + 43 + 1,
        "{key}"
    );
}

#[test]
fn every_output_of_check_and_report_carries_the_evidence() {
    let synced = Synced::new(&[]);
    let check = |format: &str| {
        let args = ["check", "s.c1z", "--evidence", "e.json"];
        let args = [&args, &["--fail-on", "never", "--format", format][..]].concat();
        let ran = synced.audit(&args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran.out
    };
    let evidence = synced.evidence();
    let program = format!("{} {}", evidence.program.name, evidence.program.version);
    let says = format!("complete, by {program}");
    let table = check("table");
    assert!(
        table.contains(&format!("\nEvidence of s: {says}\n")),
        "{table}"
    );

    let json: Value = serde_json::from_str(&check("json")).expect("JSON");
    let sarif: Value = serde_json::from_str(&check("sarif")).expect("JSON");
    let (sha256, ..) = digest(&synced.path("e.json")).expect("a file");
    let signed_with = evidence.signature.expect("signed").public_key;
    for found in [
        &json["files"][0]["evidence"],
        &sarif["runs"][0]["artifacts"][0]["properties"]["evidence"],
    ] {
        assert_eq!(found["program"], program);
        assert_eq!(found["outcome"], "complete");
        assert_eq!(found["why"], serde_json::json!([]));
        assert_eq!(found["sha256"], sha256);
        assert_eq!(found["public_key"], signed_with);
    }

    let junit = check("junit");
    let property = format!("name=\"evidence of s\" value=\"{says}, ");
    let suites = junit.matches("<testsuite ").count();
    assert_eq!(junit.matches(&property).count(), suites, "{junit}");
    let end = format!("sha256 {sha256}, signature not checked\"/>");
    assert_eq!(junit.matches(&end).count(), suites, "{junit}");

    let args = ["report", "s.c1z", "--evidence", "e.json", "--out", "r.html"];
    assert_eq!(synced.audit(&args).code, 0);
    let page = std::fs::read_to_string(synced.path("r.html")).expect("a page");
    for part in [
        "What evidence says of the files",
        "<td>fits <code",
        "What was listed, by type",
        "<td class=\"good\">complete</td>",
        &program,
        &sha256,
        &signed_with,
    ] {
        assert!(page.contains(part), "{part}");
    }
}
