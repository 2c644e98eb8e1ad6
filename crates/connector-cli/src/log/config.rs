//! The logger that the log flags describe.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::{Arc, Mutex};

use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::Settings;
use connector_telemetry::Logs;
use jiff::Timestamp;
use tracing::Level;

use super::{Inner, Logger, Origin, Sink};
use crate::console::ConsoleOutput;
use crate::defaults::flags::{LOG_FORMAT, LOG_LEVEL, LOG_LEVEL_DEBUG_EXPIRES_AT, LOG_PATH};
use crate::invocation::Invocation;

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One JSON object, for machines.
    Json,
    /// Tab-separated, for people.
    Console,
}

/// The log of a run, as its flags describe it.
pub(crate) struct Log {
    pub(crate) logger: Logger,
    /// The part of it that goes to a collector of telemetry, for what a terminal shows in another way.
    pub(crate) collector: Option<Logger>,
    pub(crate) format: Format,
    /// Its lines reach standard error.
    pub(crate) on_stderr: bool,
    /// Words in the flags that are not known.
    pub(crate) warnings: Vec<String>,
}

impl Log {
    /// Sends every line to a collector as well.
    pub(crate) fn and_to(&mut self, logs: Logs) {
        let local = self.logger.clone();
        self.collector = Some(local.to_collector(logs.clone(), None));
        self.logger = local.to_collector(logs, Some(local.clone()));
    }
}

/// Reads the log flags. Unknown words are ignored with a warning, as elsewhere in the ecosystem.
///
/// # Errors
/// [`ErrorKind::Setting`] when a log file cannot be opened.
pub(crate) fn configure(
    settings: &Settings,
    console: &ConsoleOutput,
    invocation: &Invocation,
) -> Result<Log> {
    let mut warnings = Vec::new();
    let level = level(&settings.get(&LOG_LEVEL)?, &mut warnings);
    let format = match settings.get(&LOG_FORMAT)?.as_deref() {
        Some("json") => Format::Json,
        Some("console") => Format::Console,
        other => {
            if let Some(other) = other {
                warnings.push(format!("--log-format {other} is not known and ignored"));
            }
            if invocation.stdout_is_terminal {
                Format::Console
            } else {
                Format::Json
            }
        }
    };
    let (level, debug_until) = debug_until(settings, level, &mut warnings)?;
    let paths = settings.get(&LOG_PATH)?;
    let on_stderr = paths.is_empty() || paths.iter().any(|p| p == "stderr");
    let mut sinks = Vec::new();
    if paths.is_empty() {
        sinks.push(Sink::Stream(console.stderr.clone()));
    } else {
        for path in &paths {
            sinks.push(match path.as_str() {
                "stderr" => Sink::Stream(console.stderr.clone()),
                "stdout" => Sink::Stream(console.stdout.clone()),
                path => file(path, &invocation.current_dir)?,
            });
        }
    }
    Ok(Log {
        logger: Logger(Arc::new(Inner {
            clock: invocation.clock.clone(),
            format,
            level,
            debug_until,
            sinks,
            secrets: settings.secrets(),
            also: None,
            above: Origin::default(),
        })),
        collector: None,
        format,
        on_stderr,
        warnings,
    })
}

fn level(word: &str, warnings: &mut Vec<String>) -> Level {
    match word.to_ascii_lowercase().as_str() {
        "trace" => Level::TRACE,
        "debug" => Level::DEBUG,
        "info" | "" => Level::INFO,
        "warn" => Level::WARN,
        "error" | "dpanic" | "panic" | "fatal" => Level::ERROR,
        _ => {
            warnings.push(format!(
                "--log-level {word} is not known and ignored; the level is info"
            ));
            Level::INFO
        }
    }
}

/// The time limit of debug lines; one that cannot be read grants none.
fn debug_until(
    settings: &Settings,
    level: Level,
    warnings: &mut Vec<String>,
) -> Result<(Level, Option<Timestamp>)> {
    let text = match settings.get(&LOG_LEVEL_DEBUG_EXPIRES_AT)? {
        Some(text) if level >= Level::DEBUG => text,
        _ => return Ok((level, None)),
    };
    Ok(match text.parse() {
        Ok(end) => (level, Some(end)),
        Err(_) => {
            warnings.push(format!(
                "--log-level-debug-expires-at {text} is not an RFC 3339 time; the level is info"
            ));
            (Level::INFO, None)
        }
    })
}

fn file(path: &str, dir: &Path) -> Result<Sink> {
    let opened = OpenOptions::new()
        .create(true)
        .append(true)
        .open(dir.join(path));
    opened.map(|f| Sink::File(Mutex::new(f))).map_err(|e| {
        let problem = Error::new(ErrorKind::Setting, format!("{path}: {e}"));
        let problem = problem.hint("it takes stdout, stderr or files in existing directories");
        LOG_PATH.error(problem).during("opening the log")
    })
}
