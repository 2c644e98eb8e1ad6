//! D: heartbeats and cancellation.

use std::time::Duration;

use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_sandbox::c1::{Fault, Method, Pace, seconds};

use crate::bench::{Bench, secs};
use crate::slow_store::SlowStore;
use crate::work::{Act, Work};

/// A service in the middle of a sync, and the sync's task.
async fn syncing(work: Work) -> (Bench, String) {
    let mut bench = Bench::new(work);
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.work.seen().running == 1).await;
    (bench, task)
}

#[tokio::test]
async fn d1_heartbeats_come_at_the_pace_that_was_told_within_limits() {
    let tenth = prost_types::Duration {
        seconds: 0,
        nanos: 100_000_000,
    };
    for (stated, apart) in [
        (None, 30),
        (Some(seconds(0)), 30),
        (Some(tenth), 1),
        (Some(seconds(2)), 2),
        (Some(seconds(3600)), 300),
        (Some(seconds(-7)), 1),
    ] as [(Pace, u64); 6]
    {
        let mut bench = Bench::new(Work::script([Act::Wait(1)]));
        bench.plane.next_heartbeat(stated);
        let task = bench.plane.sync(SyncFullTask::default());
        bench.start();
        bench.until(|b| b.calls(Method::Heartbeat) == 4).await;
        assert_eq!(
            bench.gaps(Method::Heartbeat),
            secs([apart; 3]),
            "{stated:?}"
        );
        bench.work.open(1);
        bench.until(|b| b.is_over(&task)).await;
        bench.assert_success(&task);
        bench.finish().await;
    }
}

#[tokio::test]
async fn d2_a_task_cancelled_at_the_first_heartbeat_is_left_alone() {
    let mut bench = Bench::new(Work::default());
    let task = bench.plane.sync(SyncFullTask::default());
    bench.plane.cancel(&task);
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 3).await;
    assert_eq!(bench.calls(Method::Heartbeat), 1);
    assert_eq!(bench.calls(Method::UploadAsset), 0);
    assert_eq!(bench.calls(Method::FinishTask), 0);
    assert_eq!(bench.work.seen().wanted.len(), 0);
    assert_eq!(bench.leftovers(), 0);
    bench.finish().await;
}

#[tokio::test]
async fn d2_a_first_heartbeat_that_fails_once_is_made_again() {
    let mut bench = Bench::new(Work::default());
    let task = bench.plane.sync(SyncFullTask::default());
    bench
        .plane
        .script(Method::Heartbeat, [Some(Fault::status(14))]);
    bench.start();
    bench.until(|b| b.is_over(&task)).await;
    assert_eq!(bench.gaps(Method::Heartbeat), secs([1]));
    bench.assert_success(&task);
    bench.finish().await;
}

#[tokio::test]
async fn d2_a_task_whose_first_heartbeat_fails_twice_is_left_alone() {
    let mut bench = Bench::new(Work::default());
    bench.plane.sync(SyncFullTask::default());
    let fault = || Some(Fault::status(14));
    bench.plane.script(Method::Heartbeat, [fault(), fault()]);
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 3).await;
    assert_eq!(bench.gaps(Method::Heartbeat), secs([1]));
    assert_eq!(bench.calls(Method::FinishTask), 0);
    assert_eq!(bench.work.seen().wanted.len(), 0);
    assert_eq!(bench.leftovers(), 0);
    bench.finish().await;
}

#[tokio::test]
async fn d3_a_cancelled_sync_stops_and_is_reported() {
    let (bench, task) = syncing(Work::script([Act::Wait(1)])).await;
    bench.plane.cancel_from_heartbeat(&task, 3);
    bench.until(|b| b.is_over(&task)).await;
    assert_eq!(bench.calls(Method::Heartbeat), 3);
    let (code, message, non_retryable) = bench.failure(&task);
    assert_eq!(
        (code, message.as_str(), non_retryable),
        (1, "task was cancelled", false)
    );
    assert_eq!(bench.work.seen().cancelled, 1);
    assert_eq!(bench.calls(Method::UploadAsset), 0);
    assert_eq!(bench.leftovers(), 0);
    // The slot is free and polling goes on.
    let next = bench.plane.sync(SyncFullTask::default());
    bench.until(|b| b.is_over(&next)).await;
    bench.assert_success(&next);
    bench.finish().await;
}

