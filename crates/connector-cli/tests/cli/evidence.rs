//! The verdict of a sync, and the evidence of it.

use connector_evidence::{Evidence, SecretKey};
use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;

use crate::service::{Bench, all_done};
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

#[tokio::test]
async fn a_sync_that_is_held_back_says_its_verdict_and_leaves_evidence_of_the_old_file() {
    let cli = Cli::ready(&["--evidence", "e.json"]).env("BATON_SCRIPT", "crowd");
    assert_eq!(cli.run().await.code, 0);
    let before = std::fs::read(cli.path("e.json")).unwrap();
    // Held back comes before partial: the file was not replaced, which is what an operator must know first.
    let cli = cli
        .env("BATON_SCRIPT", "partial")
        .env("BATON_FAIL_ON_PARTIAL", "true");
    let out = cli.run().await;
    assert_eq!(out.code, 9, "{}", out.stderr);
    assert_eq!(cli.files(), ["e.json", "sync.c1z", "sync.c1z.quarantine"]);
    assert_eq!(std::fs::read(cli.path("e.json")).unwrap(), before);
    let why = "the sync that is not put in place is partial (user resources: 2 rows left out (person-without-id))";
    assert_eq!(out.stderr.matches(why).count(), 1, "{}", out.stderr);
    assert!(!out.stderr.contains("Sync complete."), "{}", out.stderr);
}

#[tokio::test]
async fn with_a_source_date_the_times_are_those_of_the_file() {
    let cli = Cli::ready(&["--evidence", "e.json"]).env("SOURCE_DATE_EPOCH", "1767225600");
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    let sync = evidence(&cli).sync;
    let date = "2026-01-01T00:00:00Z".parse().unwrap();
    assert_eq!((sync.started_at, sync.ended_at), (date, date));
    // When the file was in its place is what the machine's clock said.
    assert_eq!(sync.written_at.to_string(), "2026-11-20T16:14:37Z");
    let reader = connector_c1z::Reader::open(cli.path("sync.c1z"), Default::default()).unwrap();
    let runs = reader.syncs().unwrap();
    let [run] = runs.as_slice() else {
        panic!("{runs:?}")
    };
    assert_eq!(run.sync_id, sync.id);
    assert_eq!((run.started(), run.ended()), (Some(date), Some(date)));
}

#[tokio::test]
async fn a_service_logs_the_verdict_and_says_once_that_it_writes_no_evidence() {
    let bench = Bench::new(&["--evidence", "e.json", "--fail-on-partial"]);
    let bench = Bench {
        cli: bench.cli.env("BATON_SCRIPT", "partial"),
        ..bench
    };
    let ids = [(); 2].map(|()| bench.plane.sync(SyncFullTask::default()));
    let outcome = bench.until(all_done(&ids)).await;
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let count = |text: &str| outcome.stderr.matches(text).count();
    let why = "the service does what the control plane asks for";
    for flag in ["--evidence", "--fail-on-partial"] {
        assert_eq!(count(&format!("{flag} has no effect: {why}")), 1);
    }
    let partial = "user resources: 2 rows left out (person-without-id)";
    assert_eq!(count(partial), 2, "{}", outcome.stderr);
    for id in &ids {
        assert_eq!(bench.plane.task(id).unwrap().outcomes[0].status, None);
    }
    assert!(!bench.cli.path("e.json").exists());
}
