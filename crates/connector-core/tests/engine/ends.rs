//! How a sync ends, other than by being finished.

use connector_core::ErrorKind;

use super::{SharedDisk, finished, sync};
use crate::support::*;

#[tokio::test]
async fn a_failing_store_and_a_panicking_connector_end_the_sync() {
    let disk = SharedDisk::default();
    disk.lock().unwrap().fail_put = true;
    let error = sync(Scripted::company(), &disk).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Precondition, "the disk is full")
    );

    let mut vendor = Scripted::company();
    vendor.on("team", "", Answer::Panic);
    let error = sync(vendor, &SharedDisk::default()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Bug, "a listing stopped without an answer")
    );
}

#[test]
fn a_dropped_sync_does_not_hold_up_its_thread_and_its_store_is_closed_all_the_same() {
    let disk = SharedDisk::default();
    let (gate, sealing, open) = SealGate::new();
    disk.lock().unwrap().gate = Some(gate);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::select! {
            biased;
            _ = sync(Scripted::company(), &disk) => panic!("the store is still sealing"),
            began = sealing => began.unwrap(),
        }
    });
    disk.lock().unwrap().events.push("dropped");
    let _ = open.send(());
    drop(runtime);
    assert_eq!(disk.lock().unwrap().events, ["dropped", "sealed", "closed"]);
    assert_eq!(finished(&disk), None);
}

#[tokio::test]
async fn a_sync_that_has_returned_has_closed_its_store() {
    let disk = SharedDisk::default();
    sync(Scripted::company(), &disk).await.unwrap();
    assert_eq!(disk.lock().unwrap().events, ["closed"]);
}
