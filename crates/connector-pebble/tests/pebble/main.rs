//! Reads files of the Go SDK and files made for a purpose.

mod blocks;
mod fixtures;
mod golden;
mod hostile;
mod lookup;
mod model;
mod mutation;
mod odd;
mod refusal;
mod unnamed;
mod untrusted;
mod write;
mod writer;
