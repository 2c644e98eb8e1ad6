//! Log lines: what they look like, where they go, and which are written.
//!
//! [`Logger`] writes a line; [`layer`] hands it what the program's parts report through `tracing`. A logger belongs
//! to one run, not to the process, so that several runs in one process keep their lines apart. With telemetry on, every
//! line goes to the collector as well (`record`).

mod config;
mod format;
mod layer;
mod origin;
mod record;

pub(crate) use config::{Format, Log, configure};
pub(crate) use layer::dispatch;
pub(crate) use origin::Origin;

use std::fs::File;
use std::io::Write;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use connector_core::clock::SharedClock;
use connector_telemetry::Logs;
use format::Entry;
use jiff::Timestamp;
use secrecy::SecretString;
use tracing::{Level, Span};

use crate::json::Object;
use crate::screen::Stream;

/// Where lines go.
pub(crate) enum Sink {
    Stream(Stream),
    File(Mutex<File>),
    Collector(Logs),
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
    /// What no line may show, not even a line of a library.
    secrets: Vec<SecretString>,
    /// Writes every line too, as far as its own level goes.
    also: Option<Logger>,
    /// What lines belong to that say nothing else: the log of one task is also that of spans which a subscriber of its own
    /// knows, and that one does not know the spans above.
    above: Origin,
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
        self.admits(level) || self.also().is_some_and(|also| also.enabled(level))
    }

    /// A log of the same level that goes to a collector of telemetry, alone or beside another one.
    pub(crate) fn to_collector(&self, logs: Logs, also: Option<Self>) -> Self {
        Self(Arc::new(Inner {
            clock: self.0.clock.clone(),
            format: self.0.format,
            level: self.0.level,
            debug_until: self.0.debug_until,
            sinks: vec![Sink::Collector(logs)],
            secrets: self.0.secrets.clone(),
            also,
            above: Origin::default(),
        }))
    }

    /// This log, and beside it a JSON log of all details in `file`, for what happens below `above`.
    pub(crate) fn and_in_detail_to(&self, file: File, above: Origin) -> Self {
        Self(Arc::new(Inner {
            clock: self.0.clock.clone(),
            format: Format::Json,
            level: Level::DEBUG,
            debug_until: None,
            sinks: vec![Sink::File(Mutex::new(file))],
            secrets: self.0.secrets.clone(),
            also: Some(self.clone()),
            above,
        }))
    }

    /// The least severe level that can ever be written.
    fn level(&self) -> Level {
        let also = self.also().map_or(Level::ERROR, Self::level);
        self.0.level.max(also)
    }

    /// Whether what is written changes with time.
    fn changes(&self) -> bool {
        self.0.debug_until.is_some() || self.also().is_some_and(Self::changes)
    }

    fn also(&self) -> Option<&Self> {
        self.0.also.as_ref()
    }

    fn admits(&self, level: Level) -> bool {
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
        self.write(level, caller, message, fields, Origin::of(&Span::current()));
    }

    fn write(
        &self,
        level: Level,
        caller: Caller<'_>,
        message: &str,
        fields: &Object,
        origin: Origin,
    ) {
        let origin = origin.or(&self.0.above);
        if let Some(also) = self.also() {
            also.write(level, caller, message, fields, origin.clone());
        }
        if !self.admits(level) {
            return;
        }
        let inner = &*self.0;
        let entry = Entry::new(
            inner.clock.now(),
            level,
            caller,
            message,
            &origin.fields(fields),
            &inner.secrets,
        );
        let line = || entry.line(inner.format);
        for sink in &inner.sinks {
            // There is nowhere left to complain to when a log cannot be written.
            let _ = match sink {
                Sink::Stream(stream) => stream.write(line().as_bytes()),
                Sink::File(file) => file
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .write_all(line().as_bytes()),
                Sink::Collector(logs) => {
                    logs.send(record::of(&entry, origin.context));
                    Ok(())
                }
            };
        }
    }
}