#[tokio::test]
async fn d3_a_cancelled_sync_whose_store_is_slow_to_finish_holds_up_no_heartbeat() {
    let mut bench = Bench::new(Work::default());
    // Dropped before the bench, which waits for the store.
    let (store, sealing, allow) = SlowStore::new();
    bench.work = Work::script([Act::Seal(store), Act::Wait(1)]);
    bench.plane.next_poll(Some(seconds(0)), Some(seconds(1)));
    // No other wait is that long.
    bench.plane.next_heartbeat(Some(seconds(20)));
    let slow = bench.plane.sync(SyncFullTask::default());
    bench.start();
    sealing.await.expect("the store seals");
    // The poll after the one that brought the task has brought nothing.
    bench.waits_for(1).await;
    let other = bench.plane.sync(SyncFullTask::default());
    bench.clock.advance(Duration::from_secs(1));
    bench.soon(|b| b.task(&other).heartbeats == 1).await;
    bench.waits_for(20).await;
    bench.plane.cancel(&slow);
    bench.clock.advance(Duration::from_secs(19));
    // The time in which the sync could stop by itself.
    bench.waits_for(5).await;
    bench.clock.advance(Duration::from_secs(5));
    bench.soon(|b| b.is_over(&slow)).await;
    for beats in 2..5 {
        bench.soon(|b| b.task(&other).heartbeats == beats).await;
        bench.waits_for(20).await;
        // The report on the slow sync would be cut off after 5 seconds, and a new connection needs the thread that
        // the store holds.
        bench.answered().await;
        bench.clock.advance(Duration::from_secs(20));
    }
    allow.send(()).expect("the store still seals");
    bench.work.open(1);
    bench.until(|b| b.is_over(&other)).await;
    bench.assert_success(&other);
    assert_eq!(bench.failure(&slow).0, 1);
    bench.finish().await;
}

#[tokio::test]
async fn d4_a_cancelled_upload_stops_and_is_reported() {
    let mut bench = Bench::new(Work::script([Act::Write(9_000_000)]));
    bench.plane.stop_reading();
    bench.plane.read_messages(2);
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.calls(Method::UploadAsset) == 1).await;
    bench.settle().await;
    bench.plane.cancel(&task);
    bench.clock.advance(Duration::from_secs(30));
    bench.soon(|b| b.is_over(&task)).await;
    let (code, message, non_retryable) = bench.failure(&task);
    assert_eq!(
        (code, message.as_str(), non_retryable),
        (1, "task was cancelled", false)
    );
    bench.plane.read_messages(1_000_000);
    bench.until(|b| b.calls(Method::GetTask) == 4).await;
    let uploads = bench.plane.uploads();
    assert_eq!(uploads.len(), 1);
    assert!(!uploads[0].complete);
    assert_eq!(bench.leftovers(), 0);
    bench.finish().await;
}

#[tokio::test]
async fn d5_eight_failed_heartbeats_in_a_row_are_survived() {
    let (bench, task) = syncing(Work::script([Act::Wait(1)])).await;
    for _ in 0..2 {
        let failures = (0..8).map(|_| Some(Fault::status(14)));
        bench
            .plane
            .script(Method::Heartbeat, failures.chain([None]));
    }
    bench.until(|b| b.calls(Method::Heartbeat) == 19).await;
    assert_eq!(bench.gaps(Method::Heartbeat), secs([30; 18]));
    bench.work.open(1);
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    bench.finish().await;
}

#[tokio::test]
async fn d6_after_nine_failed_heartbeats_the_task_is_given_up() {
    let (bench, task) = syncing(Work::script([Act::Wait(1)])).await;
    bench
        .plane
        .always(Method::Heartbeat, Some(Fault::status(5)));
    bench.until(|b| b.is_over(&task)).await;
    assert_eq!(bench.calls(Method::Heartbeat), 10, "one went well");
    let (code, message, non_retryable) = bench.failure(&task);
    assert_eq!(
        (code, message.as_str(), non_retryable),
        (2, "task failed heartbeat", false)
    );
    assert_eq!(bench.work.seen().cancelled, 1);
    assert_eq!(bench.calls(Method::UploadAsset), 0);
    bench.finish().await;
}

#[tokio::test]
async fn d7_heartbeats_go_on_during_a_slow_upload() {
    let mut bench = Bench::new(Work::script([Act::Write(3_000_000)]));
    bench.plane.stop_reading();
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.calls(Method::UploadAsset) == 1).await;
    bench.settle().await;
    for beats in 2..7 {
        bench.clock.advance(Duration::from_secs(30));
        bench.soon(|b| b.calls(Method::Heartbeat) == beats).await;
        bench.plane.read_messages(1);
        bench.settle().await;
    }
    bench.plane.read_messages(1_000);
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    bench.finish().await;
}
