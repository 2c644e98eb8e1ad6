//! One task: what is done for it, and its one answer.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use prost_types::Any;
use tonic::Code;

use crate::plane::{ControlPlane, PlaneError};
use crate::service::Service;
use crate::tasks::{TaskFailure, Tasks};
use connector_proto::c1::connector::v2::{ListActionSchemasResponse, ListEventFeedsResponse};
use connector_proto::c1::connectorapi::baton::v1::{
    FinalState, FinishError, FinishSuccess, FinishTaskRequest, Task, TaskType,
};
use connector_proto::google::rpc::Status;
use connector_proto::pack;

/// Time for reporting how a task ended, attempts and pauses together. While the service stops, what is left of its time is all
/// there is.
const FINISH: Duration = Duration::from_secs(30);
/// Time for one attempt.
const ATTEMPT: Duration = Duration::from_secs(5);
/// How often that is tried.
const ATTEMPTS: u32 = 5;
/// The longest message about a failure, in bytes.
const MAX_MESSAGE: usize = 4096;

/// How a task ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Finish {
    /// It is done, with an answer where its type has one.
    Done(Option<Any>),
    /// It failed.
    Failed { status: Status, non_retryable: bool },
}

impl Finish {
    pub(crate) fn failed(code: Code, message: impl Into<String>, non_retryable: bool) -> Self {
        let status = Status {
            code: code as i32,
            message: cut(message.into()),
            details: Vec::new(),
        };
        Self::Failed {
            status,
            non_retryable,
        }
    }

    fn refused(code: Code, message: &str) -> Self {
        Self::failed(code, message, true)
    }
}

impl From<TaskFailure> for Finish {
    fn from(failure: TaskFailure) -> Self {
        let mut details = failure.details;
        details.truncate(16);
        Self::Failed {
            status: Status {
                // Exit codes are gRPC codes.
                code: i32::from(failure.error.kind().policy().exit_code),
                message: cut(failure.error.to_string()),
                details,
            },
            non_retryable: failure.non_retryable,
        }
    }
}

impl From<PlaneError> for Finish {
    fn from(error: PlaneError) -> Self {
        Self::failed(error.code, error.message, false)
    }
}

fn cut(mut message: String) -> String {
    while message.len() > MAX_MESSAGE {
        message.pop();
    }
    message
}

impl<P: ControlPlane, T: Tasks> Service<P, T> {
    /// Works on a task and answers it.
    pub(crate) async fn handle(&self, task: &Task) {
        tracing::info!(debug = task.debug, "task received");
        let answer = AssertUnwindSafe(self.answer(task)).catch_unwind().await;
        let answer = answer.unwrap_or_else(|_| {
            tracing::error!("the task panicked");
            Some(Finish::failed(
                Code::Internal,
                "Internal Server Error",
                false,
            ))
        });
        match answer {
            Some(finish) => self.finish(&task.id, finish).await,
            None => tracing::info!("task over, nothing to report"),
        }
    }

    /// Does what a task is for; `None` when the protocol wants no answer.
    async fn answer(&self, task: &Task) -> Option<Finish> {
        use TaskType as Type;
        let Some(kind) = &task.task_type else {
            return Some(Finish::refused(
                Code::Unimplemented,
                "unsupported task type",
            ));
        };
        let finish = match kind {
            Type::None(_) => return None,
            Type::Hello(_) => {
                if let Err(error) = self.hello(&task.id).await {
                    tracing::warn!(%error, "the hello task failed");
                }
                return None;
            }
            Type::SyncFull(sync) => return self.sync_full(task, sync).await,
            Type::Grant(_)
            | Type::Revoke(_)
            | Type::CreateAccount(_)
            | Type::CreateResource(_)
            | Type::DeleteResource(_)
            | Type::RotateCredentials(_)
            | Type::IssueCredential(_) => Finish::refused(
                Code::Unimplemented,
                "the connector is read-only, provisioning is not supported",
            ),
            Type::CreateTicket(_)
            | Type::ListTicketSchemas(_)
            | Type::GetTicket(_)
            | Type::BulkCreateTickets(_)
            | Type::BulkGetTickets(_) => Finish::refused(
                Code::Unimplemented,
                "the connector is read-only, ticketing is not supported",
            ),
            Type::ActionListSchemas(_) => Finish::Done(Some(pack(&ListActionSchemasResponse {}))),
            Type::ActionGetSchema(_) | Type::ActionInvoke(_) | Type::ActionStatus(_) => {
                Finish::refused(Code::NotFound, "the connector has no actions")
            }
            Type::ListEventFeeds(_) => Finish::Done(Some(pack(&ListEventFeedsResponse {}))),
            Type::ListEvents(_) => {
                Finish::refused(Code::NotFound, "the connector has no event feeds")
            }
            Type::EventFeed(_) | Type::CreateSyncDiff(_) | Type::CompactSyncs(_) => {
                Finish::refused(Code::Unimplemented, "unsupported task type")
            }
        };
        Some(finish)
    }

    /// Reports how a task ended. A failure that may pass is tried again for a while, then left to the control plane.
    async fn finish(&self, id: &str, finish: Finish) {
        match &finish {
            Finish::Done(_) => tracing::info!("task done"),
            Finish::Failed {
                status,
                non_retryable,
            } => {
                tracing::warn!(
                    code = status.code,
                    error = status.message,
                    non_retryable,
                    "task failed"
                );
                let code = format!("{:?}", Code::from_i32(status.code));
                tracing::Span::current().record("error.type", code);
            }
        }
        let request = self.finish_request(id, finish);
        let reporting = async {
            let mut attempt = 1;
            loop {
                let call = self.plane.finish_task(request.clone());
                let Err(error) = self.call(ATTEMPT, call).await else {
                    return;
                };
                if error.is_final() || attempt == ATTEMPTS {
                    tracing::error!(%error, "the task's end could not be reported");
                    return;
                }
                tracing::warn!(%error, attempt, "reporting the task's end failed, trying again");
                self.env
                    .clock
                    .sleep(Duration::from_secs(1 << (attempt - 1)))
                    .await;
                attempt += 1;
            }
        };
        tokio::select! {
            biased;
            () = reporting => {}
            () = self.env.clock.sleep(FINISH) => {
                tracing::error!("the task's end could not be reported in time");
            }
        }
    }

    fn finish_request(&self, id: &str, finish: Finish) -> FinishTaskRequest {
        let (status, state) = match finish {
            Finish::Done(response) => {
                let success = FinishSuccess {
                    response,
                    annotations: Vec::new(),
                };
                (None, FinalState::Success(success))
            }
            Finish::Failed {
                status,
                non_retryable,
            } => {
                let error = FinishError {
                    non_retryable,
                    ..FinishError::default()
                };
                (Some(status), FinalState::Error(error))
            }
        };
        FinishTaskRequest {
            host_id: self.config.host_id.clone(),
            task_id: id.to_owned(),
            status,
            final_state: Some(state),
        }
    }
}
