//! A8: the options of a sync's task; detailed logs.

use connector_proto::c1::connector::v2::{Resource, ResourceId};
use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_sandbox::c1::{Fault, Method};
use connector_service::StorageEngine;

use crate::bench::Bench;
use crate::work::{Act, Work, content};

#[tokio::test]
async fn a8_what_the_task_asks_for_reaches_the_sync() {
    let mut bench = Bench::new(Work::default());
    bench.config.service.concurrency = 1;
    let wanted = [
        SyncFullTask {
            skip_entitlements_and_grants: true,
            storage_engine: "sqlite".to_owned(),
            ..SyncFullTask::default()
        },
        SyncFullTask {
            skip_grants: true,
            skip_expand_grants: true,
            ..SyncFullTask::default()
        },
        SyncFullTask {
            sync_resource_type_ids: vec!["user".to_owned()],
            storage_engine: "pebble".to_owned(),
            ..SyncFullTask::default()
        },
        SyncFullTask {
            targeted_sync_resources: vec![target("group", "7"), target("user", "1")],
            ..SyncFullTask::default()
        },
    ];
    let tasks = wanted.map(|task| bench.plane.sync(task));
    bench.start();
    bench.until(|b| tasks.iter().all(|t| b.is_over(t))).await;
    let wanted: Vec<_> = bench
        .work
        .seen()
        .wanted
        .iter()
        .map(|w| {
            let targets = w.targets.iter().map(ToString::to_string);
            let only: Vec<_> = w.resource_types.iter().cloned().chain(targets).collect();
            (
                w.skip_entitlements_and_grants,
                w.skip_grants,
                w.storage_engine,
                only.join(","),
            )
        })
        .collect();
    let none = String::new();
    assert_eq!(
        wanted,
        [
            (true, false, StorageEngine::Sqlite, none.clone()),
            (false, true, StorageEngine::Sqlite, none),
            (false, false, StorageEngine::Pebble, "user".to_owned()),
            (
                false,
                false,
                StorageEngine::Sqlite,
                "group:7,user:1".to_owned()
            ),
        ]
    );
    tasks.iter().for_each(|t| bench.assert_success(t));
    bench.finish().await;
}

#[tokio::test]
async fn a8_what_cannot_be_synced_is_refused_before_it_starts() {
    let mut bench = Bench::new(Work::default());
    let tasks = [
        SyncFullTask {
            storage_engine: "papyrus".to_owned(),
            ..SyncFullTask::default()
        },
        SyncFullTask {
            targeted_sync_resources: vec![target("user", "1"), Resource::default()],
            ..SyncFullTask::default()
        },
    ]
    .map(|task| bench.plane.sync(task));
    bench.start();
    bench.until(|b| tasks.iter().all(|t| b.is_over(t))).await;
    for task in &tasks {
        let (code, _, non_retryable) = bench.failure(task);
        assert_eq!((code, non_retryable), (3, true));
    }
    assert_eq!(bench.work.seen().wanted.len(), 0);
    bench.finish().await;
}

fn target(resource_type: &str, id: &str) -> Resource {
    Resource {
        id: Some(ResourceId {
            resource_type: resource_type.to_owned(),
            resource: id.to_owned(),
        }),
        ..Resource::default()
    }
}

/// A sync of this many bytes with a detailed log, uploaded with these faults.
async fn debugged(log: Act, faults: impl IntoIterator<Item = Option<Fault>>) -> (Bench, String) {
    let mut bench = Bench::new(Work::script([log]));
    let task = bench.plane.sync(SyncFullTask::default());
    bench.plane.debug(&task);
    bench.plane.script(Method::UploadAsset, faults);
    bench.start();
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    (bench, task)
}

#[tokio::test]
async fn a_detailed_log_is_uploaded_after_the_sync_when_one_is_wanted() {
    let (bench, task) = debugged(Act::WriteAndLog(600_000, "a line"), []).await;
    assert_eq!(
        bench.task(&task).uploads,
        [content(600_000), b"a line".to_vec()]
    );
    bench.finish().await;

    // Nothing was written, or nothing is wanted.
    let (bench, task) = debugged(Act::Write(100), []).await;
    assert_eq!(bench.task(&task).uploads, [content(100)]);
    bench.finish().await;
    let mut bench = Bench::new(Work::default());
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.is_over(&task)).await;
    assert_eq!(bench.work.seen().wanted[0].debug_log, None);
    assert_eq!(bench.task(&task).uploads.len(), 1);
    bench.finish().await;
}

#[tokio::test]
async fn a_detailed_log_that_does_not_get_through_costs_nothing_else() {
    let refused = Some(Fault::status(7));
    let (bench, task) = debugged(Act::WriteAndLog(100, "a line"), [None, refused]).await;
    assert_eq!(bench.task(&task).uploads, [content(100)]);
    assert_eq!(bench.calls(Method::UploadAsset), 2);
    bench.finish().await;
}
