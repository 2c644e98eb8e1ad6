//! Service mode: settings of the program become those of `connector-service`, its work the syncs of the connector.

mod metadata;
mod work;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connector_core::engine::{self, SyncEnv};
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::progress::Silent;
use connector_core::spec::{App, Settings, label};
use connector_service::config::GRACE;
use connector_service::{
    Accepted, Credential, LoopConfig, Program, ServiceConfig, ServiceEnv, host,
};
use tokio::net::TcpListener;

use crate::defaults::flags::{
    CLIENT_ID, CLIENT_SECRET, HEALTH_CHECK, HEALTH_CHECK_BIND_ADDRESS, HEALTH_CHECK_PORT,
    HTTP_TIMEOUT_SECONDS, STORAGE_ENGINE, TASK_CONCURRENCY,
};
use crate::health::{self, Probe};
use crate::run::Task;
use crate::sync::temp_dir;
use crate::values::read_bool;
use work::{Maker, Work};

/// Variables without a flag that matter to the service.
#[derive(Debug, Clone)]
pub(crate) struct Variables {
    api_host: String,
    host_id: Option<OsString>,
    batched: bool,
    certificates: OsString,
}

impl Variables {
    /// Reads them.
    pub(crate) fn read(env: &BTreeMap<String, OsString>) -> Self {
        let text = |name: &str| {
            let value = env.get(name).map(|v| v.to_string_lossy().into_owned());
            value.unwrap_or_default()
        };
        Self {
            api_host: text("BATON_C1_API_HOST"),
            host_id: env.get("BATON_HOST_ID").cloned(),
            batched: read_bool(&text("BATON_GET_TASKS")) == Some(true),
            certificates: env.get("SSL_CERT_FILE").cloned().unwrap_or_default(),
        }
    }
}

/// Whether the program runs as a service.
pub(crate) fn is_asked_for(settings: &Settings) -> bool {
    settings.is_set(CLIENT_ID.name())
}

/// Runs the service until it is stopped.
pub(crate) async fn serve<A: App>(task: &Task<A>) -> Result<u8> {
    let config = config(task)?;
    let maker = Maker::<A>::new(task)?;
    // Settings that cannot work are better told now than at the first task.
    maker.connector()?;
    let env = ServiceEnv {
        clock: task.clock.clone(),
        entropy: task.entropy.clone(),
        cancel: task.cancel.clone(),
        accepted: Accepted::default(),
    };
    let health = health_listener(&task.settings).await?;
    let probe = Health {
        maker: maker.clone(),
        env: env.clone(),
    };
    let clock = task.clock.clone();
    let answering = async move {
        if let Some(listener) = health {
            health::serve(listener, probe, clock).await;
        }
        std::future::pending::<Infallible>().await
    };
    let work = Work::new(task, maker)?;
    tokio::select! {
        biased;
        ended = connector_service::run(config, work, env) => ended?,
        never = answering => match never {},
    }
    Ok(0)
}

fn config<A: App>(task: &Task<A>) -> Result<ServiceConfig> {
    let settings = &task.settings;
    let id = settings.get(&CLIENT_ID)?.unwrap_or_default();
    let secret = settings.get(&CLIENT_SECRET)?.unwrap_or_default();
    let credential = Credential::parse(&id, &secret)?;
    let concurrency = usize::try_from(settings.get(&TASK_CONCURRENCY)?).unwrap_or(1);
    Ok(ServiceConfig {
        credential,
        api_host: Some(task.service.api_host.clone()),
        extra_roots: certificates(task)?,
        http_timeout: task.http_timeout()?,
        service: LoopConfig {
            host_id: host::host_id(task.service.host_id.as_deref()),
            batched: task.service.batched,
            concurrency: concurrency.clamp(1, 100),
            grace: GRACE,
            temp_dir: temp_dir(task)?.unwrap_or_else(std::env::temp_dir),
            storage_engine_is_set: settings.is_set(STORAGE_ENGINE.name()),
            program: Program {
                name: task.spec.name.to_owned(),
                version: task.spec.version.to_owned(),
            },
            metadata: metadata::of(&task.spec),
        },
    })
}

/// What `SSL_CERT_FILE` names.
fn certificates<A>(task: &Task<A>) -> Result<Vec<u8>> {
    if task.service.certificates.is_empty() {
        return Ok(Vec::new());
    }
    let file = task.dir.join(PathBuf::from(&task.service.certificates));
    std::fs::read(&file).map_err(|e| {
        let message = format!("{} cannot be read: {e}", file.display());
        Error::new(ErrorKind::Setting, message)
            .during("reading the certificates of SSL_CERT_FILE")
            .hint("name a file of trusted certificates in PEM form, or leave the variable out")
    })
}

async fn health_listener(settings: &Settings) -> Result<Option<TcpListener>> {
    if !settings.get(&HEALTH_CHECK)? {
        return Ok(None);
    }
    let address = settings.get(&HEALTH_CHECK_BIND_ADDRESS)?;
    let port = settings.get(&HEALTH_CHECK_PORT)?;
    let wrong = |why: String| {
        let message = format!("{address}:{port} cannot be listened on: {why}");
        Error::new(ErrorKind::Setting, message)
            .during("starting the health check")
            .hint(format!(
                "change {} or {}",
                label(HEALTH_CHECK_BIND_ADDRESS.name()),
                label(HEALTH_CHECK_PORT.name())
            ))
    };
    let number = u16::try_from(port).map_err(|e| wrong(e.to_string()))?;
    let listener = TcpListener::bind((address.as_str(), number)).await;
    listener.map(Some).map_err(|e| wrong(e.to_string()))
}

/// What the health endpoints ask about.
struct Health<A> {
    maker: Maker<A>,
    env: ServiceEnv,
}

impl<A: App> Probe for Health<A> {
    fn ready(&self) -> bool {
        self.env.accepted.get() && !self.env.cancel.is_cancelled()
    }

    async fn validate(&self) -> Result<()> {
        let connector = self.maker.connector()?;
        let env = SyncEnv {
            clock: self.env.clock.clone(),
            entropy: self.env.entropy.clone(),
            progress: Arc::new(Silent),
            cancel: self.env.cancel.clone(),
        };
        engine::validate(&connector, &env).await.map(drop)
    }
}

impl<A> Task<A> {
    /// The time limit of one HTTP request.
    pub(crate) fn http_timeout(&self) -> Result<Duration> {
        let seconds = u64::try_from(self.settings.get(&HTTP_TIMEOUT_SECONDS)?).unwrap_or(300);
        Ok(self.http_timeout.unwrap_or(Duration::from_secs(seconds)))
    }
}
