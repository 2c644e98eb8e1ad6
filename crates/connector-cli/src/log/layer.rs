//! From `tracing` events to log lines.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::{Caller, Logger};
use crate::json::{Json, Object};

/// What the log hears of: everything from our own crates that the level admits, and warnings of others.
pub(crate) fn dispatch(logger: Logger) -> Dispatch {
    Dispatch::new(tracing_subscriber::registry().with(LogLayer { logger }))
}

struct LogLayer {
    logger: Logger,
}

impl LogLayer {
    /// Whether lines of this origin and level can ever be written. Dependencies are held to warnings whatever
    /// the level: their details may show headers and addresses.
    fn may_write(&self, metadata: &Metadata<'_>) -> bool {
        let ours = ["connector_", "baton_"];
        let ours = ours.iter().any(|own| metadata.target().starts_with(own));
        let most = if ours { Level::TRACE } else { Level::WARN };
        metadata.is_event() && *metadata.level() <= self.logger.level().min(most)
    }
}

impl<S: Subscriber> Layer<S> for LogLayer {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match (self.may_write(metadata), self.logger.changes()) {
            (false, _) => Interest::never(),
            (true, false) => Interest::always(),
            // Whether a debug line is written changes with time.
            (true, true) => Interest::sometimes(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.may_write(metadata) && self.logger.enabled(*metadata.level())
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(self.logger.level()))
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut line = Line::default();
        event.record(&mut line);
        let caller = Caller {
            file: metadata.file().unwrap_or(metadata.target()),
            line: metadata.line().unwrap_or_default(),
        };
        self.logger
            .write(*metadata.level(), caller, &line.message, &line.fields);
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
