//! Log lines: format, level, target.

use crate::support::{Cli, ready};

/// Log lines without what changes with unrelated work: source positions and file sizes.
fn lines(text: &str) -> String {
    let size = |text: &str| {
        let mut out = String::new();
        for (at, part) in text.split("compressed_bytes\":").enumerate() {
            let part = match at {
                0 => part,
                _ => part.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()),
            };
            out.push_str(if at == 0 {
                ""
            } else {
                "compressed_bytes\":…"
            });
            out.push_str(part);
        }
        out
    };
    let blank = |line: &str| match line.split_once("\"caller\":\"") {
        Some((head, rest)) => {
            let end = rest.find('"').unwrap();
            format!("{head}\"caller\":\"…{}", &rest[end..])
        }
        None => {
            let mut columns: Vec<_> = line.split('\t').collect();
            if columns.len() > 2 {
                columns[2] = "…";
            }
            columns.join("\t")
        }
    };
    let blanked: Vec<_> = text.lines().map(|line| size(&blank(line))).collect();
    blanked.join("\n")
}

#[tokio::test]
async fn a_sync_in_json() {
    let out = ready(&[]).await;
    assert_eq!((out.code, out.stdout.as_str()), (0, ""));
    for line in out.stderr.lines() {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(json["ts"].is_f64() && json["caller"].as_str().unwrap().contains(".rs:"));
    }
    insta::assert_snapshot!(lines(&out.stderr), @r#"
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Syncing resource types..."}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Synced resource types","count":2}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Syncing resources..."}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Syncing resources","resource_type_id":"user","rows":1}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Syncing resources","resource_type_id":"group","rows":1}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Synced resources","resource_type_id":"user","count":2}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Synced resources","resource_type_id":"group","count":1}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Syncing entitlements..."}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Syncing entitlements","resource_type_id":"group","rows":1}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Synced entitlements","resource_type_id":"group","count":1,"total":1,"entitlements":1}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Syncing grants..."}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Syncing grants","resource_type_id":"group","rows":1}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Synced grants","resource_type_id":"group","count":1,"total":1,"grants":1}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"c1z: saved","output_path":"[dir]/sync.c1z","decompressed_bytes":…,"compressed_bytes":…}
    {"level":"info","ts":1795191277.0,"caller":"…","msg":"Sync complete.","sync_id":"3MNVztcWrxNfINJ6PDlw93453QN","sync_type":"full","resumed":false,"resources":{"group":1,"user":2},"disabled":{"user":1},"entitlements":{"group":1},"grants":{"group":1},"warning_count":0,"verdict":"complete","listings":[{"type":"group","kind":"resources","pages":1,"seen":1,"repeated":0,"stored":1,"requests":0,"retries":0},{"type":"user","kind":"resources","pages":2,"seen":2,"repeated":0,"stored":2,"requests":0,"retries":0},{"type":"group","kind":"grants","pages":1,"seen":1,"repeated":0,"stored":1,"requests":0,"retries":0}],"requests":7,"duration_ms":0,"output_path":"[dir]/sync.c1z","compressed_bytes":…}
    "#);
}

