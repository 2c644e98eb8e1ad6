//! Reads files of the Go SDK and files made for a purpose.

mod fixtures;
mod golden;
mod mutation;
