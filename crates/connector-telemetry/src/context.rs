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
mod tests;
