//! A full sync from its first heartbeat to its report.

use connector_core::error::ErrorKind;
use connector_proto::c1::connector::v2::{Resource, ResourceId};
use connector_proto::c1::connectorapi::baton::v1::{HeartbeatResponse, SyncFullTask, TaskType};
use tonic::Code;

use crate::support::{Behaviour, Bench, failing, seconds, sync, task};

fn beat(next: i64, cancelled: bool) -> HeartbeatResponse {
    HeartbeatResponse {
        next_heartbeat: seconds(next),
        cancelled,
        ..HeartbeatResponse::default()
    }
}

/// What was heard about the task.
fn about_it(bench: &Bench) -> Vec<String> {
    let mut heard = bench.plane.heard();
    heard.retain(|what| what != "hello" && what != "poll");
    heard
}

#[tokio::test(start_paused = true)]
async fn heartbeats_upload_report() {
    let bench = Bench::with_tasks([sync("a")]);
    let beats = [beat(2, false), beat(0, false), beat(3_600, false)];
    bench.plane.script().beats.extend(beats.map(Ok));
    bench.run(Behaviour::Takes(100), 500).await.0.unwrap();
    assert_eq!(bench.plane.times("heartbeat a"), [0, 2, 32]);
    assert_eq!(bench.plane.times("upload a synced"), [100]);
    assert_eq!(bench.plane.times("finish a done"), [100]);
}

