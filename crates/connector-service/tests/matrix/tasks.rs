//! A: tasks, polls and answers.

use std::time::Duration;

use connector_proto::c1::connectorapi::baton::v1::Unread;
use connector_proto::c1::connectorapi::baton::v1::{FinalState, SyncFullTask, TaskType};
use connector_sandbox::c1::{Method, What, seconds};

use crate::bench::{Bench, secs};
use crate::work::{Act, Work, content};

#[tokio::test]
async fn a1_a_full_sync_is_run_uploaded_and_finished() {
    let mut bench = Bench::new(Work::script([Act::Write(1_300_000)]));
    let task = bench.plane.sync(SyncFullTask::default());
    bench.plane.explicit_none(true);
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 2).await;
    bench.until(|b| b.is_over(&task)).await;
    bench.assert_success(&task);
    assert_eq!(bench.task(&task).uploads, [content(1_300_000)]);
    let upload = &bench.plane.uploads()[0];
    assert!(upload.complete);
    assert_eq!(upload.chunks, [524_288, 524_288, 251_424]);
    let order: Vec<_> = bench
        .plane
        .events()
        .iter()
        .filter_map(|e| e.what.method())
        .filter(|m| *m != Method::GetTask)
        .collect();
    assert_eq!(
        order,
        [
            Method::Hello,
            Method::Heartbeat,
            Method::UploadAsset,
            Method::FinishTask
        ]
    );
    assert_eq!(bench.hellos()[0].task_id, "");
    assert_eq!(
        bench.plane.connections(),
        3,
        "one for tokens, one for calls, one for the upload"
    );
    bench.finish().await;
}

#[tokio::test]
async fn a2_an_idle_service_polls_at_the_pace_it_is_told() {
    let mut bench = Bench::new(Work::default());
    bench.plane.next_poll(None, Some(seconds(2)));
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 5).await;
    assert_eq!(bench.gaps(Method::GetTask), secs([2, 2, 2, 2]));
    bench.finish().await;
}

#[tokio::test]
async fn a3_without_a_pace_there_is_no_busy_loop() {
    let mut bench = Bench::new(Work::default());
    bench.plane.next_poll(None, None);
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 4).await;
    assert_eq!(bench.gaps(Method::GetTask), secs([1, 1, 1]));
    bench.finish().await;
}

#[tokio::test]
async fn a4_no_wait_is_longer_than_five_minutes() {
    let mut bench = Bench::new(Work::default());
    bench.plane.next_poll(None, Some(seconds(3600)));
    bench.start();
    bench.until(|b| b.calls(Method::GetTask) == 3).await;
    assert_eq!(bench.gaps(Method::GetTask), secs([300, 300]));
    bench.finish().await;
}

#[tokio::test]
async fn a5_a_hello_task_is_answered_with_a_hello() {
    let mut bench = Bench::new(Work::default());
    let task = bench.plane.add(Some(TaskType::Hello(Unread {})));
    bench.start();
    bench.until(|b| b.calls(Method::Hello) == 2).await;
    bench.until(|b| b.calls(Method::GetTask) == 3).await;
    assert_eq!(bench.hellos()[1].task_id, task);
    assert_eq!(bench.calls(Method::Hello), 2);
    assert_eq!(bench.calls(Method::FinishTask), 0);
    bench.finish().await;
}

#[tokio::test]
async fn a6_no_task_is_taken_without_a_free_slot() {
    let work = Work::script([Act::Wait(1), Act::Wait(1), Act::Wait(1), Act::Wait(1)]);
    let mut bench = Bench::new(work);
    let tasks: Vec<_> = (0..4)
        .map(|_| bench.plane.sync(SyncFullTask::default()))
        .collect();
    bench.start();
    bench.until(|b| b.work.seen().running == 3).await;
    bench.pass(Duration::from_secs(10)).await;
    assert_eq!(bench.calls(Method::GetTask), 3);
    bench.work.open(1);
    bench.until(|b| b.work.seen().wanted.len() == 4).await;
    assert_eq!(bench.calls(Method::GetTask), 4);
    bench.work.open(3);
    bench.until(|b| tasks.iter().all(|t| b.is_over(t))).await;
    tasks.iter().for_each(|t| bench.assert_success(t));
    bench.finish().await;
}

#[tokio::test]
async fn a7_files_of_every_size_arrive_whole() {
    const CHUNK: usize = 524_288;
    let sizes = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 10 * CHUNK];
    let mut bench = Bench::new(Work::script(sizes.map(Act::Write)));
    // One after the other, so that the files come in this order.
    bench.config.service.concurrency = 1;
    let tasks = sizes.map(|_| bench.plane.sync(SyncFullTask::default()));
    bench.start();
    bench.until(|b| tasks.iter().all(|t| b.is_over(t))).await;
    for (task, size) in tasks.iter().zip(sizes) {
        bench.assert_success(task);
        assert!(bench.task(task).uploads == [content(size)], "{size}");
    }
    let chunks: Vec<_> = bench
        .plane
        .uploads()
        .iter()
        .map(|u| u.chunks.len())
        .collect();
    assert_eq!(chunks, [0, 1, 1, 1, 2, 10]);
    bench.finish().await;
}

