//! From `tracing` events to log lines.

use std::fmt;
use std::sync::Arc;

use connector_telemetry::{SpanLayer, context_of_event};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use super::origin::{Origin, TaskFields};
use super::{Caller, Logger};
use crate::json::{Json, Object};

/// The level of spans; finer ones are not recorded.
const SPANS: Level = Level::INFO;
/// The field by which the span of a task is known.
const TASK: &str = "task_id";

/// What the log hears of: everything from our own crates that the level admits, and warnings of others. `spans` hears of
/// our own crates' spans, whatever the level.
pub(crate) fn dispatch(logger: Logger, spans: Option<SpanLayer>) -> Dispatch {
    let log = LogLayer {
        logger,
        traced: spans.is_some(),
    };
    let registry = tracing_subscriber::registry().with(log);
    match spans {
        Some(spans) => Dispatch::new(registry.with(spans)),
        None => Dispatch::new(registry),
    }
}

/// Writes events, and decides for all layers what is heard of at all.
struct LogLayer {
    logger: Logger,
    /// Whether all spans are recorded, or only those of tasks.
    traced: bool,
}

impl LogLayer {
    /// Whether lines of this origin and level can ever be written. Dependencies are held to warnings whatever
    /// the level: their details may show headers and addresses.
    fn may_write(&self, metadata: &Metadata<'_>) -> bool {
        let most = match is_ours(metadata) {
            true => Level::TRACE,
            false => Level::WARN,
        };
        metadata.is_event() && *metadata.level() <= self.logger.level().min(most)
    }

    fn is_recorded(&self, metadata: &Metadata<'_>) -> bool {
        let wanted = self.traced || is_of_task(metadata);
        wanted && metadata.is_span() && *metadata.level() <= SPANS && is_ours(metadata)
    }
}

fn is_of_task(metadata: &Metadata<'_>) -> bool {
    metadata.fields().field(TASK).is_some()
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    let ours = ["connector_", "baton_"];
    ours.iter().any(|own| metadata.target().starts_with(own))
}

impl<S> Layer<S> for LogLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.is_recorded(metadata) {
            return Interest::always();
        }
        match (self.may_write(metadata), self.logger.changes()) {
            (false, _) => Interest::never(),
            (true, false) => Interest::always(),
            // Whether a debug line is written changes with time.
            (true, true) => Interest::sometimes(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.is_recorded(metadata)
            || (self.may_write(metadata) && self.logger.enabled(*metadata.level()))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(self.logger.level().max(SPANS)))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        if is_of_task(attributes.metadata())
            && let Some(span) = ctx.span(id)
        {
            let mut line = Line::default();
            attributes.record(&mut line);
            let fields = TaskFields(Arc::new(line.fields));
            span.extensions_mut().insert(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let metadata = event.metadata();
        let mut line = Line::default();
        event.record(&mut line);
        let caller = Caller {
            file: metadata.file().unwrap_or(metadata.target()),
            line: metadata.line().unwrap_or_default(),
        };
        let origin = Origin {
            context: context_of_event(event, &ctx),
            task: TaskFields::nearest(ctx.event_scope(event).into_iter().flatten()),
        };
        let (message, fields) = (line.message.as_str(), &line.fields);
        self.logger
            .write(*metadata.level(), caller, message, fields, origin);
    }
}

/// An event's message and fields.
#[derive(Default)]
struct Line {
    message: String,
    fields: Object,
}

impl Line {
    fn put(&mut self, field: &Field, value: Json) {
        match (field.name(), value) {
            ("message", Json::Text(text)) => self.message = text,
            (name, value) => self.fields.put(name, value),
        }
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Json::Text(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Json::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Json::Bool(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Json::Int(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Json::Count(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Json::Float(value));
    }
}
