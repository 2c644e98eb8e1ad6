//! One run of a connector's program: arguments, values, checks, the command, the exit code.

use std::ffi::OsString;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::time::Duration;

use connector_c1z::StoreOptions;
use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::{App, ConnectorSpec, Runtime, Settings};
use connector_telemetry::Telemetry;
use tokio_util::sync::CancellationToken;
use tracing::instrument::WithSubscriber;
use tracing::{Dispatch, Level};

use crate::config_file::ConfigFile;
use crate::defaults::all_fields;
use crate::invocation::Invocation;
use crate::json::Object;
use crate::log::{self, Configured, Surroundings};
use crate::parse::{self, Action, Parsed};
use crate::report::Desk;
use crate::screen::Stream;
use crate::store_options::store_options;
use crate::{check, health, modes, schema, service, sync, telemetry, values};

/// Runs a connector's program in this process and returns its exit code.
///
/// Nothing of the process is used but what `invocation` holds, so that any number of runs can go on side by side.
pub async fn run<A: App>(invocation: Invocation) -> u8 {
    match prepare::<A>(invocation) {
        Prepared::Done(code) => code,
        Prepared::Task(task) => {
            let dispatch = task.dispatch.clone();
            // On the heap: whoever runs this inside another future would nest too deep for the compiler.
            Box::pin(task.run()).with_subscriber(dispatch).await
        }
    }
}

/// A run after its arguments were read.
pub(crate) enum Prepared<A> {
    /// It is over.
    Done(u8),
    /// Something asynchronous is left to do.
    Task(Box<Task<A>>),
}

/// A run with its values checked and its log open.
pub(crate) struct Task<A> {
    pub(crate) spec: ConnectorSpec,
    pub(crate) action: Action,
    pub(crate) settings: Settings,
    pub(crate) desk: Desk,
    pub(crate) log: Configured,
    pub(crate) dispatch: Dispatch,
    pub(crate) telemetry: Option<Telemetry>,
    pub(crate) telemetry_limit: Duration,
    pub(crate) store: StoreOptions,
    pub(crate) service: service::Variables,
    pub(crate) temp_dir: OsString,
    pub(crate) dir: PathBuf,
    pub(crate) live: bool,
    pub(crate) clock: SharedClock,
    pub(crate) entropy: SharedEntropy,
    pub(crate) cancel: CancellationToken,
    pub(crate) http_timeout: Option<Duration>,
    app: PhantomData<fn() -> A>,
}

/// Does everything that needs no runtime, which is all of `--help`, `capabilities` and the like.
pub(crate) fn prepare<A: App>(invocation: Invocation) -> Prepared<A> {
    let spec = A::spec();
    let desk = Desk {
        name: spec.name,
        stdout: Stream::new(invocation.stdout),
        stderr: Stream::new(invocation.stderr),
    };
    let parsed = check::names(&spec).and_then(|()| parse::parse(&spec, invocation.args));
    let (action, flags) = match parsed {
        Ok(Parsed::Print(text)) => return Prepared::Done(desk.print(text.as_bytes())),
        Ok(Parsed::Run(Action::Capabilities, _)) => {
            return Prepared::Done(desk.print(schema::capabilities_json(&spec).as_bytes()));
        }
        Ok(Parsed::Run(Action::Config, _)) => {
            return Prepared::Done(desk.print(schema::config_json(&spec).as_bytes()));
        }
        Ok(Parsed::Run(Action::Completion(shell), _)) => {
            return Prepared::Done(desk.print(&parse::completion(&spec, shell)));
        }
        Ok(Parsed::Run(action, flags)) => (action, flags),
        Err(error) => return Prepared::Done(desk.fail(&error)),
    };
    let fields = all_fields(&spec);
    let mut oddities = Vec::new();
    let prepared = (|| {
        let file = ConfigFile::load(&invocation.env, &invocation.current_dir)?;
        let unknown = file.unknown(|key| fields.iter().any(|f| f.name() == key));
        if !unknown.is_empty() {
            oddities.push(format!(
                "{} has keys that are not known and ignored: {}",
                file.path(),
                unknown.join(", ")
            ));
        }
        let settings = values::gather(&fields, flags, &invocation.env, file)?;
        check::default_groups(&settings)?;
        if matches!(action, Action::Sync | Action::Validate) {
            let serves = matches!(action, Action::Sync) && service::is_asked_for(&settings);
            if !serves {
                modes::refuse(&settings)?;
            }
            modes::refuse_engine(&settings)?;
            check::all(&spec, &settings)?;
            oddities.extend(modes::ignored(&settings, serves));
        }
        let around = Surroundings {
            clock: invocation.clock.clone(),
            dir: &invocation.current_dir,
            stdout: desk.stdout.clone(),
            stderr: desk.stderr.clone(),
            stdout_is_terminal: invocation.stdout_is_terminal,
        };
        let mut log = log::configure(&settings, around)?;
        let telemetry = match action {
            Action::Sync | Action::Validate => {
                telemetry::plan(&settings, &invocation.current_dir, &mut oddities)?
            }
            _ => None,
        };
        let start = |plan: telemetry::Plan| {
            let (clock, entropy) = (invocation.clock.clone(), invocation.entropy.clone());
            plan.start(&spec, clock, entropy, log.logger.clone())
        };
        let telemetry = telemetry.map(start).transpose()?;
        if let Some(logs) = telemetry.as_ref().and_then(Telemetry::logs) {
            log.and_to(logs);
        }
        Ok((settings, log, telemetry))
    })();
    let (settings, mut log, telemetry) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return Prepared::Done(desk.fail(&error)),
    };
    let variable = |name| invocation.env.get(name).cloned().unwrap_or_default();
    let store = store_options(&invocation.env, &mut oddities);
    oddities.append(&mut log.oddities);
    let dumb = invocation.env.get("TERM").is_some_and(|t| t == "dumb");
    let to_people = log.format == log::Format::Console || !log.on_stderr;
    let task = Task {
        spec,
        action,
        settings,
        dispatch: log::dispatch(
            log.logger.clone(),
            telemetry.as_ref().and_then(Telemetry::spans),
        ),
        telemetry,
        telemetry_limit: invocation.telemetry_limit.unwrap_or(telemetry::END),
        store,
        service: service::Variables::read(&invocation.env),
        temp_dir: variable("BATON_TMPDIR"),
        dir: invocation.current_dir,
        live: invocation.stderr_is_terminal && to_people && !dumb,
        clock: invocation.clock,
        entropy: invocation.entropy,
        cancel: invocation.cancel,
        http_timeout: invocation.http_timeout,
        desk,
        log,
        app: PhantomData,
    };
    for oddity in oddities {
        task.log.logger.log(Level::WARN, &oddity, &Object::new());
    }
    Prepared::Task(Box::new(task))
}

