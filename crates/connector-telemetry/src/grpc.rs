//! Delivery by gRPC.

use std::time::Duration;

use connector_net::grpc::{self, CallError, Channels};
use prost::Message;
use tonic::{Code, Request};

use crate::outbox::{Deliver, Undelivered};
use connector_proto::opentelemetry::{self, Exported, LogRecord, Resource, Scope, Span};

/// Time limit of one delivery, connecting included.
const CALL: Duration = Duration::from_secs(10);

/// A collector, and what identifies the sender to it.
#[derive(Debug)]
pub(crate) struct Grpc {
    pub(crate) channels: Channels,
    pub(crate) resource: Resource,
    pub(crate) scope: Scope,
}

impl Grpc {
    async fn call<Q: Message + 'static>(
        &self,
        path: &'static str,
        message: Q,
    ) -> Result<Option<String>, Undelivered> {
        let mut request = Request::new(message);
        request.set_timeout(CALL);
        let channel = self.channels.channel();
        let call = grpc::unary(&channel, path, request);
        let answer = match tokio::time::timeout(CALL, call).await {
            Ok(answer) => answer.map_err(|error| undelivered(&error))?,
            Err(_) => {
                // The connection may have died without a word.
                self.channels.renew();
                return Err(Undelivered {
                    reason: "the collector did not answer in time".to_owned(),
                    may_pass: true,
                });
            }
        };
        Ok(complaint(answer))
    }
}

impl Deliver<Span> for Grpc {
    async fn deliver(&self, items: &[Span]) -> Result<Option<String>, Undelivered> {
        let message = opentelemetry::ExportTraces {
            resource_spans: vec![opentelemetry::ResourceSpans {
                resource: Some(self.resource.clone()),
                scope_spans: vec![opentelemetry::ScopeSpans {
                    scope: Some(self.scope.clone()),
                    spans: items.to_vec(),
                }],
            }],
        };
        self.call(opentelemetry::EXPORT_TRACES, message).await
    }
}

impl Deliver<LogRecord> for Grpc {
    async fn deliver(&self, items: &[LogRecord]) -> Result<Option<String>, Undelivered> {
        let message = opentelemetry::ExportLogs {
            resource_logs: vec![opentelemetry::ResourceLogs {
                resource: Some(self.resource.clone()),
                scope_logs: vec![opentelemetry::ScopeLogs {
                    scope: Some(self.scope.clone()),
                    log_records: items.to_vec(),
                }],
            }],
        };
        self.call(opentelemetry::EXPORT_LOGS, message).await
    }
}

/// The protocol defines which codes are worth another try: those that OTLP lists as retryable.
fn undelivered(error: &CallError) -> Undelivered {
    let may_pass = match error.code {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => true,
        // Broken connections have no code of their own.
        Code::Unknown => error.is_connection,
        _ => false,
    };
    Undelivered {
        reason: error.to_string(),
        may_pass,
    }
}

/// What the collector did not take of a delivery that it accepted.
fn complaint(answer: Exported) -> Option<String> {
    let partial = answer.partial_success.filter(|p| p.rejected > 0)?;
    Some(format!(
        "the collector refused {} items: {}",
        partial.rejected, partial.error_message
    ))
}
