//! From `tracing` spans to spans of a trace.

use std::fmt;
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_core::text;
use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Span, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::context::SpanContext;
use crate::queue::{Item, Queue};
use connector_proto::opentelemetry::{self, KeyValue, Value};

/// Longest text of an attribute, in bytes; more is cut.
const MAX_TEXT: usize = 1024;
/// Field with the kind of the span: `client`, `server`; otherwise internal.
const KIND: &str = "otel.kind";
/// Field that is set when what the span is about has failed.
const ERROR: &str = "error.type";

/// Records every span that the filters below it let through.
#[derive(Debug, Clone)]
pub struct SpanLayer {
    queue: Queue,
    clock: SharedClock,
    entropy: SharedEntropy,
    above: Option<SpanContext>,
}

/// A span under way, kept with the span.
struct OpenSpan {
    context: SpanContext,
    parent: Option<SpanContext>,
    started_at: Timestamp,
    /// On the clock that never goes back.
    started: Duration,
    /// When it was last left. A span that has been left may stay open for what it began beside itself, such as
    /// reading ahead; that is not its time.
    left: Option<Duration>,
    fields: Fields,
}

impl SpanLayer {
    pub(crate) fn new(queue: Queue, clock: SharedClock, entropy: SharedEntropy) -> Self {
        Self {
            queue,
            clock,
            entropy,
            above: None,
        }
    }

    /// A layer for another subscriber, whose first spans are children of `span`.
    #[must_use]
    pub fn below(mut self, span: Option<SpanContext>) -> Self {
        self.above = span;
        self
    }

    fn closed(&self, name: &str, open: OpenSpan) -> opentelemetry::Span {
        let ended = open.left.unwrap_or_else(|| self.clock.elapsed());
        let took = ended.saturating_sub(open.started);
        let start = nanos(open.started_at);
        let Fields { kind, error, list } = open.fields;
        opentelemetry::Span {
            trace_id: open.context.trace_id.to_vec(),
            span_id: open.context.span_id.to_vec(),
            parent_span_id: open.parent.map_or_else(Vec::new, |p| p.span_id.to_vec()),
            name: name.to_owned(),
            kind,
            start_time_unix_nano: start,
            end_time_unix_nano: start
                .saturating_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX)),
            attributes: list,
            status: error.map(|message| opentelemetry::Status { message, code: 2 }),
            flags: 1,
        }
    }
}

impl<S> Layer<S> for SpanLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        let parent = span.parent().and_then(|parent| {
            let extensions = parent.extensions();
            extensions.get::<OpenSpan>().map(|open| open.context)
        });
        let parent = parent.or(self.above);
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(OpenSpan {
            context: SpanContext::new(parent, &*self.entropy),
            parent,
            started_at: self.clock.now(),
            started: self.clock.elapsed(),
            left: None,
            fields,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(open) = span.extensions_mut().get_mut::<OpenSpan>()
        {
            values.record(&mut open.fields);
        }
    }

    fn on_exit(&self, id: &Id, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(open) = span.extensions_mut().get_mut::<OpenSpan>()
        {
            open.left = Some(self.clock.elapsed());
        }
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(&id) else { return };
        let open = span.extensions_mut().remove::<OpenSpan>();
        if let Some(open) = open {
            self.queue.push(Item::Span(self.closed(span.name(), open)));
        }
    }
}

impl SpanContext {
    /// The context of a span that is recorded; `None` for one that is not.
    pub fn of(span: &Span) -> Option<Self> {
        span.with_subscriber(|(id, dispatch)| {
            let registry = dispatch.downcast_ref::<Registry>()?;
            let span = registry.span(id)?;
            let extensions = span.extensions();
            extensions.get::<OpenSpan>().map(|open| open.context)
        })
        .flatten()
    }
}

/// The context of the span that an event happened in.
pub fn context_of_event<S>(event: &Event<'_>, ctx: &Context<'_, S>) -> Option<SpanContext>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let span = ctx.event_span(event)?;
    let extensions = span.extensions();
    extensions.get::<OpenSpan>().map(|open| open.context)
}

/// Nanoseconds since 1970.
pub(crate) fn nanos(at: Timestamp) -> u64 {
    u64::try_from(at.as_nanosecond()).unwrap_or_default()
}

/// A span's fields as attributes.
struct Fields {
    kind: i32,
    error: Option<String>,
    list: Vec<KeyValue>,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            kind: 1,
            error: None,
            list: Vec::new(),
        }
    }
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        match (field.name(), &value) {
            (KIND, Value::Text(kind)) => {
                self.kind = match kind.as_str() {
                    "server" => 2,
                    "client" => 3,
                    _ => 1,
                };
                return;
            }
            (ERROR, Value::Text(error)) => self.error = Some(error.clone()),
            _ => {}
        }
        match self.list.iter_mut().find(|kv| kv.key == field.name()) {
            Some(known) => known.value = Some(value.into()),
            None => self.list.push(KeyValue::new(field.name(), value)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::Text(text::printable(value, MAX_TEXT)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::Bool(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::Int(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Value::Int(i64::try_from(value).unwrap_or(i64::MAX)));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Value::Double(value));
    }
}

#[cfg(test)]
mod tests {
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
}
