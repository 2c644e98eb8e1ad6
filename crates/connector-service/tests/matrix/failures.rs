//! F: syncs that fail, and the report about them.

use connector_core::error::{Error, ErrorKind};
use connector_proto::c1::connector::v2::{ListEventFeedsResponse, RateLimitDescription};
use connector_proto::c1::connectorapi::baton::v1::{FinalState, SyncFullTask};
use connector_proto::google::rpc::ErrorInfo;
use connector_proto::{holds, pack};
use connector_sandbox::c1::{Fault, Method, What};
use connector_service::TaskFailure;
use prost::Message;

use crate::bench::Bench;
use crate::work::{Act, Work};

async fn failed(act: Act) -> (Bench, String) {
    let mut bench = Bench::new(Work::script([act]));
    let task = bench.plane.sync(SyncFullTask::default());
    bench.start();
    bench.until(|b| b.is_over(&task)).await;
    assert_eq!(bench.calls(Method::UploadAsset), 0);
    assert_eq!(bench.leftovers(), 0);
    (bench, task)
}

fn error(kind: ErrorKind) -> TaskFailure {
    Error::new(kind, "the vendor said no")
        .during("listing users")
        .hint("ask the administrator")
        .into()
}

#[tokio::test]
async fn f1_a_failed_sync_is_reported_with_its_code() {
    for (kind, code) in [
        (ErrorKind::Credential, 16),
        (ErrorKind::Permission, 7),
        (ErrorKind::Upstream, 14),
        (ErrorKind::Timeout, 4),
        (ErrorKind::Contract, 13),
    ] {
        let (bench, task) = failed(Act::Fail(error(kind))).await;
        let message = "listing users: the vendor said no".to_owned();
        assert_eq!(bench.failure(&task), (code, message, false));
        bench.finish().await;
    }
}

#[tokio::test]
async fn f2_data_that_cannot_be_right_is_final() {
    let (bench, task) = failed(Act::Fail(error(ErrorKind::Precondition))).await;
    let (code, _, non_retryable) = bench.failure(&task);
    assert_eq!((code, non_retryable), (9, true));
    bench.finish().await;
}

#[tokio::test]
async fn f3_a_panic_ends_the_task_and_nothing_else() {
    let (bench, task) = failed(Act::Panic).await;
    let message = "Internal Server Error".to_owned();
    assert_eq!(bench.failure(&task), (13, message, false));
    let next = bench.plane.sync(SyncFullTask::default());
    bench.until(|b| b.is_over(&next)).await;
    bench.assert_success(&next);
    bench.finish().await;
}

#[tokio::test]
async fn f4_a_report_that_does_not_get_through_is_repeated() {
    let faults = [
        Fault::status(14),
        Fault::Cut,
        // It got through, and the client cannot know.
        Fault::AfterStoring(Box::new(Fault::Cut)),
    ];
    for fault in faults {
        let stored = if matches!(fault, Fault::AfterStoring(_)) {
            2
        } else {
            1
        };
        let mut bench = Bench::new(Work::default());
        let task = bench.plane.sync(SyncFullTask::default());
        bench.plane.script(Method::FinishTask, [Some(fault)]);
        bench.start();
        bench.until(|b| b.calls(Method::FinishTask) == 2).await;
        bench.until(|b| b.calls(Method::GetTask) == 3).await;
        let outcomes = bench.task(&task).outcomes;
        assert_eq!(outcomes.len(), stored);
        assert!(outcomes.iter().all(|o| *o == outcomes[0]));
        assert_eq!(bench.calls(Method::FinishTask), 2);
        bench.finish().await;
    }
}

#[tokio::test]
async fn f4_a_report_that_never_gets_through_is_given_up() {
    let mut bench = Bench::new(Work::default());
    bench.plane.sync(SyncFullTask::default());
    bench
        .plane
        .always(Method::FinishTask, Some(Fault::status(14)));
    bench.start();
    bench.until(|b| b.calls(Method::FinishTask) == 5).await;
    bench.until(|b| b.calls(Method::GetTask) == 5).await;
    assert_eq!(bench.calls(Method::FinishTask), 5);
    let budget: std::time::Duration = bench.gaps(Method::FinishTask).iter().sum();
    assert!(budget <= std::time::Duration::from_secs(30), "{budget:?}");
    bench.finish().await;
}

#[tokio::test]
async fn f5_details_are_forwarded_in_the_form_other_programs_read() {
    let (bench, task) = failed(Act::Fail(error(ErrorKind::RateLimited))).await;
    let status = bench.outcome(&task).status.expect("a status");
    let [info, limit] = &status.details[..] else {
        panic!("{:?}", status.details);
    };
    assert_eq!(info.type_url, "type.googleapis.com/google.rpc.ErrorInfo");
    let info = ErrorInfo::decode(&info.value[..]).expect("a message");
    assert_eq!(info.reason, "RATE_LIMITED");
    assert_eq!(info.metadata["hint"], "ask the administrator");
    assert_eq!(
        limit.type_url,
        "type.googleapis.com/c1.connector.v2.RateLimitDescription"
    );
    assert!(holds::<RateLimitDescription>(limit));
    bench.finish().await;
}

#[tokio::test]
async fn f6_no_more_details_are_sent_than_are_accepted() {
    let mut failure = error(ErrorKind::Upstream);
    let one = failure.details[0].clone();
    failure.details.extend(std::iter::repeat_n(one, 40));
    let (bench, task) = failed(Act::Fail(failure)).await;
    let status = bench.outcome(&task).status.expect("a status");
    assert_eq!(status.details.len(), 16);
    bench.finish().await;
}

#[tokio::test]
async fn f6_nothing_is_annotated_whatever_the_task_brings() {
    let mut bench = Bench::new(Work::default());
    let one = pack(&ListEventFeedsResponse {});
    let task = bench.plane.sync(SyncFullTask {
        annotations: vec![one; 40],
        ..SyncFullTask::default()
    });
    bench.start();
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    let annotations = bench
        .plane
        .events()
        .into_iter()
        .map(|event| match event.what {
            What::Hello(request) => request.annotations.len(),
            What::Heartbeat(request) => request.annotations.len(),
            What::UploadBegan(Some(metadata)) => metadata.annotations.len(),
            What::FinishTask(request) => match request.final_state {
                Some(FinalState::Success(success)) => success.annotations.len(),
                other => panic!("{other:?}"),
            },
            _ => 0,
        });
    assert_eq!(annotations.sum::<usize>(), 0);
    bench.finish().await;
}
