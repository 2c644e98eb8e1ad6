//! Shows a running sync: log lines for machines, one line that changes in place for a person at a terminal.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connector_core::clock::SharedClock;
use connector_core::id::ResourceTypeId;
use connector_core::progress::{Event, Progress};
use connector_core::store::{FileSummary, Phase};
use connector_core::text::{self, grouped};
use tracing::Level;

use crate::json::Object;
use crate::log::Logger;
use crate::screen::Stream;

/// Least time between two pictures of the live line.
const REDRAW: Duration = Duration::from_millis(100);
/// Least time between two log lines about the same listing.
const RELOG: Duration = Duration::from_secs(10);
/// Columns of the live line; fits the narrowest usual terminal without wrapping.
const COLUMNS: usize = 79;

/// Shows one sync, in the log and on the terminal.
pub(crate) struct Watch {
    clock: SharedClock,
    /// Set when log lines report how the sync goes on.
    log: Option<Logger>,
    /// Set when a person watches a terminal.
    screen: Option<Stream>,
    /// Number of resource types in the run.
    types: u64,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    phase: Option<Phase>,
    phase_began: Duration,
    drawn: Option<Duration>,
    /// Rows of the phase by type: stored ones, and those of the page under way.
    rows: BTreeMap<ResourceTypeId, (u64, u64)>,
    /// Resources listed, by type.
    resources: BTreeMap<ResourceTypeId, u64>,
    logged: BTreeMap<ResourceTypeId, Duration>,
}

impl Watch {
    pub(crate) fn new(
        clock: SharedClock,
        log: Option<Logger>,
        screen: Option<Stream>,
        types: u64,
    ) -> Self {
        Self {
            clock,
            log,
            screen,
            types,
            shown: Mutex::default(),
        }
    }

    /// The log that the sync reports to.
    pub(crate) fn log(&self) -> Option<&Logger> {
        self.log.as_ref()
    }

    /// Draws the live line again, so that its time goes on while nothing else does.
    pub(crate) fn tick(&self) {
        self.draw(&mut self.shown());
    }

    /// Wipes the live line.
    pub(crate) fn clear(&self) {
        if let Some(screen) = &self.screen {
            screen.clear();
        }
    }

    #[track_caller]
    fn info(&self, message: &str, fields: &Object) {
        if let Some(log) = &self.log {
            log.log(Level::INFO, message, fields);
        }
    }

    fn phase(&self, phase: Phase) {
        let mut shown = self.shown();
        shown.phase = Some(phase);
        shown.phase_began = self.clock.elapsed();
        shown.rows.clear();
        shown.logged.clear();
        self.info(&format!("Syncing {}...", phase.as_str()), &Object::new());
        self.draw(&mut shown);
    }

    fn rows(&self, resource_type: &ResourceTypeId, rows: u64) {
        let mut shown = self.shown();
        shown.rows.entry(resource_type.clone()).or_default().1 += rows;
        self.draw(&mut shown);
    }

    fn page(&self, phase: Phase, resource_type: &ResourceTypeId, total: u64) {
        let mut shown = self.shown();
        shown.rows.insert(resource_type.clone(), (total, 0));
        let now = self.clock.elapsed();
        let last = shown.logged.get(resource_type);
        if last.is_none_or(|last| now.saturating_sub(*last) >= RELOG) {
            shown.logged.insert(resource_type.clone(), now);
            let mut fields = Object::new();
            fields.put("resource_type_id", resource_type.as_str());
            fields.put("rows", total);
            self.info(&format!("Syncing {}", phase.as_str()), &fields);
        }
        self.draw(&mut shown);
    }

    fn listed(&self, phase: Phase, resource_type: &ResourceTypeId, total: u64) {
        let mut shown = self.shown();
        let mut fields = Object::new();
        fields.put("resource_type_id", resource_type.as_str());
        if phase == Phase::Resources {
            shown.resources.insert(resource_type.clone(), total);
            fields.put("count", total);
        } else {
            // `count` and `total` are resources looked at, as readers of these lines expect; what was found on
            // them has a name of its own.
            let resources = shown.resources.get(resource_type).copied();
            if let Some(resources) = resources {
                fields.put("count", resources);
                fields.put("total", resources);
            }
            fields.put(phase.as_str(), total);
        }
        self.info(&format!("Synced {}", phase.as_str()), &fields);
        shown.rows.insert(resource_type.clone(), (total, 0));
        self.draw(&mut shown);
    }

    fn started(&self, sync_id: &str, sync_type: &str, resumed: bool) {
        if resumed {
            let mut fields = Object::new();
            fields.put("sync_id", sync_id);
            fields.put("sync_type", sync_type);
            self.info("resumed previous sync", &fields);
        }
        self.info("Syncing resource types...", &Object::new());
        let mut fields = Object::new();
        fields.put("count", self.types);
        self.info("Synced resource types", &fields);
    }

    fn saved(&self, file: &FileSummary) {
        let mut fields = Object::new();
        fields.put("output_path", file.path.as_str());
        fields.put("decompressed_bytes", file.decoded_bytes);
        fields.put("compressed_bytes", file.file_bytes);
        self.info("c1z: saved", &fields);
    }

    fn draw(&self, shown: &mut Shown) {
        let Some(screen) = &self.screen else { return };
        let now = self.clock.elapsed();
        let soon = shown
            .drawn
            .is_some_and(|last| now.saturating_sub(last) < REDRAW);
        let Some(phase) = shown.phase else { return };
        if soon {
            return;
        }
        shown.drawn = Some(now);
        screen.show(&live_line(phase, &shown.rows, now - shown.phase_began));
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Watch {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Started {
                sync_id,
                sync_type,
                resumed,
            } => self.started(sync_id.as_str(), sync_type.as_str(), *resumed),
            Event::Phase(phase) => self.phase(*phase),
            Event::Rows {
                resource_type,
                rows,
                ..
            } => self.rows(resource_type, *rows),
            Event::Page {
                phase,
                resource_type,
                total,
                ..
            } => self.page(*phase, resource_type, *total),
            Event::Listed {
                phase,
                resource_type,
                total,
            } => self.listed(*phase, resource_type, *total),
            // A run that writes nothing has a file without a byte.
            Event::Saved(file) if file.file_bytes > 0 => self.saved(file),
            // Warnings are reported together at the end.
            _ => {}
        }
    }
}

/// `listing resources: user 1,200, department 40 (300/s, 4 s)`
fn live_line(phase: Phase, rows: &BTreeMap<ResourceTypeId, (u64, u64)>, took: Duration) -> String {
    let counts: Vec<_> = rows
        .iter()
        .map(|(id, (stored, under_way))| format!("{id} {}", grouped(stored + under_way)))
        .collect();
    let all: u64 = rows.values().map(|(stored, more)| stored + more).sum();
    let seconds = took.as_secs();
    let rate = match all.checked_div(seconds) {
        Some(rate) => format!("{}/s, ", grouped(rate)),
        None => String::new(),
    };
    let tail = format!(" ({rate}{seconds} s)");
    let head = format!("listing {}: {}", phase.as_str(), counts.join(", "));
    let room = COLUMNS.saturating_sub(tail.len());
    format!("{}{tail}", text::printable(&head, room))
}

#[cfg(test)]
mod tests;
