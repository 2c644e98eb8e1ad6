//! The calls: token requests, and the methods of the service.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use connector_proto::c1::connectorapi::baton::v1::{
    FinishTaskRequest, FinishTaskResponse, GetTaskRequest, GetTasksRequest, HeartbeatRequest,
    HeartbeatResponse, HelloRequest, HelloResponse, TaskType, method,
};
use prost::Message;

use super::checks;
use super::knobs::{Fault, Pace};
use super::listener::Connection;
use super::log::{Method, What};
use super::shared::Shared;
use super::{token, upload};
use crate::grpc::{Messages, Refusal, answer, refuse};

/// Longer than clients accept a message to be.
const TOO_LONG: usize = (4 << 20) + 1024;

/// One call's surroundings.
pub(super) struct Call {
    pub(super) shared: Arc<Shared>,
    pub(super) connection: Connection,
    pub(super) method: Method,
}

/// Answers every request, also one that is not part of the protocol.
pub(super) async fn serve(
    shared: Arc<Shared>,
    connection: Connection,
    request: Request<Body>,
) -> Response<Body> {
    let _counted = shared.begin();
    let path = request.uri().path().to_owned();
    if path == method::TOKEN {
        return hand_out_token(&shared, request).await;
    }
    let Some(method) = Method::at(&path) else {
        shared.object("path", &path);
        let mut response = refuse(&Refusal::new(12, "no such method"));
        if !path.starts_with("/c1.") {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        return response;
    };
    if let Err(refusal) = shared.admit(request.headers()) {
        shared.log(What::Unauthenticated(method));
        return refuse(&refusal);
    }
    let messages = Messages::of(request.into_body());
    let call = Call {
        shared: shared.clone(),
        connection,
        method,
    };
    let answered = match method {
        Method::UploadAsset => upload::receive(&call, messages).await,
        _ => call.unary(messages).await,
    };
    answered.unwrap_or_else(|refusal| refuse(&refusal))
}

async fn hand_out_token(shared: &Shared, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let form = token::form(body).await;
    let now = shared.clock.now();
    let mut seen = token::examine(&parts.method, &parts.headers, form, &shared.credential, now);
    let nonce = seen.header["nonce"].as_str().unwrap_or_default();
    if !shared.new_nonce(nonce) {
        seen.problems.push("the nonce was used before".to_owned());
    }
    let problems = seen.problems.clone();
    shared.log(What::Token(seen));
    let answer = shared.state().knobs.token_answer();
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    if !problems.is_empty() {
        problems.iter().for_each(|p| shared.object("token", p));
        return token::respond(&token::TokenAnswer::failing(401), "");
    }
    token::respond(&answer, &shared.issue(&answer))
}

impl Call {
    /// Lets a fault happen. Returns when the call then goes on as usual.
    pub(super) async fn suffer(
        &self,
        fault: Option<Fault>,
    ) -> Result<Option<Response<Body>>, Refusal> {
        match fault {
            None => Ok(None),
            Some(Fault::Refuse(refusal)) => Err(refusal),
            Some(Fault::Cut) => {
                self.connection.cut();
                std::future::pending().await
            }
            Some(Fault::Hold) => {
                self.shared.hold().await;
                Ok(None)
            }
            Some(Fault::Delay(time)) => {
                tokio::time::sleep(time).await;
                Ok(None)
            }
            Some(Fault::Oversized) => Ok(Some(answer(&Padding {
                padding: vec![0; TOO_LONG],
            }))),
            Some(
                Fault::AfterChunks(_, inner) | Fault::AtEnd(inner) | Fault::AfterStoring(inner),
            ) => Box::pin(self.suffer(Some(*inner))).await,
        }
    }

    pub(super) fn next_fault(&self) -> Option<Fault> {
        self.shared.state().knobs.fault(self.method)
    }

    /// Notes a broken rule on its way to the client.
    pub(super) fn checked(&self, outcome: Result<(), Refusal>) -> Result<(), Refusal> {
        if let Err(refusal) = &outcome {
            self.shared.object(&format!("{:?}", self.method), refusal);
        }
        outcome
    }

    async fn unary(&self, mut messages: Messages) -> Result<Response<Body>, Refusal> {
        match self.method {
            Method::Hello => self.hello(only(&mut messages).await?).await,
            Method::GetTask => self.get_task(only(&mut messages).await?).await,
            Method::GetTasks => self.get_tasks(only(&mut messages).await?).await,
            Method::Heartbeat => self.heartbeat(only(&mut messages).await?).await,
            Method::FinishTask => self.finish(only(&mut messages).await?).await,
            Method::UploadAsset => Err(Refusal::new(13, "uploads are not unary")),
        }
    }

    async fn hello(&self, request: HelloRequest) -> Result<Response<Body>, Refusal> {
        self.shared.log(What::Hello(Box::new(request.clone())));
        self.checked(checks::hello(&request))?;
        if let Some(response) = self.suffer(self.next_fault()).await? {
            return Ok(response);
        }
        let mut state = self.shared.state();
        state.hosts.insert(request.host_id.clone());
        if !request.task_id.is_empty() {
            let record = state.tasks.of_host(&request.task_id, &request.host_id)?;
            if !matches!(record.task.task_type, Some(TaskType::Hello(_))) {
                return Err(Refusal::invalid("the task is not of type hello"));
            }
            record.stage = super::Stage::Finished;
        }
        drop(state);
        self.shared.touch();
        Ok(answer(&HelloResponse::default()))
    }

    async fn get_task(&self, request: GetTaskRequest) -> Result<Response<Body>, Refusal> {
        self.shared.log(What::GetTask(request.clone()));
        self.checked(checks::host(&request.host_id))?;
        if let Some(response) = self.suffer(self.next_fault()).await? {
            return Ok(response);
        }
        Ok(self.poll(&request.host_id, 1, &[]))
    }

    async fn get_tasks(&self, request: GetTasksRequest) -> Result<Response<Body>, Refusal> {
        self.shared.log(What::GetTasks(request.clone()));
        self.checked(checks::get_tasks(&request))?;
        if let Some(response) = self.suffer(self.next_fault()).await? {
            return Ok(response);
        }
        let most = request.page_size as usize;
        Ok(self.poll(&request.host_id, most, &request.known_task_ids))
    }

    fn poll(&self, host: &str, most: usize, known: &[String]) -> Response<Body> {
        let now = self.shared.clock.now();
        let mut state = self.shared.state();
        state.hosts.insert(host.to_owned());
        let lease = state.knobs.lease;
        let mut tasks = state.tasks.lease(host, most, known, now, lease);
        let next_poll = state.knobs.next_poll(!tasks.is_empty());
        if tasks.is_empty() && state.knobs.explicit_none {
            // This encodes a task of type `none` without an id.
            tasks.push(vec![0xa2, 0x06, 0x00]);
        }
        drop(state);
        self.shared.touch();
        answer(&PollAnswer { tasks, next_poll })
    }

    async fn heartbeat(&self, request: HeartbeatRequest) -> Result<Response<Body>, Refusal> {
        self.shared.log(What::Heartbeat(request.clone()));
        self.checked(checks::heartbeat(&request))?;
        if let Some(response) = self.suffer(self.next_fault()).await? {
            return Ok(response);
        }
        let now = self.shared.clock.now();
        let mut state = self.shared.state();
        let lease = state.knobs.lease;
        let record = state.tasks.of_host(&request.task_id, &request.host_id)?;
        let cancelled = record.heartbeat(now, lease);
        let next_heartbeat = state.knobs.next_heartbeat;
        drop(state);
        self.shared.touch();
        Ok(answer(&HeartbeatResponse {
            next_heartbeat,
            cancelled,
            ..HeartbeatResponse::default()
        }))
    }

    async fn finish(&self, request: FinishTaskRequest) -> Result<Response<Body>, Refusal> {
        self.shared.log(What::FinishTask(request.clone()));
        self.checked(checks::finish(&request))?;
        let fault = self.next_fault();
        let late = matches!(fault, Some(Fault::AfterStoring(_)));
        if !late && let Some(response) = self.suffer(fault.clone()).await? {
            return Ok(response);
        }
        {
            let mut state = self.shared.state();
            let attempts = state.knobs.attempts;
            let record = state.tasks.of_host(&request.task_id, &request.host_id)?;
            record.finish(request, attempts);
        }
        self.shared.touch();
        if late && let Some(response) = self.suffer(fault).await? {
            return Ok(response);
        }
        Ok(answer(&FinishTaskResponse::default()))
    }
}

/// The message of a unary call.
async fn only<M: Message + Default>(messages: &mut Messages) -> Result<M, Refusal> {
    let first = messages.next().await?;
    first.ok_or_else(|| Refusal::invalid("there is no message"))
}

/// `GetTaskResponse` and `GetTasksResponse` alike, with tasks as bytes so that they can hold fields of no known schema.
#[derive(Clone, PartialEq, prost::Message)]
struct PollAnswer {
    #[prost(bytes = "vec", repeated, tag = "1")]
    tasks: Vec<Vec<u8>>,
    #[prost(message, optional, tag = "2")]
    next_poll: Pace,
}

/// A message with a field that is in no client's schema.
#[derive(Clone, PartialEq, prost::Message)]
struct Padding {
    #[prost(bytes = "vec", tag = "1000")]
    padding: Vec<u8>,
}
