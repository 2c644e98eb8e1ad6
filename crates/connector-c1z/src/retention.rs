//! Which earlier syncs of a file stay in it, and how their rows are taken over.

use std::collections::HashSet;
use std::path::Path;

use connector_core::Result;
use connector_core::store::SyncType;
use rusqlite::Connection;

use crate::fault;
use crate::record::Run;
use crate::schema::{TABLES, Table};

/// How many finished full syncs a file keeps by default, the current one included.
const DEFAULT_KEEP: u32 = 2;

/// A run in the earlier file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EarlierRun {
    pub(crate) sync_id: String,
    pub(crate) sync_type: String,
    pub(crate) started_at: String,
    pub(crate) ended_at: Option<String>,
    pub(crate) linked_sync_id: String,
}

impl EarlierRun {
    fn is_diff(&self) -> bool {
        matches!(
            self.sync_type.as_str(),
            "partial_upserts" | "partial_deletions"
        )
    }

    fn is_partial(&self) -> bool {
        matches!(self.sync_type.as_str(), "partial" | "resources_only")
    }
}

/// The runs to remove, given all runs in order of rows; `keep` counts the current run too.
pub(crate) fn overflow(runs: &[EarlierRun], keep: Option<u32>) -> HashSet<String> {
    let keep = keep.filter(|n| *n > 0).unwrap_or(DEFAULT_KEEP) as usize;
    let finished = || runs.iter().filter(|run| run.ended_at.is_some());
    let mut gone: Vec<&EarlierRun> = Vec::new();
    let full: Vec<_> = finished()
        .filter(|run| !run.is_diff() && !run.is_partial())
        .collect();
    let too_many = full.len().saturating_sub(keep - 1);
    if let Some(removed) = full.get(..too_many).filter(|r| !r.is_empty()) {
        gone.extend(removed);
        // Partial runs go with the full sync they refine; the last removed one is the limit, so that nothing
        // which a kept sync may refer to is lost.
        let cutoff = removed.last().map(|run| run.started_at.as_str());
        gone.extend(finished().filter(|run| run.is_partial() && run.ended_at.as_deref() < cutoff));
    }
    let diffs: Vec<_> = finished().filter(|run| run.is_diff()).collect();
    if let (true, Some(latest)) = (diffs.len() > 2, diffs.last()) {
        let stays = |run: &EarlierRun| {
            run.sync_id == latest.sync_id || run.sync_id == latest.linked_sync_id
        };
        gone.extend(diffs.iter().copied().filter(|run| !stays(run)));
    }
    gone.into_iter().map(|run| run.sync_id.clone()).collect()
}

/// The runs of an attached file, in order of rows.
fn earlier_runs(db: &Connection) -> rusqlite::Result<Vec<EarlierRun>> {
    let mut statement = db.prepare(
        "SELECT sync_id, sync_type, started_at, ended_at, linked_sync_id
         FROM earlier.v1_sync_runs ORDER BY id",
    )?;
    let runs = statement.query_map([], |row| {
        Ok(EarlierRun {
            sync_id: row.get(0)?,
            sync_type: row.get(1)?,
            started_at: row.get(2)?,
            ended_at: row.get(3)?,
            linked_sync_id: row.get(4)?,
        })
    })?;
    runs.collect()
}

/// Copies the runs that stay, and their rows, from the database at `earlier` into `db`.
///
/// The database has all columns, see [`Snapshot::take`](crate::snapshot::Snapshot::take). A run of the same id is the
/// current one, published by a process that was killed right after; it is written anew.
pub(crate) fn take_over(
    db: &Connection,
    earlier: &Path,
    current: &Run,
    keep: Option<u32>,
    keep_all: bool,
) -> Result<()> {
    let path = earlier.to_str().ok_or_else(|| {
        fault::precondition("the temp directory's path is not readable as text")
            .hint("choose another temp directory")
    })?;
    db.execute("ATTACH ?1 AS earlier", [path])
        .map_err(fault::foreign_database)?;
    copy_kept(db, current, keep, keep_all).map_err(fault::foreign_database)
}

/// Lets go of the attached file; must be called outside a transaction.
pub(crate) fn detach(db: &Connection) -> Result<()> {
    db.execute_batch("DETACH earlier").map_err(fault::database)
}

fn copy_kept(
    db: &Connection,
    current: &Run,
    keep: Option<u32>,
    keep_all: bool,
) -> rusqlite::Result<()> {
    let mut runs = earlier_runs(db)?;
    runs.retain(|run| run.sync_id != current.sync_id.as_str());
    // A run that is not full takes a place beside the others, but it never replaces the last full one.
    let keep = match current.sync_type {
        SyncType::Full => keep,
        SyncType::ResourcesOnly | SyncType::Partial => keep.map(|n| n.max(DEFAULT_KEEP)),
    };
    let gone = if keep_all {
        HashSet::new()
    } else {
        overflow(&runs, keep)
    };
    let mut kept = 0;
    for run in runs.iter().filter(|run| !gone.contains(&run.sync_id)) {
        for table in &TABLES {
            copy_rows(db, table, &run.sync_id)?;
        }
        kept += 1;
    }
    if !gone.is_empty() {
        tracing::info!(removed = gone.len(), kept, "removed old syncs");
    }
    Ok(())
}

fn copy_rows(db: &Connection, table: &Table, sync_id: &str) -> rusqlite::Result<()> {
    let (name, columns) = (table.name, table.columns.join(", "));
    let sql = format!(
        "INSERT INTO main.{name} ({columns}) SELECT {columns} FROM earlier.{name} WHERE sync_id = ?1 ORDER BY id"
    );
    db.execute(&sql, [sync_id])?;
    Ok(())
}

#[cfg(test)]
mod tests;
