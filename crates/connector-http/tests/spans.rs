//! The span of a call and the header that goes with it.

mod common;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use common::{Server, json};
use connector_core::Result;
use connector_core::spec::TraceParent;
use connector_http::{ArrayAt, Auth, Call, Client, ClientCredentials, Item};
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Span, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// Fields of a span by name.
#[derive(Debug, Clone, Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

/// Remembers the spans that have ended.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<String>>>);

impl Spans {
    /// Each as its name, its parent's and its fields, in the order in which they ended.
    fn rendered(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        ctx.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        let span = ctx.span(id).unwrap();
        values.record(span.extensions_mut().get_mut::<Fields>().unwrap());
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        let span = ctx.span(&id).unwrap();
        if span.metadata().target() != "connector_http" {
            return;
        }
        let parent = span.parent().map_or("none", |parent| parent.name());
        let fields = span.extensions().get::<Fields>().cloned().unwrap();
        let fields: Vec<_> = fields.0.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let line = format!("{} in {parent}: {}", span.name(), fields.join(" "));
        self.0.lock().unwrap().push(line);
    }
}

fn listen() -> (Spans, tracing::dispatcher::DefaultGuard) {
    let spans = Spans::default();
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(spans.clone()));
    (spans, tracing::dispatcher::set_default(&dispatch))
}

fn call() -> Call {
    Call::get("people")
        .segment("person-7")
        .query("email", "maja@example.com")
}

#[tokio::test]
async fn a_call_is_one_span_with_all_its_tries() {
    let (spans, _default) = listen();
    let server = Server::start(|n, _| match n {
        0 => json(500, "{}"),
        _ => json(200, r#"{"name": "Maja"}"#),
    })
    .await;
    let client = server.bench().client();
    let _: Value = client.json(call()).await.unwrap();
    assert_eq!(
        spans.rendered(),
        "request in none: held_back_ms=0 http.request.method=GET http.response.body.size=16 \
         http.response.status_code=200 otel.kind=client server.address=127.0.0.1 tries=2 url.template=people"
    );
}

#[tokio::test]
async fn a_failed_call_says_what_kind_of_failure_it_was() {
    let (spans, _default) = listen();
    let server = Server::start(|_, _| json(403, r#"{"message": "not maja@example.com"}"#)).await;
    let client = server.bench().client();
    let failed: Result<Value> = client.json(call()).await;
    assert!(failed.is_err());
    assert_eq!(
        spans.rendered(),
        "request in none: error.type=permission held_back_ms=0 http.request.method=GET \
         http.response.status_code=403 otel.kind=client server.address=127.0.0.1 tries=1 url.template=people"
    );
}

#[tokio::test]
async fn a_streamed_answer_is_one_span_until_its_last_row() {
    let (spans, _default) = listen();
    let server = Server::start(|_, _| json(200, "[1, 2, 3]")).await;
    let client = server.bench().client();
    let page = tracing::info_span!("page");
    let mut rows = page.in_scope(|| client.array::<u8>(call(), ArrayAt::Root));
    for expected in 1..=3 {
        assert_eq!(rows.next().await.unwrap(), Some(Item::Row(expected)));
        assert_eq!(spans.rendered(), "", "it has not ended");
    }
    assert_eq!(rows.next().await.unwrap(), None);
    assert_eq!(
        spans.rendered(),
        "request in page: held_back_ms=0 http.request.method=GET http.response.body.size=9 \
         http.response.status_code=200 otel.kind=client server.address=127.0.0.1 tries=1 url.template=people"
    );
}

#[tokio::test]
async fn a_token_is_a_request_of_the_call_that_needs_it() {
    let (spans, _default) = listen();
    let server = Server::start(|_, hit| match hit.uri.path() {
        "/v1/token" => json(200, r#"{"access_token": "t", "expires_in": 60}"#),
        _ => json(200, "[]"),
    })
    .await;
    let mut options = server.bench().options;
    let secret = "hunter2".into();
    options.auth = Auth::ClientCredentials(ClientCredentials::new("token", "id", secret));
    let client = Client::new(options).unwrap();
    let _: Value = client.json(call()).await.unwrap();
    let rendered = spans.rendered();
    let lines: Vec<_> = rendered.lines().collect();
    assert!(lines[0].starts_with("request in request: ") && lines[0].ends_with("=token"));
    assert!(lines[1].starts_with("request in none: ") && lines[1].ends_with("=people"));
    assert_eq!(lines.len(), 2);
}

/// What stands for the trace context of a span.
fn traced(span: &Span) -> Option<String> {
    Some(span.metadata()?.name().to_owned())
}

#[tokio::test]
async fn the_vendor_is_told_of_the_trace_with_each_try() {
    let (_spans, _default) = listen();
    let server = Server::start(|n, _| match n {
        0 => json(500, "{}"),
        _ => json(200, "[]"),
    })
    .await;
    let mut options = server.bench().options;
    options.trace_parent = Some(TraceParent::new(traced));
    let client = Client::new(options).unwrap();
    let _: Value = client.json(call()).await.unwrap();
    let hits = server.hits();
    let parents: Vec<_> = hits.iter().map(|hit| hit.header("traceparent")).collect();
    assert_eq!(parents, [Some("request"); 2]);
}

#[tokio::test]
async fn without_a_trace_no_header_is_sent() {
    let server = Server::start(|_, _| json(200, "[]")).await;
    let mut options = server.bench().options;
    let silent = server.bench().client();
    let _: Value = silent.json(call()).await.unwrap();
    options.trace_parent = Some(TraceParent::new(|_| None));
    let unheard = Client::new(options).unwrap();
    let _: Value = unheard.json(call()).await.unwrap();
    for hit in server.hits() {
        assert_eq!(hit.header("traceparent"), None);
    }
}
