use std::sync::Arc;

use connector_core::clock::TestClock;
use connector_core::entropy::SeededEntropy;
use connector_core::task;
use tokio::sync::mpsc;
use tracing::{field, info_span};
use tracing_subscriber::layer::SubscriberExt;

use super::*;

struct Scene {
    clock: Arc<TestClock>,
    items: mpsc::Receiver<Item>,
    _default: tracing::dispatcher::DefaultGuard,
}

impl Scene {
    fn new() -> Self {
        let clock = TestClock::at(Timestamp::from_second(1).unwrap());
        let (queue, items) = Queue::new();
        let layer = SpanLayer::new(queue, clock.clone(), Arc::new(SeededEntropy::new(1)));
        let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(layer));
        Self {
            clock,
            items,
            _default: tracing::dispatcher::set_default(&dispatch),
        }
    }

    fn next(&mut self) -> opentelemetry::Span {
        match self.items.try_recv() {
            Ok(Item::Span(span)) => span,
            other => panic!("no span: {other:?}"),
        }
    }
}

#[test]
fn spans_are_sent_when_they_end_and_know_their_parents() {
    let mut scene = Scene::new();
    let sync = info_span!("sync");
    scene.clock.advance(Duration::from_nanos(5));
    let page = info_span!(parent: &sync, "page");
    let context = SpanContext::of(&page).unwrap();
    scene.clock.advance(Duration::from_nanos(7));
    drop(page);
    let page = scene.next();
    drop(sync);
    let sync = scene.next();
    assert_eq!((page.name.as_str(), sync.name.as_str()), ("page", "sync"));
    assert_eq!(page.trace_id, context.trace_id);
    assert_eq!(page.span_id, context.span_id);
    assert_eq!(
        (page.trace_id, page.parent_span_id),
        (sync.trace_id, sync.span_id)
    );
    assert!(sync.parent_span_id.is_empty());
    let second = 1_000_000_000;
    assert_eq!(
        [page.start_time_unix_nano, page.end_time_unix_nano],
        [second + 5, second + 12]
    );
    assert_eq!(sync.end_time_unix_nano, second + 12);
}

#[test]
fn what_a_span_left_behind_is_not_its_time() {
    let mut scene = Scene::new();
    let page = info_span!("page");
    let ahead = page.in_scope(|| {
        scene.clock.advance(Duration::from_nanos(3));
        info_span!("request")
    });
    drop(page);
    scene.clock.advance(Duration::from_nanos(4));
    drop(ahead);
    let took = |span: opentelemetry::Span| span.end_time_unix_nano - span.start_time_unix_nano;
    assert_eq!(took(scene.next()), 4, "the request");
    assert_eq!(took(scene.next()), 3, "the page");
}

#[tokio::test]
async fn an_aborted_task_ends_its_spans_and_those_above() {
    let mut scene = Scene::new();
    let page = info_span!("page");
    let work = async {
        let _request = info_span!("request");
        std::future::pending::<()>().await;
    };
    let running = tokio::spawn(task::in_span(page, work));
    tokio::task::yield_now().await;
    // The subscriber is no longer the default one when the task is aborted.
    let mut items = { std::mem::replace(&mut scene.items, mpsc::channel(1).1) };
    drop(scene);
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    let mut next = || match items.try_recv() {
        Ok(Item::Span(span)) => span.name,
        other => panic!("no span: {other:?}"),
    };
    assert_eq!([next(), next()], ["request", "page"]);
}

#[test]
fn fields_become_attributes() {
    let mut scene = Scene::new();
    let span = info_span!(
        "request",
        otel.kind = "client",
        path = "people\u{1b}[2J",
        bytes = field::Empty,
        tries = 1,
        done = true,
        left = field::Empty
    );
    span.record("bytes", 12_u64);
    span.record("tries", 2);
    drop(span);
    let span = scene.next();
    assert_eq!((span.kind, span.status), (3, None));
    assert_eq!(
        span.attributes,
        [
            KeyValue::new("path", Value::Text("people[2J".to_owned())),
            KeyValue::new("tries", Value::Int(2)),
            KeyValue::new("done", Value::Bool(true)),
            KeyValue::new("bytes", Value::Int(12)),
        ]
    );
}

#[test]
fn a_span_with_an_error_has_failed() {
    let mut scene = Scene::new();
    let span = info_span!("phase", error.type = field::Empty);
    span.record("error.type", "upstream");
    drop(span);
    let span = scene.next();
    let status = span.status.unwrap();
    assert_eq!(
        (span.kind, status.code, status.message.as_str()),
        (1, 2, "upstream")
    );
}

#[test]
fn an_event_knows_its_span_only_inside_one() {
    let _scene = Scene::new();
    assert_eq!(SpanContext::of(&Span::current()), None);
    let span = info_span!("sync");
    let inside = span.in_scope(|| SpanContext::of(&Span::current()));
    assert!(inside.is_some());
    assert_eq!(inside, SpanContext::of(&span));
}
