//! A version 3 file that is made while its rows are stored.
//!
//! As long as the resources of a type come in the order of their ids, tables are made of them, compressed and checked
//! while the vendor answers; those of a type of which there are few are sorted first. Grants are sorted meanwhile. All other
//! rows are added from the log when it is complete. When a row is taken back, dropped or changed, what was made is thrown away, and the whole file
//! is made of the log. Its bytes are the same either way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use connector_core::Result;
use connector_core::model::ResourceType;
use connector_core::store::Phase;
use connector_pebble::{Sorted, Writer};
use jiff::Timestamp;

use super::feed;
use super::sorting::Sorting;
use crate::convert::own::Records;
use crate::export;
use crate::fault;
use crate::log::Run;
use crate::rows::{Decoder, Row};

/// Resources of a type that are sorted before any of them is written, and how many bytes they may have.
const SORTED: usize = 4096;
const SORTED_BYTES: usize = 2 << 20;

/// The records so far.
#[derive(Debug)]
pub(crate) struct Ahead {
    out: Writer,
    records: Records,
    open: Option<Open>,
    /// Types whose resources are in the file.
    done: BTreeSet<String>,
    /// Types whose resources come in no order.
    late: BTreeSet<String>,
    grants: Option<Sorting>,
    /// What sorting grants may take, and where the rest goes.
    memory: usize,
    directory: PathBuf,
}

/// A file that was begun.
pub(super) struct Begun {
    pub(super) out: Writer,
    /// The types whose resources it lacks.
    pub(super) late: BTreeSet<String>,
    /// All grants, which it lacks.
    pub(super) grants: Option<Sorted>,
}

/// The type whose resources are being stored.
#[derive(Debug)]
struct Open {
    kind: String,
    /// Keys and records, as long as there are few.
    held: Vec<(Vec<u8>, Vec<u8>)>,
    held_bytes: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// There are few so far.
    Held,
    /// They are in order, and are written as they come.
    Written,
    /// They are not in order.
    Late,
}

impl Ahead {
    /// Begins a file with the types of a run. What does not fit into memory goes to `temp_dir`, or to the system's
    /// temp directory; of grants, for which `memory` is there, to `directory`.
    pub(crate) fn new(
        types: &[ResourceType],
        run: &Run,
        temp_dir: Option<&Path>,
        memory: usize,
        directory: &Path,
    ) -> Result<Self> {
        let mut out = export::writer(temp_dir)?;
        feed::types(types, run.started_at, &mut out)?;
        Ok(Self {
            out,
            records: Records::default(),
            open: None,
            done: BTreeSet::new(),
            late: BTreeSet::new(),
            grants: None,
            memory,
            directory: directory.to_owned(),
        })
    }

    /// Adds rows that were just stored.
    pub(crate) fn add(
        &mut self,
        phase: Phase,
        at: Timestamp,
        columns: &[u8],
        blobs: &[u8],
    ) -> Result<()> {
        if phase != Phase::Resources {
            self.close()?;
        }
        match phase {
            Phase::Resources => {}
            Phase::Entitlements => return Ok(()),
            Phase::Grants => return self.grants(at, columns, blobs.len()),
        }
        let mut rows = Decoder::new(phase, columns, blobs.len());
        while let Some(row) = rows.next()? {
            let message = blobs.get(row.blob.0..row.blob.1).unwrap_or_default();
            self.resource(at, &row, message)?;
        }
        Ok(())
    }

    fn resource(&mut self, at: Timestamp, row: &Row<'_>, message: &[u8]) -> Result<()> {
        if self
            .open
            .as_ref()
            .is_none_or(|open| open.kind != row.resource_type)
        {
            self.close()?;
            if self.done.contains(row.resource_type) {
                return Err(fault::bug("a type is listed in turn with others"));
            }
        }
        let open = self.open.get_or_insert_with(|| Open {
            kind: row.resource_type.to_owned(),
            held: Vec::new(),
            held_bytes: 0,
            state: match self.late.contains(row.resource_type) {
                true => State::Late,
                false => State::Held,
            },
        });
        if open.state == State::Late {
            return Ok(());
        }
        let (key, value) = self.records.record(Phase::Resources, at, row, message)?;
        if open.state == State::Written {
            return self.out.put(key, value);
        }
        open.held_bytes += key.len() + value.len();
        open.held.push((key.to_vec(), value.to_vec()));
        if open.held.len() >= SORTED || open.held_bytes >= SORTED_BYTES {
            let held = std::mem::take(&mut open.held);
            open.state = match held.is_sorted_by(|(a, _), (b, _)| a < b) {
                true => State::Written,
                false => State::Late,
            };
            if open.state == State::Written {
                return put_all(&held, &mut self.out);
            }
        }
        Ok(())
    }

    fn grants(&mut self, at: Timestamp, columns: &[u8], blobs: usize) -> Result<()> {
        let grants = match self.grants.take() {
            Some(grants) => grants,
            None => Sorting::start(feed::share(self.memory), &self.directory)?,
        };
        self.grants.insert(grants).add(at, columns, blobs)
    }

    /// Ends the open type.
    fn close(&mut self) -> Result<()> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        if open.state == State::Late {
            self.late.insert(open.kind);
            return Ok(());
        }
        open.held.sort();
        put_all(&open.held, &mut self.out)?;
        self.done.insert(open.kind);
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Begun> {
        self.close()?;
        Ok(Begun {
            out: self.out,
            late: self.late,
            grants: self.grants.map(Sorting::finish).transpose()?,
        })
    }
}

fn put_all(rows: &[(Vec<u8>, Vec<u8>)], out: &mut Writer) -> Result<()> {
    rows.iter().try_for_each(|(key, value)| out.put(key, value))
}
