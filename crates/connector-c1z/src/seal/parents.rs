//! Resources whose parent is not stored lose the parent, in the row's columns and in its blob.

use connector_core::model::ResourceType;
use connector_core::warning::Warning;
use prost::encoding::{DecodeContext, decode_key, skip_field};
use rusqlite::{Connection, params};

use super::references::{Finding, is_synced};

const PARENT_FIELD: u32 = 2;

/// Detaches resources from parents that are not there.
pub(crate) fn detach_missing(
    db: &Connection,
    types: &[ResourceType],
) -> rusqlite::Result<Vec<Warning>> {
    let mut missing_row = Finding::new(
        "parent-missing",
        "resources were put at the top because their parent was not listed",
    );
    let mut missing_type = Finding::new(
        "parent-of-unsynced-type",
        "resources were put at the top because their parent's type is not synced",
    );
    let mut select = db.prepare(
        "SELECT t.id, t.parent_resource_type_id FROM v1_resources t
         WHERE t.parent_resource_type_id IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM v1_resources r WHERE r.sync_id = t.sync_id
                 AND r.external_id = t.parent_resource_type_id || ':' || t.parent_resource_id)
         ORDER BY t.id",
    )?;
    let orphans: Vec<(i64, String)> = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut read = db.prepare("SELECT external_id, data FROM v1_resources WHERE id = ?1")?;
    let mut write = db.prepare(
        "UPDATE v1_resources SET parent_resource_type_id = NULL, parent_resource_id = NULL, data = ?2
         WHERE id = ?1",
    )?;
    for (row, parent_type) in orphans {
        let (id, blob): (String, Vec<u8>) =
            read.query_row([row], |r| Ok((r.get(0)?, r.get(1)?)))?;
        write.execute(params![row, without_field(&blob, PARENT_FIELD)])?;
        match is_synced(types, &parent_type) {
            true => missing_row.add(&id),
            false => missing_type.add(&id),
        }
    }
    Ok([missing_type, missing_row]
        .into_iter()
        .filter_map(Finding::warning)
        .collect())
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
mod tests {
    use super::*;
    use crate::encode::field;

    #[test]
    fn one_field_is_cut_out() {
        let mut message = Vec::new();
        field::text(&mut message, 1, "a");
        field::text(&mut message, 2, "gone");
        field::number(&mut message, 11, 300);
        let mut expected = Vec::new();
        field::text(&mut expected, 1, "a");
        field::number(&mut expected, 11, 300);
        assert_eq!(without_field(&message, 2), expected);
        assert_eq!(without_field(&expected, 2), expected);
    }
}
