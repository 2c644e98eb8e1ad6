//! Reads one sync of a version 1 database.

use connector_core::Result;
use connector_pebble::records::{AssetRecord, SyncRunRecord, sync_type_number};
use prost::Message;
use prost_types::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use super::records::{stub, take_expansion};
use super::{Export, GrantRow};
use crate::reader::text;
use crate::{fault, time, wire};

const RUN: &str = "SELECT sync_id, sync_type, parent_sync_id, started_at, ended_at, linked_sync_id,
        ingest_invariant_generation, ingest_invariant_coverage, ingest_invariant_mode
    FROM v1_sync_runs WHERE ended_at IS NOT NULL";
const NEWEST_FULL: &str = "AND sync_type = 'full' ORDER BY ended_at DESC, sync_id DESC LIMIT 1";

/// How many runs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Runs {
    pub(crate) all: u64,
    pub(crate) finished_full: u64,
}

/// Counts the runs of a database.
///
/// # Errors
/// When it is damaged.
pub(crate) fn runs(db: &Connection) -> Result<Runs> {
    let sql = "SELECT count(*), count(*) FILTER (WHERE sync_type = 'full' AND ended_at IS NOT NULL)
        FROM v1_sync_runs";
    let counts = db.query_row(sql, [], |row| {
        Ok(Runs {
            all: row.get::<_, i64>(0)?.cast_unsigned(),
            finished_full: row.get::<_, i64>(1)?.cast_unsigned(),
        })
    });
    counts.map_err(fault::foreign_database)
}

/// The newest finished full run, and how many other runs there are.
///
/// # Errors
/// When there is none, or the database is damaged.
pub(crate) fn newest(db: &Connection) -> Result<(SyncRunRecord, u64)> {
    let found = db.query_row(&format!("{RUN} {NEWEST_FULL}"), [], |row| Ok(run_of(row)));
    let found = found.optional().map_err(fault::foreign_database)?;
    let none = || fault::precondition("the file holds no finished full sync");
    Ok((found.ok_or_else(none)??, runs(db)?.all.saturating_sub(1)))
}

fn run_of(row: &Row<'_>) -> Result<SyncRunRecord> {
    let column = |at| text(row, at).map_err(fault::foreign_database);
    let instant = |at| {
        let found = column(at)?;
        let shown = || fault::precondition(format!("a run's time {found:?} cannot be read"));
        timestamp(&found).ok_or_else(shown)
    };
    let coverage = column(7)?;
    let coverage = match coverage.is_empty() {
        true => Vec::new(),
        false => serde_json::from_str(&coverage).map_err(|e| {
            fault::precondition("the names of a run's checks cannot be read").caused_by(e)
        })?,
    };
    Ok(SyncRunRecord {
        sync_id: column(0)?,
        sync_type: sync_type_number(&column(1)?),
        parent_sync_id: column(2)?,
        started_at: Some(instant(3)?),
        ended_at: Some(instant(4)?),
        // The token is of use to the writer alone.
        sync_token: String::new(),
        supports_diff: true,
        linked_sync_id: column(5)?,
        compacted: false,
        ingest_invariant_generation: column(6)?,
        ingest_invariant_coverage: coverage,
        ingest_invariant_mode: column(8)?,
    })
}

/// The instant of a column's text.
fn timestamp(text: &str) -> Option<Timestamp> {
    instant(time::parse(text)?)
}

/// An instant as messages have it.
pub(crate) fn instant(at: jiff::Timestamp) -> Option<Timestamp> {
    let nanos = at.as_nanosecond();
    Some(Timestamp {
        seconds: i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?,
        nanos: i32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?,
    })
}

