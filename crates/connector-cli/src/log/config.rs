//! The logger that the log flags describe.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::{Arc, Mutex};

use connector_core::clock::SharedClock;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::spec::Settings;
use connector_telemetry::Logs;
use jiff::Timestamp;
use tracing::Level;

use super::{Inner, Logger, Sink};
use crate::defaults::flags::{LOG_FORMAT, LOG_LEVEL, LOG_LEVEL_DEBUG_EXPIRES_AT, LOG_PATH};
use crate::screen::Stream;

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One JSON object, for machines.
    Json,
    /// Tab-separated, for people.
    Console,
}

/// The logger, whether its lines reach standard error, and what was odd about the flags.
pub(crate) struct Configured {
    pub(crate) logger: Logger,
    /// The part of it that goes to a collector of telemetry, for what is told to people in another way.
    pub(crate) collector: Option<Logger>,
    pub(crate) format: Format,
    pub(crate) on_stderr: bool,
    pub(crate) oddities: Vec<String>,
}

impl Configured {
    /// Sends every line to a collector as well.
    pub(crate) fn and_to(&mut self, logs: Logs) {
        let local = self.logger.clone();
        self.collector = Some(local.to_collector(logs.clone(), None));
        self.logger = local.to_collector(logs, Some(local.clone()));
    }
}

/// What a logger is made from beside its flags.
pub(crate) struct Surroundings<'a> {
    pub(crate) clock: SharedClock,
    pub(crate) dir: &'a Path,
    pub(crate) stdout: Stream,
    pub(crate) stderr: Stream,
    pub(crate) stdout_is_terminal: bool,
}

/// Reads the log flags. Unknown words are ignored, as elsewhere in the ecosystem, but said.
///
/// # Errors
/// [`ErrorKind::Setting`] when a log file cannot be opened.
pub(crate) fn configure(settings: &Settings, around: Surroundings<'_>) -> Result<Configured> {
    let mut oddities = Vec::new();
    let level = level(&settings.get(&LOG_LEVEL)?, &mut oddities);
    let format = match settings.get(&LOG_FORMAT)?.as_deref() {
        Some("json") => Format::Json,
        Some("console") => Format::Console,
        other => {
            if let Some(other) = other {
                oddities.push(format!("--log-format {other} is not known and ignored"));
            }
            if around.stdout_is_terminal {
                Format::Console
            } else {
                Format::Json
            }
        }
    };
    let (level, debug_until) = debug_until(settings, level, &mut oddities)?;
    let paths = settings.get(&LOG_PATH)?;
    let on_stderr = paths.is_empty() || paths.iter().any(|p| p == "stderr");
    let mut sinks = Vec::new();
    if paths.is_empty() {
        sinks.push(Sink::Stream(around.stderr));
    } else {
        for path in &paths {
            sinks.push(match path.as_str() {
                "stderr" => Sink::Stream(around.stderr.clone()),
                "stdout" => Sink::Stream(around.stdout.clone()),
                path => file(path, around.dir)?,
            });
        }
    }
    Ok(Configured {
        logger: Logger(Arc::new(Inner {
            clock: around.clock,
            format,
            level,
            debug_until,
            sinks,
            secrets: settings.secrets(),
            also: None,
        })),
        collector: None,
        format,
        on_stderr,
        oddities,
    })
}

fn level(word: &str, oddities: &mut Vec<String>) -> Level {
    match word.to_ascii_lowercase().as_str() {
        "trace" => Level::TRACE,
        "debug" => Level::DEBUG,
        "info" | "" => Level::INFO,
        "warn" => Level::WARN,
        "error" | "dpanic" | "panic" | "fatal" => Level::ERROR,
        _ => {
            oddities.push(format!(
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
    oddities: &mut Vec<String>,
) -> Result<(Level, Option<Timestamp>)> {
    let text = match settings.get(&LOG_LEVEL_DEBUG_EXPIRES_AT)? {
        Some(text) if level >= Level::DEBUG => text,
        _ => return Ok((level, None)),
    };
    Ok(match text.parse() {
        Ok(end) => (level, Some(end)),
        Err(_) => {
            oddities.push(format!(
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
