//! `--dry-run`: what it prints, and that it writes nothing.

use crate::support::{Cli, ready};

#[tokio::test]
async fn without_a_file_it_says_what_there_is() {
    let cli = Cli::ready(&["--dry-run", "--script", "warn"]);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    insta::assert_snapshot!(out.stdout, @r#"
    baton-lake: read everything in 0.0 s with 7 requests
      Person          2  (1 disabled)
      Crew            1  (1 entitlement, 1 grant)
      warning: leavers may be missing[2J (unit 7)
      note: people come from the older list[2J
      verdict: complete
      [dir]/sync.c1z holds no finished full sync to compare with
      dry run: nothing was written
    "#);
    assert!(
        out.stderr.contains("\"Dry run complete.\""),
        "{}",
        out.stderr
    );
    assert!(!out.stderr.contains("c1z: saved"), "{}", out.stderr);
    assert!(!out.stderr.contains("output_path"), "{}", out.stderr);
    assert_eq!(cli.files(), [""; 0]);
}

#[tokio::test]
async fn with_a_file_it_says_what_would_change() {
    let first = Cli::ready(&[]);
    assert_eq!(first.run().await.code, 0);
    let before = std::fs::read(first.path("sync.c1z")).unwrap();
    let mut second = Cli::ready(&["--dry-run"]).terminal();
    second.dir = first.dir;
    let out = second.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    insta::assert_snapshot!(out.stdout, @r#"
    baton-lake: read everything in 0.0 s with 7 requests
      Person          2  (1 disabled)
      Crew            1  (1 entitlement, 1 grant)
      verdict: complete
      compared by id with [dir]/sync.c1z (sync 3MNVztcWrxNfINJ6PDlw93453QN, ended 2026-11-20T16:14:37Z):
        people: 2 unchanged
        groups: 1 unchanged
        entitlements: 1 unchanged
        grants: 1 unchanged
      the shrink guard would let it replace the file
      dry run: nothing was written
    "#);
    assert_eq!(second.files(), ["sync.c1z"]);
    assert_eq!(std::fs::read(second.path("sync.c1z")).unwrap(), before);
}

#[tokio::test]
async fn a_part_is_not_compared() {
    let out = ready(&["--dry-run", "--skip-entitlements-and-grants"]).await;
    insta::assert_snapshot!(out.stdout, @r#"
    baton-lake: read everything in 0.0 s with 7 requests
      Person          2  (1 disabled)
      Crew            1
      verdict: complete
      a sync of a part is not compared with [dir]/sync.c1z
      dry run: nothing was written
    "#);
}

#[tokio::test]
async fn what_it_lacks_is_said_and_fails_only_when_it_is_asked_to() {
    let out = ready(&["--dry-run", "--script", "partial"]).await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    let why = "partial (user resources: 2 rows left out (person-without-id))";
    let line = format!("  verdict: {why}\n");
    assert!(out.stdout.contains(&line), "{}", out.stdout);

    let args = ["--dry-run", "--script", "partial", "--fail-on-partial"];
    let cli = Cli::ready(&args);
    let out = cli.run().await;
    assert!(out.stdout.contains(&line), "{}", out.stdout);
    let said = out.stderr.lines().filter(|line| !line.starts_with('{'));
    insta::assert_snapshot!(format!("exit {}\n{}", out.code, said.collect::<Vec<_>>().join("\n")), @r"
    exit 13
    baton-lake: the sync is partial (user resources: 2 rows left out (person-without-id))
    hint: nothing was written; without --fail-on-partial (BATON_FAIL_ON_PARTIAL) this is no failure
    ");
    assert_eq!(cli.files(), [""; 0]);
}

#[tokio::test]
async fn there_is_no_evidence_of_it() {
    let cli = Cli::ready(&["--dry-run", "--evidence", "e.json"]);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    let end = "  dry run: nothing was written, so there is no evidence either\n";
    assert!(out.stdout.ends_with(end), "{}", out.stdout);
    assert_eq!(cli.files(), [""; 0]);
}

#[tokio::test]
async fn a_service_has_none() {
    let args = ["--dry-run", "--client-id", "a@b/c", "--client-secret", "s"];
    insta::assert_snapshot!(ready(&args).await.report(), @r#"
    exit 2
    baton-lake: if any flags in the group [dry-run client-id] are set none of the others can be; [client-id dry-run] were all set
    hint: set at most one of --client-id (BATON_CLIENT_ID), --dry-run (BATON_DRY_RUN)
    "#);
}

#[tokio::test]
async fn a_wrong_source_date_is_an_error() {
    let cli = Cli::ready(&[]).env("SOURCE_DATE_EPOCH", "yesterday");
    insta::assert_snapshot!(cli.run().await.report(), @r#"
    exit 3
    baton-lake: SOURCE_DATE_EPOCH: the value is not a number of seconds since 1970
    hint: give whole seconds in digits, such as 1767225600, or leave the variable out
    "#);
    assert_eq!(cli.files(), [""; 0]);
}
