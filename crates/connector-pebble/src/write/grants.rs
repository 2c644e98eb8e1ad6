//! What follows from grants: indexes, and rows that digests are made of.
//!
//! Where a file has grants it has mostly grants, and each costs three rows. A thread of its own makes and sorts two of
//! them while tables are made of the first; the rows do not depend on which is faster.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use connector_core::{Error, ErrorKind, Result};

use super::digests::HASH_BITS;
use super::indexes::{content_hash, split};
use super::sort::{Sorted, Sorter};
use crate::checksum::xxh64;
use crate::error::{self, damaged};
use crate::keyspace::{ENTITLEMENT_ELEMENTS, SEPARATOR};
use crate::proto::Fields;

const BY_PRINCIPAL: [u8; 4] = [3, 7, 4, 0];
const NEEDS_EXPANSION: [u8; 4] = [3, 7, 5, 0];
pub(super) const GRANT_HASH: [u8; 4] = [3, 7, 8, 0];

/// Bytes of grants that are handed over at a time.
const BATCH: usize = 64 << 10;
/// Batches that may wait.
const QUEUE: usize = 2;

/// Grants, one behind the other.
#[derive(Debug, Default)]
struct Batch {
    bytes: Vec<u8>,
    /// The lengths of each one's parts: the elements of its key and its message.
    parts: Vec<(usize, usize)>,
}

/// Grants on their way to the thread.
#[derive(Debug)]
pub(super) struct Grants {
    batch: Batch,
    sorters: Option<Sorters>,
    /// Set from the first full batch on: a file with few grants needs no thread.
    thread: Option<Noting>,
}

#[derive(Debug)]
struct Noting {
    batches: SyncSender<Batch>,
    thread: JoinHandle<Result<OfGrants>>,
}

/// Rows of the indexes, in order.
#[derive(Debug)]
pub(super) struct OfGrants {
    pub(super) by_principal: Sorted,
    pub(super) needs_expansion: Sorted,
    pub(super) hashes: Sorted,
}

impl Grants {
    pub(super) fn new(sorter: &impl Fn() -> Sorter) -> Self {
        Self {
            batch: Batch::default(),
            sorters: Some(Sorters {
                by_principal: sorter(),
                needs_expansion: sorter(),
                hashes: sorter(),
                scratch: Vec::new(),
            }),
            thread: None,
        }
    }

    /// Adds a grant, by the elements of its key.
    pub(super) fn add(&mut self, tuple: &[u8], value: &[u8]) -> Result<()> {
        self.batch.bytes.extend_from_slice(tuple);
        self.batch.bytes.extend_from_slice(value);
        self.batch.parts.push((tuple.len(), value.len()));
        match self.batch.bytes.len() < BATCH {
            true => Ok(()),
            false => self.send(),
        }
    }

    fn send(&mut self) -> Result<()> {
        let batch = std::mem::take(&mut self.batch);
        if let Some(sorters) = self.sorters.take() {
            self.thread = Some(Noting::start(sorters)?);
        }
        let noting = self.thread.as_ref().ok_or_else(ended)?;
        if noting.batches.send(batch).is_ok() {
            return Ok(());
        }
        // Why the thread has ended is what it returns.
        let noting = self.thread.take().ok_or_else(ended)?;
        noting.finish().and_then(|_| Err(ended()))
    }

    /// All rows.
    pub(super) fn finish(mut self) -> Result<OfGrants> {
        if let Some(mut sorters) = self.sorters.take() {
            sorters.note_all(&self.batch)?;
            return sorters.finish();
        }
        self.send()?;
        self.thread.take().ok_or_else(ended)?.finish()
    }
}

impl Noting {
    fn start(sorters: Sorters) -> Result<Self> {
        let (batches, coming) = mpsc::sync_channel(QUEUE);
        let thread = thread::Builder::new()
            .name("indexes".to_owned())
            .spawn(move || sorters.run(&coming))
            .map_err(|e| error::io("start a thread", e))?;
        Ok(Self { batches, thread })
    }

    fn finish(self) -> Result<OfGrants> {
        drop(self.batches);
        self.thread.join().map_err(|_| ended())?
    }
}

fn ended() -> Error {
    Error::new(ErrorKind::Bug, "making indexes has ended")
}

/// The rows so far.
#[derive(Debug)]
struct Sorters {
    by_principal: Sorter,
    needs_expansion: Sorter,
    hashes: Sorter,
    scratch: Vec<u8>,
}

impl Sorters {
    fn run(mut self, batches: &Receiver<Batch>) -> Result<OfGrants> {
        for batch in batches {
            self.note_all(&batch)?;
        }
        self.finish()
    }

    fn finish(self) -> Result<OfGrants> {
        Ok(OfGrants {
            by_principal: self.by_principal.finish()?,
            needs_expansion: self.needs_expansion.finish()?,
            hashes: self.hashes.finish()?,
        })
    }

    fn note_all(&mut self, batch: &Batch) -> Result<()> {
        let mut rest = batch.bytes.as_slice();
        for (tuple, value) in &batch.parts {
            let parts = rest.split_off(..*tuple).zip(rest.split_off(..*value));
            let (tuple, value) = parts.ok_or_else(ended)?;
            self.note(tuple, value)?;
        }
        Ok(())
    }

    fn note(&mut self, tuple: &[u8], value: &[u8]) -> Result<()> {
        let mut needs_expansion = false;
        let mut sources = Vec::new();
        let mut fields = Fields::new(value, "a grant");
        while let Some((number, field)) = fields.next()? {
            match number {
                7 => needs_expansion = field.varint()? != 0,
                9 => {
                    let mut id: &[u8] = &[];
                    let mut entry = Fields::new(field.bytes()?, "a source");
                    while let Some((number, part)) = entry.next()? {
                        if number == 1 {
                            id = part.bytes()?;
                        }
                    }
                    sources.push(id);
                }
                _ => {}
            }
        }
        sources.sort_unstable();
        sources.dedup();
        let (entitlement, principal) =
            split(tuple, ENTITLEMENT_ELEMENTS).ok_or_else(|| damaged("a grant's key"))?;
        let key = &mut self.scratch;
        key.clear();
        key.extend(BY_PRINCIPAL);
        key.extend_from_slice(principal);
        key.push(SEPARATOR);
        key.extend_from_slice(entitlement);
        self.by_principal.push(key, &[])?;
        if needs_expansion {
            key.clear();
            key.extend(NEEDS_EXPANSION);
            key.extend_from_slice(tuple);
            self.needs_expansion.push(key, &[])?;
        }
        let bucket = (xxh64(principal) >> (u64::BITS - HASH_BITS)) as u16;
        key.clear();
        key.extend(GRANT_HASH);
        key.extend_from_slice(entitlement);
        key.push(SEPARATOR);
        key.extend(bucket.to_be_bytes());
        key.extend_from_slice(principal);
        self.hashes
            .push(key, &content_hash(tuple, sources).to_be_bytes())
    }
}
