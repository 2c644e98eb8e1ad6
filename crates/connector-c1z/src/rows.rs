//! Rows as they lie in the log: what of a row others look at, side by side for all rows of a frame, then the messages.

pub(crate) mod short;

use std::fmt::Write;

use connector_core::Result;
use connector_core::id::{ResourceId, ResourceTypeId};
use connector_core::model::ResourceType;
use connector_core::store::{Phase, Rows};
use prost::Message;
use prost::encoding::{decode_varint, encode_varint};

use crate::counters::Written;
use crate::encode::Encoder;
use crate::fault;

/// Rows of one kind, encoded.
#[derive(Debug, Default)]
pub(crate) struct Encoded {
    pub(crate) columns: Vec<u8>,
    pub(crate) blobs: Vec<u8>,
}

/// Encodes rows; its buffers live from row to row.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    encoder: Encoder,
    external_id: String,
    entitlement_id: String,
    /// Set when messages are not needed whole.
    is_short: bool,
}

impl Writer {
    /// A writer that keeps of messages what tells whether they differ.
    pub(crate) fn short() -> Self {
        Self {
            is_short: true,
            ..Self::default()
        }
    }

    /// Appends rows to `out` and counts them.
    pub(crate) fn encode(
        &mut self,
        rows: &Rows,
        types: &[ResourceType],
        out: &mut Encoded,
        written: &mut Written,
    ) {
        let is_short = self.is_short;
        // A message was appended at `start`; its length stands among the columns.
        let end = |out: &mut Encoded, phase, start| {
            if is_short {
                let short = short::message(phase, &out.blobs[start..]);
                out.blobs.truncate(start);
                out.blobs.extend_from_slice(&short);
            }
            encode_varint((out.blobs.len() - start) as u64, &mut out.columns);
        };
        match rows {
            Rows::Resources(rows) => rows.iter().for_each(|row| {
                id(out, &row.id);
                match &row.parent {
                    None => out.columns.push(0),
                    Some(parent) => {
                        out.columns.push(1);
                        id(out, parent);
                    }
                }
                let start = out.blobs.len();
                self.encoder.resource(row, &mut out.blobs);
                end(out, Phase::Resources, start);
                written.add(Phase::Resources, &row.id.resource_type);
            }),
            Rows::Entitlements(rows) => rows.iter().for_each(|row| {
                show(&mut self.external_id, &row.id);
                id(out, &row.id.resource);
                text(out, &row.id.slug);
                let start = out.blobs.len();
                let (external_id, blobs) = (&self.external_id, &mut out.blobs);
                self.encoder.entitlement(row, external_id, types, blobs);
                end(out, Phase::Entitlements, start);
                written.add(Phase::Entitlements, &row.id.resource.resource_type);
            }),
            Rows::Grants(rows) => rows.iter().for_each(|row| {
                show(&mut self.entitlement_id, &row.entitlement);
                self.external_id.clone_from(&self.entitlement_id);
                // Writing to a String cannot fail.
                let _ = write!(self.external_id, ":{}", row.principal);
                id(out, &row.entitlement.resource);
                text(out, &row.entitlement.slug);
                id(out, &row.principal);
                let start = out.blobs.len();
                let (external_id, entitlement_id) = (&self.external_id, &self.entitlement_id);
                let blobs = &mut out.blobs;
                self.encoder.grant(row, external_id, entitlement_id, blobs);
                end(out, Phase::Grants, start);
                written.add(Phase::Grants, &row.entitlement.resource.resource_type);
            }),
        }
    }
}

fn show(out: &mut String, id: &impl std::fmt::Display) {
    out.clear();
    // Writing to a String cannot fail.
    let _ = write!(out, "{id}");
}

fn text(out: &mut Encoded, text: &str) {
    encode_varint(text.len() as u64, &mut out.columns);
    out.columns.extend_from_slice(text.as_bytes());
}

fn id(out: &mut Encoded, id: &ResourceId) {
    text(out, id.resource_type.as_str());
    text(out, &id.id);
}

