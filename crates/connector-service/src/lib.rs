//! Service mode: a connector that runs until it is stopped and does what a control plane asks of it.
//!
//! The process says hello, polls for tasks, and answers each one: a full sync is run into a fresh file, the file is
//! uploaded, and the task is finished; everything that would write is refused, because the connectors only read.

mod assertion;
pub mod config;
pub mod credential;
pub mod tasks;
pub mod wire;

pub use config::{Accepted, LoopConfig, Program, ServiceConfig, ServiceEnv};
pub use credential::Credential;
pub use tasks::{FullSync, TaskFailure, Tasks};
