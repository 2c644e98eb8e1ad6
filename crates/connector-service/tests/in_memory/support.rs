//! A control plane in memory, work that follows a script, and time that passes only while nothing else happens.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use connector_core::clock::Clock;
use connector_core::entropy::SeededEntropy;
use connector_core::error::{Error, ErrorKind, Result};
use connector_proto::c1::connectorapi::baton::v1::{
    FinalState, FinishTaskRequest, FinishTaskResponse, GetTaskRequest, GetTaskResponse,
    GetTasksRequest, GetTasksResponse, HeartbeatRequest, HeartbeatResponse, HelloRequest,
    HelloResponse, SyncFullTask, Task, TaskType, UploadAssetResponse, UploadPart,
};
use connector_service::config::GRACE;
use connector_service::{
    Contact, ControlPlane, FullSync, LoopConfig, PlaneError, PlaneResult, Program, ServiceEnv,
    TaskFailure, Tasks, Upload, serve,
};
use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::Code;

/// Follows tokio's clock, which the tests pause.
#[derive(Debug)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
            .checked_add(self.0.elapsed())
            .unwrap_or(Timestamp::MAX)
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// What the control plane answers and what it has heard.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) hellos: VecDeque<Code>,
    /// Without more of them a poll stays open.
    pub(crate) polls: VecDeque<PlaneResult<GetTaskResponse>>,
    pub(crate) batches: VecDeque<PlaneResult<GetTasksResponse>>,
    /// Without more of them a heartbeat is well and the next is due in 30 s.
    pub(crate) beats: VecDeque<PlaneResult<HeartbeatResponse>>,
    pub(crate) uploads: VecDeque<Code>,
    pub(crate) finishes: VecDeque<Code>,
    /// After the hellos and the polls, no call is answered.
    pub(crate) silent: bool,
    /// Seconds since the start, and what was heard then.
    pub(crate) heard: Vec<(u64, String)>,
}

#[derive(Clone)]
pub(crate) struct Plane {
    script: Arc<Mutex<Script>>,
    started: Instant,
}

impl Plane {
    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    fn hear(&self, what: impl Into<String>) {
        let seconds = self.started.elapsed().as_secs();
        self.script().heard.push((seconds, what.into()));
    }

    /// What was heard, without times.
    pub(crate) fn heard(&self) -> Vec<String> {
        let script = self.script();
        script.heard.iter().map(|(_, what)| what.clone()).collect()
    }

    /// When something was heard, in seconds since the start.
    pub(crate) fn times(&self, wanted: &str) -> Vec<u64> {
        let script = self.script();
        let matching = script.heard.iter().filter(|(_, what)| what == wanted);
        matching.map(|(at, _)| *at).collect()
    }
}

impl Plane {
    /// Never ends while the control plane is silent.
    async fn answering(&self) {
        let silent = self.script().silent;
        if silent {
            std::future::pending().await
        }
    }
}

fn coded<T: Default>(code: Option<Code>) -> PlaneResult<T> {
    match code {
        None | Some(Code::Ok) => Ok(T::default()),
        Some(code) => Err(PlaneError::new(code, "scripted")),
    }
}

impl ControlPlane for Plane {
    fn reconnect(&self) {
        self.hear("reconnect");
    }

    async fn hello(&self, request: HelloRequest) -> PlaneResult<HelloResponse> {
        self.hear(format!("hello {}", request.task_id).trim());
        let code = self.script().hellos.pop_front();
        coded(code)
    }

