//! `--record` and `--replay`: which files they take, and what they are refused with.

use crate::support::Cli;

const KEY: &str = "baton-redaction-key-v1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\n";
const NOT_JOINED: &str = "it cannot be joined with other files";

/// The lines of the recording in a file of this name.
fn lines(cli: &Cli, name: &str) -> Vec<serde_json::Value> {
    let packed = std::fs::read(cli.path(name)).unwrap();
    let text = String::from_utf8(zstd::decode_all(&*packed).unwrap()).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The recording of a run, in a directory where there is nothing else.
async fn recorded() -> Cli {
    let cli = Cli::ready(&["--record", "run.trace"]);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    std::fs::remove_file(cli.path("sync.c1z")).unwrap();
    cli
}

/// Another run in the directory of `cli`, without settings.
fn then(cli: Cli, args: &[&str]) -> Cli {
    let mut next = Cli::bare(args);
    next.dir = cli.dir;
    next
}

#[tokio::test]
async fn a_recording_holds_the_settings_that_decide_what_is_requested() {
    let cli = Cli::ready(&["--record", "run.trace", "--redaction-key", "redaction.key"])
        .env("BATON_LAKE_DEPTH", "12")
        .env("BATON_LAKE_REGION", "south")
        .env(
            "BATON_SYNC_RESOURCES",
            "bid:r:user/u1,bid:r:user/anna@acme.test",
        );
    std::fs::write(cli.path("redaction.key"), KEY).unwrap();
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    assert!(!out.stderr.contains(NOT_JOINED), "{}", out.stderr);
    assert_eq!(cli.files(), ["redaction.key", "run.trace", "sync.c1z"]);
    let lines = lines(&cli, "run.trace");
    insta::assert_json_snapshot!(lines, @r#"
    [
      {
        "format": 1,
        "joinable": true,
        "key": "27fwxo2psoao",
        "line": "start",
        "program": "baton-lake",
        "settings": {
          "lake-depth": 12,
          "lake-url": "https://vendor.example",
          "sync-resources": [
            "bid:r:user/xoee225tldbwaqrahdsq6",
            "bid:r:user/phas2wqjdwaxsdjc@dvnbzm65gx.example"
          ]
        },
        "started": "2023-06-23T16:14:37Z",
        "version": "1.2.3"
      },
      {
        "exchanges": 0,
        "line": "end",
        "outcome": "complete"
      }
    ]
    "#);
}

#[tokio::test]
async fn a_key_of_one_run_is_pointed_out() {
    let cli = Cli::ready(&["--record", "run.trace"]);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    assert!(out.stderr.contains(NOT_JOINED), "{}", out.stderr);
    assert_eq!(lines(&cli, "run.trace")[0]["joinable"], false);
}

#[tokio::test]
async fn a_run_that_fails_is_recorded() {
    let cli = Cli::ready(&["--record", "run.trace", "--script", "fail:upstream"]);
    assert_eq!(cli.run().await.code, 14);
    assert_eq!(cli.files(), ["run.trace"]);
    assert_eq!(lines(&cli, "run.trace")[1]["outcome"], "upstream");
}

#[tokio::test]
async fn what_cannot_be_a_recording_is_refused_before_the_first_request() {
    for (args, code, said) in [
        (
            &["--record", "sync.c1z"][..],
            3,
            "the recording would replace sync.c1z",
        ),
        (
            &["--record", "./x.c1z", "--file", "x.c1z"],
            3,
            "the recording would replace x.c1z",
        ),
        (
            &["--record", "e.json", "--evidence", "e.json"],
            3,
            "the recording would replace e.json",
        ),
        (
            &["--record", "a.key", "--redaction-key", "a.key"],
            3,
            "the recording would replace a.key",
        ),
        (
            &["--record", "gone/run.trace"],
            9,
            "--record (BATON_RECORD): the directory of gone/run.trace does not exist",
        ),
        (&["--record", "."], 9, "is a directory"),
        (
            &["--record", "note.txt"],
            9,
            "note.txt is there and is no recording",
        ),
        (
            &["--record", "run.trace", "--redaction-key", "gone.key"],
            3,
            "gone.key cannot be read",
        ),
        (
            &["--record", "run.trace", "--redaction-key", "note.txt"],
            3,
            "the redaction key does not begin with baton-redaction-key-v1:",
        ),
        (
            &["--record", "run.trace", "--replay", "run.trace"],
            2,
            "[record replay] were all set",
        ),
        (
            &["--replay", "run.trace", "--evidence", "e.json"],
            2,
            "[evidence replay] were all set",
        ),
        (
            &[
                "--record",
                "run.trace",
                "--client-id",
                "a",
                "--client-secret",
                "b",
            ],
            2,
            "[client-id record] were all set",
        ),
        (
            &[
                "--replay",
                "run.trace",
                "--client-id",
                "a",
                "--client-secret",
                "b",
            ],
            2,
            "[client-id replay] were all set",
        ),
        (
            &["--replay", "gone.trace"],
            9,
            "reading the recording: [dir]/gone.trace: No such file",
        ),
        (
            &["--replay", "note.txt"],
            9,
            "reading the recording: [dir]/note.txt: it is no recording of a run",
        ),
    ] {
        let all = [args, &["--script", "fail:credential"]].concat();
        let cli = Cli::ready(&all);
        std::fs::write(cli.path("note.txt"), "mine").unwrap();
        std::fs::write(cli.path("a.key"), KEY).unwrap();
        let out = cli.run().await;
        assert_eq!(out.code, code, "{args:?}: {}", out.stderr);
        assert!(out.stderr.contains(said), "{args:?}: {}", out.stderr);
        assert_eq!(cli.files(), ["a.key", "note.txt"], "{args:?}");
        assert_eq!(std::fs::read(cli.path("note.txt")).unwrap(), b"mine");
    }
}

#[tokio::test]
async fn a_recording_of_another_program_is_refused() {
    let cli = recorded().await;
    let packed = std::fs::read(cli.path("run.trace")).unwrap();
    let text = String::from_utf8(zstd::decode_all(&*packed).unwrap()).unwrap();
    let other = text.replace("baton-lake", "baton-pond");
    let packed = zstd::encode_all(other.as_bytes(), 1).unwrap();
    std::fs::write(cli.path("run.trace"), packed).unwrap();
    let cli = then(cli, &["--replay", "run.trace"]);
    insta::assert_snapshot!(cli.run().await.report(), @"
    exit 3
    baton-lake: --replay (BATON_REPLAY): the recording is one of baton-pond
    hint: replay it with baton-pond
    ");
}

#[tokio::test]
async fn a_replay_needs_no_settings_and_gives_the_same_file() {
    let cli = then(recorded().await, &["--replay", "run.trace"]);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    let first = std::fs::read(cli.path("sync.c1z")).unwrap();
    // With another time.
    let args = ["--replay", "run.trace", "--file", "again.c1z"];
    let cli = then(cli, &args).env("SOURCE_DATE_EPOCH", "1700000000");
    assert_eq!(cli.run().await.code, 0);
    assert_eq!(std::fs::read(cli.path("again.c1z")).unwrap(), first);
}

#[tokio::test]
async fn a_replay_replaces_no_file() {
    let cli = then(recorded().await, &["--replay", "run.trace"]);
    std::fs::write(cli.path("sync.c1z"), "").unwrap();
    // A file without content holds nothing that could be lost.
    assert_eq!(cli.run().await.code, 0);
    let first = std::fs::read(cli.path("sync.c1z")).unwrap();
    assert!(!first.is_empty());
    insta::assert_snapshot!(cli.run().await.report(), @"
    exit 9
    baton-lake: --file (BATON_FILE): sync.c1z is there, and a replay replaces no file
    hint: give another name, or remove the file
    ");
    assert_eq!(cli.files(), ["run.trace", "sync.c1z"]);
    assert_eq!(std::fs::read(cli.path("sync.c1z")).unwrap(), first);
}

#[tokio::test]
async fn a_dry_run_can_be_recorded_and_replayed() {
    let cli = Cli::ready(&["--record", "run.trace", "--dry-run"]);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    assert!(out.stdout.contains("dry run: nothing was written"));
    assert_eq!(cli.files(), ["run.trace"]);
    let cli = then(cli, &["--replay", "run.trace", "--dry-run"]);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    assert_eq!(cli.files(), ["run.trace"]);
}

#[tokio::test]
async fn a_recorded_run_can_have_evidence() {
    let cli = Cli::ready(&["--record", "run.trace", "--evidence", "e.json"]);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    assert_eq!(cli.files(), ["e.json", "run.trace", "sync.c1z"]);
}

#[tokio::test]
async fn validate_is_recorded_and_other_commands_are_not() {
    let cli = Cli::ready(&["validate", "--record", "run.trace"]);
    assert_eq!(cli.run().await.code, 0);
    assert_eq!(cli.files(), ["run.trace"]);
    let cli = then(cli, &["validate", "--replay", "run.trace"]);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    let cli = Cli::ready(&["capabilities", "--record", "run.trace"]);
    assert_eq!(cli.run().await.code, 0);
    assert_eq!(cli.files(), [""; 0]);
}