fn others() -> Vec<(TaskType, i32)> {
    use TaskType as T;
    let all = [
        (T::Grant as fn(Unread) -> T, 12),
        (T::Revoke, 12),
        (T::CreateAccount, 12),
        (T::CreateResource, 12),
        (T::DeleteResource, 12),
        (T::RotateCredentials, 12),
        (T::EventFeed, 12),
        (T::CreateTicket, 12),
        (T::ListTicketSchemas, 12),
        (T::GetTicket, 12),
        (T::BulkCreateTickets, 12),
        (T::BulkGetTickets, 12),
        (T::ActionListSchemas, 0),
        (T::ActionGetSchema, 5),
        (T::ActionInvoke, 5),
        (T::ActionStatus, 5),
        (T::CreateSyncDiff, 12),
        (T::CompactSyncs, 12),
        (T::ListEventFeeds, 0),
        (T::ListEvents, 5),
        (T::IssueCredential, 12),
    ];
    all.into_iter()
        .map(|(make, code)| (make(Unread {}), code))
        .collect()
}

#[tokio::test]
async fn a9_every_other_task_gets_an_answer() {
    let mut bench = Bench::new(Work::default());
    let mut tasks: Vec<_> = others()
        .into_iter()
        .map(|(task, code)| (task.name(), bench.plane.add(Some(task)), code))
        .collect();
    // Field 999, a message of two bytes; and no type at all.
    let unknown = vec![0xba, 0x3e, 0x02, 0x08, 0x01];
    tasks.push(("unknown", bench.plane.add_with_fields(None, unknown), 12));
    tasks.push(("none at all", bench.plane.add(None), 12));
    bench.start();
    bench
        .until(|b| tasks.iter().all(|(_, t, _)| b.is_over(t)))
        .await;
    for (name, task, code) in &tasks {
        if *code == 0 {
            bench.assert_success(task);
        } else {
            let (found, _, non_retryable) = bench.failure(task);
            assert_eq!((found, non_retryable), (*code, true), "{name}");
        }
    }
    for (kind, full_name) in [
        (
            "action_list_schemas",
            "c1.connector.v2.ListActionSchemasResponse",
        ),
        ("list_event_feeds", "c1.connector.v2.ListEventFeedsResponse"),
    ] {
        let (_, task, _) = tasks.iter().find(|(n, _, _)| *n == kind).expect("listed");
        let Some(FinalState::Success(success)) = bench.outcome(task).final_state else {
            panic!("{kind} did not succeed");
        };
        let response = success.response.expect("an answer");
        assert!(response.value.is_empty());
        assert_eq!(
            response.type_url,
            format!("type.googleapis.com/{full_name}")
        );
    }
    assert_eq!(bench.calls(Method::Heartbeat), 0);
    bench.finish().await;
}

#[tokio::test]
async fn a10_several_tasks_at_once() {
    let work = Work::script((0..7).map(|_| Act::Wait(1)));
    let mut bench = Bench::new(work);
    bench.config.service.batched = true;
    let tasks: Vec<_> = (0..7)
        .map(|_| bench.plane.sync(SyncFullTask::default()))
        .collect();
    bench.start();
    bench.until(|b| b.work.seen().running == 3).await;
    bench.pass(Duration::from_secs(5)).await;
    let pages = |b: &Bench| -> Vec<_> {
        let events = b.plane.events().into_iter();
        let polls = events.filter_map(|e| match e.what {
            What::GetTasks(r) => Some((r.page_size, r.known_task_ids.len())),
            _ => None,
        });
        polls.collect()
    };
    // Six are at hand: three run, three wait.
    assert_eq!(pages(&bench), [(6, 0)]);
    // Known tasks that come all the same are ignored.
    bench.plane.deliver_again(&tasks[5]);
    bench.work.open(4);
    bench.until(|b| b.work.seen().wanted.len() == 7).await;
    assert_eq!(bench.task(&tasks[5]).deliveries, 2);
    assert_eq!(bench.work.seen().running, 3);
    bench.work.open(3);
    bench.until(|b| tasks.iter().all(|t| b.is_over(t))).await;
    for (size, known) in &pages(&bench)[1..] {
        assert_eq!(*size as usize, 6 - known);
        assert!(*known < 3);
    }
    assert_eq!(bench.work.seen().wanted.len(), 7);
    assert_eq!(bench.calls(Method::GetTask), 0);
    tasks.iter().for_each(|t| bench.assert_success(t));
    bench.finish().await;
}
