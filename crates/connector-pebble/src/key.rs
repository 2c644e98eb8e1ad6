//! Keys inside a store: a user key and a trailer that records when and how it was written.
//!
//! Internal keys are ordered by user key, then from the newest write to the oldest.

use connector_core::Result;

use crate::bytes::Bytes;
use crate::error::{damaged, unsupported};

/// The largest sequence number; as a bound of a table it means that the bound itself is outside.
pub(crate) const MAX_SEQUENCE: u64 = (1 << 56) - 1;
/// Bytes of a trailer.
pub(crate) const TRAILER_BYTES: usize = 8;

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The key has this value from now on.
    Set,
    /// The key is gone from now on.
    Delete,
    /// All keys of a range are gone from now on.
    RangeDelete,
}

/// A sequence number and a kind, as they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Trailer(pub(crate) u64);

impl Trailer {
    /// When the entry was written, in the store's own count.
    pub(crate) const fn sequence(self) -> u64 {
        self.0 >> 8
    }

    /// The stored number of the kind.
    pub(crate) const fn kind_number(self) -> u8 {
        self.0 as u8
    }

    /// What the entry does.
    ///
    /// # Errors
    /// For kinds that files of this format do not use.
    pub(crate) fn kind(self) -> Result<Kind> {
        kind(self.kind_number())
    }
}

/// What the entries with this number do.
pub(crate) fn kind(number: u8) -> Result<Kind> {
    match number {
        1 | 18 => Ok(Kind::Set),
        0 | 7 | 23 => Ok(Kind::Delete),
        15 => Ok(Kind::RangeDelete),
        2 => Err(unsupported("a merge entry")),
        19..=21 => Err(unsupported("a range key")),
        22 | 24 => Err(unsupported("an ingested table in the log")),
        _ => Err(unsupported(format_args!("an entry of kind {number}"))),
    }
}

/// Splits an internal key.
pub(crate) fn split_internal(key: &[u8]) -> Result<(&[u8], Trailer)> {
    let at = key
        .len()
        .checked_sub(TRAILER_BYTES)
        .ok_or_else(|| damaged("a key is shorter than its trailer"))?;
    let (user, trailer) = key.split_at(at);
    Ok((user, Trailer(Bytes::new(trailer, "a key").u64()?)))
}

/// The smallest key above `key`.
pub(crate) fn successor(key: &[u8]) -> Vec<u8> {
    let mut next = Vec::with_capacity(key.len() + 1);
    next.extend_from_slice(key);
    next.push(0);
    next
}

/// The keys from `lower` on and below `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) lower: Vec<u8>,
    pub(crate) end: Vec<u8>,
}

impl Bounds {
    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        key >= self.lower.as_slice() && key < self.end.as_slice()
    }

    /// Whether some key could be in both.
    pub(crate) fn meets(&self, lower: &[u8], end: Option<&[u8]>) -> bool {
        self.end.as_slice() > lower && end.is_none_or(|end| self.lower.as_slice() < end)
    }
}

#[cfg(test)]
mod tests;
