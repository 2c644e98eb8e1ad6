//! Decodes the messages of grants. A million of them begin with the bytes of some thousand entitlements, which are decoded
//! once and lent to one grant after the other.

use connector_core::Result;
use prost::Message;

use super::table::Value;
use super::values::{complete_grant, damaged_row, decode};
use crate::reader::numbered::GrantNumbers;
use crate::reader::ordered::{entitlement_ids, principal_ids};
use crate::reader::{GrantKey, RowAt};
use crate::wire;

/// The key of the entitlement in a message.
const ENTITLEMENT: u8 = 1 << 3 | 2;
/// How many entitlements are remembered at most when grants come as they lie.
const MANY: usize = 1 << 14;
/// How many bytes they have at most, all together, before they are decoded; with more, all are forgotten. Decoded they
/// take some times as much.
const REMEMBERED: usize = 4 << 20;

/// An entitlement that grants began with.
#[derive(Debug)]
struct Known {
    /// Its bytes at the beginning of the grants' messages.
    bytes: Box<[u8]>,
    /// Its number by its own ids, once it was asked for.
    number: Option<u32>,
    /// Lent to the grant that was read last, or here.
    entitlement: Option<wire::Entitlement>,
}

/// Decodes grants one after the other.
#[derive(Debug)]
pub(super) struct Decoder {
    /// The grant that was read last.
    pub(super) grant: wire::Grant,
    /// What is remembered, each at the remainder of the number that its rows have for it.
    known: Vec<Option<Box<Known>>>,
    /// Bytes of what is remembered, and how many there may be.
    remembered: usize,
    most: usize,
    /// Where the entitlement of the grant that was read last is lent from.
    lender: Option<usize>,
}

impl Decoder {
    /// For grants that come in order: those of an entitlement follow each other.
    pub(super) fn in_order() -> Self {
        Self::remembering(1, REMEMBERED)
    }

    /// For grants that come as they lie.
    pub(super) fn unordered() -> Self {
        Self::remembering(MANY, REMEMBERED)
    }

    fn remembering(entitlements: usize, bytes: usize) -> Self {
        let mut known = Vec::new();
        known.resize_with(entitlements, || None);
        Self {
            grant: wire::Grant::default(),
            known,
            remembered: 0,
            most: bytes,
            lender: None,
        }
    }

    /// Decodes the message of a row and puts back what only the row has. `entitlement` is the row's number of it.
    pub(super) fn read(
        &mut self,
        (at, expansion, message): (&RowAt, Value<'_>, &[u8]),
        entitlement: u32,
        ids: impl FnOnce() -> GrantKey,
    ) -> Result<()> {
        self.decode(message, entitlement as usize % self.known.len())
            .map_err(|why| damaged_row(at, why))?;
        complete_grant(at, &mut self.grant, ids, expansion)
    }

    fn decode(&mut self, message: &[u8], slot: usize) -> Result<(), String> {
        self.give_back();
        let (entitlement, rest) = message.split_at(len_of_entitlement(message));
        if !entitlement.is_empty() && !rest.is_empty() {
            self.grant.clear();
            // A message may have its entitlement in several parts, which are one only together.
            let is_read = self.grant.merge(rest).is_ok() && self.grant.entitlement.is_none();
            if is_read && self.lend(entitlement, slot) {
                return Ok(());
            }
        }
        // What is wrong with a message is said of the whole.
        self.grant = decode(Value::Blob(message))?;
        Ok(())
    }

    /// Takes the entitlement back that was lent to the last grant.
    fn give_back(&mut self) {
        let lender = self.lender.take().and_then(|slot| self.known.get_mut(slot));
        if let Some(Some(known)) = lender {
            known.entitlement = self.grant.entitlement.take();
        }
    }

    /// Lends the grant the entitlement with these bytes, which is decoded when it is not remembered.
    fn lend(&mut self, bytes: &[u8], slot: usize) -> bool {
        let known = self.known.get_mut(slot).and_then(Option::as_mut);
        match known.filter(|known| *known.bytes == *bytes && known.entitlement.is_some()) {
            Some(known) => {
                self.grant.entitlement = known.entitlement.take();
                self.lender = Some(slot);
            }
            None => {
                let whole = decode::<wire::Grant>(Value::Blob(bytes)).unwrap_or_default();
                self.grant.entitlement = whole.entitlement;
                if self.grant.entitlement.is_some() {
                    self.remember(bytes, slot);
                }
            }
        }
        self.grant.entitlement.is_some()
    }

    /// Remembers the entitlement with these bytes, which is given back later.
    fn remember(&mut self, bytes: &[u8], slot: usize) {
        let replaced = self.known[slot].take().map_or(0, |known| known.bytes.len());
        self.remembered -= replaced;
        if self.remembered + bytes.len() > self.most {
            self.known.fill_with(|| None);
            self.remembered = 0;
        }
        if bytes.len() <= self.most {
            self.remembered += bytes.len();
            self.lender = Some(slot);
            self.known[slot] = Some(Box::new(Known {
                bytes: bytes.into(),
                number: None,
                entitlement: None,
            }));
        }
    }

    /// The numbers of the entitlement and the principal that the message of the grant names. `of_row` are those that its
    /// row names: nearly always the same, but what a message says counts.
    pub(super) fn numbers(&mut self, of_row: (u32, u32), numbers: &mut GrantNumbers) -> (u32, u32) {
        let mut known = self
            .lender
            .and_then(|slot| self.known.get_mut(slot)?.as_mut());
        let entitlement = known.as_ref().and_then(|known| known.number);
        let entitlement = entitlement.unwrap_or_else(|| {
            let ids = entitlement_ids(&self.grant).map(str::as_bytes);
            match numbers.entitlements.key(of_row.0) == ids {
                true => of_row.0,
                false => numbers.entitlement(&self.grant),
            }
        });
        if let Some(known) = &mut known {
            known.number = Some(entitlement);
        }
        let ids = principal_ids(&self.grant).map(str::as_bytes);
        let principal = match numbers.principals.key(of_row.1) == ids {
            true => of_row.1,
            false => numbers.principal(&self.grant),
        };
        (entitlement, principal)
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

#[cfg(test)]
mod tests;
