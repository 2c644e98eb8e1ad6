//! Health over HTTP, both ends: what a running service answers ([`serve`]), and the `health-check` subcommand that
//! asks it.

mod client;
mod server;

pub(crate) use client::{Endpoint, check, seconds};
pub use server::{Probe, serve};
