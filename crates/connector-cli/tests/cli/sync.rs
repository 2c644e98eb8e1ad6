//! Whole syncs, validation, interruption, and what a person at a terminal sees.

use crate::support::{Cli, ready};

#[tokio::test]
async fn a_person_sees_a_line_and_a_summary() {
    let out = Cli::ready(&["--script", "warn"]).terminal().run().await;
    assert_eq!((out.code, out.stdout.as_str()), (0, ""));
    let end = out.stderr.rfind('\r').unwrap() + 1;
    let (live, summary) = out.stderr.split_at(end);
    assert!(live.starts_with("\rlisting resources: "), "{live:?}");
    assert!(!live.contains('\n') && !live.contains('\u{1b}'), "{live:?}");
    insta::with_settings!({filters => vec![(r"\d+\.\d KiB", "[size]")]}, {
        insta::assert_snapshot!(summary, @r#"
    baton-lake: synced in 0.0 s with 7 requests
      Person          2  (1 disabled)
      Crew            1  (1 entitlement, 1 grant)
      warning: leavers may be missing[2J (unit 7)
      file: [dir]/sync.c1z ([size])
    "#);
    });
}

#[tokio::test]
async fn a_dumb_terminal_gets_log_lines() {
    let out = Cli::ready(&[]).terminal().env("TERM", "dumb").run().await;
    assert!(
        !out.stderr.contains('\r') && out.stderr.contains("\tSync complete.\t"),
        "{}",
        out.stderr
    );
}

#[tokio::test]
async fn warnings_do_not_run_into_the_live_line() {
    let out = Cli::ready(&["--parallel-sync", "--provisioning"])
        .terminal()
        .run()
        .await;
    for line in out.stderr.lines().filter(|l| l.contains("WARN")) {
        let shown = line.rsplit('\r').next().unwrap();
        assert!(shown.starts_with("2026-"), "{line:?}");
    }
    assert_eq!(out.stderr.matches("WARN").count(), 2, "{}", out.stderr);
}

#[tokio::test]
async fn validation_says_what_it_found() {
    let out = ready(&["validate"]).await;
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(out.stdout, @"ok: Lake can be synced with these settings (7 requests)");
    let out = ready(&["validate", "--script", "warn"]).await;
    assert_eq!(out.code, 0);
    insta::assert_snapshot!(out.stdout, @r#"
    ok: Lake can be synced with these settings (7 requests)
    warning: leavers may be missing[2J (unit 7)
    "#);
    let cli = Cli::ready(&["validate"]);
    cli.run().await;
    assert_eq!(cli.files(), Vec::<String>::new());
}

#[tokio::test]
async fn an_interrupted_sync_says_how_to_go_on() {
    let cli = Cli::ready(&["--log-level", "error", "--script", "hang-listing"]);
    let stop = async {
        tokio::task::yield_now().await;
        cli.cancel.cancel();
    };
    let (out, ()) = tokio::join!(cli.run(), stop);
    insta::assert_snapshot!(out.told(), @r#"
    exit 1
    baton-lake: interrupted; the file was left as it was
    hint: unfinished work is kept beside the file; run the same command again to go on
    "#);
    assert!(!cli.files().contains(&"sync.c1z".to_owned()));
}

#[tokio::test]
async fn an_interrupted_validation() {
    let cli = Cli::ready(&["validate", "--script", "hang"]);
    cli.cancel.cancel();
    insta::assert_snapshot!(cli.run().await.told(), @r#"
    exit 1
    baton-lake: interrupted
    hint: nothing was changed
    "#);
}
