//! What the columns of a row hold: messages, ids and other text.

use connector_core::{Error, Result};
use prost::Message;
use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::table::Value;
use crate::reader::ordered::{Keyed, unnamed};
use crate::reader::{GrantKey, RowAt};
use crate::{fault, wire};

/// The value in a column of an answer of SQLite.
pub(super) fn value<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<Value<'r>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Integer(n),
        ValueRef::Real(n) => Value::Real(n),
        ValueRef::Text(bytes) => Value::Text(bytes),
        ValueRef::Blob(bytes) => Value::Blob(bytes),
    })
}

/// The message in a value, else what is wrong with it.
pub(super) fn decode<M: Message + Default>(value: Value<'_>) -> Result<M, String> {
    match value {
        Value::Blob([]) => Err("its message is empty".to_owned()),
        Value::Blob(bytes) => {
            M::decode(bytes).map_err(|e| format!("its message cannot be decoded: {e}"))
        }
        _ => Err("its message is no sequence of bytes".to_owned()),
    }
}

/// A message that other rows can refer to.
pub(super) fn named<M: Keyed>(at: &RowAt, message: M) -> Result<M> {
    match message.has_id() {
        true => Ok(message),
        false => Err(damaged_row(at, "its message has no id")),
    }
}

pub(crate) fn damaged_row(at: &RowAt, why: impl std::fmt::Display) -> Error {
    fault::precondition(format!("the file is damaged: {at}: {why}"))
}

/// Puts back what a writer left out of a grant because its row also has it: ids, and how it is to be expanded.
pub(super) fn complete_grant(
    at: &RowAt,
    grant: &mut wire::Grant,
    ids: impl FnOnce() -> GrantKey,
    expansion: Value<'_>,
) -> Result<()> {
    if grant.entitlement.is_none() || grant.principal.is_none() {
        let ids = ids();
        grant.entitlement.get_or_insert_with(|| wire::Entitlement {
            id: ids.entitlement,
            resource: Some(stub(ids.resource_type, ids.resource_id)),
            ..wire::Entitlement::default()
        });
        let principal = || stub(ids.principal_type, ids.principal_id);
        grant.principal.get_or_insert_with(principal);
    }
    match expansion {
        // An empty one marks a row that a writer was about to look at.
        Value::Null | Value::Blob([]) => {}
        _ => {
            let expandable: wire::GrantExpandable = decode(expansion)
                .map_err(|why| damaged_row(at, format!("its expansion: {why}")))?;
            grant.annotations.push(connector_proto::pack(&expandable));
        }
    }
    match unnamed(grant) {
        Some(what) => Err(damaged_row(at, what)),
        None => Ok(()),
    }
}

/// An entitlement with the resource that its row has, when its message has none.
pub(super) fn complete_entitlement(
    at: &RowAt,
    mut entitlement: wire::Entitlement,
    on: impl FnOnce() -> wire::Resource,
) -> Result<wire::Entitlement> {
    entitlement.resource.get_or_insert_with(on);
    named(at, entitlement)
}

/// A resource that is only an id.
pub(super) fn stub(resource_type: String, resource: String) -> wire::Resource {
    let id = wire::ResourceId {
        resource_type,
        resource,
    };
    wire::Resource {
        id: Some(id),
        ..wire::Resource::default()
    }
}

/// A column as text; bytes that are not UTF-8 are replaced, absence is the empty text.
pub(crate) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(value(row, column)?.text().into_owned())
}

/// A column as text, `None` for NULL.
pub(super) fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match value(row, column)? {
        Value::Null => None,
        value => Some(value.text().into_owned()),
    })
}

/// What a resource is called; the rest of its message is passed over.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Named {
    #[prost(string, tag = "3")]
    pub(super) display_name: String,
}
