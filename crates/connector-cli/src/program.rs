//! One run of a connector's program: arguments, settings, checks, the command, the exit code.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use connector_core::error::{Error, Result, Severity};
use connector_core::ledger::Ledger;
use connector_core::spec::{App, ConnectorSpec, Runtime, Settings};
use connector_telemetry::{SpanLayer, Telemetry};
use connector_trace::Trace;
use tokio_util::sync::CancellationToken;
use tracing::instrument::WithSubscriber;
use tracing::{Dispatch, Level};

use crate::commands::{self, health_check, serve};
use crate::config_file::ConfigFile;
use crate::console::ConsoleOutput;
use crate::defaults::all_fields;
use crate::defaults::flags::{DRY_RUN, EVIDENCE, HTTP_TIMEOUT_SECONDS, PARALLEL_SYNC};
use crate::invocation::Invocation;
use crate::json::Object;
use crate::log::{self, Format, Log};
use crate::parse::{self, Action, Flags, Parsed};
use crate::store_options::{source_date, store_options};
use crate::sync_run::SyncRun;
use crate::tape::{Reels, Taped};
use crate::{check, modes, tape, telemetry, values};

/// How long after the signal to stop telemetry may be delivered. Runtimes of containers kill a process after 10 seconds.
const TELEMETRY_END: Duration = Duration::from_secs(9);
/// How long after the signal to stop a file that is being written may be finished or given up.
const FILES_END: Duration = Duration::from_millis(9_500);

/// Runs a connector's program in this process and returns its exit code.
///
/// Nothing of the process is used but what `invocation` holds, so that any number of runs can go on side by side.
pub async fn run<A: App>(invocation: Invocation) -> u8 {
    match prepare::<A>(invocation) {
        Prepared::Done(code) => code,
        Prepared::Program(program) => {
            let dispatch = program.dispatch();
            // On the heap: a caller that runs this inside another future would nest too deep for the compiler.
            Box::pin(program.run()).with_subscriber(dispatch).await
        }
    }
}

/// A run after its arguments were read.
pub(crate) enum Prepared<A: App> {
    /// It is over.
    Done(u8),
    /// Something asynchronous is left to do.
    Program(Box<Program<A>>),
}

/// A run with its settings checked and its log open.
pub(crate) struct Program<A: App> {
    action: Action,
    pub(crate) sync: SyncRun<A>,
    pub(crate) output: Output,
    pub(crate) telemetry: Option<Telemetry>,
    telemetry_limit: Duration,
    taped: Taped,
    pub(crate) places: Places,
    pub(crate) service: serve::Variables,
    pub(crate) cancel: CancellationToken,
    /// When it was cancelled, on the clock that never goes back.
    stopped: OnceLock<Duration>,
}

/// How a run reports to the operator.
pub(crate) struct Output {
    pub(crate) console: ConsoleOutput,
    pub(crate) log: Log,
    /// A person watches standard error, so that progress is drawn there.
    pub(crate) live: bool,
}

/// Where relative paths and temporary files are.
pub(crate) struct Places {
    /// What relative paths are below.
    pub(crate) dir: PathBuf,
    /// What `BATON_TMPDIR` names; empty when it is not set.
    pub(crate) temp_dir: PathBuf,
}

/// Does everything that needs no async runtime, which is all of `--help`, `capabilities` and the like.
pub(crate) fn prepare<A: App>(mut invocation: Invocation) -> Prepared<A> {
    let spec = A::spec();
    let console = ConsoleOutput::take(spec.name, &mut invocation);
    let args = std::mem::take(&mut invocation.args);
    let parsed = check::names(&spec).and_then(|()| parse::parse(&spec, args));
    let (action, flags) = match parsed {
        Ok(Parsed::Print(text)) => return Prepared::Done(console.print(text.as_bytes())),
        Ok(Parsed::Run(action, flags)) => (action, flags),
        Err(error) => return Prepared::Done(console.fail(&error)),
    };
    if let Some(text) = commands::printed(&spec, &action) {
        return Prepared::Done(console.print(&text));
    }
    match Program::configure(spec, action, flags, console.clone(), invocation) {
        Ok(program) => Prepared::Program(Box::new(program)),
        Err(error) => Prepared::Done(console.fail(&error)),
    }
}

