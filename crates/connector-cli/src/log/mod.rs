//! Log lines: what they look like, where they go, and which are written.
//!
//! [`Logger`] writes a line; [`layer`] hands it what the program's parts tell through `tracing`. A logger belongs
//! to one run, not to the process, so that several runs in one process keep their lines apart.

mod config;
mod format;
mod layer;

pub(crate) use config::{Configured, Format, Surroundings, configure};
pub(crate) use layer::dispatch;

use std::fs::File;
use std::io::Write;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use connector_core::clock::SharedClock;
use jiff::Timestamp;
use tracing::Level;

use crate::json::Object;
use crate::screen::Stream;

/// Where lines go.
pub(crate) enum Sink {
    Stream(Stream),
    File(Mutex<File>),
}

/// Writes log lines.
#[derive(Clone)]
pub(crate) struct Logger(Arc<Inner>);

struct Inner {
    clock: SharedClock,
    format: Format,
    level: Level,
    /// When debug lines stop being written.
    debug_until: Option<Timestamp>,
    sinks: Vec<Sink>,
}

/// The source line an event comes from.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) file: &'a str,
    pub(crate) line: u32,
}

impl Logger {
    /// Whether a line of this level is written now.
    pub(crate) fn enabled(&self, level: Level) -> bool {
        let least = match self.0.debug_until {
            Some(end) if self.0.clock.now() >= end => self.0.level.min(Level::INFO),
            _ => self.0.level,
        };
        level <= least
    }

    /// Writes a line of the program itself.
    #[track_caller]
    pub(crate) fn log(&self, level: Level, message: &str, fields: &Object) {
        let at = Location::caller();
        let caller = Caller {
            file: at.file(),
            line: at.line(),
        };
        if self.enabled(level) {
            self.write(level, caller, message, fields);
        }
    }

    fn write(&self, level: Level, caller: Caller<'_>, message: &str, fields: &Object) {
        let inner = &*self.0;
        let line = format::line(
            inner.format,
            inner.clock.now(),
            level,
            caller,
            message,
            fields,
        );
        for sink in &inner.sinks {
            // There is nowhere left to complain to when a log cannot be written.
            let _ = match sink {
                Sink::Stream(stream) => stream.write(line.as_bytes()),
                Sink::File(file) => file
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .write_all(line.as_bytes()),
            };
        }
    }
}
