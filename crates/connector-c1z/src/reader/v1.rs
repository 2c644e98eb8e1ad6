//! Version 1: queries over the decoded database.

mod values;

use std::path::Path;

use connector_core::leftovers::TempDirectory;
use connector_core::{Error, Result};
use prost::Message;
use rusqlite::{Connection, Row, Statement, params_from_iter};

use super::listing::{self, Listing, Place, Walk};
use super::{Counts, GrantKey, Held, ReadLimits, RowAt, Rows, SyncRun};
use crate::schema::{ENTITLEMENTS, GRANTS, RESOURCE_TYPES, RESOURCES};
use crate::snapshot::{Copy, Snapshot};
use crate::{counters, fault, schema, wire};
pub(crate) use values::text;
use values::{complete_grant, damaged_row, decode, named, optional_text, stub};

/// All rows of a sync.
const OF_SYNC: &str = "sync_id = ?1";
/// The row with an id.
const BY_ID: &str = "external_id = ?2 AND sync_id = ?1";
/// Beside the message and the row's number.
const GRANT_COLUMNS: &str = ", t.resource_type_id, t.resource_id, t.entitlement_id,
    t.principal_resource_type_id, t.principal_resource_id, t.expansion";

/// A decoded database.
#[derive(Debug)]
pub(super) struct Database {
    // Closed before the directory it lives in is removed.
    db: Connection,
    shown: String,
    _directory: Option<TempDirectory>,
}

impl Database {
    pub(super) fn open(path: &Path, limits: ReadLimits, temp_dir: Option<&Path>) -> Result<Self> {
        let copy = Snapshot::take(path, limits, temp_dir, Copy::Unnamed)?
            .ok_or_else(|| fault::precondition("the file is empty"))?;
        let (db, directory) = copy.into_parts();
        if let Some((table, row, why)) = schema::odd_row(&db).map_err(fault::foreign_database)? {
            return Err(damaged_row(&RowAt::Table { table, row }, &why));
        }
        Ok(Self {
            db,
            shown: path.display().to_string(),
            _directory: directory,
        })
    }

    /// What the database inside reports.
    fn damaged(&self, error: rusqlite::Error) -> Error {
        fault::foreign_database(error).during(format!("reading {}", self.shown))
    }

    fn listing<'r, T: 'r>(
        &'r self,
        sql: &str,
        params: &[&str],
        read: impl Fn(&Row<'_>) -> Result<T> + 'r,
    ) -> Result<Listing<'r, T>> {
        Ok(Listing::new(Query {
            database: self,
            statement: self.db.prepare(sql).map_err(|e| self.damaged(e))?,
            params: params.iter().map(|&text| text.to_owned()).collect(),
            read: Box::new(read),
        }))
    }

    /// The messages of a table's rows that `condition` selects. Only places are sorted, not the messages.
    fn messages<'r, M: Message + Default + 'r>(
        &'r self,
        table: &'static str,
        columns: &str,
        (condition, params): (&str, &[&str]),
        complete: impl Fn(&RowAt, M, &Row<'_>) -> Result<M> + 'r,
    ) -> Result<Listing<'r, Place<M>>> {
        let order = order(table);
        // With a limit, the order of the inner query counts for the outer one.
        let sql = format!(
            "SELECT t.data, t.id{columns} FROM
                (SELECT rowid AS place FROM {table} WHERE {condition}
                 ORDER BY {order}, rowid LIMIT -1)
             CROSS JOIN {table} AS t ON t.rowid = place"
        );
        self.listing(&sql, params, move |row| {
            let number = row.get(1).map_err(|e| self.damaged(e))?;
            let at = RowAt::Table { table, row: number };
            let message = decode(row, 0).map_err(|why| damaged_row(&at, why).during(self.during()));
            let message = complete(&at, message?, row).map_err(|e| e.during(self.during()))?;
            Ok((at, message))
        })
    }

    fn during(&self) -> String {
        format!("reading {}", self.shown)
    }

