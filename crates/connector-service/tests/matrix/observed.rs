//! A runtime of its own for the service under test, and a count of its calls, from which follows whether it is busy.
//!
//! Everything the service does happens on one thread, one more reads files for it, and every call to the control plane
//! is counted from before it is sent until its answer has been handed over. So whether the service will do anything
//! more by itself is a matter of fact: no call is under way, and both threads have nothing left to do.

use std::thread::JoinHandle;

use connector_proto::c1::connectorapi::baton::v1::{
    FinishTaskRequest, FinishTaskResponse, GetTaskRequest, GetTaskResponse, GetTasksRequest,
    GetTasksResponse, HeartbeatRequest, HeartbeatResponse, HelloRequest, HelloResponse,
    UploadAssetResponse,
};
use connector_service::{ControlPlane, GrpcPlane, PlaneResult, Upload};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{oneshot, watch};

/// Rounds after which no task of the service can have another one left to wake: more than any of them wakes in a row.
const ROUNDS: usize = 64;

/// A runtime on a thread of its own, with one more thread for blocking work.
pub(crate) struct ServiceRuntime {
    pub(crate) handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ServiceRuntime {
    pub(crate) fn start() -> Self {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(1)
            .build()
            .expect("a runtime");
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            // An error means that the bench is gone, which is also the end.
            let _ = runtime.block_on(stopped);
        });
        Self {
            handle,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Returns when both threads have done what they had to do when this was called, and what followed from it.
    pub(crate) async fn drained(&self) {
        let drained = async {
            for _ in 0..ROUNDS {
                tokio::task::yield_now().await;
            }
            // There is one thread for these, so all earlier ones are done when this one is.
            tokio::task::spawn_blocking(|| ()).await.expect("no panic");
        };
        self.handle.spawn(drained).await.expect("no panic");
    }
}

impl Drop for ServiceRuntime {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Calls of the service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Calls {
    /// All so far.
    pub(crate) begun: usize,
    /// Those under way.
    pub(crate) open: usize,
}

/// The control plane over the network, which counts its calls.
pub(crate) struct CountedPlane {
    pub(crate) plane: GrpcPlane,
    pub(crate) calls: watch::Sender<Calls>,
}

/// A call under way; it has ended when this is dropped.
struct OpenCall<'a>(&'a watch::Sender<Calls>);

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|calls| calls.open -= 1);
    }
}

impl CountedPlane {
    fn begin(&self) -> OpenCall<'_> {
        self.calls.send_modify(|calls| {
            calls.begun += 1;
            calls.open += 1;
        });
        OpenCall(&self.calls)
    }
}

impl ControlPlane for CountedPlane {
    fn reconnect(&self) {
        self.plane.reconnect();
    }

    async fn hello(&self, request: HelloRequest) -> PlaneResult<HelloResponse> {
        let _open = self.begin();
        self.plane.hello(request).await
    }

    async fn get_task(&self, request: GetTaskRequest) -> PlaneResult<GetTaskResponse> {
        let _open = self.begin();
        self.plane.get_task(request).await
    }

    async fn get_tasks(&self, request: GetTasksRequest) -> PlaneResult<GetTasksResponse> {
        let _open = self.begin();
        self.plane.get_tasks(request).await
    }

    async fn heartbeat(&self, request: HeartbeatRequest) -> PlaneResult<HeartbeatResponse> {
        let _open = self.begin();
        self.plane.heartbeat(request).await
    }

    async fn finish_task(&self, request: FinishTaskRequest) -> PlaneResult<FinishTaskResponse> {
        let _open = self.begin();
        self.plane.finish_task(request).await
    }

    async fn upload(&self, upload: Upload) -> PlaneResult<UploadAssetResponse> {
        let _open = self.begin();
        self.plane.upload(upload).await
    }
}
