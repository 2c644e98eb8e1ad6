//! Recordings of runs, as files: lines of JSON in one zstd frame, safe to hand over.
//!
//! The crate hands over [`TraceWriter`], which is what a client's exchanges are written down with, [`Trace`], which
//! answers in the vendor's place, and [`RecordedClock`] for a run that waits for nothing. What is left out and what
//! stands in its place is up to `connector-redact`.

mod clock;
mod line;
mod reader;
mod request;
mod writer;

pub use clock::RecordedClock;
pub use line::{Start, Value};
pub use reader::Trace;
pub use writer::TraceWriter;