    fn visit(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let run = || {
            let mut statement = self.db.prepare(sql)?;
            let mut rows = statement.query(params)?;
            while let Some(row) = rows.next()? {
                each(row)?;
            }
            Ok(())
        };
        run().map_err(|e| self.damaged(e))
    }

    fn resources_where<'r>(
        &'r self,
        which: (&str, &[&str]),
    ) -> Result<Listing<'r, Place<wire::Resource>>> {
        self.messages(RESOURCES, "", which, |at, message, _| named(at, message))
    }

    fn entitlements_where<'r>(
        &'r self,
        which: (&str, &[&str]),
    ) -> Result<Listing<'r, Place<wire::Entitlement>>> {
        let columns = ", t.resource_type_id, t.resource_id";
        let complete = |at: &RowAt, mut message: wire::Entitlement, row: &Row<'_>| {
            if message.resource.is_none() {
                message.resource = Some(stub(row, 2).map_err(fault::foreign_database)?);
            }
            named(at, message)
        };
        self.messages(ENTITLEMENTS, columns, which, complete)
    }
}

/// The order of a version 3 file's keys, in columns.
fn order(table: &str) -> String {
    match table {
        RESOURCES => "resource_type_id, external_id".to_owned(),
        ENTITLEMENTS => entitlement_order("external_id"),
        GRANTS => {
            let entitlement = entitlement_order("entitlement_id");
            format!("{entitlement}, principal_resource_type_id, principal_resource_id")
        }
        _ => "external_id".to_owned(),
    }
}

/// Ids that do not begin with their resource's come first, as in [`connector_pebble::entitlement_tail`].
fn entitlement_order(id: &str) -> String {
    let resource = "resource_type_id || ':' || resource_id || ':'";
    format!("resource_type_id, resource_id, substr({id}, 1, length({resource})) = {resource}, {id}")
}

impl Rows for Database {
    fn syncs(&self) -> Result<Vec<SyncRun>> {
        let sql =
            "SELECT sync_id, sync_type, started_at, ended_at, stats FROM v1_sync_runs ORDER BY id";
        let mut runs = Vec::new();
        self.visit(sql, [], |row| {
            runs.push(SyncRun {
                sync_id: text(row, 0)?,
                sync_type: text(row, 1)?,
                started_at: text(row, 2)?,
                ended_at: optional_text(row, 3)?,
                stats: optional_text(row, 4)?,
            });
            Ok(())
        })?;
        Ok(runs)
    }

    fn counts(&self, sync_id: &str) -> Result<Counts> {
        let mut resource_types = 0;
        self.resource_types(sync_id)?.for_each(|_| {
            resource_types += 1;
            Ok(())
        })?;
        let rows = counters::by_type(&self.db, sync_id, |row| text(row, 0));
        Ok(Counts {
            resource_types,
            rows: rows.map_err(|e| self.damaged(e))?,
        })
    }

    fn resource_types(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::ResourceType>>> {
        let which = (OF_SYNC, &[sync_id][..]);
        self.messages(RESOURCE_TYPES, "", which, |at, message, _| {
            named(at, message)
        })
    }

    fn resources(
        &self,
        sync_id: &str,
        of_type: Option<&str>,
    ) -> Result<Listing<'_, Place<wire::Resource>>> {
        match of_type {
            None => self.resources_where((OF_SYNC, &[sync_id])),
            Some(kind) => {
                let condition = "sync_id = ?1 AND resource_type_id = ?2";
                self.resources_where((condition, &[sync_id, kind]))
            }
        }
    }

    fn entitlements(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::Entitlement>>> {
        self.entitlements_where((OF_SYNC, &[sync_id]))
    }

    fn grants(
        &self,
        sync_id: &str,
        of: Option<&wire::ResourceId>,
    ) -> Result<Listing<'_, Place<wire::Grant>>> {
        let complete = |at: &RowAt, message, row: &Row<'_>| complete_grant(at, message, row);
        match of {
            None => self.messages(GRANTS, GRANT_COLUMNS, (OF_SYNC, &[sync_id]), complete),
            Some(principal) => {
                let condition = "sync_id = ?1 AND principal_resource_type_id = ?2
                    AND principal_resource_id = ?3";
                let params = [sync_id, &principal.resource_type, &principal.resource];
                self.messages(GRANTS, GRANT_COLUMNS, (condition, &params), complete)
            }
        }
    }

