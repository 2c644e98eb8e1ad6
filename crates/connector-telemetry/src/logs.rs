//! Log lines as log records.

use jiff::Timestamp;
use tracing::Level;

use crate::context::SpanContext;
use crate::queue::{Item, Queue};
use crate::spans::nanos;
use connector_proto::opentelemetry::{self, KeyValue, Value};

/// A log line. Its texts are sent as they are; the caller has removed control characters.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRecord {
    /// When it was written.
    pub at: Timestamp,
    /// Its level.
    pub level: Level,
    /// The message.
    pub message: String,
    /// The fields, in order.
    pub fields: Vec<KeyValue>,
    /// The span during which it was written.
    pub context: Option<SpanContext>,
}

/// Sends log records.
#[derive(Debug, Clone)]
pub struct Logs(Queue);

impl Logs {
    pub(crate) fn new(queue: Queue) -> Self {
        Self(queue)
    }

    /// Queues a record. Never waits; when there is no room it is left out.
    pub fn send(&self, record: LogRecord) {
        self.0.push(Item::Log(record.into()));
    }
}

impl From<LogRecord> for opentelemetry::LogRecord {
    fn from(record: LogRecord) -> Self {
        let context = record.context;
        let at = nanos(record.at);
        Self {
            time_unix_nano: at,
            severity_number: severity(record.level),
            severity_text: record.level.as_str().to_ascii_lowercase(),
            body: Some(Value::Text(record.message).into()),
            attributes: record.fields,
            flags: u32::from(context.is_some()),
            trace_id: context.map_or_else(Vec::new, |c| c.trace_id.to_vec()),
            span_id: context.map_or_else(Vec::new, |c| c.span_id.to_vec()),
            observed_time_unix_nano: at,
        }
    }
}

fn severity(level: Level) -> i32 {
    match level {
        Level::TRACE => 1,
        Level::DEBUG => 5,
        Level::INFO => 9,
        Level::WARN => 13,
        Level::ERROR => 17,
    }
}
