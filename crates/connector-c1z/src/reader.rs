//! Reads version 1 files of any writer.

use std::path::Path;

use connector_core::leftovers::TempDirectory;
use connector_core::store::RowCounts;
use connector_core::{Context, Error, Result};
use jiff::Timestamp;
use prost::Message;
use rusqlite::{Connection, Row, types::ValueRef};

use crate::snapshot::{Copy, Snapshot};
use crate::wire;
use crate::{counters, fault, time};

/// What a file may cost to read; a small file can be built to decode to a huge one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// Largest database inside a file.
    pub max_decoded_bytes: u64,
    /// Largest compression window, which has to be held in memory.
    pub max_window_bytes: u64,
}

/// 10 GiB and 128 MiB, what other readers of the format allow.
impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            max_decoded_bytes: 10 << 30,
            max_window_bytes: 128 << 20,
        }
    }
}

/// A sync run in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRun {
    /// Its id.
    pub sync_id: String,
    /// `full`, `resources_only`, `partial` and others.
    pub sync_type: String,
    /// When it started, verbatim from the file.
    pub started_at: String,
    /// When it ended; `None` for an unfinished run.
    pub ended_at: Option<String>,
    /// Counts as JSON, when the writer left any.
    pub stats: Option<String>,
}

impl SyncRun {
    /// When it started; `None` when the file does not have it in the usual format.
    pub fn started(&self) -> Option<Timestamp> {
        time::parse(&self.started_at)
    }

    /// When it ended; `None` when it has not, or when the file does not have it in the usual format.
    pub fn ended(&self) -> Option<Timestamp> {
        time::parse(self.ended_at.as_deref()?)
    }
}

/// Rows of one sync.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Resource types.
    pub resource_types: u64,
    /// Rows by type, whatever the file calls it.
    pub rows: RowCounts<String>,
}

/// An open file. The original is decoded into a temp directory and never touched again.
#[derive(Debug)]
pub struct Reader {
    // Closed before the directory it lives in is removed.
    pub(crate) db: Connection,
    shown: String,
    _directory: Option<TempDirectory>,
}

impl Reader {
    /// Opens the file at `path`, decoding it in the system's temp directory.
    ///
    /// # Errors
    /// [`connector_core::ErrorKind::Precondition`] when there is no such file, when it is empty, of another
    /// format or version, damaged, or larger than `limits` allow.
    pub fn open(path: impl AsRef<Path>, limits: ReadLimits) -> Result<Self> {
        Self::open_in(path, limits, None)
    }

