//! The newest finished full sync of an earlier file, row by row in any order.

use std::collections::BTreeSet;

use connector_core::Result;
use jiff::Timestamp;
use prost::Message;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::reader::{Reader, SyncRun, text};
use crate::rows::Shown;
use crate::{fault, time, wire};

/// What is called with the parts of an id.
pub(crate) type Each<'e> = dyn FnMut([&str; 3]) + 'e;

/// A sync of an earlier file.
#[derive(Debug)]
pub(crate) struct Old<'a> {
    rows: Rows<'a>,
    sync_id: String,
}

#[derive(Debug)]
enum Rows<'a> {
    /// The decoded database of a version 1 file, which is there anyway.
    Database(&'a Connection),
    Reader(Box<Reader>),
}

impl<'a> Old<'a> {
    /// The sync of a database; `None` when there is no finished full one.
    pub(crate) fn in_database(db: &'a Connection) -> Result<Option<Self>> {
        let sql =
            "SELECT sync_id FROM v1_sync_runs WHERE sync_type = 'full' AND ended_at IS NOT NULL
             ORDER BY ended_at DESC, sync_id DESC LIMIT 1";
        let found = db.query_row(sql, [], |row| text(row, 0)).optional();
        Ok(found.map_err(fault::foreign_database)?.map(|sync_id| Self {
            rows: Rows::Database(db),
            sync_id,
        }))
    }

    /// The sync of a file of any version.
    pub(crate) fn in_file(reader: Reader) -> Result<Option<Self>> {
        let found = reader.latest_finished_full()?;
        Ok(found.map(|run| Self {
            rows: Rows::Reader(Box::new(reader)),
            sync_id: run.sync_id,
        }))
    }

    /// Its id.
    pub(crate) fn sync_id(&self) -> &str {
        &self.sync_id
    }

    /// When it ended.
    pub(crate) fn ended_at(&self) -> Result<Option<Timestamp>> {
        match &self.rows {
            Rows::Database(db) => {
                let sql = "SELECT ended_at FROM v1_sync_runs WHERE sync_id = ?1";
                let ended = db.query_row(sql, [&self.sync_id], |row| text(row, 0));
                Ok(time::parse(&ended.map_err(fault::foreign_database)?))
            }
            Rows::Reader(reader) => {
                let runs = reader.syncs()?;
                let run = runs.iter().find(|run| run.sync_id == self.sync_id);
                Ok(run.and_then(SyncRun::ended))
            }
        }
    }

    /// Calls `each` with every resource.
    pub(crate) fn each_resource(&self, mut each: impl FnMut(wire::Resource)) -> Result<()> {
        match &self.rows {
            Rows::Database(db) => each_message(db, "v1_resources", &self.sync_id, each),
            Rows::Reader(reader) => reader.for_each_resource(&self.sync_id, |row| {
                each(row);
                Ok(())
            }),
        }
    }

    /// Calls `each` with every entitlement.
    pub(crate) fn each_entitlement(&self, mut each: impl FnMut(wire::Entitlement)) -> Result<()> {
        match &self.rows {
            Rows::Database(db) => each_message(db, "v1_entitlements", &self.sync_id, each),
            Rows::Reader(reader) => reader.for_each_entitlement(&self.sync_id, |row| {
                each(row);
                Ok(())
            }),
        }
    }

    /// The ids of its resource types.
    pub(super) fn types(&self) -> Result<BTreeSet<String>> {
        let mut types = BTreeSet::new();
        match &self.rows {
            Rows::Database(db) => {
                let sql = "SELECT external_id FROM v1_resource_types WHERE sync_id = ?1";
                each_row(db, sql, [&self.sync_id], |row| {
                    types.insert(text(row, 0)?);
                    Ok(())
                })?;
            }
            Rows::Reader(reader) => reader.for_each_resource_type(&self.sync_id, |kind| {
                types.insert(kind.id);
                Ok(())
            })?,
        }
        Ok(types)
    }

    /// Calls `each` with the id of every resource of these types in a wanted state.
    pub(super) fn resources(
        &self,
        types: &[&str],
        is_wanted: impl Fn(i32) -> bool,
        each: &mut Each<'_>,
    ) -> Result<()> {
        let state = |resource: &wire::Resource| resource.status_number().unwrap_or_default();
        // Only what older writers left out is looked for in the whole message, which takes longer to read.
        let state_in = |message: &[u8]| match Shown::decode(message).unwrap_or_default().status {
            Some(status) => status.status,
            None => state(&wire::Resource::decode(message).unwrap_or_default()),
        };
        match &self.rows {
            Rows::Database(db) => {
                let sql = "SELECT external_id, data, resource_type_id FROM v1_resources WHERE sync_id = ?1";
                each_row(db, sql, [&self.sync_id], |row| {
                    if types.contains(&text(row, 2)?.as_str()) {
                        // A message that cannot be read says nothing about a state.
                        let bytes = row.get_ref(1)?.as_blob().unwrap_or_default();
                        if is_wanted(state_in(bytes)) {
                            each([&text(row, 0)?, "", ""]);
                        }
                    }
                    Ok(())
                })
            }
            Rows::Reader(reader) => types.iter().try_for_each(|kind| {
                reader.for_each_resource_of(&self.sync_id, kind, |_, resource| {
                    if is_wanted(state(&resource)) {
                        each([&resource.external_id(), "", ""]);
                    }
                    Ok(())
                })
            }),
        }
    }

    /// Calls `each` with every grant: the entitlement's id, the principal's type and its vendor id.
    pub(crate) fn grants(&self, each: &mut Each<'_>) -> Result<()> {
        match &self.rows {
            Rows::Database(db) => {
                let sql = "SELECT entitlement_id, principal_resource_type_id, principal_resource_id
                     FROM v1_grants WHERE sync_id = ?1";
                each_row(db, sql, [&self.sync_id], |row| {
                    each([&text(row, 0)?, &text(row, 1)?, &text(row, 2)?]);
                    Ok(())
                })
            }
            Rows::Reader(reader) => reader.for_each_grant(&self.sync_id, |grant| {
                let entitlement = grant.entitlement.unwrap_or_default();
                let principal = grant.principal.unwrap_or_default().id.unwrap_or_default();
                each([
                    &entitlement.id,
                    &principal.resource_type,
                    &principal.resource,
                ]);
                Ok(())
            }),
        }
    }
}

/// Calls `each` with every message of a table that can be read.
fn each_message<M: Message + Default>(
    db: &Connection,
    table: &str,
    sync_id: &str,
    mut each: impl FnMut(M),
) -> Result<()> {
    let sql = format!("SELECT data FROM {table} WHERE sync_id = ?1");
    each_row(db, &sql, [sync_id], |row| {
        if let Ok(message) = M::decode(row.get_ref(0)?.as_blob().unwrap_or_default()) {
            each(message);
        }
        Ok(())
    })
}

fn each_row(
    db: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<()> {
    let run = || {
        let mut statement = db.prepare(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            each(row)?;
        }
        Ok(())
    };
    run().map_err(fault::foreign_database)
}