    async fn get_task(&self, _: GetTaskRequest) -> PlaneResult<GetTaskResponse> {
        self.hear("poll");
        let answer = self.script().polls.pop_front();
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    async fn get_tasks(&self, request: GetTasksRequest) -> PlaneResult<GetTasksResponse> {
        let mut known = request.known_task_ids;
        known.sort();
        self.hear(format!("batch {} {known:?}", request.page_size));
        let answer = self.script().batches.pop_front();
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    async fn heartbeat(&self, request: HeartbeatRequest) -> PlaneResult<HeartbeatResponse> {
        self.hear(format!("heartbeat {}", request.task_id));
        self.answering().await;
        let answer = self.script().beats.pop_front();
        answer.unwrap_or_else(|| Ok(HeartbeatResponse::default()))
    }

    async fn finish_task(&self, request: FinishTaskRequest) -> PlaneResult<FinishTaskResponse> {
        let ended = match (&request.status, &request.final_state) {
            (None, Some(FinalState::Success(done))) => match &done.response {
                Some(response) => format!("done with {}", response.type_url),
                None => "done".to_owned(),
            },
            (Some(status), Some(FinalState::Error(error))) => {
                format!("failed {} {}", status.code, error.non_retryable)
            }
            _ => format!("odd {request:?}"),
        };
        self.hear(format!("finish {} {ended}", request.task_id));
        self.answering().await;
        let code = self.script().finishes.pop_front();
        coded(code)
    }

    async fn upload(&self, upload: Upload) -> PlaneResult<UploadAssetResponse> {
        let id = upload.task_id.clone();
        let parts: Vec<_> = upload.messages().collect().await;
        let bytes: Vec<u8> = parts
            .into_iter()
            .filter_map(|part| match part.msg {
                Some(UploadPart::Data(data)) => Some(data.data),
                _ => None,
            })
            .flatten()
            .collect();
        self.hear(format!("upload {id} {}", String::from_utf8_lossy(&bytes)));
        let code = self.script().uploads.pop_front();
        coded(code)
    }
}

/// What the work does.
#[derive(Clone, Copy)]
pub(crate) enum Behaviour {
    /// Takes this many seconds.
    Takes(u64),
    Fails(ErrorKind),
    Panics,
    /// Goes on until it is cancelled.
    UntilCancelled,
    /// Goes on even then.
    Deaf,
}

struct Work(Behaviour);

impl Tasks for Work {
    async fn full_sync(
        &self,
        wanted: FullSync,
        _directory: Arc<connector_core::leftovers::TempDirectory>,
        cancel: CancellationToken,
    ) -> Result<(), TaskFailure> {
        match self.0 {
            Behaviour::Takes(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            Behaviour::Fails(kind) => return Err(Error::new(kind, "no").into()),
            Behaviour::Panics => panic!("a defect"),
            Behaviour::UntilCancelled => {
                cancel.cancelled().await;
                return Err(Error::new(ErrorKind::Interrupted, "stopped").into());
            }
            Behaviour::Deaf => std::future::pending().await,
        }
        std::fs::write(&wanted.file, b"synced").unwrap();
        Ok(())
    }
}

/// A service and its control plane.
pub(crate) struct Bench {
    pub(crate) plane: Plane,
    pub(crate) config: LoopConfig,
    pub(crate) cancel: CancellationToken,
    temp: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let plane = Plane {
            script: Arc::default(),
            started: Instant::now(),
        };
        let config = LoopConfig {
            host_id: "h".to_owned(),
            batched: false,
            concurrency: 3,
            grace: GRACE,
            temp_dir: temp.path().to_owned(),
            program: Program {
                name: "baton-lake".to_owned(),
                version: "1.2.3".to_owned(),
            },
            metadata: Default::default(),
        };
        Self {
            plane,
            config,
            cancel: CancellationToken::new(),
            temp,
        }
    }

    /// A bench whose first polls bring these tasks, one after the other.
    pub(crate) fn with_tasks(tasks: impl IntoIterator<Item = Task>) -> Self {
        let bench = Self::new();
        let answers = tasks.into_iter().map(|task| Ok(answer(Some(task), 0)));
        bench.plane.script().polls.extend(answers);
        bench
    }

    /// Runs the service for so many seconds, stops it, and returns what it came to and when it ended.
    pub(crate) async fn run(&self, work: Behaviour, seconds: u64) -> (Result<()>, u64) {
        let env = ServiceEnv {
            clock: Arc::new(TokioClock(self.plane.started)),
            entropy: Arc::new(SeededEntropy::new(1)),
            cancel: self.cancel.clone(),
            contact: Contact::default(),
        };
        let cancel = self.cancel.clone();
        let stop = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            cancel.cancel();
        });
        let outcome = serve(self.plane.clone(), Work(work), self.config.clone(), env).await;
        stop.abort();
        // An aborted task lets go of its files when the runtime next looks at it.
        tokio::task::yield_now().await;
        let left = std::fs::read_dir(self.temp.path()).unwrap().count();
        assert_eq!(left, 0, "temporary files are left");
        (outcome, self.plane.started.elapsed().as_secs())
    }
}

pub(crate) fn seconds(seconds: i64) -> Option<prost_types::Duration> {
    Some(prost_types::Duration { seconds, nanos: 0 })
}

pub(crate) fn answer(task: Option<Task>, next_poll: i64) -> GetTaskResponse {
    GetTaskResponse {
        task,
        next_poll: seconds(next_poll),
        ..GetTaskResponse::default()
    }
}

pub(crate) fn task(id: &str, task_type: Option<TaskType>) -> Task {
    Task {
        id: id.to_owned(),
        task_type,
        ..Task::default()
    }
}

pub(crate) fn sync(id: &str) -> Task {
    task(id, Some(TaskType::SyncFull(SyncFullTask::default())))
}

pub(crate) fn failing<T>(code: Code) -> PlaneResult<T> {
    Err(PlaneError::new(code, "scripted"))
}
