//! What the columns of a row hold: messages, ids and other text.

use connector_core::{Error, Result};
use prost::Message;
use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::reader::RowAt;
use crate::reader::ordered::Keyed;
use crate::{fault, wire};

/// The message in a column, else what is wrong with it.
pub(super) fn decode<M: Message + Default>(row: &Row<'_>, column: usize) -> Result<M, String> {
    match row.get_ref(column) {
        Ok(ValueRef::Blob([])) => Err("its message is empty".to_owned()),
        Ok(ValueRef::Blob(bytes)) => {
            M::decode(bytes).map_err(|e| format!("its message cannot be decoded: {e}"))
        }
        Ok(_) => Err("its message is no sequence of bytes".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// A message that other rows can refer to.
pub(super) fn named<M: Keyed>(at: &RowAt, message: M) -> Result<M> {
    match message.has_id() {
        true => Ok(message),
        false => Err(damaged_row(at, "its message has no id")),
    }
}

pub(super) fn damaged_row(at: &RowAt, why: impl std::fmt::Display) -> Error {
    fault::precondition(format!("the file is damaged: {at}: {why}"))
}

/// Puts back what a writer left out of a grant because its row also has it: ids, and how it is to be expanded.
pub(super) fn complete_grant(
    at: &RowAt,
    mut grant: wire::Grant,
    row: &Row<'_>,
) -> Result<wire::Grant> {
    let foreign = fault::foreign_database;
    if grant.entitlement.is_none() {
        grant.entitlement = Some(wire::Entitlement {
            id: text(row, 4).map_err(foreign)?,
            resource: Some(stub(row, 2).map_err(foreign)?),
            ..wire::Entitlement::default()
        });
    }
    if grant.principal.is_none() {
        grant.principal = Some(stub(row, 5).map_err(foreign)?);
    }
    match row.get_ref(7).map_err(foreign)? {
        // An empty one marks a row that a writer was about to look at.
        ValueRef::Null | ValueRef::Blob([]) => {}
        _ => {
            let expandable: wire::GrantExpandable =
                decode(row, 7).map_err(|why| damaged_row(at, format!("its expansion: {why}")))?;
            grant.annotations.push(connector_proto::pack(&expandable));
        }
    }
    Ok(grant)
}

/// A resource that is only an id, from a type column and the id column after it.
pub(super) fn stub(row: &Row<'_>, column: usize) -> rusqlite::Result<wire::Resource> {
    let id = wire::ResourceId {
        resource_type: text(row, column)?,
        resource: text(row, column + 1)?,
    };
    Ok(wire::Resource {
        id: Some(id),
        ..wire::Resource::default()
    })
}

/// A column as text; bytes that are not UTF-8 are replaced, absence is the empty text.
pub(crate) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(optional_text(row, column)?.unwrap_or_default())
}

/// A column as text, `None` for NULL.
pub(super) fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        ValueRef::Integer(n) => Some(n.to_string()),
        ValueRef::Real(n) => Some(n.to_string()),
    })
}
