//! Blocks of older formats: entries behind each other, each key without what it shares with the one before.

use std::ops::Range;

use connector_core::Result;

use crate::bytes::Bytes;
use crate::error::damaged;

/// From format 3 on the highest bit of the count of restarts is a flag.
const RESTARTS: u32 = 0x7FFF_FFFF;

/// A block and where its entries end.
#[derive(Debug)]
pub(super) struct RowBlock {
    bytes: Vec<u8>,
    end: usize,
}

/// Where a walk over a block is.
#[derive(Debug, Default)]
pub(super) struct RowPosition {
    at: usize,
    /// The key of the entry that was read last.
    pub(super) key: Vec<u8>,
    /// Where its value lies in the block.
    pub(super) value: Range<usize>,
}

impl RowBlock {
    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self> {
        let (before, count) = bytes
            .split_last_chunk()
            .ok_or_else(|| damaged("a block is too short"))?;
        // Restarts only help to jump into a block; a walk from its start needs none.
        let restarts = (u32::from_le_bytes(*count) & RESTARTS) as usize;
        let end = (restarts.checked_mul(4))
            .and_then(|restarts| before.len().checked_sub(restarts))
            .ok_or_else(|| damaged("a block has more restarts than room for them"))?;
        Ok(Self { bytes, end })
    }

    pub(super) fn start(&self) -> RowPosition {
        RowPosition::default()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Goes to the next entry; `false` at the end.
    pub(super) fn next(&self, position: &mut RowPosition) -> Result<bool> {
        let entries = self.bytes.get(..self.end).unwrap_or_default();
        let mut rest = Bytes::new(entries.get(position.at..).unwrap_or_default(), "a block");
        if rest.is_empty() {
            return Ok(false);
        }
        let mut length = || Ok(usize::try_from(rest.uvarint()?).unwrap_or(usize::MAX));
        let (shared, unshared, value) = (length()?, length()?, length()?);
        if shared > position.key.len() {
            return Err(damaged("a key shares more than there is"));
        }
        position.key.truncate(shared);
        position.key.extend_from_slice(rest.take(unshared)?);
        let start = self.end - rest.len();
        rest.take(value)?;
        position.value = start..start + value;
        position.at = self.end - rest.len();
        Ok(true)
    }

    /// The value of the entry that was read last.
    pub(super) fn value(&self, position: &RowPosition) -> &[u8] {
        self.bytes.get(position.value.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
