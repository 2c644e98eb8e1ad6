use connector_core::entropy::SeededEntropy;
use tracing::Span;

use super::*;

#[derive(Debug)]
struct Zero;

impl Entropy for Zero {
    fn next_u64(&self) -> u64 {
        0
    }
}

#[test]
fn a_child_stays_in_the_trace() {
    let entropy = SeededEntropy::new(1);
    let parent = SpanContext::new(None, &entropy);
    let child = SpanContext::new(Some(parent), &entropy);
    assert_eq!(child.trace_id, parent.trace_id);
    assert_ne!(child.span_id, parent.span_id);
    assert_ne!(SpanContext::new(None, &entropy).trace_id, parent.trace_id);
}

#[test]
fn ids_are_never_zero_and_the_header_has_its_form() {
    let context = SpanContext::new(None, &Zero);
    assert_eq!(
        context.traceparent(),
        "00-00000000000000010000000000000001-0000000000000001-01"
    );
}

#[test]
fn a_span_that_is_not_recorded_has_no_context() {
    assert_eq!(SpanContext::of(&Span::none()), None);
}
