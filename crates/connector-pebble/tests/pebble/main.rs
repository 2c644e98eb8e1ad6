//! Reads files of the Go SDK and files made for a purpose.

mod blocks;
mod fixtures;
mod golden;
mod hostile;
mod model;
mod mutation;
mod untrusted;
mod writer;
