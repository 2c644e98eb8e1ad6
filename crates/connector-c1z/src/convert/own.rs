//! Rows of the log as records of version 3.
//!
//! The messages in the log are those of version 1 as [`encode`](crate::encode) writes them. Most of a resource has the
//! same bytes in both versions, so its parts are copied and not decoded. A grant says nothing that its columns do not.

use connector_core::Result;
use connector_core::store::Phase;
use connector_pebble::Keyspace;
use connector_pebble::records::{Record, ResourceRef};
use jiff::Timestamp;
use prost::Message;
use prost::encoding::{WireType, decode_key, decode_varint};

use super::records::entitlement_record;
use super::v1_source::instant;
use crate::encode::field;
use crate::rows::{Row, damaged};
use crate::{fault, wire};

/// Makes records, one after the other; its buffers live from row to row.
#[derive(Debug, Default)]
pub(crate) struct Records {
    key: Vec<u8>,
    value: Vec<u8>,
    discovered: Option<Timestamp>,
    /// The message of that instant.
    discovered_at: Vec<u8>,
    text: String,
}

impl Records {
    /// The key of a row.
    pub(crate) fn key(&mut self, phase: Phase, row: &Row<'_>) -> &[u8] {
        let (kind, id) = (row.resource_type, row.id);
        // Ids of entitlements begin with those of their resources, which the flag says.
        let on = [kind, id, "1", row.slug];
        self.key.clear();
        match phase {
            Phase::Resources => Keyspace::Resource.push_key(&mut self.key, &[kind, id]),
            Phase::Entitlements => Keyspace::Entitlement.push_key(&mut self.key, &on),
            Phase::Grants => {
                let (holder_kind, holder) = row.other.unwrap_or_default();
                let all = [kind, id, "1", row.slug, holder_kind, holder];
                Keyspace::Grant.push_key(&mut self.key, &all);
            }
        }
        &self.key
    }

    /// The key and the record of a row. For a grant the message does not matter.
    pub(crate) fn record(
        &mut self,
        phase: Phase,
        at: Timestamp,
        row: &Row<'_>,
        message: &[u8],
    ) -> Result<(&[u8], &[u8])> {
        if self.discovered != Some(at) {
            self.discovered = Some(at);
            self.discovered_at = instant(at).unwrap_or_default().encode_to_vec();
        }
        self.key(phase, row);
        self.value.clear();
        match phase {
            Phase::Resources => self.resource(row, message)?,
            Phase::Entitlements => self.entitlement(at, row, message)?,
            Phase::Grants => self.grant(row),
        }
        Ok((&self.key, &self.value))
    }

    fn resource(&mut self, row: &Row<'_>, message: &[u8]) -> Result<()> {
        let parts = Parts::of(message)?;
        let out = &mut self.value;
        field::text(out, 2, row.resource_type);
        field::text(out, 3, row.id);
        copy(out, 4, parts.display_name);
        copy(out, 5, parts.description);
        if let Some((kind, id)) = row.other.filter(|(_, id)| !id.is_empty()) {
            field::head(
                out,
                6,
                field::len_of_text(1, kind) + field::len_of_text(2, id),
            );
            field::text(out, 1, kind);
            field::text(out, 2, id);
        }
        copy(out, 7, parts.annotation);
        field::bytes(out, 8, &self.discovered_at);
        copy(out, 9, parts.profile);
        copy(out, 10, parts.status);
        copy(out, 11, parts.created_at);
        Ok(())
    }

    /// Of entitlements there are few.
    fn entitlement(&mut self, at: Timestamp, row: &Row<'_>, message: &[u8]) -> Result<()> {
        let message = wire::Entitlement::decode(message).map_err(|e| damaged().caused_by(e))?;
        let mut record = entitlement_record(&message, instant(at));
        record.resource = Some(ResourceRef {
            resource_type_id: row.resource_type.to_owned(),
            resource_id: row.id.to_owned(),
        });
        self.value = record.to_bytes();
        Ok(())
    }

    fn grant(&mut self, row: &Row<'_>) {
        let out = &mut self.value;
        row.external_id(Phase::Grants, &mut self.text);
        field::text(out, 2, &self.text);
        row.entitlement_id(&mut self.text);
        let len = field::len_of_text(1, row.resource_type)
            + field::len_of_text(2, row.id)
            + field::len_of_text(3, &self.text);
        field::head(out, 3, len);
        field::text(out, 1, row.resource_type);
        field::text(out, 2, row.id);
        field::text(out, 3, &self.text);
        let (kind, id) = row.other.unwrap_or_default();
        field::head(
            out,
            4,
            field::len_of_text(1, kind) + field::len_of_text(2, id),
        );
        field::text(out, 1, kind);
        field::text(out, 2, id);
        field::bytes(out, 5, &self.discovered_at);
    }
}

fn copy(out: &mut Vec<u8>, number: u32, content: Option<&[u8]>) {
    if let Some(content) = content {
        field::bytes(out, number, content);
    }
}

/// The fields of a resource in version 1.
#[derive(Debug, Default)]
struct Parts<'a> {
    display_name: Option<&'a [u8]>,
    annotation: Option<&'a [u8]>,
    description: Option<&'a [u8]>,
    profile: Option<&'a [u8]>,
    status: Option<&'a [u8]>,
    created_at: Option<&'a [u8]>,
}

impl<'a> Parts<'a> {
    fn of(mut message: &'a [u8]) -> Result<Self> {
        let mut parts = Self::default();
        while !message.is_empty() {
            let (number, content) = field_of(&mut message).ok_or_else(damaged)?;
            let part = match number {
                // The ids of the resource and of its parent, which are among the columns.
                1 | 2 => continue,
                3 => &mut parts.display_name,
                4 => &mut parts.annotation,
                5 => &mut parts.description,
                9 => &mut parts.profile,
                11 => &mut parts.status,
                12 => &mut parts.created_at,
                _ => {
                    return Err(fault::bug(
                        "a resource has a field without a place in version 3",
                    ));
                }
            };
            if part.replace(content).is_some() {
                return Err(fault::bug("a resource has a field twice"));
            }
        }
        Ok(parts)
    }
}

/// Takes a field off the start of a message all of whose fields have a length.
fn field_of<'a>(message: &mut &'a [u8]) -> Option<(u32, &'a [u8])> {
    let (number, WireType::LengthDelimited) = decode_key(message).ok()? else {
        return None;
    };
    let len = usize::try_from(decode_varint(message).ok()?).ok()?;
    Some((number, message.split_off(..len)?))
}

#[cfg(test)]
mod tests;
