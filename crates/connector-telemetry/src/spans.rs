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
mod tests;
