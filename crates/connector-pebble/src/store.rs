//! What all parts of a reader share: the decoded directory, the limits, the memory held, and open tables.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use connector_core::{Context, Result};

use crate::Limits;
use crate::container::{Directory, Extent};
use crate::error::too_large;
use crate::table::Table;

/// Tables that stay open between look-ups, so that each does not read an index anew.
const KEPT_TABLES: usize = 64;
const KEPT_BYTES: usize = 16 << 20;

/// The directory and what is held of it in memory.
#[derive(Debug)]
pub(crate) struct Store {
    directory: Directory,
    limits: Limits,
    held: Arc<AtomicUsize>,
    /// Open tables by the number of their file, the most recently used last.
    tables: Mutex<VecDeque<(u64, Arc<Table>)>>,
}

/// Memory that is counted against the limit until this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    total: Arc<AtomicUsize>,
    bytes: usize,
}

impl Held {
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.total.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// There would be more in memory at one time than the limits allow.
pub(crate) fn no_room() -> connector_core::Error {
    too_large(
        "too much of it is needed at one time",
        "Limits::max_open_bytes",
    )
}

impl Store {
    pub(crate) fn new(directory: Directory, limits: Limits) -> Self {
        Self {
            directory,
            limits,
            held: Arc::default(),
            tables: Mutex::default(),
        }
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Bytes of all files of the directory.
    pub(crate) const fn decoded_bytes(&self) -> u64 {
        self.directory.storage.len()
    }

    /// Bytes of a file of the directory.
    pub(crate) fn read(&self, extent: Extent, offset: u64, count: u64) -> Result<Vec<u8>> {
        let start = extent.offset.saturating_add(offset);
        self.directory.storage.read(start, count)
    }

    /// Counts memory against the limit.
    pub(crate) fn hold(&self, bytes: usize) -> Result<Held> {
        let before = self.held.fetch_add(bytes, Ordering::Relaxed);
        let held = Held {
            total: Arc::clone(&self.held),
            bytes,
        };
        match before.saturating_add(bytes) as u64 > self.limits.max_open_bytes {
            true => Err(no_room()),
            false => Ok(held),
        }
    }

    /// The table in the file with this number.
    pub(crate) fn table(&self, number: u64) -> Result<Arc<Table>> {
        // A panic elsewhere leaves the list whole.
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = tables.iter().position(|(kept, _)| *kept == number)
            && let Some(kept) = tables.remove(at)
        {
            let table = Arc::clone(&kept.1);
            tables.push_back(kept);
            return Ok(table);
        }
        let extent = self.directory.table(number)?;
        let table = Table::open(self, extent).during(format!("reading table {number:06}"))?;
        let table = Arc::new(table);
        tables.push_back((number, Arc::clone(&table)));
        while tables.len() > KEPT_TABLES
            || tables.iter().map(|(_, t)| t.held_bytes()).sum::<usize>() > KEPT_BYTES
        {
            tables.pop_front();
        }
        Ok(table)
    }
}
