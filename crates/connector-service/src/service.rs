//! The service from hello to shutdown: [`run`] over the network, [`serve`] over any control plane.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connector_core::error::{Error, ErrorKind, Result};
use tonic::Code;

use crate::backoff;
use crate::config::{LoopConfig, ServiceConfig, ServiceEnv};
use crate::grpc::GrpcPlane;
use crate::host;
use crate::plane::{ControlPlane, PlaneError, PlaneResult};
use crate::tasks::Tasks;
use connector_proto::c1::connectorapi::baton::v1::HelloRequest;

/// Time limit of a hello, a heartbeat: calls that a control plane answers at once.
pub(crate) const SHORT_CALL: Duration = Duration::from_secs(15);

/// Runs the service until it is stopped.
///
/// # Errors
/// What the operator must put right: settings, a credential or a connector that the control plane refuses. Whatever may
/// pass by itself is waited for.
pub async fn run<T: Tasks>(config: ServiceConfig, tasks: T, env: ServiceEnv) -> Result<()> {
    let plane = GrpcPlane::new(&config, env.clock.clone(), env.entropy.clone())?;
    tracing::info!(
        client_id = config.credential.id().as_str(),
        host_id = config.service.host_id,
        "service mode: connecting to the control plane"
    );
    serve(plane, tasks, config.service, env).await
}

/// Runs the task loop over a control plane until it is stopped.
///
/// # Errors
/// As for [`run`].
pub async fn serve<P: ControlPlane, T: Tasks>(
    plane: P,
    tasks: T,
    config: LoopConfig,
    env: ServiceEnv,
) -> Result<()> {
    let service = Arc::new(Service {
        plane,
        tasks,
        config,
        env,
        active: Mutex::default(),
    });
    let cancel = service.env.cancel.clone();
    tokio::select! {
        biased;
        () = cancel.cancelled() => return Ok(()),
        accepted = service.hello_until_accepted() => accepted?,
    }
    service.env.contact.accept();
    tracing::info!("the control plane has accepted the connector");
    service.poll_until_stopped().await;
    tracing::info!("service stopped");
    Ok(())
}

/// What all parts of the service share.
pub(crate) struct Service<P, T> {
    pub(crate) plane: P,
    pub(crate) tasks: T,
    pub(crate) config: LoopConfig,
    pub(crate) env: ServiceEnv,
    active: Mutex<HashSet<String>>,
}

impl<P: ControlPlane, T: Tasks> Service<P, T> {
    async fn hello_until_accepted(&self) -> Result<()> {
        let mut attempt = 0;
        loop {
            let error = match self.hello("").await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_final() => return Err(refused(&error)),
                Err(error) => error,
            };
            let pause = backoff::before_hello(attempt, &*self.env.entropy);
            tracing::warn!(%error, retry_in_ms = pause.as_millis() as u64, "hello failed, trying again");
            self.env.clock.sleep(pause).await;
            attempt += 1;
        }
    }

    /// Says hello, for itself or as the answer to a task.
    pub(crate) async fn hello(&self, task_id: &str) -> PlaneResult<()> {
        let request = HelloRequest {
            host_id: self.config.host_id.clone(),
            task_id: task_id.to_owned(),
            build_info: Some(host::build_info(&self.config.program)),
            os_info: Some(host::os_info()),
            connector_metadata: Some(self.config.metadata.clone()),
            annotations: Vec::new(),
        };
        self.call(SHORT_CALL, self.plane.hello(request)).await?;
        Ok(())
    }

    /// Makes a call that must be answered within `limit`.
    pub(crate) async fn call<A>(
        &self,
        limit: Duration,
        call: impl Future<Output = PlaneResult<A>>,
    ) -> PlaneResult<A> {
        let answer = tokio::select! {
            biased;
            answer = call => answer,
            () = self.env.clock.sleep(limit) => {
                self.plane.reconnect();
                let message = format!("the control plane did not answer within {} s", limit.as_secs());
                Err(PlaneError::unanswered(Code::DeadlineExceeded, message))
            }
        };
        self.env.contact.note(&answer, self.env.clock.elapsed());
        answer
    }

    /// Marks a task as being worked on, unless it already is.
    pub(crate) fn start(self: &Arc<Self>, id: &str) -> Option<Active<P, T>> {
        self.active().insert(id.to_owned()).then(|| Active {
            service: self.clone(),
            id: id.to_owned(),
        })
    }

    /// The tasks being worked on.
    pub(crate) fn active(&self) -> MutexGuard<'_, HashSet<String>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task is being worked on for as long as this lives.
pub(crate) struct Active<P: ControlPlane, T: Tasks> {
    service: Arc<Service<P, T>>,
    id: String,
}

impl<P: ControlPlane, T: Tasks> Drop for Active<P, T> {
    fn drop(&mut self) {
        self.service.active().remove(&self.id);
    }
}

/// The error for the operator when the control plane refuses the connector.
fn refused(error: &PlaneError) -> Error {
    let (kind, hint) = match error.code {
        Code::Unauthenticated => (
            ErrorKind::Credential,
            "check --client-id and --client-secret, and that the machine's clock is right",
        ),
        Code::PermissionDenied => (
            ErrorKind::Permission,
            "the credential must belong to this connector",
        ),
        Code::NotFound => (ErrorKind::NotFound, "check the host in --client-id"),
        Code::Unimplemented => (
            ErrorKind::Unavailable,
            "check the host in --client-id and BATON_C1_API_HOST",
        ),
        Code::FailedPrecondition => (
            ErrorKind::Precondition,
            "look at the connector in the control plane",
        ),
        _ => (
            ErrorKind::Setting,
            "the control plane does not accept how the connector presents itself",
        ),
    };
    Error::new(kind, error.message.clone())
        .during("saying hello to the control plane")
        .hint(hint)
}
