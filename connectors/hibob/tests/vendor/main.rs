//! What only HiBob does, and the real program in a process of its own: people of every shape, permissions, telemetry,
//! signals.

mod generated;
mod people;
mod process;
mod service;
#[path = "../support/mod.rs"]
mod support;
mod telemetry;
mod validation;
