//! G7: a connection that is dead and still open.

use std::time::Duration;

use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_sandbox::c1::Method;

use crate::bench::Bench;
use crate::work::{Act, Work};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn g7_a_report_on_a_dead_connection_gets_through_on_a_new_one() {
    let mut bench = Bench::new(Work::script([Act::Wait(10)]));
    bench.config.service.concurrency = 1;
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.work.seen().running == 1).await;
    bench.plane.fall_silent();
    bench.work.open(1);
    // The report is on its way, and nothing comes back.
    bench.waits_for(5).await;
    bench.clock.advance(seconds(5));
    bench.waits_for(1).await;
    assert!(!bench.contact.is_ready());
    bench.clock.advance(seconds(1));
    bench.soon(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    assert_eq!(bench.calls(Method::UploadAsset), 1);
    bench.settle().await;
    assert!(bench.contact.is_ready());
    bench.finish().await;
}

#[tokio::test]
async fn g7_a_heartbeat_on_a_dead_connection_is_one_that_failed() {
    let mut bench = Bench::new(Work::script([Act::Wait(10)]));
    bench.config.service.concurrency = 1;
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.work.seen().running == 1).await;
    bench.plane.fall_silent();
    bench.waits_for(30).await;
    bench.clock.advance(seconds(30));
    bench.waits_for(15).await;
    bench.clock.advance(seconds(15));
    bench.waits_for(30).await;
    assert!(!bench.contact.is_ready());
    bench.clock.advance(seconds(30));
    bench.soon(|b| b.calls(Method::Heartbeat) == 2).await;
    bench.work.open(1);
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    assert!(bench.contact.is_ready());
    bench.finish().await;
}

#[tokio::test]
async fn g7_a_poll_on_a_dead_connection_is_given_up() {
    let bench = Bench::started(Work::default());
    bench.until(|b| b.calls(Method::GetTask) == 2).await;
    bench.settle().await;
    assert!(bench.contact.is_ready());
    bench.plane.fall_silent();
    bench.clock.advance(seconds(60));
    bench.waits_for(360).await;
    bench.clock.advance(seconds(360));
    bench.waits_for(1).await;
    assert!(!bench.contact.is_ready());
    bench.clock.advance(seconds(1));
    bench.soon(|b| b.calls(Method::GetTask) == 3).await;
    bench.settle().await;
    assert!(bench.contact.is_ready());
    bench.finish().await;
}
