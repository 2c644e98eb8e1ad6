//! Service mode: a connector that runs until it is stopped and does the tasks that a control plane gives it.
//!
//! The process says hello, polls for tasks, and answers each one: a full sync is run into a fresh file, the file is
//! uploaded, and the task is finished; everything that would write is refused, because the connectors only read.
//!
//! [`run`] is the service over the network: an access token for a signed assertion, then gRPC over TLS. It needs
//! [`ServiceConfig`] (who and where), [`Tasks`] (the work, which the program brings) and [`ServiceEnv`] (time, randomness,
//! the stop signal). [`serve`] is the same loop over any [`ControlPlane`], so that tests need no network.
//!
//! Where this deliberately differs from other clients of the protocol: it never polls in a busy loop; it waits for a
//! control plane that cannot be reached instead of ending; it answers every task, the ones it cannot do with a final
//! refusal; it reports the end of a task more than once if need be; a task's detailed log is a private file of this task
//! alone, and one that does not get through does not fail the task; it requests a new token when the old one is refused;
//! it keeps one connection while that is alive; it ignores a task that it is already working on; and it reports its tasks when it is stopped.

mod assertion;
mod backoff;
pub mod config;
mod contact;
pub mod credential;
mod full_sync;
mod grpc;
pub mod host;
mod plane;
mod poll;
mod service;
pub mod tasks;
#[cfg(test)]
mod testing;
mod token;
mod upload;
mod work;

pub use config::{LoopConfig, Program, ServiceConfig, ServiceEnv};
pub use contact::Contact;
pub use credential::Credential;
pub use grpc::GrpcPlane;
pub use plane::{ControlPlane, PlaneError, PlaneResult};
pub use service::{run, serve};
pub use tasks::{FullSync, StorageEngine, TaskFailure, Tasks};
pub use upload::Upload;
