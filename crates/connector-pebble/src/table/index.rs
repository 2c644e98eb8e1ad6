//! Index blocks: for each block a key that is not below its last one and not above the first of the next.

use std::sync::Arc;

use connector_core::Result;

use super::Format;
use super::block::Handle;
use super::column::{ColumnType, Frame, Slices, Uints};
use super::rows::{RowBlock, RowPosition};
use crate::bytes::Bytes;
use crate::error::damaged;
use crate::key::split_internal;

/// A parsed index block.
#[derive(Debug)]
pub(super) enum IndexBlock {
    Columns {
        bytes: Vec<u8>,
        rows: usize,
        separators: Slices,
        offsets: Uints,
        lengths: Uints,
    },
    Rows(RowBlock),
}

impl IndexBlock {
    pub(super) fn parse(bytes: Vec<u8>, format: Format) -> Result<Self> {
        if !format.is_columnar() {
            return Ok(Self::Rows(RowBlock::parse(bytes)?));
        }
        // The fourth column holds properties for quick look-ups.
        let types = [
            ColumnType::Bytes,
            ColumnType::Uint,
            ColumnType::Uint,
            ColumnType::Bytes,
        ];
        let frame = Frame::parse(&bytes, 0, &types)?;
        let rows = frame.rows;
        Ok(Self::Columns {
            separators: Slices::parse(&bytes, frame.column(0), rows)?,
            offsets: Uints::parse(&bytes, frame.column(1), rows)?.0,
            lengths: Uints::parse(&bytes, frame.column(2), rows)?.0,
            rows,
            bytes,
        })
    }
}

/// A walk over an index block.
#[derive(Debug)]
pub(super) struct IndexWalk {
    block: Arc<IndexBlock>,
    row: usize,
    position: RowPosition,
    /// An entry that a search has read already.
    found: Option<Handle>,
}

impl IndexWalk {
    pub(super) fn new(block: Arc<IndexBlock>) -> Self {
        Self {
            block,
            row: 0,
            position: RowPosition::default(),
            found: None,
        }
    }

    /// Goes before the first block that may hold `key` or a higher one.
    pub(super) fn seek(&mut self, key: &[u8]) -> Result<()> {
        match &*self.block {
            IndexBlock::Columns {
                bytes,
                rows,
                separators,
                ..
            } => {
                let (mut low, mut high) = (0, *rows);
                while low < high {
                    let middle = low + (high - low) / 2;
                    match separators.get(bytes, middle)? < key {
                        true => low = middle + 1,
                        false => high = middle,
                    }
                }
                self.row = low;
            }
            IndexBlock::Rows(block) => {
                self.position = block.start();
                self.found = None;
                while block.next(&mut self.position)? {
                    if split_internal(&self.position.key)?.0 >= key {
                        self.found = Some(Handle::decode(block.value(&self.position))?);
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// The next block, `None` behind the last.
    pub(super) fn next(&mut self) -> Result<Option<Handle>> {
        match &*self.block {
            IndexBlock::Columns {
                bytes,
                rows,
                offsets,
                lengths,
                ..
            } => {
                if self.row >= *rows {
                    return Ok(None);
                }
                let handle = Handle {
                    offset: offsets.get(bytes, self.row)?,
                    len: lengths.get(bytes, self.row)?,
                };
                self.row += 1;
                Ok(Some(handle))
            }
            IndexBlock::Rows(block) => {
                if let Some(found) = self.found.take() {
                    return Ok(Some(found));
                }
                match block.next(&mut self.position)? {
                    false => Ok(None),
                    true => {
                        let mut value = Bytes::new(block.value(&self.position), "an index");
                        Ok(Some(Handle::take(&mut value)?))
                    }
                }
            }
        }
    }

    /// Refuses an index block without entries in the middle of an index.
    pub(super) fn check_not_empty(&self) -> Result<()> {
        let empty = match &*self.block {
            IndexBlock::Columns { rows, .. } => *rows == 0,
            IndexBlock::Rows(block) => !block.next(&mut RowPosition::default())?,
        };
        match empty {
            true => Err(damaged("an index block without entries")),
            false => Ok(()),
        }
    }
}
