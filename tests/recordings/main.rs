//! Recordings of several vendors and copies of files under one key, and what each vendor declares as readable.

mod sanitized;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use baton_audit::Console;
use connector_cli::Invocation;
use connector_core::clock::TestClock;
use connector_core::entropy::SeededEntropy;
use connector_redact::Rules;
use connector_sandbox::company::Company;
use connector_sandbox::server::Sandbox;
use connector_sandbox::vendor::Choices;
use tokio_util::sync::CancellationToken;

#[test]
fn every_line_of_what_a_vendor_declares_is_understood() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR"));
    let connectors = suite.parent().expect("a parent").join("connectors");
    let mut read = 0;
    for entry in std::fs::read_dir(connectors).expect("a directory") {
        let path = entry.expect("an entry").path().join("src/readable.txt");
        let text = std::fs::read_to_string(&path).expect("readable.txt");
        assert!(text.lines().count() > 3, "{}", path.display());
        assert_eq!(Rules::problem(text.leak()), None, "{}", path.display());
        read += 1;
    }
    assert_eq!(read, baton_demo::connectors().len());
}

/// Runs `baton-audit`, which must succeed.
fn audit(args: &[&str]) {
    let (code, _, err) = audited(args);
    assert_eq!(code, 0, "{args:?}: {err}");
}

/// Runs `baton-audit`: its exit code and what it prints.
fn audited(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        width: None,
    };
    let args = ["baton-audit"].iter().chain(args).map(Into::into);
    let code = baton_audit::run(args, &mut console);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (code, text(out), text(err))
}

/// Runs a connector, which must succeed, with these variables.
fn sync(
    connector: &baton_demo::Connector,
    dir: &Path,
    env: BTreeMap<String, String>,
    args: &[&str],
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let run = (connector.program)(Invocation {
        args: args.iter().map(Into::into).collect(),
        env: env
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect(),
        current_dir: dir.to_owned(),
        stdout: Box::new(std::io::sink()),
        stderr: Box::new(std::io::sink()),
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        clock: TestClock::at("2026-11-01T09:00:00Z".parse().expect("a time")),
        entropy: Arc::new(SeededEntropy::new(1)),
        cancel: CancellationToken::new(),
        http_timeout: None,
        telemetry_limit: None,
    });
    let code = runtime.expect("a runtime").block_on(run);
    assert_eq!(code, 0, "{} {args:?}", connector.spec.name);
}

/// The addresses in a text that stand for others.
fn tokens(text: &str) -> BTreeSet<String> {
    let part = |c: char| c.is_ascii_alphanumeric() || "@.".contains(c);
    let words = text.split(|c| !part(c));
    words
        .filter(|word| word.contains('@') && word.ends_with(".example"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn under_one_key_an_address_is_the_same_in_recordings_and_copies_of_every_vendor() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = |name: &str| -> PathBuf { dir.path().join(name) };
    let shown = |name: &str| path(name).display().to_string();
    let key = shown("redaction.key");
    audit(&["keygen", "--kind", "redaction", "--out", &key]);
    let company = Company::generate(40, 7);
    let mut all: Vec<BTreeSet<String>> = Vec::new();
    for connector in baton_demo::connectors() {
        let name = connector.spec.name;
        let fake = (connector.vendor.build)(company.clone(), &Choices::default());
        let running = Sandbox::new().start(&*fake).expect("the sandbox starts");
        let environment = fake.environment(running.base_url()).into_iter();
        let environment = environment.map(|(name, value)| (name.to_owned(), value));
        let (live, trace) = (format!("{name}.c1z"), format!("{name}.trace"));
        let args = ["--file", &live, "--record", &trace, "--redaction-key", &key];
        sync(&connector, dir.path(), environment.collect(), &args);
        drop(running);
        let replayed = format!("{name}.replayed.c1z");
        let args = ["--file", &replayed, "--replay", &trace];
        sync(&connector, dir.path(), BTreeMap::new(), &args);
        let copy = format!("{name}.copy.c1z");
        let (from, to) = (shown(&live), shown(&copy));
        let args = ["sanitize", &from, "--out", &to, "--redaction-key", &key];
        audit(&args);
        let of = |file: &str| {
            let text = connector_c1z::dump::render(path(file)).expect("rows");
            tokens(&text)
        };
        assert_eq!(of(&replayed), of(&copy), "{name}");
        all.push(of(&copy));
    }
    assert!(all.iter().all(|tokens| tokens.len() > 20), "{all:?}");
    for tokens in &all[1..] {
        let shared = tokens.intersection(&all[0]).count();
        assert!(shared > 20, "{shared} of {all:?}");
    }
}
