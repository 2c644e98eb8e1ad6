//! When and how often the service polls.

use connector_proto::c1::connectorapi::baton::v1::Unread;
use connector_proto::c1::connectorapi::baton::v1::{GetTaskResponse, GetTasksResponse, TaskType};
use tonic::Code;

use crate::support::{Behaviour, Bench, answer, failing, seconds, sync, task};

#[tokio::test(start_paused = true)]
async fn idle_polls_keep_the_pace_they_are_told() {
    let bench = Bench::new();
    let none = task("", Some(TaskType::None(Unread {})));
    bench.plane.script().polls.extend([
        // No pace, none, a short one, an explicit `none` with a pace, far too long a pace, a negative one.
        Ok(GetTaskResponse::default()),
        Ok(answer(None, 0)),
        Ok(answer(None, 2)),
        Ok(answer(Some(none), 5)),
        Ok(answer(None, 3_600)),
        Ok(answer(None, -7)),
    ]);
    bench.run(Behaviour::Takes(0), 600).await.0.unwrap();
    assert_eq!(bench.plane.times("poll"), [0, 1, 2, 4, 9, 309, 310]);
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_not_answered_is_given_up_after_six_minutes() {
    let bench = Bench::new();
    bench.run(Behaviour::Takes(0), 800).await.0.unwrap();
    assert_eq!(bench.plane.times("poll"), [0, 361, 725]);
    assert_eq!(bench.plane.times("reconnect"), [360, 721]);
}

#[tokio::test(start_paused = true)]
async fn failed_polls_back_off_and_never_give_up() {
    let bench = Bench::new();
    let codes = [
        Code::Unavailable,
        Code::Unauthenticated,
        Code::Unimplemented,
    ];
    let failures = codes.into_iter().cycle().take(9).map(failing);
    bench.plane.script().polls.extend(failures);
    let more = [Ok(answer(None, 1)), failing(Code::Unavailable)];
    bench.plane.script().polls.extend(more);
    bench.run(Behaviour::Takes(0), 600).await.0.unwrap();
    let expected = [0, 1, 5, 14, 30, 55, 91, 140, 200, 260, 261, 262];
    assert_eq!(bench.plane.times("poll"), expected);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_for_while_all_slots_are_busy() {
    let mut bench = Bench::with_tasks(["a", "b", "c"].map(sync));
    bench.config.concurrency = 2;
    bench.run(Behaviour::Takes(50), 200).await.0.unwrap();
    // Two at once, the third when a slot is free, and one more slot to poll with.
    assert_eq!(bench.plane.times("poll"), [0, 0, 50, 50]);
    assert_eq!(bench.plane.times("finish a done"), [50]);
    assert_eq!(bench.plane.times("finish c done"), [100]);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_comes_twice_is_worked_on_once() {
    let bench = Bench::with_tasks(["a", "a"].map(sync));
    bench.run(Behaviour::Takes(50), 200).await.0.unwrap();
    assert_eq!(bench.plane.times("finish a done"), [50]);
    assert_eq!(bench.plane.times("upload a synced"), [50]);
}

#[tokio::test(start_paused = true)]
async fn batches_name_what_is_known() {
    let mut bench = Bench::new();
    bench.config.batched = true;
    bench.config.concurrency = 2;
    let batch = |ids: &[&str], poll| {
        let mut tasks: Vec<_> = ids.iter().map(|id| sync(id)).collect();
        tasks.push(task("", Some(TaskType::None(Unread {}))));
        Ok(GetTasksResponse {
            tasks,
            next_poll: seconds(poll),
            ..GetTasksResponse::default()
        })
    };
    bench.plane.script().batches.extend([
        batch(&["a"], 5),
        // One known, one twice.
        batch(&["a", "b", "c", "c"], 5),
        batch(&[], 7),
        failing(Code::Unavailable),
    ]);
    bench.run(Behaviour::Takes(50), 300).await.0.unwrap();
    let script = bench.plane.script();
    let polls: Vec<_> = script
        .heard
        .iter()
        .filter(|(_, what)| what.starts_with("batch"))
        .map(|(at, what)| (*at, what.as_str()))
        .collect();
    assert_eq!(
        polls,
        [
            (0, "batch 4 []"),
            (5, "batch 3 [\"a\"]"),
            (55, "batch 3 [\"c\"]"),
            (62, "batch 3 [\"c\"]"),
            (63, "batch 3 [\"c\"]"),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_page_is_never_larger_than_allowed() {
    let mut bench = Bench::new();
    bench.config.batched = true;
    bench.config.concurrency = 100;
    bench.run(Behaviour::Takes(0), 5).await.0.unwrap();
    assert_eq!(bench.plane.heard(), ["hello", "batch 100 []"]);
}
