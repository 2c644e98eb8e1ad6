//! `c1.connectorapi.baton.v1`: the messages of `BatonService`, through which a connector takes tasks from a control
//! plane, reports on them and uploads the file.

pub mod method;
mod task;

use prost_types::{Any, Duration};

pub use task::{SyncFullTask, Task, TaskType, Unread};

use crate::c1::connector::v2::ConnectorMetadata;
use crate::google::rpc::Status;

/// `BatonServiceHelloRequest`: the connector presents itself, or answers a `hello` task.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HelloRequest {
    /// The process, 1 to 256 characters.
    #[prost(string, tag = "1")]
    pub host_id: String,
    /// The `hello` task that is answered; empty at start-up.
    #[prost(string, tag = "2")]
    pub task_id: String,
    /// What was built.
    #[prost(message, optional, tag = "3")]
    pub build_info: Option<BuildInfo>,
    /// Where it runs.
    #[prost(message, optional, tag = "4")]
    pub os_info: Option<OsInfo>,
    /// What it can do; required.
    #[prost(message, optional, tag = "5")]
    pub connector_metadata: Option<ConnectorMetadata>,
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "6")]
    pub annotations: Vec<Any>,
}

/// `BatonServiceHelloRequest.BuildInfo`. Each at most 256 characters.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BuildInfo {
    /// The compiler.
    #[prost(string, tag = "1")]
    pub lang_version: String,
    /// The program.
    #[prost(string, tag = "2")]
    pub package: String,
    /// Its version.
    #[prost(string, tag = "3")]
    pub package_version: String,
}

/// `BatonServiceHelloRequest.OSInfo`. Each at most 256 characters; none should be empty.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OsInfo {
    /// The host's name.
    #[prost(string, tag = "1")]
    pub hostname: String,
    /// `linux`, `darwin`, `windows`.
    #[prost(string, tag = "2")]
    pub os: String,
    /// The distribution's id.
    #[prost(string, tag = "3")]
    pub platform: String,
    /// Its version.
    #[prost(string, tag = "4")]
    pub platform_version: String,
    /// What it derives from.
    #[prost(string, tag = "5")]
    pub platform_family: String,
    /// As `uname -r` prints it.
    #[prost(string, tag = "6")]
    pub kernel_version: String,
    /// As `uname -m` prints it.
    #[prost(string, tag = "7")]
    pub kernel_arch: String,
    /// `docker`, `kvm`, `none`.
    #[prost(string, tag = "8")]
    pub virtualization_system: String,
}

/// `BatonServiceHelloResponse`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HelloResponse {
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "1")]
    pub annotations: Vec<Any>,
}

/// `BatonServiceGetTaskRequest`: asks for one task.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTaskRequest {
    /// The process, 1 to 256 characters.
    #[prost(string, tag = "1")]
    pub host_id: String,
}

/// `BatonServiceGetTaskResponse`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTaskResponse {
    /// The task; absent when there is none.
    #[prost(message, optional, tag = "1")]
    pub task: Option<Task>,
    /// When to ask again.
    #[prost(message, optional, tag = "2")]
    pub next_poll: Option<Duration>,
    /// Not used by the client.
    #[prost(message, optional, tag = "3")]
    pub next_heartbeat: Option<Duration>,
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "4")]
    pub annotations: Vec<Any>,
}

/// `BatonServiceGetTasksRequest`: asks for several tasks.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTasksRequest {
    /// The process, 1 to 256 characters.
    #[prost(string, tag = "1")]
    pub host_id: String,
    /// How many at most, 1 to 100.
    #[prost(uint32, tag = "2")]
    pub page_size: u32,
    /// Tasks the client already has.
    #[prost(string, repeated, tag = "3")]
    pub known_task_ids: Vec<String>,
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "4")]
    pub annotations: Vec<Any>,
}

/// `BatonServiceGetTasksResponse`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetTasksResponse {
    /// The tasks.
    #[prost(message, repeated, tag = "1")]
    pub tasks: Vec<Task>,
    /// When to ask again.
    #[prost(message, optional, tag = "2")]
    pub next_poll: Option<Duration>,
    /// Not used by the client.
    #[prost(message, optional, tag = "3")]
    pub next_heartbeat: Option<Duration>,
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "4")]
    pub annotations: Vec<Any>,
}

