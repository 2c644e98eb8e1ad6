//! What a sync leaves on disk.

use connector_c1z::{ReadLimits, Reader, SyncRun};

use crate::support::{Cli, names};

fn open(cli: &Cli, file: &str) -> Reader {
    Reader::open(cli.path(file), ReadLimits::default()).unwrap()
}

fn syncs(cli: &Cli) -> Vec<SyncRun> {
    open(cli, "sync.c1z").syncs().unwrap()
}

/// Everything in the latest sync, in words.
fn contents(cli: &Cli) -> String {
    let reader = open(cli, "sync.c1z");
    let syncs = reader.syncs().unwrap();
    let last = syncs.last().unwrap();
    let counts = reader.counts(&last.sync_id).unwrap();
    format!(
        "{} {:?} {:?} {:?}",
        last.sync_type, counts.rows.resources, counts.rows.entitlements, counts.rows.grants
    )
}

#[tokio::test]
async fn the_file_is_where_it_was_asked_for() {
    for (args, file) in [
        (&["-f", "out.c1z"][..], "out.c1z"),
        (&["--file=out.c1z"], "out.c1z"),
        (&[], "sync.c1z"),
    ] {
        let cli = Cli::ready(args);
        assert_eq!(cli.run().await.code, 0);
        assert_eq!(cli.files(), [file]);
        assert_eq!(open(&cli, file).syncs().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_run_covers_what_was_asked_for() {
    let mut reported = Vec::new();
    for args in [
        &[][..],
        &["--workers=4"],
        &["--skip-entitlements-and-grants"],
        &["--sync-resource-types", "user"],
    ] {
        let cli = Cli::ready(args);
        let out = cli.run().await;
        assert_eq!(out.code, 0, "{}", out.stderr);
        reported.push(contents(&cli));
    }
    insta::assert_snapshot!(reported.join("\n"), @r#"
    full {"group": 1, "user": 2} {"group": 1} {"group": 1}
    full {"group": 1, "user": 2} {"group": 1} {"group": 1}
    resources_only {"group": 1, "user": 2} {} {}
    full {"user": 2} {} {}
    "#);
}

#[tokio::test]
async fn two_syncs_stay_unless_set_otherwise() {
    for (name, value, kept) in [
        ("BATON_NONE", "", 2),
        ("BATON_KEEP_SYNC_COUNT", "3", 3),
        ("BATON_KEEP_SYNC_COUNT", "1", 1),
        ("BATON_SKIP_CLEANUP", "true", 4),
    ] {
        let cli = Cli::ready(&[]).env(name, value);
        for _ in 0..4 {
            assert_eq!(cli.run().await.code, 0);
            cli.clock.advance(std::time::Duration::from_secs(60));
        }
        assert_eq!(syncs(&cli).len(), kept, "{name}={value}");
    }
}

#[tokio::test]
async fn a_failed_run_leaves_the_old_file_alone() {
    let cli = Cli::ready(&[]);
    assert_eq!(cli.run().await.code, 0);
    let before = std::fs::read(cli.path("sync.c1z")).unwrap();
    let failing = cli.env("BATON_SCRIPT", "fail:upstream");
    assert_eq!(failing.run().await.code, 14);
    assert_eq!(std::fs::read(failing.path("sync.c1z")).unwrap(), before);
}

#[tokio::test]
async fn temporary_files_are_where_they_were_asked_for_and_gone_afterwards() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().display().to_string();
    for name in ["BATON_C1Z_TEMP_DIR", "BATON_TMPDIR"] {
        for script in ["", "fail:upstream"] {
            let cli = Cli::ready(&[]).env(name, &path);
            assert_eq!(cli.run().await.code, 0);
            let cli = cli.env("BATON_SCRIPT", script);
            cli.run().await;
            assert_eq!(names(temp.path()), Vec::<String>::new());
        }
    }
    let missing = Cli::ready(&[]).env("BATON_TMPDIR", "nowhere");
    insta::assert_snapshot!(missing.run().await.report(), @r#"
    exit 3
    baton-lake: BATON_TMPDIR: the specified c1z temp dir does not exist: nowhere
    hint: create it, or change --c1z-temp-dir (BATON_C1Z_TEMP_DIR) or BATON_TMPDIR
    "#);
}

#[tokio::test]
async fn an_output_that_cannot_be_written_is_found_before_the_first_request() {
    let cli = Cli::ready(&["--file", "gone/sync.c1z", "--script", "fail:credential"]);
    let out = cli.run().await;
    assert_eq!(out.code, 9, "{}", out.stderr);
    assert_eq!(cli.files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_version_3_file_stays_one_and_no_part_replaces_its_sync() {
    let content = |cli: &Cli| std::fs::read(cli.path("sync.c1z")).unwrap();
    let first = Cli::ready(&["--storage-engine", "pebble"]).env("BATON_KEEP_SYNC_COUNT", "3");
    let out = first.run().await;
    assert_eq!(out.code, 0, "{}", out.stderr);
    assert_eq!(
        out.stderr.matches("have no effect").count(),
        1,
        "{}",
        out.stderr
    );
    let before = content(&first);
    assert!(before.starts_with(b"C1Z3\0"));
    for (args, code) in [
        (&["--sync-resource-types", "user"][..], 0),
        (&["--skip-entitlements-and-grants"], 9),
    ] {
        let cli = Cli::ready(args);
        std::fs::write(cli.path("sync.c1z"), &before).unwrap();
        let out = cli.run().await;
        assert_eq!(out.code, code, "{}", out.stderr);
        assert!(content(&cli).starts_with(b"C1Z3\0"));
        assert_eq!(content(&cli) == before, code == 9);
        assert_eq!(cli.files(), ["sync.c1z"]);
    }
}
