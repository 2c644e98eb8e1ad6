//! Telemetry of a service: a trace for each task.

use std::collections::BTreeMap;

use connector_core::text::hex;
use connector_proto::c1::connectorapi::baton::v1::SyncFullTask;
use connector_proto::opentelemetry::{LogRecord, Value};
use connector_sandbox::faults::Fault;
use connector_sandbox::otlp::{Collector, attribute};

use crate::world::{World, over};

#[tokio::test]
async fn a_task_is_a_trace_that_the_vendor_is_told_of_and_the_control_plane_is_not() {
    let mut world = World::new();
    let collector = Collector::start().expect("the collector starts");
    for (name, value) in collector.environment() {
        world.environment.insert(name.to_owned(), value.into());
    }
    let tasks = [(); 2].map(|()| world.plane.sync(SyncFullTask::default()));
    // Its detailed log has a subscriber of its own.
    world.plane.debug(&tasks[1]);
    let code = world
        .serve_until(|plane| tasks.iter().all(|t| over(plane, t)))
        .await;
    assert_eq!(code, 0, "{}", world.said.text());
    // Among its checks: no trace in any header.
    world.check();

    let spans = collector.spans();
    let mut traces = BTreeMap::new();
    for span in spans.iter().filter(|span| span.name == "task") {
        assert!(span.parent_span_id.is_empty());
        let value = |key| attribute(&span.attributes, key).expect("an attribute");
        assert_eq!(value("task_type"), "sync_full");
        traces.insert(value("task_id"), hex(&span.trace_id));
    }
    assert!(tasks.iter().all(|task| traces.contains_key(task)));
    for trace in traces.values() {
        let of_it = |name: &str| {
            let named = spans.iter().filter(|span| span.name == name);
            named.filter(|s| hex(&s.trace_id) == *trace).count()
        };
        let names = ["task", "sync", "validate", "phase", "seal", "save"];
        assert_eq!(names.map(of_it), [1, 1, 1, 3, 1, 1]);
        let seen = world.vendor.requests().into_iter();
        let seen = seen.filter(|r| r.traceparent.as_ref().is_some_and(|t| t.contains(trace)));
        let sent = seen.count();
        assert!(sent > 0);
        assert_eq!(of_it("request"), sent);
    }
    let logs = collector.logs();
    for task in &tasks {
        let of_task = |r: &&LogRecord| attribute(&r.attributes, "task_id").as_ref() == Some(task);
        let lines: Vec<_> = logs.iter().filter(of_task).collect();
        let body = |text: &str| {
            lines
                .iter()
                .any(|r| r.body == Some(Value::Text(text.to_owned()).into()))
        };
        assert!(
            ["task received", "Sync complete.", "task done"]
                .into_iter()
                .all(body)
        );
        assert!(lines.iter().all(|r| hex(&r.trace_id) == traces[task]));
    }
    let sent = String::from_utf8_lossy(&collector.bytes()).into_owned();
    assert!(!sent.contains(world.plane.client_secret()));
}

#[tokio::test]
async fn a_failed_task_is_a_failed_span() {
    let mut world = World::new();
    let collector = Collector::start().expect("the collector starts");
    for (name, value) in collector.environment() {
        world.environment.insert(name.to_owned(), value.into());
    }
    world.fail_listing(Fault::status(403));
    let task = world.plane.sync(SyncFullTask::default());
    let code = world.serve_until(|plane| over(plane, &task)).await;
    assert_eq!(code, 0, "{}", world.said.text());
    let spans = collector.spans();
    let failed = |name: &str| {
        let span = spans.iter().find(|span| span.name == name)?;
        let status = span.status.clone()?;
        Some((status.code, status.message))
    };
    let expected = |word: &str| Some((2, word.to_owned()));
    assert_eq!(failed("task"), expected("PermissionDenied"));
    assert_eq!(failed("sync"), expected("permission"));
    world.check();
}
