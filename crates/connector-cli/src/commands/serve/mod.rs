//! Service mode: the program's settings become those of `connector-service`, and each of its tasks a sync.

mod metadata;
mod state;
mod work;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ffi::OsString;
use std::path::Path;

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::leftovers;
use connector_core::spec::{App, Settings};
use connector_service::config::GRACE;
use connector_service::{Contact, Credential, LoopConfig, ServiceConfig, ServiceEnv, host};
use tokio::net::TcpListener;

use super::sync::temp_dir;
use crate::check::labels;
use crate::defaults::flags::{
    ACCEPT_SHRINK, CLIENT_ID, CLIENT_SECRET, HEALTH_CHECK, HEALTH_CHECK_BIND_ADDRESS,
    HEALTH_CHECK_PORT, STATE_DIR, TASK_CONCURRENCY,
};
use crate::health::{self, Probe};
use crate::modes;
use crate::program::Program;
use crate::sync_run::SyncRun;
use crate::values::read_bool;
use state::State;
use work::Work;

/// Variables without a flag that matter to the service.
#[derive(Debug, Clone)]
pub(crate) struct Variables {
    api_host: String,
    host_id: Option<OsString>,
    batched: bool,
    certificates: OsString,
}

impl Variables {
    /// The machine's name for the control plane and in evidence.
    pub(crate) fn host_id(&self) -> String {
        host::host_id(self.host_id.as_deref())
    }

    /// Reads them.
    pub(crate) fn read(env: &BTreeMap<String, OsString>) -> Self {
        let text = |name: &str| {
            let value = env.get(name).map(|v| v.to_string_lossy().trim().to_owned());
            value.unwrap_or_default()
        };
        Self {
            api_host: text("BATON_C1_API_HOST"),
            host_id: env.get("BATON_HOST_ID").cloned(),
            batched: read_bool(&text("BATON_GET_TASKS")) == Some(true),
            certificates: env.get("SSL_CERT_FILE").cloned().unwrap_or_default(),
        }
    }

    /// What `SSL_CERT_FILE` names.
    fn certificates(&self, dir: &Path) -> Result<Vec<u8>> {
        if self.certificates.is_empty() {
            return Ok(Vec::new());
        }
        let file = dir.join(&self.certificates);
        std::fs::read(&file).map_err(|e| {
            let message = format!("{} cannot be read: {e}", file.display());
            Error::new(ErrorKind::Setting, message)
                .during("reading the certificates of SSL_CERT_FILE")
                .hint("name a file of trusted certificates in PEM form, or leave the variable out")
        })
    }
}

/// Whether the program runs as a service.
pub(crate) fn is_requested(settings: &Settings) -> bool {
    settings.is_set(CLIENT_ID.name())
}

/// Runs the service until it is stopped.
pub(crate) async fn serve<A: App>(program: &Program<A>) -> Result<u8> {
    let run = &program.sync;
    let config = config(program)?;
    leftovers::sweep(&config.service.temp_dir);
    // Settings that cannot work are better reported now than at the first task.
    run.connector()?;
    let env = ServiceEnv {
        clock: run.runtime.clock.clone(),
        entropy: run.runtime.entropy.clone(),
        cancel: program.cancel.clone(),
        contact: Contact::default(),
    };
    let listener = health_listener(&run.settings).await?;
    let probe = ServiceProbe {
        run: run.clone(),
        env: env.clone(),
    };
    let clock = run.runtime.clock.clone();
    let answering = async move {
        if let Some(listener) = listener {
            health::serve(listener, probe, clock).await;
        }
        std::future::pending::<Infallible>().await
    };
    let work = Work::new(
        run.clone(),
        program.output.log.logger.clone(),
        program.spans(),
        state(program)?,
    );
    tokio::select! {
        biased;
        ended = connector_service::run(config, work, env) => ended?,
        never = answering => match never {},
    }
    Ok(0)
}

fn config<A: App>(program: &Program<A>) -> Result<ServiceConfig> {
    let (run, settings) = (&program.sync, &program.sync.settings);
    let id = settings.get(&CLIENT_ID)?.unwrap_or_default();
    let secret = settings.get(&CLIENT_SECRET)?.unwrap_or_default();
    let credential = Credential::parse(&id, &secret)?;
    let concurrency = usize::try_from(settings.get(&TASK_CONCURRENCY)?).unwrap_or(1);
    Ok(ServiceConfig {
        credential,
        api_host: Some(program.service.api_host.clone()),
        extra_roots: program.service.certificates(&program.places.dir)?,
        http_timeout: run.runtime.request_timeout,
        service: LoopConfig {
            host_id: program.service.host_id(),
            batched: program.service.batched,
            concurrency: concurrency.clamp(1, 100),
            grace: GRACE,
            temp_dir: temp_dir(settings, &program.places)?.unwrap_or_else(std::env::temp_dir),
            program: connector_service::Program {
                name: run.spec.name.to_owned(),
                version: run.spec.version.to_owned(),
            },
            metadata: metadata::of(&run.spec),
        },
    })
}

/// What is kept between tasks, when a directory for it is named.
fn state<A: App>(program: &Program<A>) -> Result<Option<State>> {
    let settings = &program.sync.settings;
    let Some(directory) = settings.get(&STATE_DIR)? else {
        return Ok(None);
    };
    State::open(
        program.places.dir.join(directory),
        program.sync.spec.name,
        host::host_id(program.service.host_id.as_deref()),
        modes::shrink_limits(settings)?,
        settings.get(&ACCEPT_SHRINK)?,
    )
    .map(Some)
}

async fn health_listener(settings: &Settings) -> Result<Option<TcpListener>> {
    if !settings.get(&HEALTH_CHECK)? {
        return Ok(None);
    }
    let address = settings.get(&HEALTH_CHECK_BIND_ADDRESS)?;
    let port = settings.get(&HEALTH_CHECK_PORT)?;
    let wrong = |why: String| {
        let message = format!("{address}:{port} cannot be listened on: {why}");
        // The system does not say which of the two it objects to.
        let settings = [HEALTH_CHECK_BIND_ADDRESS.name(), HEALTH_CHECK_PORT.name()];
        Error::new(ErrorKind::Setting, message)
            .about(&labels(&settings))
            .during("starting the health check")
            .hint("choose an address of this machine and a free port from 0 to 65535")
    };
    let number = u16::try_from(port).map_err(|e| wrong(e.to_string()))?;
    let listener = TcpListener::bind((address.as_str(), number)).await;
    listener.map(Some).map_err(|e| wrong(e.to_string()))
}

/// What the health endpoints ask about.
struct ServiceProbe<A: App> {
    run: SyncRun<A>,
    env: ServiceEnv,
}

impl<A: App> Probe for ServiceProbe<A> {
    fn ready(&self) -> bool {
        self.env.contact.is_ready() && !self.env.cancel.is_cancelled()
    }

    async fn validate(&self) -> Result<()> {
        let connector = self.run.connector()?;
        self.run
            .validate(&connector, &self.env.cancel)
            .await
            .map(drop)
    }
}