/// Hands all rows of a sync to `export`.
///
/// # Errors
/// When the database is damaged, or what `export` returns.
pub(crate) fn feed(db: &Connection, sync_id: &str, export: &mut dyn Export) -> Result<()> {
    let of = |columns: &str, table: &str| {
        format!("SELECT data, discovered_at{columns} FROM {table} WHERE sync_id = ?1 ORDER BY id")
    };
    each(db, &of("", "v1_resource_types"), sync_id, |row| {
        export.resource_type(&decode(row, 0)?, found_at(row)?)
    })?;
    each(db, &of("", "v1_resources"), sync_id, |row| {
        export.resource(&decode(row, 0)?, found_at(row)?)
    })?;
    each(db, &of("", "v1_entitlements"), sync_id, |row| {
        export.entitlement(&decode(row, 0)?, found_at(row)?)
    })?;
    let columns = ", expansion, needs_expansion, resource_type_id, resource_id, entitlement_id,
        principal_resource_type_id, principal_resource_id";
    each(db, &of(columns, "v1_grants"), sync_id, |row| {
        export.grant(&grant(row)?, found_at(row)?)
    })?;
    let columns = ", external_id, content_type";
    each(db, &of(columns, "v1_assets"), sync_id, |row| {
        let column = |at| text(row, at).map_err(fault::foreign_database);
        let asset = AssetRecord {
            sync_id: sync_id.to_owned(),
            external_id: column(2)?,
            content_type: column(3)?,
            data: blob(row, 0)?.to_vec(),
            discovered_at: found_at(row)?,
        };
        export.asset(&asset)
    })
}

fn each(
    db: &Connection,
    sql: &str,
    sync_id: &str,
    mut visit: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut statement = db.prepare(sql).map_err(fault::foreign_database)?;
    let mut rows = statement
        .query([sync_id])
        .map_err(fault::foreign_database)?;
    while let Some(row) = rows.next().map_err(fault::foreign_database)? {
        visit(row)?;
    }
    Ok(())
}

fn found_at(row: &Row<'_>) -> Result<Option<Timestamp>> {
    let found = text(row, 1).map_err(fault::foreign_database)?;
    Ok(timestamp(&found))
}

fn blob<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r [u8]> {
    match row.get_ref(column).map_err(fault::foreign_database)? {
        ValueRef::Blob(bytes) | ValueRef::Text(bytes) => Ok(bytes),
        _ => Ok(&[]),
    }
}

fn decode<M: Message + Default>(row: &Row<'_>, column: usize) -> Result<M> {
    M::decode(blob(row, column)?).map_err(|e| {
        fault::precondition(format!("the file is damaged: a row cannot be decoded: {e}"))
            .caused_by(e)
    })
}

/// A grant; what a writer left out because the row's columns have it is put back.
fn grant(row: &Row<'_>) -> Result<GrantRow> {
    let column = |at| text(row, at).map_err(fault::foreign_database);
    let mut grant: wire::Grant = decode(row, 0)?;
    let annotation = take_expansion(&mut grant.annotations);
    let mut needs_expansion = row.get::<_, i64>(3).map_err(fault::foreign_database)? != 0;
    let mut expansion = None;
    if !blob(row, 2)?.is_empty() {
        expansion = Some(decode(row, 2)?);
    } else if let Some(any) = annotation {
        let found = wire::GrantExpandable::decode(any.value.as_slice()).map_err(|e| {
            fault::precondition("the file is damaged: an annotation cannot be decoded").caused_by(e)
        })?;
        // One that names no entitlement expands to nothing.
        if found.entitlement_ids.iter().any(|id| !id.trim().is_empty()) {
            expansion = Some(found);
            needs_expansion = true;
        }
    }
    if grant
        .principal
        .as_ref()
        .is_none_or(|holder| holder.id.is_none())
    {
        let found = stub(column(7)?, column(8)?);
        grant.principal.get_or_insert_default().id = found.id;
    }
    let held = grant.entitlement.get_or_insert_default();
    if held.id.is_empty() {
        held.id = column(6)?;
    }
    let on = held.resource.get_or_insert_default();
    if on.id.is_none() {
        on.id = stub(column(4)?, column(5)?).id;
    }
    Ok(GrantRow {
        grant,
        expansion,
        needs_expansion,
    })
}
