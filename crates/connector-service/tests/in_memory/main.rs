//! The task loop over a control plane in memory, in virtual time: every wait is asserted to the second.

mod polls;
mod support;
mod syncs;

use connector_core::error::ErrorKind;
use connector_proto::c1::connectorapi::baton::v1::TaskType;
use connector_proto::c1::connectorapi::baton::v1::Unread;
use tonic::Code;

use support::{Behaviour, Bench, task};

#[tokio::test(start_paused = true)]
async fn hello_is_repeated_while_it_may_help() {
    let bench = Bench::new();
    let codes = [Code::Unavailable, Code::Internal, Code::ResourceExhausted];
    bench.plane.script().hellos.extend(codes);
    let (outcome, _) = bench.run(Behaviour::Takes(0), 60).await;
    outcome.unwrap();
    // 1, 2 and 4 s, each with up to a tenth more.
    assert_eq!(bench.plane.times("hello"), [0, 1, 3, 7]);
    assert_eq!(bench.plane.times("poll"), [7]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_hello_ends_the_service() {
    for (code, kind) in [
        (Code::Unauthenticated, ErrorKind::Credential),
        (Code::PermissionDenied, ErrorKind::Permission),
        (Code::InvalidArgument, ErrorKind::Setting),
        (Code::Unimplemented, ErrorKind::Unavailable),
        (Code::FailedPrecondition, ErrorKind::Precondition),
        (Code::NotFound, ErrorKind::NotFound),
    ] {
        let bench = Bench::new();
        bench.plane.script().hellos.push_back(code);
        let (outcome, at) = bench.run(Behaviour::Takes(0), 60).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), at), (kind, 0));
        assert_eq!(i32::from(kind.policy().exit_code), code as i32);
        assert_eq!(bench.plane.heard(), ["hello"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_never_accepted_can_be_stopped() {
    let bench = Bench::new();
    bench.plane.script().hellos.extend([Code::Unavailable; 100]);
    let (outcome, at) = bench.run(Behaviour::Takes(0), 3_600).await;
    outcome.unwrap();
    assert_eq!(at, 3_600);
    assert_eq!(bench.plane.times("poll"), [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn every_other_task_is_answered() {
    use TaskType as T;
    let refused = "failed 12 true".to_owned();
    let unknown = "failed 5 true".to_owned();
    let with = |name: &str| format!("done with type.googleapis.com/c1.connector.v2.{name}");
    let u = Unread {};
    let table = [
        (Some(T::Grant(u)), &refused),
        (Some(T::Revoke(u)), &refused),
        (Some(T::CreateAccount(u)), &refused),
        (Some(T::CreateResource(u)), &refused),
        (Some(T::DeleteResource(u)), &refused),
        (Some(T::RotateCredentials(u)), &refused),
        (Some(T::EventFeed(u)), &refused),
        (Some(T::CreateTicket(u)), &refused),
        (Some(T::ListTicketSchemas(u)), &refused),
        (Some(T::GetTicket(u)), &refused),
        (Some(T::BulkCreateTickets(u)), &refused),
        (Some(T::BulkGetTickets(u)), &refused),
        (
            Some(T::ActionListSchemas(u)),
            &with("ListActionSchemasResponse"),
        ),
        (Some(T::ActionGetSchema(u)), &unknown),
        (Some(T::ActionInvoke(u)), &unknown),
        (Some(T::ActionStatus(u)), &unknown),
        (Some(T::CreateSyncDiff(u)), &refused),
        (Some(T::CompactSyncs(u)), &refused),
        (Some(T::ListEventFeeds(u)), &with("ListEventFeedsResponse")),
        (Some(T::ListEvents(u)), &unknown),
        (Some(T::IssueCredential(u)), &refused),
        (None, &refused),
    ];
    for (kind, ended) in table {
        let bench = Bench::with_tasks([task("t", kind.clone())]);
        bench.run(Behaviour::Takes(0), 5).await.0.unwrap();
        let heard = bench.plane.heard();
        let finish = format!("finish t {ended}");
        let expected = ["hello", "poll", "poll", finish.as_str()];
        let mut sorted = heard.clone();
        sorted.sort_by_key(|what| what.starts_with("finish"));
        assert_eq!(sorted, expected, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hello_task_is_answered_by_hello_alone() {
    let bench = Bench::with_tasks([task("t", Some(TaskType::Hello(Unread {})))]);
    // The task's hello fails, which changes nothing.
    bench
        .plane
        .script()
        .hellos
        .extend([Code::Ok, Code::NotFound]);
    bench.run(Behaviour::Takes(0), 5).await.0.unwrap();
    let mut heard = bench.plane.heard();
    heard.sort();
    assert_eq!(heard, ["hello", "hello t", "poll", "poll"]);
}
