//! What arrived at a collector.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::http::{Request, Response};
use connector_proto::opentelemetry::{
    self, AnyValue, ExportLogs, ExportTraces, Exported, KeyValue, LogRecord, PartialSuccess,
    Resource, Span, Value,
};
use prost::Message;

use super::Fault;
use crate::grpc::{Messages, Refusal, answer, refuse};

/// The state behind a collector.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<State>);

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) fault: Option<Fault>,
    pub(super) spans: Vec<Span>,
    pub(super) logs: Vec<LogRecord>,
    pub(super) resources: BTreeSet<String>,
    pub(super) bytes: Vec<u8>,
    pub(super) calls: usize,
    pub(super) connections: usize,
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers every request, also one that is not part of the protocol.
    pub(super) async fn serve(&self, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let headers = format!("{path}\n{:?}\n", request.headers());
        let message = Messages::of(request.into_body()).next_bytes().await;
        let bytes = match message {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(refusal) => return refuse(&refusal),
        };
        let fault = {
            let mut state = self.state();
            state.calls += 1;
            state.bytes.extend_from_slice(headers.as_bytes());
            state.bytes.extend_from_slice(&bytes);
            state.fault.clone()
        };
        let rejected = match fault {
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Refuse(refusal)) => return refuse(&refusal),
            Some(Fault::Drop(rejected)) => rejected,
            None => 0,
        };
        match self.take(&path, &bytes) {
            Ok(()) => answer(&Exported {
                partial_success: (rejected > 0).then(|| PartialSuccess {
                    rejected,
                    error_message: "too many".to_owned(),
                }),
            }),
            Err(refusal) => refuse(&refusal),
        }
    }

    fn take(&self, path: &str, bytes: &[u8]) -> Result<(), Refusal> {
        let invalid = |e: prost::DecodeError| Refusal::new(3, e.to_string());
        let mut state = self.state();
        match path {
            opentelemetry::EXPORT_TRACES => {
                for each in ExportTraces::decode(bytes).map_err(invalid)?.resource_spans {
                    state.note(each.resource);
                    let spans = each.scope_spans.into_iter().flat_map(|s| s.spans);
                    state.spans.extend(spans);
                }
            }
            opentelemetry::EXPORT_LOGS => {
                for each in ExportLogs::decode(bytes).map_err(invalid)?.resource_logs {
                    state.note(each.resource);
                    let logs = each.scope_logs.into_iter().flat_map(|s| s.log_records);
                    state.logs.extend(logs);
                }
            }
            _ => return Err(Refusal::new(12, "no such method")),
        }
        Ok(())
    }
}

impl State {
    fn note(&mut self, resource: Option<Resource>) {
        for attribute in resource.unwrap_or_default().attributes {
            let value = text(attribute.value.as_ref());
            self.resources.insert(format!("{}={value}", attribute.key));
        }
    }
}

/// The value of an attribute as text.
pub fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|kv| kv.key == key)?;
    Some(text(found.value.as_ref()))
}

fn text(value: Option<&AnyValue>) -> String {
    match value.and_then(|v| v.value.as_ref()) {
        None => String::new(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Bool(on)) => on.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Double(number)) => number.to_string(),
        Some(Value::List(list)) => {
            let items = list.values.iter().map(|v| text(Some(v)));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Some(Value::Map(map)) => {
            let items = map.values.iter();
            let items = items.map(|kv| format!("{}: {}", kv.key, text(kv.value.as_ref())));
            format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
        }
    }
}

pub(super) fn tree(spans: &[Span], attributes: &[&str]) -> String {
    let is_known = |id: &[u8]| spans.iter().any(|s| s.span_id == id);
    let mut out = String::new();
    let is_root = |span: &Span| !is_known(&span.parent_span_id);
    branch(spans, &is_root, attributes, 0, &mut out);
    out
}

/// Adds the spans that are `wanted`, each with all below it.
fn branch(
    spans: &[Span],
    wanted: &dyn Fn(&Span) -> bool,
    attributes: &[&str],
    depth: usize,
    out: &mut String,
) {
    let mut here: Vec<_> = spans.iter().filter(|span| wanted(span)).collect();
    here.sort_by_key(|span| span.start_time_unix_nano);
    for span in here {
        let _ = write!(out, "{:width$}{}", "", span.name, width = depth * 2);
        for key in attributes {
            if let Some(value) = attribute(&span.attributes, key) {
                let _ = write!(out, " {key}={value}");
            }
        }
        out.push('\n');
        let is_below = |other: &Span| other.parent_span_id == span.span_id;
        branch(spans, &is_below, attributes, depth + 1, out);
    }
}