/// Reads the settings from all sources and checks them, and the recording to be played back. What was set without effect is
/// added to `warnings`.
fn settings(
    spec: &ConnectorSpec,
    action: &Action,
    flags: Flags,
    invocation: &Invocation,
    warnings: &mut Vec<String>,
) -> Result<(Settings, Option<Arc<Trace>>)> {
    let fields = all_fields(spec);
    let file = ConfigFile::load(&invocation.env, &invocation.current_dir)?;
    let unknown = file.unknown(|key| fields.iter().any(|f| f.name() == key));
    if !unknown.is_empty() {
        warnings.push(format!(
            "{} has keys that are not known and ignored: {}",
            file.path(),
            unknown.join(", ")
        ));
    }
    let mut settings = values::gather(&fields, flags, &invocation.env, file)?;
    check::default_groups(&settings)?;
    let mut replayed = None;
    if action.asks_the_vendor() {
        let serves = *action == Action::Sync && serve::is_requested(&settings);
        if !serves {
            modes::refuse(&settings)?;
        }
        replayed = tape::replayed(spec, &mut settings, &invocation.current_dir)?;
        check::all(spec, &settings)?;
        warnings.extend(modes::ignored(&settings, serves));
    }
    Ok((settings, replayed))
}

/// What the connector runs with.
fn runtime(
    spec: &ConnectorSpec,
    settings: &Settings,
    invocation: &Invocation,
    reels: Reels,
    telemetry: Option<&Telemetry>,
) -> Result<Runtime> {
    let seconds = u64::try_from(settings.get(&HTTP_TIMEOUT_SECONDS)?).unwrap_or(300);
    let traced = telemetry.is_some_and(Telemetry::has_traces);
    Ok(Runtime {
        clock: reels.clock,
        entropy: reels.entropy,
        user_agent: format!("{}/{}", spec.name, spec.version),
        request_timeout: invocation
            .http_timeout
            .unwrap_or(Duration::from_secs(seconds)),
        trace_parent: traced.then(telemetry::trace_parent),
        tape: reels.tape,
        // Hashes of answers are claims of evidence alone.
        ledger: match settings.get(&EVIDENCE)? {
            Some(_) => Ledger::hashing(),
            None => Ledger::default(),
        },
    })
}

impl<A: App> Program<A> {
    fn configure(
        spec: ConnectorSpec,
        action: Action,
        flags: Flags,
        console: ConsoleOutput,
        invocation: Invocation,
    ) -> Result<Self> {
        let mut warnings = Vec::new();
        let (settings, replayed) = settings(&spec, &action, flags, &invocation, &mut warnings)?;
        let mut log = log::configure(&settings, &console, &invocation)?;
        let plan = match action.asks_the_vendor() {
            true => telemetry::plan(&settings, &invocation.current_dir, &mut warnings)?,
            false => None,
        };
        let start = |plan: telemetry::Plan| plan.start(&spec, &invocation, log.logger.clone());
        let telemetry = plan.map(start).transpose()?;
        if let Some(logs) = telemetry.as_ref().and_then(Telemetry::logs) {
            log.and_to(logs);
        }
        let (taped, reels) = tape::open(&spec, &settings, &invocation, &action, replayed)?;
        let salt = taped.salt(&invocation);
        let runtime = runtime(&spec, &settings, &invocation, reels, telemetry.as_ref())?;
        let mut store = store_options(&invocation.env, &mut warnings);
        store.format = modes::format(&settings)?;
        store.shrink = modes::file_limits(&settings)?;
        store.source_date = source_date(&invocation.env)?;
        store.whole = taped.is_of_a_whole_run();
        if let Taped::Replaying(_) = taped {
            tape::same_each_time(&mut store);
        }
        store.preview = settings.get(&DRY_RUN)?.then(Default::default);
        warnings.append(&mut log.warnings);
        if action == Action::Sync && settings.get(&PARALLEL_SYNC)? {
            warnings.push("--parallel-sync is deprecated, use --workers -1".to_owned());
        }
        for warning in warnings {
            log.logger.log(Level::WARN, &warning, &Object::new());
        }
        let dumb = invocation.env.get("TERM").is_some_and(|t| t == "dumb");
        let for_people = log.format == Format::Console || !log.on_stderr;
        let temp_dir = invocation.env.get("BATON_TMPDIR");
        Ok(Self {
            action,
            output: Output {
                live: invocation.stderr_is_terminal && for_people && !dumb,
                console,
                log,
            },
            sync: SyncRun::new(spec, settings, runtime, store).salted(salt),
            telemetry,
            taped,
            telemetry_limit: invocation.telemetry_limit.unwrap_or(telemetry::END),
            service: serve::Variables::read(&invocation.env),
            places: Places {
                temp_dir: temp_dir.map(PathBuf::from).unwrap_or_default(),
                dir: invocation.current_dir,
            },
            cancel: invocation.cancel,
            stopped: OnceLock::new(),
        })
    }

