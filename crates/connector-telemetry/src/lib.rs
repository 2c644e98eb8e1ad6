//! OpenTelemetry: the spans and log lines of a run, sent to a collector by OTLP over gRPC.
//!
//! [`Telemetry`] owns a thread with a runtime of its own, so that sending neither waits for the run nor holds it up: the
//! run puts finished spans ([`SpanLayer`]) and log records ([`Logs`]) into a queue with limited room, the thread delivers
//! them every second and once more at the end, for which [`Telemetry::shutdown`] has a time limit. A collector that is
//! away, slow or broken costs telemetry and one warning, never the run.
//!
//! [`SpanContext`] ties requests to the trace.
//! Time and randomness come in as parameters. Of the process's variables only those that name a proxy or trusted
//! certificates count, as for every connection of a connector.

mod collector;
mod context;
mod grpc;
mod logs;
mod outbox;
mod queue;
mod sending;
mod spans;
mod telemetry;

pub use collector::{Collector, Trust, inline_pem};
pub use context::SpanContext;
pub use logs::{LogRecord, Logs};
pub use sending::Trouble;
pub use spans::{SpanLayer, context_of_event};
pub use telemetry::{Telemetry, TelemetryOptions};
