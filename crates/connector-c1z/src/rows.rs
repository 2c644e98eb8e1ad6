//! Writes the model's rows into the open page.

use std::fmt::Write;

use connector_core::Result;
use connector_core::id::{EntitlementId, ResourceId, ResourceTypeId};
use connector_core::model::{Entitlement, Grant, Resource, ResourceType};
use connector_core::store::{Phase, Rows, StoredResource};
use prost::Message;
use rusqlite::{Connection, params};

use crate::counters::{Written, add, place};
use crate::encode::Encoder;
use crate::schema::{ENTITLEMENTS, GRANTS, RESOURCES};
use crate::{fault, wire};

const INSERT_TYPE: &str =
    "INSERT INTO v1_resource_types (external_id, data, sync_id, discovered_at)
    VALUES (?1, ?2, ?3, ?4)";
const INSERT_RESOURCE: &str = "INSERT INTO v1_resources (resource_type_id, external_id,
    parent_resource_type_id, parent_resource_id, data, sync_id, discovered_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const INSERT_ENTITLEMENT: &str = "INSERT INTO v1_entitlements (resource_type_id, resource_id,
    external_id, data, sync_id, discovered_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const INSERT_GRANT: &str = "INSERT INTO v1_grants (resource_type_id, resource_id, entitlement_id,
    principal_resource_type_id, principal_resource_id, external_id, expansion, needs_expansion,
    data, sync_id, discovered_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, 0, ?7, ?8, ?9)";
const SELECT_RESOURCES: &str = "SELECT id, external_id, data FROM v1_resources
    WHERE id >= ?1 AND id <= ?2 AND resource_type_id = ?3 ORDER BY id LIMIT ?4";

/// What all rows of a run have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common<'a> {
    pub(crate) sync_id: &'a str,
    pub(crate) discovered_at: &'a str,
    pub(crate) types: &'a [ResourceType],
}

/// Buffers that live from row to row.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    encoder: Encoder,
    external_id: String,
    entitlement_id: String,
}

impl Writer {
    /// Writes rows of one kind and counts them.
    pub(crate) fn put(
        &mut self,
        db: &Connection,
        rows: &Rows,
        common: Common<'_>,
        written: &mut Written,
    ) -> Result<()> {
        match rows {
            Rows::Resources(rows) => self.resources(db, rows, common, written),
            Rows::Entitlements(rows) => self.entitlements(db, rows, common, written),
            Rows::Grants(rows) => self.grants(db, rows, common, written),
        }
        .map_err(fault::database)
    }

    fn resources(
        &mut self,
        db: &Connection,
        rows: &[Resource],
        common: Common<'_>,
        written: &mut Written,
    ) -> rusqlite::Result<()> {
        let mut insert = db.prepare(INSERT_RESOURCE)?;
        for row in rows {
            join(&mut self.external_id, &row.id);
            let parent = row.parent.as_ref();
            let id = insert.insert(params![
                row.id.resource_type.as_str(),
                self.external_id,
                parent.map(|p| p.resource_type.as_str()),
                parent.map(|p| p.id.as_str()),
                self.encoder.resource(row),
                common.sync_id,
                common.discovered_at,
            ])?;
            written.add_resource(&row.id.resource_type, id);
        }
        Ok(())
    }

    fn entitlements(
        &mut self,
        db: &Connection,
        rows: &[Entitlement],
        common: Common<'_>,
        written: &mut Written,
    ) -> rusqlite::Result<()> {
        let mut insert = db.prepare(INSERT_ENTITLEMENT)?;
        for row in rows {
            join_entitlement(&mut self.external_id, &row.id);
            let resource = &row.id.resource;
            insert.execute(params![
                resource.resource_type.as_str(),
                resource.id,
                self.external_id,
                self.encoder
                    .entitlement(row, &self.external_id, common.types),
                common.sync_id,
                common.discovered_at,
            ])?;
            add(&mut written.rows.entitlements, &resource.resource_type);
        }
        Ok(())
    }

    fn grants(
        &mut self,
        db: &Connection,
        rows: &[Grant],
        common: Common<'_>,
        written: &mut Written,
    ) -> rusqlite::Result<()> {
        let mut insert = db.prepare(INSERT_GRANT)?;
        for row in rows {
            join_entitlement(&mut self.entitlement_id, &row.entitlement);
            self.external_id.clone_from(&self.entitlement_id);
            // Writing to a String cannot fail.
            let _ = write!(self.external_id, ":{}", row.principal);
            let resource = &row.entitlement.resource;
            insert.execute(params![
                resource.resource_type.as_str(),
                resource.id,
                self.entitlement_id,
                row.principal.resource_type.as_str(),
                row.principal.id,
                self.external_id,
                self.encoder
                    .grant(row, &self.external_id, &self.entitlement_id),
                common.sync_id,
                common.discovered_at,
            ])?;
            add(&mut written.rows.grants, &resource.resource_type);
        }
        Ok(())
    }
}

fn join(out: &mut String, id: &ResourceId) {
    out.clear();
    // Writing to a String cannot fail.
    let _ = write!(out, "{id}");
}

fn join_entitlement(out: &mut String, id: &EntitlementId) {
    out.clear();
    // Writing to a String cannot fail.
    let _ = write!(out, "{id}");
}

/// Writes the types of the run, replacing those of an earlier try.
pub(crate) fn put_types(db: &Connection, common: Common<'_>) -> rusqlite::Result<()> {
    db.execute("DELETE FROM v1_resource_types", [])?;
    let mut insert = db.prepare(INSERT_TYPE)?;
    for kind in common.types {
        insert.execute(params![
            kind.id.as_str(),
            wire::ResourceType::from(kind).encode_to_vec(),
            common.sync_id,
            common.discovered_at,
        ])?;
    }
    Ok(())
}

/// Deletes all rows of a step but the first `kept`.
pub(crate) fn drop_after(db: &Connection, phase: Phase, kept: u64) -> rusqlite::Result<()> {
    let table = match phase {
        Phase::Resources => RESOURCES,
        Phase::Entitlements => ENTITLEMENTS,
        Phase::Grants => GRANTS,
    };
    let sql = format!(
        "DELETE FROM {table} WHERE id >= (SELECT id FROM {table} ORDER BY id LIMIT 1 OFFSET ?1)"
    );
    db.execute(&sql, [kept.cast_signed()])?;
    Ok(())
}

/// Resources of a type in the rows from `first` to `last`.
pub(crate) fn select_resources(
    db: &Connection,
    resource_type: &ResourceTypeId,
    first: i64,
    last: i64,
    limit: usize,
) -> rusqlite::Result<Vec<StoredResource>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let prefix = resource_type.as_str().len() + 1;
    let mut select = db.prepare(SELECT_RESOURCES)?;
    let found = select.query_map(params![first, last, resource_type.as_str(), limit], |row| {
        let external_id: &str = row.get_ref(1)?.as_str()?;
        let id = external_id.get(prefix..).unwrap_or_default();
        Ok(StoredResource {
            place: place(row.get(0)?),
            id: ResourceId::new(resource_type.clone(), id),
            display_name: display_name(row.get_ref(2)?.as_blob()?),
        })
    })?;
    found.collect()
}

/// The one field of a resource that later steps need.
#[derive(Clone, PartialEq, Message)]
struct Named {
    #[prost(string, tag = "3")]
    display_name: String,
}

fn display_name(blob: &[u8]) -> String {
    Named::decode(blob).unwrap_or_default().display_name
}
