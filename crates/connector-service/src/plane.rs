//! The control plane as the task loop sees it: six calls that can fail.
//!
//! [`GrpcPlane`](crate::GrpcPlane) is the real one. Tests of the loop use one in memory.

use std::fmt;
use std::future::Future;

use tonic::Code;

use crate::upload::Upload;
use connector_proto::c1::connectorapi::baton::v1::{
    FinishTaskRequest, FinishTaskResponse, GetTaskRequest, GetTaskResponse, GetTasksRequest,
    GetTasksResponse, HeartbeatRequest, HeartbeatResponse, HelloRequest, HelloResponse,
    UploadAssetResponse,
};

/// The outcome of a call.
pub type PlaneResult<T> = Result<T, PlaneError>;

/// Why a call failed; the code decides whether trying again can help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaneError {
    /// The gRPC code.
    pub code: Code,
    /// One sentence.
    pub message: String,
    /// Whether the control plane has not answered at all.
    pub is_unanswered: bool,
}

impl PlaneError {
    /// An answer with this code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            is_unanswered: false,
        }
    }

    /// No answer, for this reason.
    pub fn unanswered(code: Code, message: impl Into<String>) -> Self {
        Self {
            is_unanswered: true,
            ..Self::new(code, message)
        }
    }

    /// Whether the same call would fail again however often it is made.
    pub fn is_final(&self) -> bool {
        matches!(
            self.code,
            Code::Unauthenticated
                | Code::PermissionDenied
                | Code::InvalidArgument
                | Code::Unimplemented
                | Code::FailedPrecondition
                | Code::NotFound
        )
    }
}

impl fmt::Display for PlaneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.message, self.code)
    }
}

impl std::error::Error for PlaneError {}

/// The calls of `BatonService` that a client makes.
pub trait ControlPlane: Send + Sync + 'static {
    /// Makes the calls from now on over a new connection, because the present one may be dead.
    fn reconnect(&self);

    /// Presents the connector, or answers a `hello` task.
    fn hello(
        &self,
        request: HelloRequest,
    ) -> impl Future<Output = PlaneResult<HelloResponse>> + Send;

    /// Polls for one task.
    fn get_task(
        &self,
        request: GetTaskRequest,
    ) -> impl Future<Output = PlaneResult<GetTaskResponse>> + Send;

    /// Polls for several tasks.
    fn get_tasks(
        &self,
        request: GetTasksRequest,
    ) -> impl Future<Output = PlaneResult<GetTasksResponse>> + Send;

    /// Reports that a task is still being worked on.
    fn heartbeat(
        &self,
        request: HeartbeatRequest,
    ) -> impl Future<Output = PlaneResult<HeartbeatResponse>> + Send;

    /// Reports how a task ended.
    fn finish_task(
        &self,
        request: FinishTaskRequest,
    ) -> impl Future<Output = PlaneResult<FinishTaskResponse>> + Send;

    /// Sends a file once, from its first byte.
    fn upload(
        &self,
        upload: Upload,
    ) -> impl Future<Output = PlaneResult<UploadAssetResponse>> + Send;
}
