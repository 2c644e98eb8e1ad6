//! The server as its users see it: over HTTP.

mod faults;
mod plain;
