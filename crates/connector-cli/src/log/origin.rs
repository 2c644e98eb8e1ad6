//! What a log line belongs to.

use std::sync::Arc;

use connector_telemetry::SpanContext;
use tracing::Span;
use tracing_subscriber::Registry;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::json::Object;

/// A span of a trace and a task of the service, as far as there is one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    pub(super) context: Option<SpanContext>,
    pub(super) task: Option<TaskFields>,
}

/// The fields of a task's span, which every line of the task begins with.
#[derive(Debug, Clone)]
pub(super) struct TaskFields(pub(super) Arc<Object>);

impl TaskFields {
    /// Those of the nearest of these spans that has some.
    pub(super) fn nearest<'a, R: LookupSpan<'a> + 'a>(
        mut spans: impl Iterator<Item = SpanRef<'a, R>>,
    ) -> Option<Self> {
        spans.find_map(|span| span.extensions().get::<Self>().cloned())
    }
}

impl Origin {
    /// That of everything in a span.
    pub(crate) fn of(span: &Span) -> Self {
        let task = span.with_subscriber(|(id, dispatch)| {
            let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
            TaskFields::nearest(span.scope())
        });
        Self {
            context: SpanContext::of(span),
            task: task.flatten(),
        }
    }

    /// This one, completed by another one.
    pub(super) fn or(self, other: &Self) -> Self {
        Self {
            context: self.context.or(other.context),
            task: self.task.or_else(|| other.task.clone()),
        }
    }

    /// The fields of a line from here.
    pub(super) fn fields(&self, of_line: &Object) -> Object {
        let of_task = self.task.iter().flat_map(|task| task.0.entries());
        let mut fields = Object::new();
        for (key, value) in of_task.chain(of_line.entries()) {
            fields.put(key, value.clone());
        }
        fields
    }
}
