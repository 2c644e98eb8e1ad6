//! Version 1: the rows of the decoded database. What is listed as a whole is read past SQLite, what is looked up by an id
//! through it.

mod grant_decoder;
mod grants;
mod objects;
mod query;
mod sorted;
mod sorted_grant;
mod survey;
mod table;
mod values;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use connector_core::leftovers::TempDirectory;
use connector_core::{Error, Result};
use rusqlite::{Connection, Row};

use super::holdings::{Counting, Holdings};
use super::listing::{Listing, Place};
use super::{
    Counts, GrantKey, GrantNumbers, GrantPlace, NumberedGrant, ReadLimits, RowAt, Rows, SyncRun,
    Which,
};
use crate::schema::{ENTITLEMENTS, GRANTS, RESOURCE_TYPES, RESOURCES};
use crate::snapshot::{Copy, Snapshot};
use crate::{fault, wire};
use survey::Survey;
pub(crate) use survey::refuse_odd_rows;
use table::{Table, Value};
use values::{Named, decode, named, optional_text};
pub(crate) use values::{damaged_row, text};

/// All rows of a sync.
const OF_SYNC: &str = "sync_id = ?1";
/// The row with an id.
const BY_ID: &str = "external_id = ?2 AND sync_id = ?1";

/// A decoded database.
#[derive(Debug)]
pub(super) struct Database {
    // Closed before the directory it lives in is removed.
    db: Connection,
    /// What the connection reads too.
    file: File,
    survey: Survey,
    shown: String,
    /// Where rows are sorted that do not fit into memory.
    temp_dir: PathBuf,
    _directory: Option<TempDirectory>,
}

impl Database {
    pub(super) fn open(path: &Path, limits: ReadLimits, temp_dir: Option<&Path>) -> Result<Self> {
        let taken = Snapshot::take_as(path, limits, temp_dir, Copy::Unnamed, Survey::of)?;
        let (copy, file, survey) = taken.ok_or_else(|| fault::precondition("the file is empty"))?;
        let (db, directory) = copy.into_parts();
        Ok(Self {
            db,
            file,
            survey,
            shown: path.display().to_string(),
            temp_dir: temp_dir.map_or_else(std::env::temp_dir, Path::to_owned),
            _directory: directory,
        })
    }

    /// What the database inside reports.
    fn damaged(&self, error: rusqlite::Error) -> Error {
        fault::foreign_database(error).during(self.during())
    }

    /// A file for rows that are sorted cannot be written or read.
    fn unsorted(&self, error: io::Error) -> Error {
        fault::file("sort rows in", &self.temp_dir, error)
    }

    /// The result, with an error that names the file.
    fn telling<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|e| e.during(self.during()))
    }

    /// Calls `each` with the rows of a sync in a table, in the order they were written; the columns are at the
    /// positions they have in `columns`.
    fn for_each_row(
        &self,
        table: &str,
        columns: &[&str],
        sync_id: &str,
        mut each: impl FnMut(&table::Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let all = [columns, &["sync_id"]].concat();
        let table = self.telling(Table::open(&self.db, &self.file, table, &all))?;
        let mut rows = self.telling(table.rows())?;
        while let Some(row) = self.telling(rows.next().map_err(Error::from))? {
            if row.get(columns.len()) == Value::Text(sync_id.as_bytes()) {
                each(&row)?;
            }
        }
        Ok(())
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
        Ok(Counts {
            resource_types,
            rows: self.survey.counts(sync_id),
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
        which: Which<'_>,
    ) -> Result<Listing<'_, Place<wire::Resource>>> {
        if let Which::Of(kind) = which
            && self.survey.is_few(sync_id, kind)
        {
            let condition = "sync_id = ?1 AND resource_type_id = ?2";
            return self.resources_where((condition, &[sync_id, kind]));
        }
        Ok(objects::resources(self, sync_id, which))
    }

    fn entitlements(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::Entitlement>>> {
        Ok(objects::entitlements(self, sync_id))
    }

    fn grants(
        &self,
        sync_id: &str,
        of: Option<&wire::ResourceId>,
    ) -> Result<Listing<'_, Place<wire::Grant>>> {
        let Some(principal) = of else {
            let sync_id = sync_id.to_owned();
            return Ok(Listing::walking(move || {
                Ok(Box::new(grants::in_order(self, &sync_id)?))
            }));
        };
        let condition = "sync_id = ?1 AND principal_resource_type_id = ?2
            AND principal_resource_id = ?3";
        let params = [sync_id, &principal.resource_type, &principal.resource];
        self.grants_where((condition, &params))
    }

    fn each_grant(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(NumberedGrant<'_>) -> Result<()>,
    ) -> Result<()> {
        grants::each(self, sync_id, each)
    }

    fn each_grant_unordered(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(NumberedGrant<'_>, GrantPlace, &GrantNumbers) -> Result<()>,
    ) -> Result<GrantNumbers> {
        grants::unordered(self, sync_id, each)
    }

    fn expandable_grants(&self, sync_id: &str) -> Result<Listing<'_, Place<wire::Grant>>> {
        let sync_id = sync_id.to_owned();
        Ok(Listing::walking(move || {
            Ok(Box::new(grants::expandable(self, &sync_id)?))
        }))
    }

    fn grant_keys(&self, sync_id: &str) -> Result<Listing<'_, GrantKey>> {
        let sync_id = sync_id.to_owned();
        Ok(Listing::walking(move || {
            Ok(Box::new(grants::keys(self, &sync_id)?.map(Ok)))
        }))
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

    fn each_resource(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(RowAt, wire::Resource) -> Result<()>,
    ) -> Result<()> {
        self.for_each_row(RESOURCES, &["data", "id"], sync_id, |row| {
            let at = RowAt::Table {
                table: RESOURCES,
                row: row.get(1).number().unwrap_or(row.number),
            };
            let message = decode(row.get(0)).map_err(|why| damaged_row(&at, why));
            let message: wire::Resource =
                self.telling(message.and_then(|message| named(&at, message)))?;
            each(at, message)
        })
    }

    fn each_name(
        &self,
        sync_id: &str,
        each: &mut dyn FnMut(&str, &str) -> Result<()>,
    ) -> Result<()> {
        self.for_each_row(RESOURCES, &["external_id", "data"], sync_id, |row| {
            let at = RowAt::Table {
                table: RESOURCES,
                row: row.number,
            };
            let named = decode(row.get(1)).map_err(|why| damaged_row(&at, why));
            let named: Named = self.telling(named)?;
            each(&row.get(0).text(), &named.display_name)
        })
    }

    fn holdings(&self, sync_id: &str) -> Result<Holdings> {
        let mut counting = Counting::new();
        let on = ["resource_type_id", "resource_id"];
        self.for_each_row(ENTITLEMENTS, &on, sync_id, |row| {
            counting.entitlement([0, 1].map(|column| row.get(column).bytes()));
            Ok(())
        })?;
        let principal = ["principal_resource_type_id", "principal_resource_id"];
        self.for_each_row(GRANTS, &[on, principal].concat(), sync_id, |row| {
            let [kind, id, principal_kind, principal] =
                [0, 1, 2, 3].map(|column| row.get(column).bytes());
            counting.grant([kind, id], [principal_kind, principal]);
            Ok(())
        })?;
        Ok(counting.finish())
    }
}