impl<A: App> Task<A> {
    /// Runs the command and returns the exit code.
    pub(crate) async fn run(&self) -> u8 {
        let outcome = match self.action {
            Action::Sync if service::is_asked_for(&self.settings) => service::serve(self).await,
            Action::Sync => sync::sync(self).await,
            Action::Validate => sync::validate(self).await,
            Action::HealthCheck { endpoint, seconds } => {
                health::check(&self.settings, endpoint, seconds)
                    .await
                    .map(|()| 0)
            }
            Action::Capabilities | Action::Config | Action::Completion(_) => Ok(0),
        };
        if let Err(error) = &outcome {
            self.log_failure(error);
        }
        if let Some(telemetry) = &self.telemetry {
            telemetry.shutdown(self.telemetry_limit).await;
        }
        // Nothing is said after a failure.
        outcome.unwrap_or_else(|error| self.desk.fail(&error))
    }

    /// Tells a failure in the log, unless that is where standard error goes, and to the collector.
    fn log_failure(&self, error: &Error) {
        let kind = error.kind();
        let mut cause = std::error::Error::source(error);
        while let Some(source) = cause {
            tracing::debug!(cause = %source, "the cause of the failure");
            cause = source.source();
        }
        let logger = match self.log.on_stderr {
            true => self.log.collector.clone(),
            false => Some(self.log.logger.clone()),
        };
        if let Some(logger) = logger {
            let mut fields = Object::new();
            fields.put("error", error.to_string());
            fields.text("hint", error.hint_text().unwrap_or_default());
            fields.put("kind", kind.as_str());
            fields.put("exit_code", u64::from(kind.policy().exit_code));
            let level = match kind.policy().severity {
                connector_core::error::Severity::Warn => Level::WARN,
                connector_core::error::Severity::Error => Level::ERROR,
            };
            logger.log(level, "error running connector", &fields);
        }
    }

    /// The connector, made from its settings.
    pub(crate) fn connect(&self) -> Result<A::Connector> {
        A::connect(&self.settings, &self.runtime()?).map_err(|e| e.during("reading the settings"))
    }

    /// The world a connector runs in.
    pub(crate) fn runtime(&self) -> Result<Runtime> {
        let traced = self.telemetry.as_ref().is_some_and(Telemetry::has_traces);
        Ok(Runtime {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            user_agent: format!("{}/{}", self.spec.name, self.spec.version),
            request_timeout: self.http_timeout()?,
            trace_parent: traced.then(telemetry::trace_parent),
        })
    }

    /// A path as the operator wrote it, below the current directory.
    pub(crate) fn path(&self, text: &str) -> PathBuf {
        self.dir.join(text)
    }
}

/// What an interrupted run says.
pub(crate) fn interrupted(message: &str, hint: &'static str) -> Error {
    Error::new(ErrorKind::Interrupted, message).hint(hint)
}
