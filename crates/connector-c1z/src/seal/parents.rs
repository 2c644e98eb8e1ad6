//! Resources whose parent is not stored lose the parent, in the row's columns and in its blob.

use connector_core::warning::Warning;
use prost::encoding::{DecodeContext, decode_key, skip_field};
use rusqlite::params;

use super::Scope;
use super::dangling::Reference;
use crate::schema::RESOURCES;

const PARENT_FIELD: u32 = 2;

const PARENT: Reference = Reference {
    table: RESOURCES,
    columns: &["parent_resource_type_id", "parent_resource_id"],
    to: RESOURCES,
    external_id: "k.parent_resource_type_id || ':' || k.parent_resource_id",
    to_type: "parent_resource_type_id",
    missing_row: (
        "parent-missing",
        "resources were put at the top because their parent was not listed",
    ),
    missing_type: (
        "parent-of-unsynced-type",
        "resources were put at the top because their parent's type is not synced",
    ),
};

/// Detaches resources from parents that are not there.
pub(crate) fn detach_missing(scope: Scope<'_>) -> rusqlite::Result<Vec<Warning>> {
    let mut read = scope
        .db
        .prepare("SELECT data FROM v1_resources WHERE id = ?1")?;
    let mut write = scope.db.prepare(
        "UPDATE v1_resources SET parent_resource_type_id = NULL, parent_resource_id = NULL, data = ?2
         WHERE id = ?1",
    )?;
    PARENT.for_each(scope, |orphan| {
        let blob: Vec<u8> = read.query_row([orphan.row], |row| row.get(0))?;
        write.execute(params![orphan.row, without_field(&blob, PARENT_FIELD)])?;
        Ok(())
    })
}

/// A message without one of its top-level fields; the bytes of all others stay as they are.
fn without_field(message: &[u8], field: u32) -> Vec<u8> {
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