/// `BatonServiceHeartbeatRequest`: the task is still being worked on.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HeartbeatRequest {
    /// The process, 1 to 256 characters.
    #[prost(string, tag = "1")]
    pub host_id: String,
    /// The task, 27 letters and digits.
    #[prost(string, tag = "2")]
    pub task_id: String,
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "3")]
    pub annotations: Vec<Any>,
    /// Several tasks at once; not used by the client.
    #[prost(string, repeated, tag = "4")]
    pub task_ids: Vec<String>,
}

/// `BatonServiceHeartbeatResponse`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HeartbeatResponse {
    /// When the next one is due.
    #[prost(message, optional, tag = "1")]
    pub next_heartbeat: Option<Duration>,
    /// The task is no longer wanted.
    #[prost(bool, tag = "2")]
    pub cancelled: bool,
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "3")]
    pub annotations: Vec<Any>,
    /// The answer to `task_ids`.
    #[prost(string, repeated, tag = "4")]
    pub cancelled_task_ids: Vec<String>,
}

/// `BatonServiceUploadAssetRequest.UploadMetadata`: the first message of an upload.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UploadMetadata {
    /// The process, 1 to 256 characters.
    #[prost(string, tag = "1")]
    pub host_id: String,
    /// The task, 27 letters and digits.
    #[prost(string, tag = "2")]
    pub task_id: String,
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "4")]
    pub annotations: Vec<Any>,
}

/// `BatonServiceUploadAssetRequest.UploadData`: the next bytes of the file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UploadData {
    /// 1 to 1,048,576 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub data: Vec<u8>,
}

/// `BatonServiceUploadAssetRequest.UploadEOF`: the last message of an upload.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UploadEof {
    /// 32 bytes over the whole file.
    #[prost(bytes = "vec", tag = "1")]
    pub sha256_checksum: Vec<u8>,
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "2")]
    pub annotations: Vec<Any>,
}

/// `BatonServiceUploadAssetRequest`: one message of an upload.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UploadAssetRequest {
    /// What it is.
    #[prost(oneof = "UploadPart", tags = "100, 101, 102")]
    pub msg: Option<UploadPart>,
}

/// The parts of an upload, in this order.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum UploadPart {
    /// Whose file it is.
    #[prost(message, tag = "100")]
    Metadata(UploadMetadata),
    /// Its bytes.
    #[prost(message, tag = "101")]
    Data(UploadData),
    /// Its end.
    #[prost(message, tag = "102")]
    Eof(UploadEof),
}

/// `BatonServiceUploadAssetResponse`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UploadAssetResponse {
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "1")]
    pub annotations: Vec<Any>,
}

/// `BatonServiceFinishTaskRequest`: how a task ended.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FinishTaskRequest {
    /// The process, 1 to 256 characters.
    #[prost(string, tag = "1")]
    pub host_id: String,
    /// The task, 27 letters and digits.
    #[prost(string, tag = "2")]
    pub task_id: String,
    /// What went wrong; absent after success.
    #[prost(message, optional, tag = "3")]
    pub status: Option<Status>,
    /// Success or failure.
    #[prost(oneof = "FinalState", tags = "100, 101")]
    pub final_state: Option<FinalState>,
}

/// Success or failure of a task.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum FinalState {
    /// It failed.
    #[prost(message, tag = "100")]
    Error(FinishError),
    /// It is done.
    #[prost(message, tag = "101")]
    Success(FinishSuccess),
}

/// `BatonServiceFinishTaskRequest.Error`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FinishError {
    /// Trying again would end the same way.
    #[prost(bool, tag = "1")]
    pub non_retryable: bool,
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "2")]
    pub annotations: Vec<Any>,
    /// Never set by the client.
    #[prost(message, optional, tag = "3")]
    pub response: Option<Any>,
}

/// `BatonServiceFinishTaskRequest.Success`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FinishSuccess {
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "1")]
    pub annotations: Vec<Any>,
    /// The answer, for task types that have one.
    #[prost(message, optional, tag = "2")]
    pub response: Option<Any>,
}

/// `BatonServiceFinishTaskResponse`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FinishTaskResponse {
    /// Extra messages; at most 16 are accepted.
    #[prost(message, repeated, tag = "1")]
    pub annotations: Vec<Any>,
}
