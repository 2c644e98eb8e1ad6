//! The logger that the log flags describe.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::{Arc, Mutex};

use connector_core::clock::SharedClock;
use connector_core::error::{Error, ErrorKind, Result};
use connector_telemetry::Logs;
use jiff::Timestamp;
use tracing::Level;

use super::{Inner, Logger, Sink};
use crate::screen::Stream;
use crate::values::Values;

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
pub(crate) fn configure(values: &Values, around: Surroundings<'_>) -> Result<Configured> {
    let mut oddities = Vec::new();
    let level = level(values.text("log-level"), &mut oddities);
    let format = match values.text("log-format") {
        "json" => Format::Json,
        "console" => Format::Console,
        other => {
            if !other.is_empty() {
                oddities.push(format!("--log-format {other} is not known and ignored"));
            }
            if around.stdout_is_terminal {
                Format::Console
            } else {
                Format::Json
            }
        }
    };
    let (level, debug_until) = debug_until(values, level, &mut oddities);
    let paths = values.list("log-path");
    let on_stderr = paths.is_empty() || paths.iter().any(|p| p == "stderr");
    let mut sinks = Vec::new();
    if paths.is_empty() {
        sinks.push(Sink::Stream(around.stderr));
    } else {
        for path in paths {
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
            secrets: values.secrets(),
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
    values: &Values,
    level: Level,
    oddities: &mut Vec<String>,
) -> (Level, Option<Timestamp>) {
    let text = values.text("log-level-debug-expires-at");
    if text.is_empty() || level < Level::DEBUG {
        return (level, None);
    }
    match text.parse() {
        Ok(end) => (level, Some(end)),
        Err(_) => {
            oddities.push(format!(
                "--log-level-debug-expires-at {text} is not an RFC 3339 time; the level is info"
            ));
            (Level::INFO, None)
        }
    }
}

fn file(path: &str, dir: &Path) -> Result<Sink> {
    let opened = OpenOptions::new()
        .create(true)
        .append(true)
        .open(dir.join(path));
    opened.map(|f| Sink::File(Mutex::new(f))).map_err(|e| {
        Error::new(ErrorKind::Setting, format!("{path}: {e}"))
            .during("opening the log")
            .hint("--log-path takes stdout, stderr or files in existing directories")
    })
}