#[tokio::test]
async fn a_sync_on_the_console() {
    let out = ready(&["--log-format", "console", "--script", "warn"]).await;
    assert_eq!(out.code, 0);
    insta::assert_snapshot!(lines(&out.stderr), @r#"
    2026-11-20T16:14:37.000Z	INFO	…	Syncing resource types...
    2026-11-20T16:14:37.000Z	INFO	…	Synced resource types	{"count": 2}
    2026-11-20T16:14:37.000Z	INFO	…	Syncing resources...
    2026-11-20T16:14:37.000Z	INFO	…	Syncing resources	{"resource_type_id": "user", "rows": 1}
    2026-11-20T16:14:37.000Z	INFO	…	Syncing resources	{"resource_type_id": "group", "rows": 1}
    2026-11-20T16:14:37.000Z	INFO	…	Synced resources	{"resource_type_id": "user", "count": 2}
    2026-11-20T16:14:37.000Z	INFO	…	Synced resources	{"resource_type_id": "group", "count": 1}
    2026-11-20T16:14:37.000Z	INFO	…	Syncing entitlements...
    2026-11-20T16:14:37.000Z	INFO	…	Syncing entitlements	{"resource_type_id": "group", "rows": 1}
    2026-11-20T16:14:37.000Z	INFO	…	Synced entitlements	{"resource_type_id": "group", "count": 1, "total": 1, "entitlements": 1}
    2026-11-20T16:14:37.000Z	INFO	…	Syncing grants...
    2026-11-20T16:14:37.000Z	INFO	…	Syncing grants	{"resource_type_id": "group", "rows": 1}
    2026-11-20T16:14:37.000Z	INFO	…	Synced grants	{"resource_type_id": "group", "count": 1, "total": 1, "grants": 1}
    2026-11-20T16:14:37.000Z	INFO	…	c1z: saved	{"output_path": "[dir]/sync.c1z", "decompressed_bytes":…, "compressed_bytes":…}
    2026-11-20T16:14:37.000Z	WARN	…	sync completed with warnings	{"warning_count": 1, "warnings": [{"code":"leavers","message":"leavers may be missing[2J","count":1,"examples":["unit 7"]}]}
    2026-11-20T16:14:37.000Z	INFO	…	Sync complete.	{"sync_id": "3MNVztcWrxNfINJ6PDlw93453QN", "sync_type": "full", "resumed": false, "resources": {"group":1,"user":2}, "disabled": {"user":1}, "entitlements": {"group":1}, "grants": {"group":1}, "warning_count": 1, "notes": ["people come from the older list[2J"], "verdict": "complete", "listings": [{"type":"group","kind":"resources","pages":1,"seen":1,"repeated":0,"stored":1,"requests":0,"retries":0},{"type":"user","kind":"resources","pages":2,"seen":2,"repeated":0,"stored":2,"requests":0,"retries":0},{"type":"group","kind":"grants","pages":1,"seen":1,"repeated":0,"stored":1,"requests":0,"retries":0}], "requests": 7, "duration_ms": 0, "output_path": "[dir]/sync.c1z", "compressed_bytes":…}
    "#);
}

#[tokio::test]
async fn flags_without_effect_are_reported_once_each() {
    let out = ready(&[
        "--provisioning",
        "-p",
        "--ticketing",
        "--skip-full-sync",
        "--keep-previous-sync-c1z",
        "--task-concurrency=5",
        "--session-store-maximum-size=1",
        "--otel-collector-endpoint-tls-insecure",
        "--auth-method=token",
        "--delete-resource-type=user",
        "--parallel-sync",
        "--log-level=warn",
        "--log-format=console",
    ])
    .await;
    assert_eq!(out.code, 0);
    insta::assert_snapshot!(lines(&out.stderr), @r#"
    2026-11-20T16:14:37.000Z	WARN	…	--provisioning has no effect: the connector only reads
    2026-11-20T16:14:37.000Z	WARN	…	--ticketing has no effect: the connector only reads
    2026-11-20T16:14:37.000Z	WARN	…	--delete-resource-type has no effect: it only qualifies a mode that was not asked for
    2026-11-20T16:14:37.000Z	WARN	…	--skip-full-sync has no effect: it matters only to a long-running service
    2026-11-20T16:14:37.000Z	WARN	…	--keep-previous-sync-c1z has no effect: it matters only to a long-running service
    2026-11-20T16:14:37.000Z	WARN	…	--session-store-maximum-size has no effect: the connector keeps no session store
    2026-11-20T16:14:37.000Z	WARN	…	--auth-method has no effect: the connector has one way to authenticate
    2026-11-20T16:14:37.000Z	WARN	…	--task-concurrency has no effect: it matters only to a long-running service
    2026-11-20T16:14:37.000Z	WARN	…	--otel-collector-endpoint-tls-insecure has no effect: --otel-collector-endpoint is not set
    2026-11-20T16:14:37.000Z	WARN	…	--parallel-sync is deprecated, use --workers -1
    "#);
}

#[tokio::test]
async fn unknown_words_leave_level_and_format_as_they_are() {
    let out = ready(&["--log-level", "loud", "--log-format", "xml"]).await;
    assert_eq!(out.code, 0);
    let reported: Vec<_> = out
        .stderr
        .lines()
        .filter(|l| l.contains("\"warn\""))
        .collect();
    insta::assert_snapshot!(lines(&reported.join("\n")), @r#"
    {"level":"warn","ts":1795191277.0,"caller":"…","msg":"--log-level loud is not known and ignored; the level is info"}
    {"level":"warn","ts":1795191277.0,"caller":"…","msg":"--log-format xml is not known and ignored"}
    "#);
    assert!(out.stderr.contains("Sync complete."));
}

#[tokio::test]
async fn retention_variables_that_cannot_be_read_are_reported() {
    let cli = Cli::ready(&["--log-level=warn", "--log-format=console"])
        .env("BATON_KEEP_SYNC_COUNT", "0")
        .env("BATON_SKIP_CLEANUP", "perhaps");
    let out = cli.run().await;
    assert_eq!(out.code, 0);
    insta::assert_snapshot!(lines(&out.stderr), @r#"
    2026-11-20T16:14:37.000Z	WARN	…	BATON_KEEP_SYNC_COUNT is not a number above 0 and ignored
    2026-11-20T16:14:37.000Z	WARN	…	BATON_SKIP_CLEANUP is not true or false and ignored
    "#);
}

#[tokio::test]
async fn the_level_decides_what_is_written() {
    let error = ready(&["--log-level", "error", "--provisioning"]).await;
    assert_eq!((error.code, error.stderr.as_str()), (0, ""));
    let warn = ready(&["--log-level", "warn", "--provisioning"]).await;
    assert_eq!(warn.stderr.lines().count(), 1, "{}", warn.stderr);
}

#[tokio::test]
async fn debug_lines_end_with_their_time() {
    let debug = |until: &'static str| async move {
        let out = ready(&[
            "--log-level=debug",
            "--log-level-debug-expires-at",
            until,
            "--script=fail:credential",
        ])
        .await;
        out.stderr.matches("\"level\":\"debug\"").count()
    };
    assert_eq!(debug("2100-01-01T00:00:00Z").await, 1);
    assert_eq!(debug("2020-01-01T00:00:00Z").await, 0);
    assert_eq!(debug("tomorrow").await, 0);
}

#[tokio::test]
async fn log_files_replace_standard_error_for_all_but_the_failure() {
    let cli = Cli::ready(&["--log-path", "a.log,stdout", "--script", "fail:credential"]);
    let out = cli.run().await;
    assert_eq!(out.code, 16);
    insta::assert_snapshot!(out.stderr, @r#"
    baton-lake: listing people: the vendor answered no [31mway
    hint: check the token
    "#);
    let file = std::fs::read_to_string(cli.path("a.log")).unwrap();
    assert_eq!(file, out.stdout);
    let last = file.lines().last().unwrap();
    insta::assert_snapshot!(lines(last), @r#"{"level":"error","ts":1795191277.0,"caller":"…","msg":"error running connector","error":"listing people: the vendor answered no [31mway","hint":"check the token","kind":"credential","exit_code":16}"#);
}

#[tokio::test]
async fn a_failure_is_reported_once() {
    let out = ready(&["--script", "fail:upstream"]).await;
    assert_eq!(
        out.stderr.matches("the vendor answered").count(),
        1,
        "{}",
        out.stderr
    );
}

#[tokio::test]
async fn runs_side_by_side_keep_their_lines_apart() {
    let first = Cli::ready(&["--provisioning"]);
    let second = Cli::ready(&["--ticketing"]);
    let (a, b) = tokio::join!(first.run(), second.run());
    assert!(a.stderr.contains("--provisioning") && !a.stderr.contains("--ticketing"));
    assert!(b.stderr.contains("--ticketing") && !b.stderr.contains("--provisioning"));
    assert_eq!(a.stderr.matches("Sync complete.").count(), 1);
    assert_eq!(b.stderr.matches("Sync complete.").count(), 1);
}
