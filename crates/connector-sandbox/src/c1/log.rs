//! What the control plane saw, in order.

use connector_proto::c1::connectorapi::baton::v1 as wire;
use jiff::Timestamp;

use super::token::TokenRequest;
use crate::grpc::Refusal;

/// The methods of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `Hello`.
    Hello,
    /// `GetTask`.
    GetTask,
    /// `GetTasks`.
    GetTasks,
    /// `Heartbeat`.
    Heartbeat,
    /// `UploadAsset`.
    UploadAsset,
    /// `FinishTask`.
    FinishTask,
}

impl Method {
    /// The method at this path.
    pub(super) fn at(path: &str) -> Option<Self> {
        Some(match path {
            wire::method::HELLO => Self::Hello,
            wire::method::GET_TASK => Self::GetTask,
            wire::method::GET_TASKS => Self::GetTasks,
            wire::method::HEARTBEAT => Self::Heartbeat,
            wire::method::UPLOAD_ASSET => Self::UploadAsset,
            wire::method::FINISH_TASK => Self::FinishTask,
            _ => return None,
        })
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When, by the control plane's clock.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A token was requested.
    Token(TokenRequest),
    /// A call was turned away before its message was looked at.
    Unauthenticated(Method),
    /// `Hello`.
    Hello(Box<wire::HelloRequest>),
    /// `GetTask`.
    GetTask(wire::GetTaskRequest),
    /// `GetTasks`.
    GetTasks(wire::GetTasksRequest),
    /// `Heartbeat`.
    Heartbeat(wire::HeartbeatRequest),
    /// `UploadAsset` began: its first message, when there was one.
    UploadBegan(Option<wire::UploadMetadata>),
    /// `UploadAsset` ended, one way or the other.
    UploadEnded(Upload),
    /// `FinishTask`.
    FinishTask(wire::FinishTaskRequest),
}

impl What {
    /// The method, for counting; `None` for a token request.
    pub fn method(&self) -> Option<Method> {
        Some(match self {
            Self::Hello(_) => Method::Hello,
            Self::GetTask(_) => Method::GetTask,
            Self::GetTasks(_) => Method::GetTasks,
            Self::Heartbeat(_) => Method::Heartbeat,
            Self::UploadBegan(_) => Method::UploadAsset,
            Self::FinishTask(_) => Method::FinishTask,
            Self::Token(_) | Self::Unauthenticated(_) | Self::UploadEnded(_) => return None,
        })
    }
}

/// An upload as far as it came.
#[derive(Clone, Default, PartialEq)]
pub struct Upload {
    /// The task that the file belongs to.
    pub task_id: String,
    /// The length of each data message.
    pub chunks: Vec<usize>,
    /// All bytes.
    pub bytes: Vec<u8>,
    /// Whether everything came, with the right digest.
    pub complete: bool,
    /// Why it was not accepted.
    pub refused: Option<Refusal>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload")
            .field("task_id", &self.task_id)
            .field("chunks", &self.chunks)
            .field("complete", &self.complete)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}
