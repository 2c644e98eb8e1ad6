//! The verdict of a sync, and the evidence of it.

use connector_evidence::{Evidence, SecretKey};

use crate::support::{Cli, TOKEN};

const KEY: &str = "evidence.key";

/// A run with a key file beside it.
fn with_key(args: &[&str]) -> Cli {
    let cli = Cli::ready(args);
    let (_, text) = SecretKey::generate(&[7; 32]).unwrap();
    std::fs::write(cli.path(KEY), &**text).unwrap();
    cli
}

fn evidence(cli: &Cli) -> Evidence {
    Evidence::parse(&std::fs::read_to_string(cli.path("e.json")).unwrap()).unwrap()
}

#[tokio::test]
async fn a_partial_sync_says_why_and_fails_only_when_it_is_asked_to() {
    let out = Cli::ready(&["--script", "partial"]).terminal().run().await;
    assert_eq!(out.code, 0);
    let why = "partial (user resources: 2 rows left out (person-without-id))";
    assert!(
        out.stderr.contains(&format!("  verdict: {why}\n")),
        "{}",
        out.stderr
    );

    let cli = Cli::ready(&[
        "--script",
        "partial",
        "--fail-on-partial",
        "--log-level",
        "error",
    ]);
    let out = cli.run().await;
    assert_eq!(cli.files(), ["sync.c1z"]);
    let said = out.stderr.lines().filter(|line| !line.starts_with('{'));
    insta::assert_snapshot!(format!("exit {}\n{}", out.code, said.collect::<Vec<_>>().join("\n")), @r"
    exit 13
    baton-lake: the sync is partial (user resources: 2 rows left out (person-without-id))
    hint: the file was written all the same; without --fail-on-partial (BATON_FAIL_ON_PARTIAL) this is no failure
    ");

    let out = Cli::ready(&["--fail-on-partial"]).run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
}

#[tokio::test]
async fn evidence_has_the_settings_without_their_secrets() {
    let cli = with_key(&["--evidence", "e.json", "--evidence-key", KEY])
        .env(
            "BATON_LAKE_URL",
            "https://me:pass@lake.example.com/v1?key=1",
        )
        .env("BATON_HOST_ID", "host-1");
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    let text = std::fs::read_to_string(cli.path("e.json")).unwrap();
    assert!(!text.contains(TOKEN) && !text.contains("pass"), "{text}");
    let found = evidence(&cli);
    assert_eq!(
        found.settings.set,
        ["evidence", "evidence-key", "lake-token", "lake-url"]
    );
    assert_eq!(found.host_id, "host-1");
    assert_eq!(found.program.commit, "unknown");
    assert_eq!(
        (found.sync.kind.as_str(), found.sync.resumed),
        ("full", false)
    );
    assert_eq!(found.rows.resources["user"], 2);
    let key = SecretKey::generate(&[7; 32]).unwrap().0.public();
    found.check_signature(&key).unwrap();
    // The same credential has the same fingerprint, another one has not.
    cli.run().await;
    assert_eq!(
        evidence(&cli).settings.credential,
        found.settings.credential
    );
    let cli = cli.env("BATON_LAKE_TOKEN", "another-token");
    cli.run().await;
    assert_ne!(
        evidence(&cli).settings.credential,
        found.settings.credential
    );
}

#[tokio::test]
async fn a_failed_run_leaves_earlier_evidence_as_it_was() {
    let cli = Cli::ready(&["--evidence", "e.json"]);
    assert_eq!(cli.run().await.code, 0);
    let before = std::fs::read(cli.path("e.json")).unwrap();
    assert_eq!(evidence(&cli).signature, None);
    assert_eq!(evidence(&cli).settings.credential, None);
    let cli = cli.env("BATON_SCRIPT", "fail:upstream");
    assert_eq!(cli.run().await.code, 14);
    assert_eq!(std::fs::read(cli.path("e.json")).unwrap(), before);
}

#[tokio::test]
async fn what_cannot_be_evidence_is_refused_before_the_first_request() {
    for (args, code, said) in [
        (
            &["--evidence", "sync.c1z"][..],
            3,
            "the evidence would replace the file or the key",
        ),
        (
            &["--evidence", KEY, "--evidence-key", KEY],
            3,
            "the evidence would replace the file or the key",
        ),
        (
            &["--evidence", "gone/e.json"],
            9,
            "the directory of gone/e.json does not exist",
        ),
        (&["--evidence", "."], 9, "is a directory"),
        (
            &["--evidence", "e.json", "--evidence-key", "gone.key"],
            3,
            "gone.key cannot be read",
        ),
        (&["--evidence-key", KEY], 2, "evidence-key"),
    ] {
        let all = [args, &["--script", "fail:credential"]].concat();
        let cli = with_key(&all);
        let out = cli.run().await;
        assert_eq!(out.code, code, "{args:?}: {}", out.stderr);
        assert!(out.stderr.contains(said), "{args:?}: {}", out.stderr);
        assert_eq!(cli.files(), [KEY]);
    }
    let cli = Cli::ready(&["--evidence", "e.json", "--evidence-key", KEY]);
    std::fs::write(cli.path(KEY), "a:b:v1:e30").unwrap();
    let out = cli.run().await;
    assert_eq!(out.code, 3);
    assert!(
        out.stderr.contains("holds no private key"),
        "{}",
        out.stderr
    );
}
