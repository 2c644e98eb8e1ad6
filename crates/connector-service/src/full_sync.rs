//! A sync: heartbeats from before it starts until it is over, a fresh file, its upload.

use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::leftovers::TempDirectory;
use tokio_util::sync::CancellationToken;
use tonic::Code;

use crate::backoff;
use crate::plane::{ControlPlane, PlaneError, PlaneResult};
use crate::service::{SHORT_CALL, Service};
use crate::tasks::{FullSync, StorageEngine, Tasks};
use crate::upload::Upload;
use crate::work::Finish;
use connector_proto::c1::connectorapi::baton::v1::{
    HeartbeatRequest, HeartbeatResponse, SyncFullTask, Task,
};

/// Failed heartbeats in a row after which the task is given up.
const LOST: u32 = 9;
/// Pause before the first heartbeat is tried again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How long a cancelled sync may take to stop by itself.
const STOP: Duration = Duration::from_secs(5);

/// Whole uploads that are tried.
const UPLOADS: u32 = 3;
/// Pause after the first failed upload; doubled after the second.
const UPLOAD_PAUSE: Duration = Duration::from_secs(1);

/// How long an upload may stand still: the time in which the connection takes no message, 512 KiB at most, or in which no
/// answer follows the last one. A control plane that answers pings and reads nothing would hold the task for good.
const STANDSTILL: Duration = Duration::from_secs(300);

/// Why a task was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StopReason {
    /// The control plane no longer wants it.
    Cancelled,
    /// The heartbeats did not reach the control plane.
    HeartbeatsLost,
    /// The service is stopping.
    Shutdown,
}

/// Stops a task, and remembers why.
struct TaskStop {
    token: CancellationToken,
    reason: OnceLock<StopReason>,
}

impl TaskStop {
    fn now(&self, reason: StopReason) {
        // The first reason counts.
        let _ = self.reason.set(reason);
        self.token.cancel();
    }

    fn finish(&self) -> Finish {
        let (code, message) = match self.reason.get().unwrap_or(&StopReason::Shutdown) {
            StopReason::Cancelled => (Code::Cancelled, "task was cancelled"),
            StopReason::HeartbeatsLost => (Code::Unknown, "task failed heartbeat"),
            StopReason::Shutdown => (Code::Cancelled, "the connector is shutting down"),
        };
        Finish::failed(code, message, false)
    }
}

impl<P: ControlPlane, T: Tasks> Service<P, T> {
    /// Syncs and uploads; `None` when the control plane did not confirm the task first.
    pub(crate) async fn sync_full(&self, task: &Task, sync: &SyncFullTask) -> Option<Finish> {
        let id = task.id.as_str();
        let wanted = storage_engine(sync).and_then(|engine| Ok((engine, targets(sync)?)));
        let (storage_engine, targets) = match wanted {
            Ok(wanted) => wanted,
            Err(refusal) => return Some(refusal),
        };
        let dir = match TempDirectory::create(&self.config.temp_dir) {
            Ok(dir) => Arc::new(dir),
            Err(e) => {
                let message = format!("making a directory for the task: {e}");
                return Some(Finish::failed(Code::FailedPrecondition, message, false));
            }
        };
        let stop = TaskStop {
            token: self.env.cancel.child_token(),
            reason: OnceLock::new(),
        };
        let first = tokio::select! {
            biased;
            () = stop.token.cancelled() => return Some(stop.finish()),
            first = self.first_beat(id) => first,
        };
        let interval = match first {
            Ok(answer) if answer.cancelled => {
                tracing::info!("the task was cancelled before it started");
                return None;
            }
            Ok(answer) => backoff::next_heartbeat(answer.next_heartbeat),
            Err(error) => {
                tracing::warn!(%error, "the first heartbeat failed, the task is left alone");
                return None;
            }
        };
        let wanted = FullSync {
            file: dir.path().join("sync.c1z"),
            task_id: id.to_owned(),
            resource_types: sync.sync_resource_type_ids.clone(),
            targets,
            skip_entitlements_and_grants: sync.skip_entitlements_and_grants,
            skip_grants: sync.skip_grants,
            storage_engine,
            debug_log: task.debug.then(|| dir.path().join("debug.log")),
        };
        tokio::select! {
            biased;
            finish = self.sync_and_upload(wanted, dir, &stop) => Some(finish),
            never = self.heartbeats(id, interval, &stop) => match never {},
        }
    }

    async fn sync_and_upload(
        &self,
        wanted: FullSync,
        directory: Arc<TempDirectory>,
        stop: &TaskStop,
    ) -> Finish {
        let (id, file) = (wanted.task_id.clone(), wanted.file.clone());
        let debug_log = wanted.debug_log.clone();
        let sync = self
            .tasks
            .full_sync(wanted, directory.clone(), stop.token.clone());
        tokio::pin!(sync);
        let outcome = tokio::select! {
            biased;
            outcome = &mut sync => Some(outcome),
            () = stop.token.cancelled() => tokio::select! {
                biased;
                outcome = sync => Some(outcome),
                () = self.env.clock.sleep(STOP) => None,
            },
        };
        match outcome {
            _ if stop.token.is_cancelled() => return stop.finish(),
            Some(Err(failure)) => return failure.into(),
            Some(Ok(())) => {}
            None => return stop.finish(),
        }
        let sending = async {
            if let Err(finish) = self.upload(&id, &file).await {
                return finish;
            }
            // The sync has arrived; a task that failed now would only bring it once more.
            if let Some(log) = debug_log.filter(|log| log.exists())
                && let Err(Finish::Failed { status, .. }) = self.upload(&id, &log).await
            {
                tracing::warn!(error = status.message, "the detailed log was not uploaded");
            }
            Finish::Done(None)
        };
        tokio::select! {
            biased;
            () = stop.token.cancelled() => stop.finish(),
            finish = sending => finish,
        }
    }