    fn grant_keys(&self, sync_id: &str) -> Result<Listing<'_, GrantKey>> {
        let order = order(GRANTS);
        let sql = format!(
            "SELECT resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
                principal_resource_id FROM v1_grants WHERE {OF_SYNC} ORDER BY {order}"
        );
        self.listing(&sql, &[sync_id], |row| {
            let read = || {
                Ok(GrantKey {
                    resource_type: text(row, 0)?,
                    resource_id: text(row, 1)?,
                    entitlement: text(row, 2)?,
                    principal_type: text(row, 3)?,
                    principal_id: text(row, 4)?,
                })
            };
            read().map_err(|e| self.damaged(e))
        })
    }

    fn resource(&self, sync_id: &str, external_id: &str) -> Result<Option<Place<wire::Resource>>> {
        self.resources_where((BY_ID, &[sync_id, external_id]))?
            .first()
    }

    fn entitlement(
        &self,
        sync_id: &str,
        _on: &wire::ResourceId,
        id: &str,
    ) -> Result<Option<Place<wire::Entitlement>>> {
        self.entitlements_where((BY_ID, &[sync_id, id]))?.first()
    }

    fn has_grant(&self, sync_id: &str, grant: &GrantKey) -> Result<bool> {
        let found = || {
            let mut statement = self.db.prepare(
                "SELECT 1 FROM v1_grants
                 WHERE entitlement_id = ?1 AND principal_resource_type_id = ?2
                     AND principal_resource_id = ?3 AND sync_id = ?4
                     AND resource_type_id = ?5 AND resource_id = ?6",
            )?;
            statement.exists([
                &grant.entitlement,
                &grant.principal_type,
                &grant.principal_id,
                sync_id,
                &grant.resource_type,
                &grant.resource_id,
            ])
        };
        found().map_err(|e| self.damaged(e))
    }

    fn held(&self, sync_id: &str, resource: &wire::ResourceId) -> Result<Held> {
        let of = "sync_id = ?1 AND resource_type_id = ?2 AND resource_id = ?3";
        let sql = format!(
            "SELECT (SELECT count(*) FROM v1_entitlements WHERE {of}),
                (SELECT count(*) FROM v1_grants WHERE {of}),
                (SELECT count(*) FROM (SELECT DISTINCT principal_resource_type_id, principal_resource_id
                    FROM v1_grants WHERE {of}))"
        );
        let params = [sync_id, &resource.resource_type, &resource.resource];
        let mut held = Held::default();
        self.visit(&sql, params, |row| {
            let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
            held = Held {
                entitlements: count(0)?,
                grants: count(1)?,
                principals: count(2)?,
            };
            Ok(())
        })?;
        Ok(held)
    }
}

/// What makes a row of an answer.
type Read<'r, T> = Box<dyn Fn(&Row<'_>) -> Result<T> + 'r>;

/// A prepared statement and what makes rows of its answers.
struct Query<'r, T> {
    database: &'r Database,
    statement: Statement<'r>,
    params: Vec<String>,
    read: Read<'r, T>,
}

impl<T> listing::Query<T> for Query<'_, T> {
    fn rows(&mut self) -> Result<Walk<'_, T>> {
        let Self {
            database,
            statement,
            params,
            read,
        } = self;
        let rows = statement.query(params_from_iter(params.iter()));
        let mut rows = rows.map_err(|e| database.damaged(e))?;
        Ok(Box::new(std::iter::from_fn(move || match rows.next() {
            Ok(row) => row.map(&*read),
            Err(error) => Some(Err(database.damaged(error))),
        })))
    }
}
