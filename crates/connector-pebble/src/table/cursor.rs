//! A walk over the rows of a table, one block in memory at a time.

use std::ops::Range;
use std::sync::Arc;

use connector_core::Result;

use super::Table;
use super::block::{Handle, read_block};
use super::data::DataWalk;
use super::index::{IndexBlock, IndexWalk};
use crate::error::damaged;
use crate::key::Trailer;
use crate::store::{Held, Store};

/// Walks over the rows of a table in the order of internal keys, which it checks.
#[derive(Debug)]
pub(crate) struct Cursor {
    store: Arc<Store>,
    table: Arc<Table>,
    /// The walk over the table's index block.
    top: IndexWalk,
    /// The walk over the second-level index block, when there are two levels.
    second: Option<(IndexWalk, Held)>,
    data: Option<(DataWalk, Held)>,
    /// Where to begin; empty once a row was found.
    from: Vec<u8>,
    blocks: u64,
    key: Vec<u8>,
    previous_key: Vec<u8>,
    trailer: Option<Trailer>,
    value: Range<usize>,
}

impl Cursor {
    /// Begins before the first row whose key is not below `from`.
    pub(crate) fn new(store: Arc<Store>, table: Arc<Table>, from: &[u8]) -> Result<Self> {
        let mut top = IndexWalk::new(Arc::clone(&table.index));
        if !from.is_empty() {
            top.seek(from)?;
        }
        Ok(Self {
            store,
            table,
            top,
            second: None,
            data: None,
            from: from.to_vec(),
            blocks: 0,
            key: Vec::new(),
            previous_key: Vec::new(),
            trailer: None,
            value: 0..0,
        })
    }

    /// Goes to the next row; `false` behind the last.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        std::mem::swap(&mut self.key, &mut self.previous_key);
        let max_key = self.store.limits().max_key_bytes;
        loop {
            if let Some((data, _)) = &mut self.data {
                if let Some((trailer, value)) = data.next(&mut self.key, max_key)? {
                    self.value = value;
                    return self.accept(trailer).map(|()| true);
                }
                self.data = None;
            }
            match self.next_block()? {
                Some(handle) => self.load(handle)?,
                None => return Ok(false),
            }
        }
    }

    /// Checks that the row comes after the one before it. A block that an index names twice is found here, too.
    fn accept(&mut self, trailer: Trailer) -> Result<()> {
        let ascending = match self.trailer.replace(trailer) {
            None => true,
            Some(previous) => match self.previous_key.cmp(&self.key) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Equal => previous > trailer,
                std::cmp::Ordering::Greater => false,
            },
        };
        self.from.clear();
        match ascending {
            true => Ok(()),
            false => Err(damaged("the rows of a table are not in order")),
        }
    }

    fn load(&mut self, handle: Handle) -> Result<()> {
        let block = self.read(handle)?;
        let held = self.store.hold(block.len())?;
        let data = DataWalk::new(block, self.table.footer.format, &self.from)?;
        self.blocks += 1;
        // A table of range deletions alone has one empty block; several would be rows without an order.
        if self.blocks > 1 && data.is_empty()? {
            return Err(damaged("a data block without rows"));
        }
        self.data = Some((data, held));
        Ok(())
    }

    fn read(&self, handle: Handle) -> Result<Vec<u8>> {
        read_block(&self.store, self.table.extent, &self.table.footer, handle)
    }

    /// The next data block.
    fn next_block(&mut self) -> Result<Option<Handle>> {
        if !self.table.two_level {
            return self.top.next();
        }
        loop {
            if let Some((second, _)) = &mut self.second {
                if let Some(handle) = second.next()? {
                    return Ok(Some(handle));
                }
                self.second = None;
            }
            let Some(handle) = self.top.next()? else {
                return Ok(None);
            };
            let block = self.read(handle)?;
            let held = self.store.hold(block.len())?;
            let block = IndexBlock::parse(block, self.table.footer.format)?;
            let mut walk = IndexWalk::new(Arc::new(block));
            walk.check_not_empty()?;
            if !self.from.is_empty() {
                walk.seek(&self.from)?;
            }
            self.second = Some((walk, held));
        }
    }

    /// The user key of the row.
    pub(crate) fn key(&self) -> &[u8] {
        &self.key
    }

    /// The trailer of the row, as it is stored.
    pub(crate) fn trailer(&self) -> Trailer {
        self.trailer.unwrap_or(Trailer(0))
    }

    /// The value of the row.
    pub(crate) fn value(&self) -> &[u8] {
        let bytes = self.data.as_ref().map(|(data, _)| data.bytes());
        bytes
            .and_then(|bytes| bytes.get(self.value.clone()))
            .unwrap_or_default()
    }
}
