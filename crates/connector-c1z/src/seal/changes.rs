//! What sealing does to rows: notes beside the log.

use std::collections::BTreeMap;

use connector_core::store::Phase;
use prost::encoding::{DecodeContext, decode_key, skip_field};

use crate::bits::Bits;
use crate::schema::{ENTITLEMENTS, GRANTS, RESOURCES, TABLES};

/// What is dropped and changed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Rows that are not in the file, by the place of their table.
    dropped: [Bits; TABLES.len()],
    /// Rows that get the content of a later one.
    pub(super) content_of: [BTreeMap<u64, u64>; 3],
    /// Resources without their parent.
    pub(super) orphans: Bits,
}

impl Changes {
    /// Whether nothing is dropped or changed.
    pub(crate) fn are_none(&self) -> bool {
        self.dropped.iter().all(Bits::is_empty)
            && self.content_of.iter().all(BTreeMap::is_empty)
            && self.orphans.is_empty()
    }

    /// The rows of a kind that are not in the file.
    pub(super) fn dropped(&self, phase: Phase) -> &Bits {
        self.dropped_of(table_of(phase))
    }

    /// Drops rows.
    pub(super) fn drop(&mut self, phase: Phase, rows: &Bits) {
        self.dropped[table_of(phase)].extend(rows);
    }

    pub(super) fn dropped_of(&self, table: usize) -> &Bits {
        &self.dropped[table]
    }

    /// Drops a row of a table.
    pub(super) fn drop_of(&mut self, table: usize, row: u64) {
        self.dropped[table].insert(row);
    }
}

/// The name of the table with rows of a kind.
pub(super) const fn name_of(phase: Phase) -> &'static str {
    match phase {
        Phase::Resources => RESOURCES,
        Phase::Entitlements => ENTITLEMENTS,
        Phase::Grants => GRANTS,
    }
}

/// The place among [`TABLES`] of the table with rows of a kind.
pub(super) fn table_of(phase: Phase) -> usize {
    let name = name_of(phase);
    let place = TABLES.iter().position(|table| table.name == name);
    place.unwrap_or_default()
}

/// The kind of the rows of a table.
pub(super) fn phase_of(table: usize) -> Option<Phase> {
    let phases = Phase::ALL.into_iter();
    phases.rev().find(|phase| table_of(*phase) == table)
}

/// A message without one of its top-level fields; the bytes of all others stay as they are.
pub(super) fn without_field(message: &[u8], field: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    let mut rest = message;
    while !rest.is_empty() {
        let before = rest;
        let Ok((tag, wire_type)) = decode_key(&mut rest) else {
            break;
        };
        if skip_field(wire_type, tag, &mut rest, DecodeContext::default()).is_err() {
            break;
        }
        if tag != field {
            let used = before.len() - rest.len();
            out.extend_from_slice(before.get(..used).unwrap_or_default());
        }
    }
    out
}

#[cfg(test)]
mod tests;
