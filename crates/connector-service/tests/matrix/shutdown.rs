//! H: the end.

use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_sandbox::c1::Method;

use crate::bench::Bench;
use crate::work::{Act, Work};

#[tokio::test]
async fn h1_an_idle_service_stops_at_once() {
    let mut bench = Bench::started(Work::default());
    bench.until(|b| b.calls(Method::GetTask) == 1).await;
    let waited = bench.clock.waits();
    bench.stop().await.expect("a clean end");
    assert_eq!(bench.clock.waits(), waited);
    assert_eq!(bench.plane.problems(), Vec::<String>::new());
}

#[tokio::test]
async fn h1_a_service_that_was_never_accepted_stops_at_once() {
    let mut bench = Bench::new(Work::default());
    bench.plane.go_down();
    bench.start();
    bench.until(|b| b.clock.waits() > 1).await;
    bench.stop().await.expect("a clean end");
}

#[tokio::test]
async fn h2_a_sync_under_way_is_stopped_and_reported() {
    let mut bench = Bench::new(Work::script([Act::Wait(1), Act::Wait(1)]));
    let tasks = [(); 2].map(|()| bench.plane.sync(SyncFullTask::default()));
    bench.start();
    bench.until(|b| b.work.seen().running == 2).await;
    assert_eq!(bench.leftovers(), 2);
    // What lies there is about people, and no other account's business.
    #[cfg(unix)]
    for folder in bench.work.folders() {
        use std::os::unix::fs::PermissionsExt;
        let mode = folder.metadata().expect("a folder").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    bench.stop().await.expect("a clean end");
    for task in &tasks {
        let (code, message, non_retryable) = bench.failure(task);
        assert_eq!(
            (code, message.as_str(), non_retryable),
            (1, "the connector is shutting down", false)
        );
    }
    assert_eq!(bench.calls(Method::UploadAsset), 0);
    assert_eq!(bench.work.seen().cancelled, 2);
    assert_eq!(bench.leftovers(), 0);
    assert_eq!(bench.plane.problems(), Vec::<String>::new());
}
