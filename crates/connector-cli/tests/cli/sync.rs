//! Whole syncs, validation, interruption, and what a person at a terminal sees.

use connector_c1z::dump;

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
      note: people come from the older list[2J
      verdict: complete
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
    note: people come from the older list[2J
    "#);
    let cli = Cli::ready(&["validate"]);
    cli.run().await;
    assert_eq!(cli.files(), Vec::<String>::new());
}

#[tokio::test]
async fn an_interrupted_sync_promises_nothing_that_is_not_there() {
    let cli = Cli::ready(&["--log-level", "error", "--script", "hang-listing"]);
    let stop = async {
        tokio::task::yield_now().await;
        cli.cancel.cancel();
    };
    let (out, ()) = tokio::join!(cli.run(), stop);
    insta::assert_snapshot!(out.report(), @r#"
    exit 1
    baton-lake: interrupted; the file was left as it was
    "#);
    assert_eq!(cli.files(), Vec::<String>::new());
}

#[tokio::test]
async fn an_interrupted_validation() {
    let cli = Cli::ready(&["validate", "--script", "hang"]);
    cli.cancel.cancel();
    insta::assert_snapshot!(cli.run().await.report(), @r#"
    exit 1
    baton-lake: interrupted
    hint: nothing was changed
    "#);
}

/// The rows that a run with these arguments writes, each with its details, and the log.
async fn rows(args: &[&str]) -> (Vec<String>, String) {
    let cli = Cli::ready(args);
    let out = cli.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    let mut rows: Vec<String> = Vec::new();
    for line in dump::render(cli.path("sync.c1z")).unwrap().lines() {
        match rows.last_mut().filter(|_| line.starts_with(' ')) {
            Some(row) => *row += line,
            None => rows.push(line.to_owned()),
        }
    }
    (rows, out.stderr)
}

/// The names of rows.
fn names(rows: &[String]) -> String {
    let names = rows.iter().map(|r| r.split("  ").next().unwrap_or(r));
    names.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn single_resources_are_synced_with_what_belongs_to_them() {
    let (whole, _) = rows(&[]).await;
    let (group, log) = rows(&["--sync-resources", "bid:r:group/g1"]).await;
    insta::assert_snapshot!(names(&group), @r#"
    sync: partial
    resource type group
    resource type user
    resource group:g1
    resource user:u1
    entitlement group:g1:member
    grant group:g1:member:user:u1
    "#);
    // Every row is that of a whole sync.
    assert!(
        group[1..].iter().all(|row| whole.contains(row)),
        "{group:#?}"
    );
    assert!(log.contains(r#""sync_type":"partial""#), "{log}");

    let (users, log) = rows(&["--sync-resources", "bid:r:user/u2,bid:r:user/u3"]).await;
    assert_eq!(
        names(&users),
        "sync: partial\nresource type group\nresource type user\nresource user:u2"
    );
    assert!(log.contains(r#""examples":["user:u3"]"#), "{log}");
}

#[tokio::test]
async fn a_sync_of_single_resources_can_leave_out_more() {
    let targets = ["--sync-resources", "bid:r:group/g1,bid:r:user/u2"];
    let with = |more: &'static [&str]| [&targets[..], more].concat();
    let (rows_of, _) = rows(&with(&["--skip-grants"])).await;
    let kept = "resource group:g1\nresource user:u2";
    assert_eq!(
        names(&rows_of[3..]),
        format!("{kept}\nentitlement group:g1:member")
    );
    let (rows_of, _) = rows(&with(&["--skip-entitlements-and-grants"])).await;
    assert_eq!(names(&rows_of[..1]), "sync: partial");
    assert_eq!(names(&rows_of[3..]), kept);
    let (rows_of, log) = rows(&with(&["--sync-resource-types", "user"])).await;
    assert_eq!(
        names(&rows_of),
        "sync: partial\nresource type user\nresource user:u2"
    );
    assert!(log.contains("target-of-unsynced-type"), "{log}");
}
