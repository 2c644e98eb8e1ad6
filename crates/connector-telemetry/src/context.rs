//! Which trace and span something belongs to, and the header that hands it to the next system.

use connector_core::entropy::Entropy;
use connector_core::text::hex;

/// The place of a span in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanContext {
    /// The trace; never all zero.
    pub trace_id: [u8; 16],
    /// The span; never all zero.
    pub span_id: [u8; 8],
}

impl SpanContext {
    /// A new span, in the trace of `parent` or in a new one.
    pub(crate) fn new(parent: Option<Self>, entropy: &dyn Entropy) -> Self {
        let trace_id = match parent {
            Some(parent) => parent.trace_id,
            None => {
                let mut id = [0; 16];
                id[..8].copy_from_slice(&id_bytes(entropy));
                id[8..].copy_from_slice(&id_bytes(entropy));
                id
            }
        };
        Self {
            trace_id,
            span_id: id_bytes(entropy),
        }
    }

    /// The value of the header `traceparent` as W3C Trace Context describes it, always sampled.
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-01", hex(self.trace_id), hex(self.span_id))
    }
}

/// Eight bytes that are not all zero.
fn id_bytes(entropy: &dyn Entropy) -> [u8; 8] {
    entropy.next_u64().max(1).to_be_bytes()
}

#[cfg(test)]
mod tests {
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
}
