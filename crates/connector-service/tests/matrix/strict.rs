//! The control plane of the sandbox itself: it must notice what a real one refuses, or the other tests prove little.

use std::sync::Arc;
use std::time::Duration;

use connector_core::entropy::SeededEntropy;
use connector_proto::c1::connectorapi::baton::v1::{
    FinishTaskRequest, GetTaskRequest, GetTasksRequest, HeartbeatRequest, HelloRequest,
    SyncFullTask,
};
use connector_sandbox::c1::Stage;
use connector_service::{ControlPlane, GrpcPlane, Upload};

use crate::bench::Bench;
use crate::work::Work;

fn client(bench: &Bench) -> GrpcPlane {
    GrpcPlane::new(
        &bench.config,
        bench.clock.clone(),
        Arc::new(SeededEntropy::new(1)),
    )
    .expect("a client")
}

fn poll(host: &str) -> GetTaskRequest {
    GetTaskRequest {
        host_id: host.to_owned(),
    }
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_and_remembered() {
    let bench = Bench::new(Work::default());
    let client = client(&bench);
    let mut codes = vec![
        client.hello(HelloRequest::default()).await.map(drop),
        client.get_task(poll("")).await.map(drop),
        client.get_task(poll(&"h".repeat(257))).await.map(drop),
        client
            .get_tasks(GetTasksRequest {
                host_id: "h".to_owned(),
                page_size: 101,
                ..GetTasksRequest::default()
            })
            .await
            .map(drop),
        client
            .heartbeat(HeartbeatRequest {
                host_id: "h".to_owned(),
                task_id: "too-short".to_owned(),
                ..HeartbeatRequest::default()
            })
            .await
            .map(drop),
    ];
    let task = bench.plane.sync(SyncFullTask::default());
    client.get_task(poll("h")).await.expect("a task");
    let finish = FinishTaskRequest {
        host_id: "h".to_owned(),
        task_id: task.clone(),
        ..FinishTaskRequest::default()
    };
    codes.push(client.finish_task(finish).await.map(drop));
    let file = bench.temp.path().join("file");
    std::fs::write(&file, b"abc").expect("a writable folder");
    let upload = Upload::prepare("h", &task, &file).await;
    let mut upload = upload.expect("a readable file");
    upload.digest = [0; 32];
    codes.push(client.upload(upload).await.map(drop));
    let codes: Vec<_> = codes
        .into_iter()
        .map(|answer| answer.expect_err("a refusal").code as i32)
        .collect();
    assert_eq!(codes, [3; 7]);
    assert_eq!(bench.plane.problems().len(), 7);
    assert_eq!(bench.task(&task).uploads.len(), 0);
}

#[tokio::test]
async fn a_credential_of_another_connector_gets_no_token() {
    let mut bench = Bench::new(Work::default());
    let other = Bench::new(Work::default());
    bench.config.credential = other.config.credential.clone();
    let refused = client(&bench).get_task(poll("h")).await;
    assert_eq!(refused.expect_err("a refusal").code as i32, 16);
    assert_eq!(
        bench.plane.problems(),
        ["token: the assertion is not signed by the connector's key"]
    );
}

#[tokio::test]
async fn a_lease_belongs_to_one_host_and_ends() {
    let bench = Bench::new(Work::default());
    let client = client(&bench);
    let task = bench.plane.sync(SyncFullTask::default());
    let beat = |host: &str| HeartbeatRequest {
        host_id: host.to_owned(),
        task_id: task.clone(),
        ..HeartbeatRequest::default()
    };
    bench.plane.lease(Duration::from_secs(100));
    let first = client.get_task(poll("a")).await.expect("an answer");
    assert_eq!(first.task.expect("the task").id, task);
    let refused = client.heartbeat(beat("b")).await;
    assert_eq!(refused.expect_err("another host").code as i32, 7);
    bench.clock.advance(Duration::from_secs(90));
    client.heartbeat(beat("a")).await.expect("its host");
    bench.clock.advance(Duration::from_secs(90));
    let nothing = client.get_task(poll("b")).await.expect("an answer");
    assert_eq!(nothing.task, None);
    bench.clock.advance(Duration::from_secs(10));
    let again = client.get_task(poll("b")).await.expect("an answer");
    assert_eq!(again.task.expect("the task").id, task);
    let record = bench.task(&task);
    assert_eq!(record.deliveries, 2);
    assert!(matches!(record.stage, Stage::Leased { host, .. } if host == "b"));
}
