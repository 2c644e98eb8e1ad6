//! What every network connection of a connector needs, whatever is spoken over it.
//!
//! The HTTP client for vendors, service mode and telemetry trust the same certificates ([`Roots`]), go through the
//! same proxy ([`Route`]), describe a failed connection in the same way ([`reason`], [`tls_fault`]) and keep access tokens
//! in the same cache ([`TokenCache`]). [`http_client`] hands over an HTTP client and [`grpc`] a gRPC channel for which all of that is
//! settled; what is sent over them is up to the crates above.

mod causes;
mod fault;
pub mod grpc;
mod host;
mod http;
mod proxy;
mod route;
mod tls;
mod token;

pub use causes::{causes, find, find_io, io_reason};
pub use fault::{Fault, machine_fault, reason, tls_fault};
pub use host::{Host, is_loopback, split_port};
pub use http::http_client;
pub use proxy::Proxy;
pub use route::{Io, Route, RouteFault, Stream};
pub use tls::Roots;
pub use token::{Serial, TokenCache, lifetime};