/// A row of the log without its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    /// The row's own type and id; for entitlements and grants those of the resource they are on.
    pub(crate) resource_type: &'a str,
    pub(crate) id: &'a str,
    /// The entitlement's short name; empty for resources.
    pub(crate) slug: &'a str,
    /// A resource's parent, a grant's principal.
    pub(crate) other: Option<(&'a str, &'a str)>,
    /// Where the message lies among those of the frame.
    pub(crate) blob: (usize, usize),
}

/// Goes through the rows of a frame.
#[derive(Debug, Clone)]
pub(crate) struct Decoder<'a> {
    phase: Phase,
    columns: &'a [u8],
    /// Where the next message begins.
    blob: usize,
    /// Bytes of all messages.
    blobs: usize,
}

impl<'a> Decoder<'a> {
    pub(crate) const fn new(phase: Phase, columns: &'a [u8], blobs: usize) -> Self {
        Self {
            phase,
            columns,
            blob: 0,
            blobs,
        }
    }

    /// The next row, if there is one.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'a>>> {
        if self.columns.is_empty() {
            return Ok(None);
        }
        self.row().map(Some).ok_or_else(damaged)
    }

    fn row(&mut self) -> Option<Row<'a>> {
        let (resource_type, id) = self.id()?;
        let slug = match self.phase {
            Phase::Resources => "",
            Phase::Entitlements | Phase::Grants => self.text()?,
        };
        let other = match self.phase {
            Phase::Entitlements => None,
            Phase::Grants => Some(self.id()?),
            Phase::Resources => match self.columns.split_off_first()? {
                0 => None,
                _ => Some(self.id()?),
            },
        };
        let from = self.blob;
        let len = usize::try_from(decode_varint(&mut self.columns).ok()?).ok()?;
        self.blob = from.checked_add(len).filter(|end| *end <= self.blobs)?;
        Some(Row {
            resource_type,
            id,
            slug,
            other,
            blob: (from, self.blob),
        })
    }

    fn id(&mut self) -> Option<(&'a str, &'a str)> {
        Some((self.text()?, self.text()?))
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = usize::try_from(decode_varint(&mut self.columns).ok()?).ok()?;
        let bytes = self.columns.split_off(..len)?;
        std::str::from_utf8(bytes).ok()
    }
}

/// The log is checked when it is opened, so this is a file that changed while it was in use.
pub(crate) fn damaged() -> connector_core::Error {
    fault::precondition("the working file is damaged").hint("check the disk and run again")
}

impl Row<'_> {
    /// Writes the row's id in the file: `<type>:<id>` and what follows.
    pub(crate) fn external_id(&self, phase: Phase, out: &mut String) {
        match phase {
            Phase::Resources => join(out, &[self.resource_type, self.id]),
            Phase::Entitlements => self.entitlement_id(out),
            Phase::Grants => {
                self.entitlement_id(out);
                let (kind, id) = self.other.unwrap_or_default();
                out.extend([":", kind, ":", id]);
            }
        }
    }

    /// Writes the id of the row's entitlement.
    pub(crate) fn entitlement_id(&self, out: &mut String) {
        join(out, &[self.resource_type, self.id, self.slug]);
    }

    /// The row's resource.
    pub(crate) fn resource(&self) -> ResourceId {
        let kind = ResourceTypeId::from_string(self.resource_type.to_owned());
        ResourceId::new(kind, self.id)
    }
}

fn join(out: &mut String, parts: &[&str]) {
    out.clear();
    for (number, part) in parts.iter().enumerate() {
        out.push_str(if number == 0 { "" } else { ":" });
        out.push_str(part);
    }
}

/// The fields of a resource that later steps need.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Shown {
    #[prost(string, tag = "3")]
    pub(crate) display_name: String,
    #[prost(message, optional, tag = "11")]
    pub(crate) status: Option<crate::wire::Status>,
}

#[cfg(test)]
mod tests;
