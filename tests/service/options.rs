//! A: what a task asks for decides what is in the file.

use connector_proto::c1::connector::v2::{Resource, ResourceId};
use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_sandbox::c1::Method;
use tokio_util::sync::CancellationToken;

use crate::world::{World, over};

/// The rows of a dump: each line that is not indented, with those below it.
fn blocks(dump: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in dump.lines() {
        match blocks.last_mut().filter(|_| line.starts_with(' ')) {
            Some(block) => *block += line,
            None => blocks.push(line.to_owned()),
        }
    }
    blocks
}

#[tokio::test]
async fn the_uploaded_file_holds_what_a_one_shot_sync_writes() {
    let world = World::new();
    let expected = world.one_shot(&[]).await;
    assert!(expected.lines().filter(|l| l.contains("grant ")).count() > 10);
    let task = world.plane.sync(SyncFullTask::default());
    let code = world.serve_until(|plane| over(plane, &task)).await;
    assert_eq!(code, 0, "{}", world.said.text());
    assert_eq!(world.uploaded(&task), expected);
    world.check();
}

#[tokio::test]
async fn a8_the_options_of_the_task_decide_what_is_in_the_file() {
    let world = World::new();
    let full = world.one_shot(&[]).await;
    let resources = world.one_shot(&["--skip-entitlements-and-grants"]).await;
    let users = world.one_shot(&["--sync-resource-types", "user"]).await;
    let tasks = [
        SyncFullTask {
            skip_entitlements_and_grants: true,
            ..SyncFullTask::default()
        },
        SyncFullTask {
            sync_resource_type_ids: vec!["user".to_owned()],
            ..SyncFullTask::default()
        },
        SyncFullTask {
            skip_grants: true,
            ..SyncFullTask::default()
        },
    ]
    .map(|task| world.plane.sync(task));
    let code = world
        .serve_until(|plane| tasks.iter().all(|t| over(plane, t)))
        .await;
    assert_eq!(code, 0, "{}", world.said.text());
    assert_eq!(world.uploaded(&tasks[0]), resources);
    assert_eq!(world.uploaded(&tasks[1]), users);
    let without = world.uploaded(&tasks[2]);
    assert!(without.starts_with("sync: full\n"));
    assert!(!without.contains("\ngrant ") && without.contains("\nentitlement "));
    assert!(full.contains("\ngrant "));
    world.check();
}

#[tokio::test]
async fn a8_a_targeted_task_brings_what_it_asks_for_and_nothing_else() {
    let world = World::new();
    let full = blocks(&world.one_shot(&[]).await);
    let grant = full
        .iter()
        .find(|b| b.starts_with("grant "))
        .expect("a grant");
    let department = grant.split(':').nth(1).expect("its department").to_owned();
    let bid = format!("bid:r:department/{department}");
    let cli = world.one_shot(&["--sync-resources", &bid]).await;
    let target = |id: &str| Resource {
        id: Some(ResourceId {
            resource_type: "department".to_owned(),
            resource: id.to_owned(),
        }),
        ..Resource::default()
    };
    let tasks = [department.as_str(), "no-such-department"].map(|id| {
        world.plane.sync(SyncFullTask {
            targeted_sync_resources: vec![target(id), target(id)],
            ..SyncFullTask::default()
        })
    });
    let code = world
        .serve_until(|plane| tasks.iter().all(|t| over(plane, t)))
        .await;
    assert_eq!(code, 0, "{}", world.said.text());
    let uploaded = world.uploaded(&tasks[0]);
    assert_eq!(uploaded, cli);
    let rows = blocks(&uploaded);
    assert_eq!(rows[0], "sync: partial");
    assert!(rows[1..].iter().all(|row| full.contains(row)), "{uploaded}");
    // Its members are there, and no other person.
    let count = |rows: &[String], kind: &str| rows.iter().filter(|r| r.starts_with(kind)).count();
    let here = format!("grant department:{department}:");
    assert_eq!(count(&rows, "grant "), count(&full, &here));
    assert_eq!(count(&rows, "resource user:"), count(&full, &here));
    assert_eq!(count(&rows, "entitlement "), 1);
    assert!(count(&full, "resource user:") > count(&rows, "resource user:"));

    let nothing = blocks(&world.uploaded(&tasks[1]));
    assert_eq!(count(&nothing, "resource type "), 2);
    assert_eq!(nothing.len(), 3);
    assert!(world.said.text().contains("department:no-such-department"));
    world.check();
}

#[tokio::test]
async fn a8_the_format_is_the_one_that_is_asked_for() {
    let world = World::new();
    let full = world.one_shot(&[]).await;
    let tasks = ["", "sqlite", "pebble"].map(|engine| {
        world.plane.sync(SyncFullTask {
            storage_engine: engine.to_owned(),
            // The connector has no nested grants, so there is nothing to expand and nothing to leave as it is.
            skip_expand_grants: true,
            ..SyncFullTask::default()
        })
    });
    let unknown = world.plane.sync(SyncFullTask {
        storage_engine: "papyrus".to_owned(),
        ..SyncFullTask::default()
    });
    let code = world
        .serve_until(|plane| tasks.iter().chain([&unknown]).all(|t| over(plane, t)))
        .await;
    assert_eq!(code, 0, "{}", world.said.text());
    for task in &tasks[..2] {
        assert_eq!(world.uploaded(task), full);
        let record = world.plane.task(task).expect("a task");
        assert!(record.uploads[0].starts_with(b"C1ZF\0"));
    }
    let record = world.plane.task(&tasks[2]).expect("a task");
    assert!(record.uploads[0].starts_with(b"C1Z3\0"));
    // The rows are the same, in the order of their keys.
    let sorted = |rows: &str| {
        let mut rows = blocks(rows);
        rows.sort();
        rows
    };
    assert_eq!(sorted(&world.uploaded(&tasks[2])), sorted(&full));
    let message = "unknown storage engine".to_owned();
    assert_eq!(world.failure(&unknown), (3, message, true));
    world.check();
}

#[tokio::test]
async fn a8_a_type_that_the_connector_does_not_have_fails_the_task() {
    let world = World::new();
    let task = world.plane.sync(SyncFullTask {
        sync_resource_type_ids: vec!["starship".to_owned()],
        ..SyncFullTask::default()
    });
    let code = world.serve_until(|plane| over(plane, &task)).await;
    assert_eq!(code, 0);
    let (code, message, non_retryable) = world.failure(&task);
    assert_eq!((code, non_retryable), (2, false));
    assert!(message.contains("starship"), "{message}");
    assert_eq!(world.plane.calls(Method::UploadAsset), 0);
    assert_eq!(world.vendor.requests().len(), 0, "nothing is asked for it");
    world.check();
}

#[tokio::test]
async fn b10_a_secret_that_is_none_ends_the_program_without_a_word_sent() {
    let mut world = World::new();
    world
        .environment
        .insert("BATON_CLIENT_ID".to_owned(), "t@tenant.test/ccc".into());
    let secret = "secret-token:conductorone.com:v2:c29tZXRoaW5n";
    world
        .environment
        .insert("BATON_CLIENT_SECRET".to_owned(), secret.into());
    let invocation = world.program(&[], false, CancellationToken::new());
    let code = (world.connector.program)(invocation).await;
    assert_eq!(code, 3, "{}", world.said.text());
    assert!(!world.said.text().contains("c29tZXRoaW5n"));
    assert_eq!(world.plane.connections(), 0);
    assert_eq!(world.vendor.requests().len(), 0);
}