    /// Opens the file at `path`, decoding it in `temp_dir`.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn open_in(
        path: impl AsRef<Path>,
        limits: ReadLimits,
        temp_dir: Option<&Path>,
    ) -> Result<Self> {
        let path = path.as_ref();
        let shown = path.display().to_string();
        let open = || {
            let copy = Snapshot::take(path, limits, temp_dir, Copy::Unnamed)?
                .ok_or_else(|| fault::precondition("the file is empty"))?;
            Ok(copy.into_parts())
        };
        let (db, directory) = open().during(format!("reading {shown}"))?;
        Ok(Self {
            db,
            shown,
            _directory: directory,
        })
    }

    /// All runs, in order of rows.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn syncs(&self) -> Result<Vec<SyncRun>> {
        let sql =
            "SELECT sync_id, sync_type, started_at, ended_at, stats FROM v1_sync_runs ORDER BY id";
        let mut runs = Vec::new();
        self.rows(sql, [], |row| {
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

    /// The newest finished full run.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn latest_finished_full(&self) -> Result<Option<SyncRun>> {
        let runs = self.syncs()?.into_iter();
        Ok(runs
            .filter(|run| run.sync_type == "full" && run.ended_at.is_some())
            .max_by(|a, b| (&a.ended_at, &a.sync_id).cmp(&(&b.ended_at, &b.sync_id))))
    }

    /// Counts the rows of a run.
    ///
    /// # Errors
    /// When the database inside is damaged.
    pub fn counts(&self, sync_id: &str) -> Result<Counts> {
        let mut resource_types = 0;
        self.for_each_resource_type(sync_id, |_| {
            resource_types += 1;
            Ok(())
        })?;
        Ok(Counts {
            resource_types,
            rows: counters::by_type(&self.db, sync_id, |row| text(row, 0))
                .map_err(|e| self.damaged(e))?,
        })
    }

    /// Calls `each` with every resource type of a run, in order of rows.
    ///
    /// # Errors
    /// When the database inside is damaged, or what `each` returns.
    pub fn for_each_resource_type(
        &self,
        sync_id: &str,
        each: impl FnMut(wire::ResourceType) -> Result<()>,
    ) -> Result<()> {
        self.for_each("v1_resource_types", sync_id, each)
    }

    /// Calls `each` with every resource of a run, in order of rows.
    ///
    /// # Errors
    /// When the database inside is damaged, or what `each` returns.
    pub fn for_each_resource(
        &self,
        sync_id: &str,
        each: impl FnMut(wire::Resource) -> Result<()>,
    ) -> Result<()> {
        self.for_each("v1_resources", sync_id, each)
    }

    /// Calls `each` with every entitlement of a run, in order of rows.
    ///
    /// # Errors
    /// When the database inside is damaged, or what `each` returns.
    pub fn for_each_entitlement(
        &self,
        sync_id: &str,
        each: impl FnMut(wire::Entitlement) -> Result<()>,
    ) -> Result<()> {
        self.for_each("v1_entitlements", sync_id, each)
    }

    /// Calls `each` with every grant of a run, in order of rows. Ids that a writer left out of a grant because its
    /// row also has them are put back; nothing else is.
    ///
    /// # Errors
    /// When the database inside is damaged, or what `each` returns.
    pub fn for_each_grant(
        &self,
        sync_id: &str,
        mut each: impl FnMut(wire::Grant) -> Result<()>,
    ) -> Result<()> {
        self.for_each_grant_row(sync_id, |_, grant| each(grant))
    }

    /// Visits the grants that `condition` selects; `each` is given the row's number too.
    pub(crate) fn visit_grants(
        &self,
        condition: &str,
        params: impl rusqlite::Params,
        mut each: impl FnMut(i64, wire::Grant) -> Result<()>,
    ) -> Result<()> {
        let sql = format!(
            "SELECT data, resource_type_id, resource_id, entitlement_id,
                principal_resource_type_id, principal_resource_id, id
            FROM v1_grants WHERE {condition} ORDER BY id"
        );
        self.visit(&sql, params, |row| {
            let mut grant: wire::Grant = self.decode(row)?;
            if grant.entitlement.is_none() {
                grant.entitlement = Some(entitlement_stub(row).map_err(fault::foreign_database)?);
            }
            if grant.principal.is_none() {
                grant.principal = Some(stub(row, 4).map_err(fault::foreign_database)?);
            }
            each(row.get(6).map_err(fault::foreign_database)?, grant)
        })
    }

    /// Visits the rows of a table that `condition` selects; `each` is given the row's number too.
    pub(crate) fn visit_rows<M: Message + Default>(
        &self,
        table: &str,
        condition: &str,
        params: impl rusqlite::Params,
        mut each: impl FnMut(i64, M) -> Result<()>,
    ) -> Result<()> {
        let sql = format!("SELECT data, id FROM {table} WHERE {condition} ORDER BY id");
        self.visit(&sql, params, |row| {
            each(
                row.get(1).map_err(fault::foreign_database)?,
                self.decode(row)?,
            )
        })
    }

    fn for_each<M: Message + Default>(
        &self,
        table: &str,
        sync_id: &str,
        mut each: impl FnMut(M) -> Result<()>,
    ) -> Result<()> {
        self.visit_rows(table, "sync_id = ?1", [sync_id], |_, message| each(message))
    }

    fn visit(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        mut each: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let damaged = |e| self.damaged(e);
        let mut statement = self.db.prepare(sql).map_err(damaged)?;
        let mut rows = statement.query(params).map_err(damaged)?;
        while let Some(row) = rows.next().map_err(damaged)? {
            each(row)?;
        }
        Ok(())
    }

    pub(crate) fn rows(
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

    /// What the database inside reports.
    pub(crate) fn damaged(&self, error: rusqlite::Error) -> Error {
        fault::foreign_database(error).during(format!("reading {}", self.shown))
    }

    /// The blob in the first column.
    pub(crate) fn decode<M: Message + Default>(&self, row: &Row<'_>) -> Result<M> {
        let blob = match row.get_ref(0).map_err(fault::foreign_database)? {
            ValueRef::Blob(bytes) | ValueRef::Text(bytes) => bytes,
            _ => &[],
        };
        M::decode(blob).map_err(|e| {
            fault::precondition(format!("{}: a row cannot be decoded: {e}", self.shown))
                .caused_by(e)
        })
    }
}

/// An entitlement that is only ids, from the columns of a grant.
fn entitlement_stub(row: &Row<'_>) -> rusqlite::Result<wire::Entitlement> {
    Ok(wire::Entitlement {
        id: text(row, 3)?,
        resource: Some(stub(row, 1)?),
        ..wire::Entitlement::default()
    })
}

/// A resource that is only an id, from a type column and the id column after it.
fn stub(row: &Row<'_>, column: usize) -> rusqlite::Result<wire::Resource> {
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
pub(crate) fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        ValueRef::Integer(n) => Some(n.to_string()),
        ValueRef::Real(n) => Some(n.to_string()),
    })
}