    /// What the run's events and spans go to.
    pub(crate) fn dispatch(&self) -> Dispatch {
        log::dispatch(self.output.log.logger.clone(), self.spans())
    }

    pub(crate) fn spans(&self) -> Option<SpanLayer> {
        self.telemetry.as_ref().and_then(Telemetry::spans)
    }

    /// Runs the command and returns the exit code.
    pub(crate) async fn run(&self) -> u8 {
        let outcome = tokio::select! {
            biased;
            never = self.note_stop() => match never {},
            outcome = self.command() => outcome,
        };
        let finished = self.taped.finish(outcome.as_ref());
        if let (Err(_), Err(unrecorded)) = (&outcome, &finished) {
            tracing::warn!(error = %unrecorded, "there is no recording of the failed run");
        }
        let outcome = outcome.and_then(|code| finished.map(|()| code));
        if let Err(error) = &outcome {
            self.output.log_failure(error);
        }
        if let Some(telemetry) = &self.telemetry {
            let limit = left(self.telemetry_limit, TELEMETRY_END, self.stopped_for());
            telemetry.shutdown(limit).await;
        }
        // The error is the last thing that is printed.
        outcome.unwrap_or_else(|error| self.output.console.fail(&error))
    }

    async fn command(&self) -> Result<u8> {
        match self.action {
            Action::Sync if serve::is_requested(&self.sync.settings) => {
                commands::serve::serve(self).await
            }
            Action::Sync => commands::sync::sync(self).await,
            Action::Validate => commands::validate::validate(self).await,
            Action::HealthCheck { endpoint, seconds } => {
                health_check::check(&self.sync.settings, endpoint, seconds)
                    .await
                    .map(|()| 0)
            }
            Action::Capabilities | Action::Config | Action::Completion(_) => Ok(0),
        }
    }

    /// Remembers when the run was cancelled. Never ends.
    async fn note_stop(&self) -> Infallible {
        self.cancel.cancelled().await;
        // It is set here only.
        let _ = self.stopped.set(self.sync.runtime.clock.elapsed());
        std::future::pending().await
    }

    fn stopped_for(&self) -> Option<Duration> {
        let now = self.sync.runtime.clock.elapsed();
        self.stopped.get().map(|at| now.saturating_sub(*at))
    }

    /// How long the end of the process may wait for files, `usual` for a run that was not stopped.
    pub(crate) fn closing(&self, usual: Duration) -> Duration {
        left(usual, FILES_END, self.stopped_for())
    }
}

/// The time for a part of the end: `usual`, and for a run that was stopped what is left of the time until `end`.
fn left(usual: Duration, end: Duration, stopped_for: Option<Duration>) -> Duration {
    stopped_for.map_or(usual, |since| usual.min(end.saturating_sub(since)))
}

impl Output {
    /// Writes a failure to the log, unless that is where standard error goes, and to the collector.
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
                Severity::Warn => Level::WARN,
                Severity::Error => Level::ERROR,
            };
            logger.log(level, "error running connector", &fields);
        }
    }
}

#[cfg(test)]
mod tests;
