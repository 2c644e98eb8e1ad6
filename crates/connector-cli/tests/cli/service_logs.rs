//! The log lines of a task name it.

use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;

use crate::service::{Bench, all_done};

/// The log of one task from when it was received until it was done, without what differs from run to run.
async fn task_log(args: &[&str], debug: bool) -> String {
    let bench = Bench::new(args);
    let id = bench.plane.sync(SyncFullTask::default());
    if debug {
        bench.plane.debug(&id);
    }
    let ids = [id];
    let outcome = bench.until(all_done(&ids)).await;
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let lines: Vec<_> = outcome.stderr.lines().collect();
    let at = |text| lines.iter().position(|line| line.contains(text)).unwrap();
    let of_task = &lines[at("task received")..=at("task done")];
    let named = |line: &&&str| line.contains(&ids[0]) && line.contains("sync_full");
    assert_eq!(of_task.iter().filter(named).count(), of_task.len());
    let others = lines.iter().filter(|line| line.contains(&ids[0])).count();
    assert_eq!(others, of_task.len(), "lines outside name no task");
    of_task.join("\n").replace(&ids[0], "[task]")
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r#""ts":[0-9.]+,"caller":"[^"]+""#, r#""ts":0,"caller":"""#);
    settings.add_filter(
        r"(?m)^[0-9T:.-]+Z\t([A-Z]+)\t\S+\t",
        "[time]\t$1\t[caller]\t",
    );
    settings.add_filter(r#"baton-tmp-\w+"#, "baton-tmp-[random]");
    settings.add_filter(r#""sync_id": ?"\w+""#, r#""sync_id":"[sync]""#);
    settings.add_filter(r#"((?:_bytes|_ms)": ?)[0-9]+"#, "${1}0");
    settings
}

#[tokio::test]
async fn every_line_of_a_task_names_it_in_json() {
    let log = task_log(&["--log-format", "json"], false).await;
    settings().bind(|| insta::assert_snapshot!(log, @r#"
    {"level":"info","ts":0,"caller":"","msg":"task received","task_id":"[task]","task_type":"sync_full","debug":false}
    {"level":"info","ts":0,"caller":"","msg":"Syncing resource types...","task_id":"[task]","task_type":"sync_full"}
    {"level":"info","ts":0,"caller":"","msg":"Synced resource types","task_id":"[task]","task_type":"sync_full","count":2}
    {"level":"info","ts":0,"caller":"","msg":"Syncing resources...","task_id":"[task]","task_type":"sync_full"}
    {"level":"info","ts":0,"caller":"","msg":"Syncing resources","task_id":"[task]","task_type":"sync_full","resource_type_id":"user","rows":1}
    {"level":"info","ts":0,"caller":"","msg":"Syncing resources","task_id":"[task]","task_type":"sync_full","resource_type_id":"group","rows":1}
    {"level":"info","ts":0,"caller":"","msg":"Synced resources","task_id":"[task]","task_type":"sync_full","resource_type_id":"user","count":2}
    {"level":"info","ts":0,"caller":"","msg":"Synced resources","task_id":"[task]","task_type":"sync_full","resource_type_id":"group","count":1}
    {"level":"info","ts":0,"caller":"","msg":"Syncing entitlements...","task_id":"[task]","task_type":"sync_full"}
    {"level":"info","ts":0,"caller":"","msg":"Syncing entitlements","task_id":"[task]","task_type":"sync_full","resource_type_id":"group","rows":1}
    {"level":"info","ts":0,"caller":"","msg":"Synced entitlements","task_id":"[task]","task_type":"sync_full","resource_type_id":"group","count":1,"total":1,"entitlements":1}
    {"level":"info","ts":0,"caller":"","msg":"Syncing grants...","task_id":"[task]","task_type":"sync_full"}
    {"level":"info","ts":0,"caller":"","msg":"Syncing grants","task_id":"[task]","task_type":"sync_full","resource_type_id":"group","rows":1}
    {"level":"info","ts":0,"caller":"","msg":"Synced grants","task_id":"[task]","task_type":"sync_full","resource_type_id":"group","count":1,"total":1,"grants":1}
    {"level":"info","ts":0,"caller":"","msg":"c1z: saved","task_id":"[task]","task_type":"sync_full","output_path":"[dir]/temp/baton-tmp-[random]/sync.c1z","decompressed_bytes":0,"compressed_bytes":0}
    {"level":"info","ts":0,"caller":"","msg":"Sync complete.","task_id":"[task]","task_type":"sync_full","sync_id":"[sync]","sync_type":"full","resumed":false,"resources":{"group":1,"user":2},"disabled":{"user":1},"entitlements":{"group":1},"grants":{"group":1},"warning_count":0,"verdict":"complete","listings":[{"type":"group","kind":"resources","pages":1,"seen":1,"repeated":0,"stored":1,"requests":0,"retries":0},{"type":"user","kind":"resources","pages":2,"seen":2,"repeated":0,"stored":2,"requests":0,"retries":0},{"type":"group","kind":"grants","pages":1,"seen":1,"repeated":0,"stored":1,"requests":0,"retries":0}],"requests":7,"duration_ms":0,"output_path":"[dir]/temp/baton-tmp-[random]/sync.c1z","compressed_bytes":0}
    {"level":"info","ts":0,"caller":"","msg":"task done","task_id":"[task]","task_type":"sync_full"}
    "#));
}

#[tokio::test]
async fn every_line_of_a_task_names_it_on_the_console() {
    let log = task_log(&["--log-format", "console"], false).await;
    settings().bind(|| insta::assert_snapshot!(log, @r#"
    [time]	INFO	[caller]	task received	{"task_id": "[task]", "task_type": "sync_full", "debug": false}
    [time]	INFO	[caller]	Syncing resource types...	{"task_id": "[task]", "task_type": "sync_full"}
    [time]	INFO	[caller]	Synced resource types	{"task_id": "[task]", "task_type": "sync_full", "count": 2}
    [time]	INFO	[caller]	Syncing resources...	{"task_id": "[task]", "task_type": "sync_full"}
    [time]	INFO	[caller]	Syncing resources	{"task_id": "[task]", "task_type": "sync_full", "resource_type_id": "user", "rows": 1}
    [time]	INFO	[caller]	Syncing resources	{"task_id": "[task]", "task_type": "sync_full", "resource_type_id": "group", "rows": 1}
    [time]	INFO	[caller]	Synced resources	{"task_id": "[task]", "task_type": "sync_full", "resource_type_id": "user", "count": 2}
    [time]	INFO	[caller]	Synced resources	{"task_id": "[task]", "task_type": "sync_full", "resource_type_id": "group", "count": 1}
    [time]	INFO	[caller]	Syncing entitlements...	{"task_id": "[task]", "task_type": "sync_full"}
    [time]	INFO	[caller]	Syncing entitlements	{"task_id": "[task]", "task_type": "sync_full", "resource_type_id": "group", "rows": 1}
    [time]	INFO	[caller]	Synced entitlements	{"task_id": "[task]", "task_type": "sync_full", "resource_type_id": "group", "count": 1, "total": 1, "entitlements": 1}
    [time]	INFO	[caller]	Syncing grants...	{"task_id": "[task]", "task_type": "sync_full"}
    [time]	INFO	[caller]	Syncing grants	{"task_id": "[task]", "task_type": "sync_full", "resource_type_id": "group", "rows": 1}
    [time]	INFO	[caller]	Synced grants	{"task_id": "[task]", "task_type": "sync_full", "resource_type_id": "group", "count": 1, "total": 1, "grants": 1}
    [time]	INFO	[caller]	c1z: saved	{"task_id": "[task]", "task_type": "sync_full", "output_path": "[dir]/temp/baton-tmp-[random]/sync.c1z", "decompressed_bytes": 0, "compressed_bytes": 0}
    [time]	INFO	[caller]	Sync complete.	{"task_id": "[task]", "task_type": "sync_full", "sync_id":"[sync]", "sync_type": "full", "resumed": false, "resources": {"group":1,"user":2}, "disabled": {"user":1}, "entitlements": {"group":1}, "grants": {"group":1}, "warning_count": 0, "verdict": "complete", "listings": [{"type":"group","kind":"resources","pages":1,"seen":1,"repeated":0,"stored":1,"requests":0,"retries":0},{"type":"user","kind":"resources","pages":2,"seen":2,"repeated":0,"stored":2,"requests":0,"retries":0},{"type":"group","kind":"grants","pages":1,"seen":1,"repeated":0,"stored":1,"requests":0,"retries":0}], "requests": 7, "duration_ms": 0, "output_path": "[dir]/temp/baton-tmp-[random]/sync.c1z", "compressed_bytes": 0}
    [time]	INFO	[caller]	task done	{"task_id": "[task]", "task_type": "sync_full"}
    "#));
}

#[tokio::test]
async fn a_task_with_a_log_of_its_own_is_named_as_well() {
    let [plain, detailed] = [false, true].map(|debug| task_log(&["--log-format", "json"], debug));
    let (plain, detailed) = (plain.await, detailed.await);
    let messages = |log: &str| -> Vec<String> {
        let of_line = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["msg"].as_str().unwrap().to_owned()
        };
        log.lines().map(of_line).collect()
    };
    assert_eq!(messages(&plain), messages(&detailed));
}
