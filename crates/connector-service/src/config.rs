//! The settings of the service and the environment it runs in.

use std::path::PathBuf;
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use tokio_util::sync::CancellationToken;

use crate::contact::Contact;
use crate::credential::Credential;
use connector_proto::c1::connector::v2::ConnectorMetadata;

/// How long a stopped service waits for its tasks to be reported. Runtimes of containers kill a process after 10 seconds, and
/// telemetry and files need a part of these.
pub const GRACE: Duration = Duration::from_secs(8);
/// Tasks at the same time unless set otherwise.
pub const CONCURRENCY: usize = 3;

/// The settings of the service.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// Who the connector is to the control plane.
    pub credential: Credential,
    /// Replaces the client id's host for connections (`BATON_C1_API_HOST`), `host` or `host:port`. Empty is as if unset.
    pub api_host: Option<String>,
    /// More trusted certificates in PEM form, beside the system's and the bundled ones.
    pub extra_roots: Vec<u8>,
    /// Time limit of a token request; at most 30 seconds of it are used.
    pub http_timeout: Duration,
    /// Everything that does not concern the connection.
    pub service: LoopConfig,
}

/// The part of the settings that the task loop needs; it knows no network.
#[derive(Debug, Clone)]
pub struct LoopConfig {
    /// The process's name to the control plane; see [`crate::host::host_id`].
    pub host_id: String,
    /// Polls for several tasks at once (`BATON_GET_TASKS`).
    pub batched: bool,
    /// Tasks at the same time, 1 to 100.
    pub concurrency: usize,
    /// How long a stopped service waits for its tasks to be reported.
    pub grace: Duration,
    /// Where the files of tasks are written; must exist.
    pub temp_dir: PathBuf,
    /// The program that runs.
    pub program: Program,
    /// How the connector presents itself.
    pub metadata: ConnectorMetadata,
}

/// The program that says hello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Such as `baton-example`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Time, randomness and the stop signal.
#[derive(Debug, Clone)]
pub struct ServiceEnv {
    /// Paces polls, heartbeats and pauses, and limits calls.
    pub clock: SharedClock,
    /// Randomness, for jitter and nonces.
    pub entropy: SharedEntropy,
    /// Stops the service when cancelled.
    pub cancel: CancellationToken,
    /// Whether the service could be given work, for those who ask about it.
    pub contact: Contact,
}
