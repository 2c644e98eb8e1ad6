//! Service mode: a connector that runs until it is stopped and does what a control plane asks of it.
//!
//! The process says hello, polls for tasks, and answers each one: a full sync is run into a fresh file, the file is
//! uploaded, and the task is finished; everything that would write is refused, because the connectors only read.

pub mod wire;
