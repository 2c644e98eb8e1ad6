//! A store in memory.

use std::sync::{Arc, Mutex};

use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::store::{
    Begun, Checkpoint, FileSummary, Phase, Place, Rows, RunSpec, Store, StoredResource, Tally,
};
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};
use jiff::Timestamp;

use super::SealGate;

/// What survives a run: committed rows as text, and the checkpoint.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    pub(crate) rows: Vec<String>,
    pub(crate) resources: Vec<(ResourceId, String)>,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) finished: Option<Vec<String>>,
    pub(crate) commits: usize,
    pub(crate) fail_put: bool,
    /// Set when sealing waits.
    pub(crate) gate: Option<SealGate>,
    /// What happened to the store and to the sync, for tests of their order.
    pub(crate) events: Vec<&'static str>,
}

/// A store over a [`Disk`] that outlives it.
pub(crate) struct MemoryStore {
    disk: Arc<Mutex<Disk>>,
    open: Vec<(String, Option<(ResourceId, String)>)>,
    /// Set when the open page drops rows: those of the step with this mark, but the first `kept`.
    dropping: Option<(&'static str, usize)>,
}

impl MemoryStore {
    pub(crate) fn over(disk: &Arc<Mutex<Disk>>) -> Self {
        Self {
            disk: disk.clone(),
            open: Vec::new(),
            dropping: None,
        }
    }
}

impl Drop for MemoryStore {
    fn drop(&mut self) {
        self.disk.lock().unwrap().events.push("closed");
    }
}

impl Store for MemoryStore {
    fn begin(&mut self, run: &RunSpec) -> Result<Begun> {
        let checkpoint = self.disk.lock().unwrap().checkpoint.clone();
        Ok(Begun {
            sync_id: run.sync_id.clone(),
            started_at: run.started_at,
            checkpoint,
        })
    }

    fn put(&mut self, rows: &Rows, _at: Timestamp) -> Result<()> {
        if self.disk.lock().unwrap().fail_put {
            return Err(Error::new(ErrorKind::Precondition, "the disk is full"));
        }
        match rows {
            Rows::Resources(rows) => self.open.extend(rows.iter().map(|r| {
                (
                    format!("r {}", r.id),
                    Some((r.id.clone(), r.display_name.to_string())),
                )
            })),
            Rows::Entitlements(rows) => {
                self.open.extend(
                    rows.iter()
                        .map(|e| (format!("e {} {}", e.id, e.display_name), None)),
                );
            }
            Rows::Grants(rows) => {
                self.open.extend(
                    rows.iter()
                        .map(|g| (format!("g {} {}", g.entitlement, g.principal), None)),
                );
            }
        }
        Ok(())
    }

    fn restart_page(&mut self) -> Result<()> {
        self.open.clear();
        self.dropping = None;
        Ok(())
    }

    fn restart_listing(&mut self, phase: Phase, kept: u64) -> Result<()> {
        self.open.clear();
        let mark = match phase {
            Phase::Resources => "r ",
            Phase::Entitlements => "e ",
            Phase::Grants => "g ",
        };
        self.dropping = Some((mark, usize::try_from(kept).unwrap()));
        Ok(())
    }

    fn commit(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        let mut disk = self.disk.lock().unwrap();
        if let Some((mark, kept)) = self.dropping.take() {
            let mut before = kept;
            disk.rows.retain(|row| {
                let keeps = !row.starts_with(mark) || before > 0;
                before = before.saturating_sub(usize::from(row.starts_with(mark)));
                keeps
            });
            if mark == "r " {
                disk.resources.truncate(kept);
            }
        }
        for (row, resource) in self.open.drain(..) {
            disk.rows.push(row);
            disk.resources.extend(resource);
        }
        disk.checkpoint = Some(checkpoint.clone());
        disk.commits += 1;
        Ok(())
    }

    fn resources(
        &mut self,
        of: &ResourceTypeId,
        from: Place,
        limit: usize,
    ) -> Result<Vec<StoredResource>> {
        let disk = self.disk.lock().unwrap();
        let all = disk
            .resources
            .iter()
            .enumerate()
            .map(|(at, (id, name))| StoredResource {
                place: Place(at as u64 + 1),
                id: id.clone(),
                display_name: name.clone(),
            });
        Ok(all
            .filter(|r| r.place >= from && r.id.resource_type == *of)
            .take(limit)
            .collect())
    }

    fn seal(&mut self, _tally: &mut Tally) -> Result<Vec<Warning>> {
        let gate = self.disk.lock().unwrap().gate.take();
        if let Some(gate) = gate {
            gate.pass();
            self.disk.lock().unwrap().events.push("sealed");
        }
        Ok(Vec::new())
    }

    fn finish(&mut self, _ended_at: Timestamp) -> Result<FileSummary> {
        let mut disk = self.disk.lock().unwrap();
        disk.finished = Some(disk.rows.clone());
        disk.checkpoint = None;
        Ok(FileSummary {
            path: "memory".into(),
            decoded_bytes: 0,
            file_bytes: 0,
            sha256: String::new(),
            version: 0,
        })
    }

    fn abandon(&mut self, keep: bool) -> Result<bool> {
        self.open.clear();
        let mut disk = self.disk.lock().unwrap();
        if !keep {
            *disk = Disk::default();
        }
        Ok(disk.checkpoint.is_some())
    }
}
