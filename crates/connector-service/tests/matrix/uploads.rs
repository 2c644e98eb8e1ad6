//! E: uploads that go wrong.

use std::time::Duration;

use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_sandbox::c1::{Fault, Method};

use crate::bench::Bench;
use crate::work::{Act, Work, content};

const SIZE: usize = 1_600_000;

/// A bench whose only sync writes `SIZE` bytes, and that sync's task.
fn uploading(faults: impl IntoIterator<Item = Option<Fault>>) -> (Bench, String) {
    let mut bench = Bench::new(Work::script([Act::Write(SIZE)]));
    let task = bench.plane.sync(SyncFullTask::default());
    bench.plane.script(Method::UploadAsset, faults);
    bench.start();
    (bench, task)
}

#[tokio::test]
async fn e1_e4_an_upload_that_breaks_off_starts_again_from_the_beginning() {
    let faults = [
        Fault::AfterChunks(2, Box::new(Fault::status(14))),
        Fault::AfterChunks(0, Box::new(Fault::Cut)),
        Fault::AfterChunks(2, Box::new(Fault::Cut)),
        Fault::AtEnd(Box::new(Fault::Cut)),
        // Everything has arrived, and the client cannot know.
        Fault::AfterStoring(Box::new(Fault::Cut)),
    ];
    for fault in faults {
        let stored = if matches!(fault, Fault::AfterStoring(_)) {
            2
        } else {
            1
        };
        let shown = format!("{fault:?}");
        let (bench, task) = uploading([Some(fault)]);
        bench.until(|b| b.is_over(&task)).await;
        bench.assert_success(&task);
        assert_eq!(bench.calls(Method::UploadAsset), 2, "{shown}");
        assert_eq!(bench.calls(Method::FinishTask), 1, "{shown}");
        let kept = bench.task(&task).uploads;
        assert_eq!(kept.len(), stored, "{shown}");
        assert!(kept.iter().all(|bytes| *bytes == content(SIZE)), "{shown}");
        bench.finish().await;
    }
}

#[tokio::test]
async fn e2_three_broken_uploads_fail_the_task() {
    let faults = [13, 8, 14].map(|code| {
        let refusal = Box::new(Fault::status(code));
        Some(Fault::AfterChunks(1, refusal))
    });
    let (bench, task) = uploading(faults);
    bench.until(|b| b.is_over(&task)).await;
    assert_eq!(bench.calls(Method::UploadAsset), 3);
    let (code, message, non_retryable) = bench.failure(&task);
    assert_eq!((code, non_retryable), (14, false));
    assert_eq!(message, "uploading the file: scripted");
    assert_eq!(bench.task(&task).uploads, Vec::<Vec<u8>>::new());
    assert_eq!(bench.leftovers(), 0);
    bench.finish().await;
}

#[tokio::test]
async fn e3_a_rejected_digest_fails_the_task_after_three_uploads() {
    let faults = (0..3).map(|_| Some(Fault::AtEnd(Box::new(Fault::status(15)))));
    let (bench, task) = uploading(faults);
    bench.until(|b| b.is_over(&task)).await;
    assert_eq!(bench.calls(Method::UploadAsset), 3);
    let (code, _, non_retryable) = bench.failure(&task);
    assert_eq!((code, non_retryable), (15, false));
    bench.finish().await;
}

#[tokio::test]
async fn e2_a_refused_upload_is_not_repeated() {
    for code in [7, 5, 9, 3] {
        let (bench, task) = uploading([Some(Fault::status(code))]);
        bench.until(|b| b.is_over(&task)).await;
        assert_eq!(bench.calls(Method::UploadAsset), 1);
        assert_eq!(bench.failure(&task).0, i32::from(code));
        bench.finish().await;
    }
}

#[tokio::test]
async fn e1_an_upload_without_a_valid_token_starts_again_with_a_new_one() {
    let (bench, task) = uploading([Some(Fault::status(16))]);
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    assert_eq!(bench.calls(Method::UploadAsset), 2);
    assert_eq!(bench.plane.token_requests(), 2);
    bench.finish().await;
}

#[tokio::test]
async fn e5_a_slow_reader_slows_the_sender_down() {
    let mut bench = Bench::new(Work::script([Act::Write(20_000_000)]));
    bench.plane.stop_reading();
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.calls(Method::UploadAsset) == 1).await;
    bench.settle().await;
    // The file cannot have been read to its end while the receiver takes nothing.
    let file = bench.work.folders()[0].join("sync.c1z");
    if cfg!(target_os = "linux") {
        assert!(offset_of(&file).is_some_and(|at| at < 8_000_000));
    }
    for _ in 0..5 {
        bench.plane.read_messages(8);
        bench.clock.advance(Duration::from_secs(30));
        bench.settle().await;
    }
    assert!(bench.calls(Method::Heartbeat) >= 5);
    bench.plane.read_messages(1_000);
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    bench.finish().await;
}

#[tokio::test]
async fn e6_an_upload_that_stands_still_is_given_up() {
    let mut bench = Bench::new(Work::script([Act::Write(20_000_000)]));
    bench.plane.stop_reading();
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    for attempt in 1..=3 {
        bench
            .until(|b| b.calls(Method::UploadAsset) == attempt)
            .await;
        bench.waits_for(300).await;
        if attempt == 2 {
            // Whatever is taken counts.
            bench.pass(Duration::from_secs(299)).await;
            bench.plane.read_messages(8);
            bench.settle().await;
            bench.waits_for(300).await;
        }
        bench.pass(Duration::from_secs(299)).await;
        assert_eq!(bench.calls(Method::UploadAsset), attempt);
        assert!(!bench.is_over(&task));
        bench.clock.advance(Duration::from_secs(1));
    }
    bench.until(|b| b.is_over(&task)).await;
    assert_eq!(
        bench.failure(&task),
        (
            4,
            "uploading the file: the control plane took nothing more for 300 s".to_owned(),
            false
        )
    );
    assert!(bench.calls(Method::Heartbeat) >= 30);
    bench.finish().await;
}

/// How far this process has read an open file; known on Linux only.
fn offset_of(file: &std::path::Path) -> Option<u64> {
    for entry in std::fs::read_dir("/proc/self/fd").ok()?.flatten() {
        if std::fs::read_link(entry.path()).is_ok_and(|target| target == file) {
            let number = entry.file_name().into_string().ok()?;
            let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{number}")).ok()?;
            return info
                .lines()
                .next()?
                .strip_prefix("pos:")?
                .trim()
                .parse()
                .ok();
        }
    }
    None
}
