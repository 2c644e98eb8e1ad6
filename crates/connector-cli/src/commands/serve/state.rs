//! What a service keeps from one task to the next: how much the last full sync found, so that the shrink guard works
//! without an earlier file.
//!
//! The directory of `--state-dir` holds one small JSON file for each host id, connector and choice of what is read. It
//! has counts, no ids and no people.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use connector_core::error::{Context, Error, ErrorKind, Result};
use connector_core::id::ResourceTypeId;
use connector_core::leftovers;
use connector_core::model::{ResourceType, Trait};
use connector_core::progress::SyncReport;
use connector_core::shrink::{Compared, Loss, ShrinkLimits};
use connector_core::store::{Phase, SyncType, Tally};
use connector_core::text;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::defaults::flags::STATE_DIR;

/// Raised when what is kept means something else.
const FORMAT: u32 = 1;

/// More than any file of ours has.
const MAX_BYTES: u64 = 16 * 1024;

/// How much a full sync has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counts {
    people: u64,
    groups: u64,
    grants: u64,
}

impl Counts {
    fn of(tally: &Tally, types: &[ResourceType]) -> Self {
        let sum = |counts: &BTreeMap<ResourceTypeId, u64>, kind: Trait| -> u64 {
            let types = types.iter().filter(|t| t.kind == Some(kind));
            types.filter_map(|t| counts.get(&t.id)).sum()
        };
        let people = sum(&tally.rows.resources, Trait::User);
        Self {
            people: people.saturating_sub(sum(&tally.disabled, Trait::User)),
            groups: sum(&tally.rows.resources, Trait::Group),
            grants: tally.rows.total(Phase::Grants),
        }
    }

    const fn get(self, compared: Compared) -> u64 {
        match compared {
            Compared::People => self.people,
            Compared::Groups => self.groups,
            Compared::Grants => self.grants,
        }
    }
}

/// A file of the directory.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: u32,
    connector: String,
    host_id: String,
    /// The resource types that were read.
    types: Vec<String>,
    counts: Counts,
}

/// The directory, and what may be missing.
#[derive(Debug)]
pub(super) struct State {
    directory: PathBuf,
    connector: &'static str,
    host_id: String,
    limits: ShrinkLimits,
    /// Whether the next loss is accepted.
    accepts: AtomicBool,
    /// Held while a file is read and replaced.
    busy: Mutex<()>,
}

impl State {
    /// Makes the directory, unless it is there, and checks that files can be put into it.
    pub(super) fn open(
        directory: PathBuf,
        connector: &'static str,
        host_id: String,
        limits: ShrinkLimits,
        accepts: bool,
    ) -> Result<Self> {
        let wrong = |e: io::Error| {
            let message = format!("{} cannot be used: {e}", directory.display());
            let problem = Error::new(ErrorKind::Setting, message);
            STATE_DIR.error(problem.hint("name a directory that this program may write to"))
        };
        make(&directory).map_err(wrong)?;
        let probe = directory.join(format!("{connector}.probe"));
        write(&probe, b"").map_err(wrong)?;
        fs::remove_file(&probe).map_err(wrong)?;
        Ok(Self {
            directory,
            connector,
            host_id,
            limits,
            accepts: AtomicBool::new(accepts),
            busy: Mutex::new(()),
        })
    }

    /// Compares a sync with the last one that read the same, whose counts it then replaces. `covered` says what is read.
    pub(super) fn compare(
        &self,
        report: &SyncReport,
        types: &[ResourceType],
        covered: &str,
    ) -> Result<()> {
        if report.sync_type != SyncType::Full {
            return Ok(());
        }
        // Counts are whole whatever panicked meanwhile.
        let _busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.path(covered);
        let now = Counts::of(&report.tally, types);
        let ids = types.iter().map(|t| t.id.as_str().to_owned());
        let document = Document {
            format: FORMAT,
            connector: self.connector.to_owned(),
            host_id: self.host_id.clone(),
            types: ids.collect(),
            counts: now,
        };
        if let Some(before) = read(&path).filter(|earlier| earlier.is_like(&document)) {
            self.judge(before.counts, now)?;
        }
        let body = serde_json::to_vec(&document).map_err(io::Error::other);
        if let Err(error) = body.and_then(|body| write(&path, &body)) {
            tracing::warn!(path = %path.display(), %error, "the counts of this sync could not be kept, so the next one is compared with an earlier one");
        }
        Ok(())
    }

    fn judge(&self, before: Counts, now: Counts) -> Result<()> {
        let losses = Compared::ALL.into_iter().filter_map(|compared| {
            let (before, after) = (before.get(compared), now.get(compared));
            let gone = before.saturating_sub(after);
            let loss = Loss::over(self.limits, compared, gone, before)?;
            Some(Loss { after, ..loss }.to_string())
        });
        let losses: Vec<_> = losses.collect();
        if losses.is_empty() {
            return Ok(());
        }
        let losses = losses.join("; ");
        if self.accepts.swap(false, Ordering::Relaxed) {
            tracing::warn!("accepted once, because --accept-shrink is set: {losses}");
            return Ok(());
        }
        let message = format!(
            "{losses}; the sync was not uploaded: look at the vendor's data, or restart the service once with --accept-shrink if the new sync is right"
        );
        Err(Error::new(ErrorKind::Precondition, message)).during("comparing with the last sync")
    }

    fn path(&self, covered: &str) -> PathBuf {
        let mut hash = Sha256::new();
        for part in [self.host_id.as_str(), covered] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let hash = text::hex(hash.finalize().get(..12).unwrap_or_default());
        self.directory
            .join(format!("{}-{hash}.json", self.connector))
    }
}

impl Document {
    /// Whether both are about the same connector, host and types.
    fn is_like(&self, other: &Self) -> bool {
        (self.format, &self.connector, &self.host_id, &self.types)
            == (other.format, &other.connector, &other.host_id, &other.types)
    }
}

fn make(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// What a file holds; `None` when there is none, or none that this program could have written.
fn read(path: &Path) -> Option<Document> {
    let file = match File::open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return None,
        file => file,
    };
    let mut body = Vec::new();
    let found = file.and_then(|file| {
        match file.metadata()?.is_file() {
            true => file.take(MAX_BYTES).read_to_end(&mut body)?,
            false => return Err(io::Error::other("it is not a regular file")),
        };
        serde_json::from_slice(&body).map_err(io::Error::other)
    });
    match found {
        Ok(document) => Some(document),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "the counts of the last sync cannot be read, so there is nothing to compare with");
            None
        }
    }
}

/// Replaces a file in one step, by one that only its owner may read.
fn write(path: &Path, body: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("tmp");
    // One may be left of a process that was killed.
    let _ = fs::remove_file(&temporary);
    let mut file = leftovers::private_file(&temporary)?;
    let written = file.write_all(body).and_then(|()| file.sync_all());
    let placed = written.and_then(|()| fs::rename(&temporary, path));
    if placed.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    placed
}

#[cfg(test)]
mod tests;
