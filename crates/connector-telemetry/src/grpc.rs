//! Delivery by gRPC.

use std::error::Error as StdError;
use std::time::Duration;

use prost::Message;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use crate::outbox::{Deliver, Undelivered};
use crate::wire::{self, Exported, LogRecord, Resource, Scope, Span};

/// Time limit of one delivery, connecting included.
const CALL: Duration = Duration::from_secs(10);

/// A collector and what it is told about the sender.
#[derive(Debug)]
pub(crate) struct Grpc {
    pub(crate) channel: Channel,
    pub(crate) resource: Resource,
    pub(crate) scope: Scope,
}

impl Grpc {
    async fn call<Q: Message + 'static>(
        &self,
        path: &'static str,
        message: Q,
    ) -> Result<Option<String>, Undelivered> {
        let exchange = async {
            let mut client = tonic::client::Grpc::new(self.channel.clone());
            let ready = client.ready().await;
            ready.map_err(|e| passing(chain(&e)))?;
            let mut request = Request::new(message);
            request.set_timeout(CALL);
            let codec = ProstCodec::<Q, Exported>::default();
            let path = PathAndQuery::from_static(path);
            let answer = client.unary(request, path, codec).await;
            answer.map_err(|status| undelivered(&status))
        };
        let answer = tokio::time::timeout(CALL, exchange)
            .await
            .unwrap_or_else(|_| Err(passing("the collector did not answer in time".to_owned())))?;
        Ok(complaint(answer.into_inner()))
    }
}

impl Deliver<Span> for Grpc {
    async fn deliver(&self, items: &[Span]) -> Result<Option<String>, Undelivered> {
        let message = wire::ExportTraces {
            resource_spans: vec![wire::ResourceSpans {
                resource: Some(self.resource.clone()),
                scope_spans: vec![wire::ScopeSpans {
                    scope: Some(self.scope.clone()),
                    spans: items.to_vec(),
                }],
            }],
        };
        self.call(wire::EXPORT_TRACES, message).await
    }
}

impl Deliver<LogRecord> for Grpc {
    async fn deliver(&self, items: &[LogRecord]) -> Result<Option<String>, Undelivered> {
        let message = wire::ExportLogs {
            resource_logs: vec![wire::ResourceLogs {
                resource: Some(self.resource.clone()),
                scope_logs: vec![wire::ScopeLogs {
                    scope: Some(self.scope.clone()),
                    log_records: items.to_vec(),
                }],
            }],
        };
        self.call(wire::EXPORT_LOGS, message).await
    }
}

fn passing(reason: String) -> Undelivered {
    Undelivered {
        reason,
        may_pass: true,
    }
}

/// The protocol says which codes are worth another try.
fn undelivered(status: &Status) -> Undelivered {
    let may_pass = match status.code() {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => true,
        // Broken connections have no code of their own; only they have a cause.
        Code::Unknown => status.source().is_some(),
        _ => false,
    };
    let said = match status.source() {
        Some(source) => format!("{}: {}", status.message(), chain(source)),
        None => status.message().to_owned(),
    };
    Undelivered {
        reason: format!("{said} ({:?})", status.code()),
        may_pass,
    }
}

fn complaint(answer: Exported) -> Option<String> {
    let partial = answer.partial_success.filter(|p| p.rejected > 0)?;
    Some(format!(
        "the collector refused {} items: {}",
        partial.rejected, partial.error_message
    ))
}

/// An error and its causes, each said once.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let more = source.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = source.source();
    }
    text
}