    async fn upload(&self, id: &str, file: &Path) -> Result<(), Finish> {
        let upload = Upload::prepare(&self.config.host_id, id, file).await;
        let upload = upload.map_err(|e| {
            let message = format!("reading the file to upload: {e}");
            Finish::failed(Code::Internal, message, false)
        })?;
        Ok(self.send(&upload).await?)
    }

    /// Sends a file, from the start again after a failure that may pass.
    async fn send(&self, upload: &Upload) -> PlaneResult<()> {
        let mut refused = false;
        let mut attempt = 1;
        loop {
            let answer = tokio::select! {
                biased;
                answer = self.plane.upload(upload.clone()) => answer,
                error = self.standstill(upload) => Err(error),
            };
            self.env.contact.note(&answer, self.env.clock.elapsed());
            let Err(error) = answer else { return Ok(()) };
            // The plane has dropped the token by now; a second refusal concerns the credential.
            let new_token = error.code == Code::Unauthenticated && !refused;
            refused |= error.code == Code::Unauthenticated;
            if attempt == UPLOADS || (error.is_final() && !new_token) {
                let message = format!("uploading the file: {}", error.message);
                return Err(PlaneError { message, ..error });
            }
            tracing::warn!(attempt, %error, "the upload broke off, starting again");
            self.env.clock.sleep(UPLOAD_PAUSE * attempt).await;
            attempt += 1;
        }
    }

    /// Waits until an upload has stood still for too long.
    async fn standstill(&self, upload: &Upload) -> PlaneError {
        loop {
            tokio::select! {
                biased;
                () = upload.taken.notified() => {}
                () = self.env.clock.sleep(STANDSTILL) => {
                    let limit = STANDSTILL.as_secs();
                    let message = format!("the control plane took nothing more for {limit} s");
                    return PlaneError::unanswered(Code::DeadlineExceeded, message);
                }
            }
        }
    }

    /// Sends heartbeats until the task is stopped. Never ends by itself.
    async fn heartbeats(&self, id: &str, mut interval: Duration, stop: &TaskStop) -> Infallible {
        let mut failed = 0;
        while !stop.token.is_cancelled() {
            self.env.clock.sleep(interval).await;
            match self.beat(id).await {
                Ok(answer) if answer.cancelled => {
                    tracing::info!("the control plane cancelled the task");
                    stop.now(StopReason::Cancelled);
                }
                Ok(answer) => {
                    failed = 0;
                    interval = backoff::next_heartbeat(answer.next_heartbeat);
                }
                Err(error) => {
                    failed += 1;
                    tracing::warn!(%error, failed, "heartbeat failed");
                    if failed == LOST {
                        stop.now(StopReason::HeartbeatsLost);
                    }
                }
            }
        }
        std::future::pending().await
    }

    /// The heartbeat before the work begins: once more when it fails in a way that may pass.
    async fn first_beat(&self, id: &str) -> PlaneResult<HeartbeatResponse> {
        match self.beat(id).await {
            Err(error) if !error.is_final() => {
                tracing::warn!(%error, "the first heartbeat failed, trying once more");
                self.env.clock.sleep(FIRST_PAUSE).await;
                self.beat(id).await
            }
            answer => answer,
        }
    }

    async fn beat(&self, id: &str) -> PlaneResult<HeartbeatResponse> {
        let request = HeartbeatRequest {
            host_id: self.config.host_id.clone(),
            task_id: id.to_owned(),
            ..HeartbeatRequest::default()
        };
        self.call(SHORT_CALL, self.plane.heartbeat(request)).await
    }
}

/// The format that a task wants.
///
/// # Errors
/// One that is not known, refused for good.
fn storage_engine(sync: &SyncFullTask) -> Result<StorageEngine, Finish> {
    match sync.storage_engine.as_str() {
        "" | "sqlite" => Ok(StorageEngine::Sqlite),
        "pebble" => Ok(StorageEngine::Pebble),
        _ => Err(Finish::failed(
            Code::InvalidArgument,
            "unknown storage engine",
            true,
        )),
    }
}

/// The resources that a task is about.
///
/// # Errors
/// What cannot be synced, refused for good.
fn targets(sync: &SyncFullTask) -> Result<Vec<ResourceId>, Finish> {
    let refused = |message| Finish::failed(Code::InvalidArgument, message, true);
    let targets = sync.targeted_sync_resources.iter();
    let ids = targets.map(|target| {
        let id = target.id.clone().unwrap_or_default();
        let resource_type = ResourceTypeId::from_string(id.resource_type);
        ResourceId::new(resource_type, id.resource)
    });
    let ids: Vec<_> = ids.collect();
    match ids.iter().all(ResourceId::is_valid) {
        true => Ok(ids),
        false => Err(refused("a resource to sync has no valid id")),
    }
}
