//! A grant as bytes while grants are sorted: the row's number, how it is to be expanded, and its message.

use connector_core::Result;

use super::GRANTS;
use super::table::Value;
use super::values::{complete_grant, damaged_row, decode};
use crate::reader::{GrantKey, RowAt};
use crate::{fault, wire};

/// What a grant's row says of its expansion: nothing, this, or what it cannot say.
const NONE: u8 = 0;
const EXPANSION: u8 = 1;
const ODD: u8 = 2;

/// The key of the entitlement in a message.
const ENTITLEMENT: u8 = 1 << 3 | 2;

/// Writes what comes before a grant's message.
pub(super) fn begin(head: &mut Vec<u8>, number: i64, expansion: Value<'_>) {
    head.clear();
    head.extend_from_slice(&number.to_le_bytes());
    let (kind, expansion) = match expansion {
        Value::Null => (NONE, &b""[..]),
        Value::Blob(expansion) => (EXPANSION, expansion),
        _ => (ODD, &b""[..]),
    };
    head.push(kind);
    head.extend_from_slice(&(expansion.len() as u64).to_le_bytes());
    head.extend_from_slice(expansion);
}

/// Decodes grants one after the other. Sorted ones mostly begin with the bytes of the same entitlement, which is then
/// decoded once.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The grant that was read last.
    pub(super) grant: wire::Grant,
    /// Whether its entitlement is that of the grant before.
    pub(super) is_of_last: bool,
    /// The bytes of its entitlement at the beginning of its message; empty when that is not all of it.
    entitlement: Vec<u8>,
}

impl Decoder {
    /// Reads what [`begin`] began; returns where its row is.
    pub(super) fn read(&mut self, row: &[u8], ids: impl FnOnce() -> GrantKey) -> Result<RowAt> {
        let parts = || {
            let (number, rest) = row.split_first_chunk::<8>()?;
            let (kind, rest) = rest.split_first()?;
            let (len, rest) = rest.split_first_chunk::<8>()?;
            let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
            let (expansion, message) = rest.split_at_checked(len)?;
            let expansion = match *kind {
                NONE => Value::Null,
                EXPANSION => Value::Blob(expansion),
                _ => Value::Text(b""),
            };
            Some((i64::from_le_bytes(*number), expansion, message))
        };
        let (number, expansion, message) =
            parts().ok_or_else(|| fault::bug("a sorted grant is not as it was"))?;
        let at = RowAt::Table {
            table: GRANTS,
            row: number,
        };
        self.decode(message).map_err(|why| damaged_row(&at, why))?;
        complete_grant(&at, &mut self.grant, ids, expansion)?;
        Ok(at)
    }

    fn decode(&mut self, message: &[u8]) -> Result<(), String> {
        let (entitlement, rest) = message.split_at(len_of_entitlement(message));
        let known = self.grant.entitlement.take();
        self.is_of_last = known.is_some() && entitlement == self.entitlement;
        if !entitlement.is_empty() && !rest.is_empty() {
            let decoded = |bytes| decode::<wire::Grant>(Value::Blob(bytes)).ok();
            let held = match self.is_of_last {
                true => known,
                false => decoded(entitlement).and_then(|grant| grant.entitlement),
            };
            // A message may have its entitlement in several parts, which are one only together.
            let rest = decoded(rest).filter(|grant| grant.entitlement.is_none());
            if let (Some(held), Some(rest)) = (held, rest) {
                self.grant = rest;
                self.grant.entitlement = Some(held);
                if !self.is_of_last {
                    self.entitlement.clear();
                    self.entitlement.extend_from_slice(entitlement);
                }
                return Ok(());
            }
        }
        // What is wrong with a message is said of the whole.
        self.is_of_last = false;
        self.entitlement.clear();
        self.grant = decode(Value::Blob(message))?;
        Ok(())
    }
}

/// How many bytes the entitlement takes that a message begins with, with its key and length.
fn len_of_entitlement(message: &[u8]) -> usize {
    let len = || {
        let mut rest = message.strip_prefix(&[ENTITLEMENT])?;
        let len = usize::try_from(prost::encoding::decode_varint(&mut rest).ok()?).ok()?;
        let end = (message.len() - rest.len()).checked_add(len)?;
        (end <= message.len()).then_some(end)
    };
    len().unwrap_or_default()
}