#[tokio::test(start_paused = true)]
async fn without_a_first_heartbeat_nothing_happens() {
    let unavailable = || failing(Code::Unavailable);
    for (beats, times) in [
        (vec![Ok(beat(1, true))], vec![0]),
        (vec![failing(Code::NotFound)], vec![0]),
        (vec![unavailable(), unavailable()], vec![0, 1]),
    ] {
        let bench = Bench::with_tasks([sync("a")]);
        bench.plane.script().beats.extend(beats);
        bench.run(Behaviour::Takes(1), 100).await.0.unwrap();
        assert_eq!(about_it(&bench), vec!["heartbeat a"; times.len()]);
        assert_eq!(bench.plane.times("heartbeat a"), times);
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_heartbeat_that_fails_once_costs_a_second() {
    let bench = Bench::with_tasks([sync("a")]);
    bench
        .plane
        .script()
        .beats
        .push_back(failing(Code::Unavailable));
    bench.run(Behaviour::Takes(10), 100).await.0.unwrap();
    assert_eq!(bench.plane.times("heartbeat a"), [0, 1]);
    assert_eq!(bench.plane.times("finish a done"), [11]);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_task_stops_and_says_so() {
    for work in [Behaviour::UntilCancelled, Behaviour::Deaf] {
        let bench = Bench::with_tasks([sync("a")]);
        let beats = [beat(1, false), beat(1, false), beat(1, true)];
        bench.plane.script().beats.extend(beats.map(Ok));
        bench.run(work, 100).await.0.unwrap();
        let expected = [
            "heartbeat a",
            "heartbeat a",
            "heartbeat a",
            "finish a failed 1 false",
        ];
        assert_eq!(about_it(&bench), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn nine_lost_heartbeats_end_a_task_and_eight_do_not() {
    let lost = |number| std::iter::repeat_with(|| failing(Code::NotFound)).take(number);
    let bench = Bench::with_tasks([sync("a")]);
    {
        let mut script = bench.plane.script();
        script.beats.push_back(Ok(beat(1, false)));
        script.beats.extend(lost(8));
        script.beats.push_back(Ok(beat(1, false)));
        script.beats.extend(lost(8));
    }
    bench.run(Behaviour::Takes(60), 100).await.0.unwrap();
    assert_eq!(bench.plane.times("finish a done"), [60]);

    let bench = Bench::with_tasks([sync("a")]);
    bench.plane.script().beats.push_back(Ok(beat(1, false)));
    bench.plane.script().beats.extend(lost(9));
    bench.run(Behaviour::UntilCancelled, 100).await.0.unwrap();
    assert_eq!(bench.plane.times("finish a failed 2 false"), [9]);
}

#[tokio::test(start_paused = true)]
async fn uploads_start_again_up_to_three_times() {
    for (codes, times, ended) in [
        (vec![Code::Unavailable], vec![0, 1], "done"),
        (vec![Code::DataLoss; 2], vec![0, 1, 3], "done"),
        (vec![Code::DataLoss; 3], vec![0, 1, 3], "failed 15 false"),
        (vec![Code::PermissionDenied], vec![0], "failed 7 false"),
        // A new token may be all it takes, but only once.
        (vec![Code::Unauthenticated], vec![0, 1], "done"),
        (
            vec![Code::Unauthenticated; 2],
            vec![0, 1],
            "failed 16 false",
        ),
    ] {
        let bench = Bench::with_tasks([sync("a")]);
        bench.plane.script().uploads.extend(codes.clone());
        bench.run(Behaviour::Takes(0), 100).await.0.unwrap();
        assert_eq!(bench.plane.times("upload a synced"), times, "{codes:?}");
        let finish = bench.plane.times(&format!("finish a {ended}"));
        assert_eq!(finish, [*times.last().unwrap()], "{codes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn reports_are_repeated_while_it_may_help() {
    for (codes, times) in [
        (vec![Code::Unavailable; 2], vec![0, 1, 3]),
        (vec![Code::Unavailable; 9], vec![0, 1, 3, 7, 15]),
        (vec![Code::NotFound; 9], vec![0]),
    ] {
        let bench = Bench::with_tasks([sync("a")]);
        bench.plane.script().finishes.extend(codes);
        bench.run(Behaviour::Takes(0), 100).await.0.unwrap();
        assert_eq!(bench.plane.times("finish a done"), times);
    }
}

#[tokio::test(start_paused = true)]
async fn failures_by_kind() {
    for (work, ended) in [
        (Behaviour::Fails(ErrorKind::Credential), "failed 16 false"),
        (Behaviour::Fails(ErrorKind::Upstream), "failed 14 false"),
        (Behaviour::Fails(ErrorKind::Precondition), "failed 9 true"),
        (Behaviour::Panics, "failed 13 false"),
    ] {
        let bench = Bench::with_tasks([sync("a")]);
        bench.run(work, 100).await.0.unwrap();
        assert_eq!(
            about_it(&bench),
            ["heartbeat a", &format!("finish a {ended}")]
        );
    }
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

#[tokio::test(start_paused = true)]
async fn what_cannot_be_synced_is_refused_before_it_starts() {
    let full = SyncFullTask::default();
    let targeted = |id: &str| SyncFullTask {
        targeted_sync_resources: vec![target("user", "1"), target("user", id)],
        ..full.clone()
    };
    let engine = |name: &str| SyncFullTask {
        storage_engine: name.to_owned(),
        ..full.clone()
    };
    for (task_type, ended) in [
        (targeted("2"), "done"),
        (targeted(""), "failed 3 true"),
        (engine("pebble"), "done"),
        (engine("sqlite"), "done"),
        (engine("papyrus"), "failed 3 true"),
    ] {
        let bench = Bench::with_tasks([task("a", Some(TaskType::SyncFull(task_type)))]);
        bench.run(Behaviour::Takes(0), 10).await.0.unwrap();
        assert_eq!(
            about_it(&bench).last().unwrap(),
            &format!("finish a {ended}")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_stopped_service_reports_its_tasks() {
    let bench = Bench::with_tasks([sync("a"), sync("b")]);
    let (outcome, at) = bench.run(Behaviour::UntilCancelled, 40).await;
    outcome.unwrap();
    assert_eq!(at, 40);
    assert_eq!(bench.plane.times("finish a failed 1 false"), [40]);
    assert_eq!(bench.plane.times("finish b failed 1 false"), [40]);
}

#[tokio::test(start_paused = true)]
async fn work_that_does_not_stop_is_dropped() {
    let bench = Bench::with_tasks([sync("a")]);
    let (outcome, at) = bench.run(Behaviour::Deaf, 40).await;
    outcome.unwrap();
    assert_eq!(at, 45);
    assert_eq!(bench.plane.times("finish a failed 1 false"), [45]);
}

#[tokio::test(start_paused = true)]
async fn a_control_plane_that_takes_no_report_does_not_keep_the_service() {
    let bench = Bench::with_tasks([sync("a")]);
    bench.plane.script().finishes.extend([Code::Unavailable; 9]);
    let (outcome, at) = bench.run(Behaviour::UntilCancelled, 40).await;
    outcome.unwrap();
    assert_eq!(at, 48);
}

#[tokio::test(start_paused = true)]
async fn a_report_that_is_not_answered_is_made_again_over_new_connections_for_30_seconds() {
    let bench = Bench::with_tasks([sync("a")]);
    bench.plane.script().finishes.push_back(Code::Unavailable);
    let silence = async {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        bench.plane.script().silent = true;
    };
    let (outcome, ()) = tokio::join!(bench.run(Behaviour::Takes(10), 100), silence);
    outcome.0.unwrap();
    assert_eq!(bench.plane.times("finish a done"), [10, 16, 23, 32]);
    assert_eq!(bench.plane.times("reconnect"), [15, 21, 28, 37]);
    // The slot is free after 40 seconds, and the poll has waited for it.
    assert_eq!(bench.plane.times("poll"), [0, 0]);
}

#[tokio::test(start_paused = true)]
async fn with_everything_down_the_service_ends_after_8_seconds() {
    for work in [Behaviour::UntilCancelled, Behaviour::Deaf] {
        let bench = Bench::with_tasks([sync("a"), sync("b")]);
        let silence = async {
            tokio::time::sleep(std::time::Duration::from_secs(35)).await;
            bench.plane.script().silent = true;
        };
        let ((outcome, at), ()) = tokio::join!(bench.run(work, 40), silence);
        outcome.unwrap();
        assert_eq!(at, 48);
    }
}
