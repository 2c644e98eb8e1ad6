//! Which earlier syncs of a file stay in it, and how their rows are taken over.

use std::collections::HashSet;

use connector_core::Result;
use connector_core::store::SyncType;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::database::Value;
use crate::fault;
use crate::log::Run;
use crate::schema::Table;

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

/// What stays of the syncs of an earlier file.
#[derive(Debug)]
pub(crate) struct Earlier {
    kept: Vec<EarlierRun>,
    removed: usize,
}

impl Earlier {
    /// Decides which runs of the earlier file stay beside the current one.
    ///
    /// The database has all columns, see [`Snapshot::take`](crate::snapshot::Snapshot::take). A run of the same id is the
    /// current one, published by a process that was killed right after; it is written anew.
    pub(crate) fn read(
        db: &Connection,
        current: &Run,
        keep: Option<u32>,
        keep_all: bool,
    ) -> Result<Self> {
        let mut kept = earlier_runs(db).map_err(fault::copied_database)?;
        kept.retain(|run| run.sync_id != current.sync_id);
        // A run that is not full takes a place beside the others, but it never replaces the last full one.
        let keep = match current.sync_type {
            SyncType::Full => keep,
            SyncType::ResourcesOnly | SyncType::Partial => keep.map(|n| n.max(DEFAULT_KEEP)),
        };
        let all = kept.len();
        if !keep_all {
            let gone = overflow(&kept, keep);
            kept.retain(|run| !gone.contains(&run.sync_id));
        }
        let removed = all - kept.len();
        Ok(Self { kept, removed })
    }

    /// Logs what does not stay.
    pub(crate) fn report(&self) {
        if self.removed > 0 {
            let kept = self.kept.len();
            tracing::info!(removed = self.removed, kept, "removed old syncs");
        }
    }

    /// The ids of the runs that stay.
    pub(crate) fn sync_ids(&self) -> Vec<String> {
        self.kept.iter().map(|run| run.sync_id.clone()).collect()
    }

    /// The newest finished full run that stays.
    pub(crate) fn newest_full(&self) -> Option<&str> {
        let full = self.kept.iter().filter(|run| run.sync_type == "full");
        let finished = full.filter(|run| run.ended_at.is_some());
        let newest =
            finished.max_by(|a, b| (&a.ended_at, &a.sync_id).cmp(&(&b.ended_at, &b.sync_id)));
        newest.map(|run| run.sync_id.as_str())
    }

    /// Calls `each` with the sync's id and the values of the rows of a table that stay, in order. The first value, the
    /// column of the row's number, is nothing.
    pub(crate) fn rows(
        &self,
        db: &Connection,
        table: &Table,
        mut each: impl FnMut(&str, &[Value<'_>]) -> Result<()>,
    ) -> Result<()> {
        let (name, columns) = (table.name, table.columns.join(", "));
        let sql = format!("SELECT {columns} FROM {name} WHERE sync_id = ?1 ORDER BY id");
        let mut select = db.prepare(&sql).map_err(fault::copied_database)?;
        for run in &self.kept {
            let rows = select.query([&run.sync_id]);
            let mut rows = rows.map_err(fault::copied_database)?;
            while let Some(row) = rows.next().map_err(fault::copied_database)? {
                let mut values = [Value::Null; 16];
                for (place, column) in table.columns.iter().enumerate() {
                    let value = row.get_ref(place).map_err(fault::copied_database)?;
                    if value == ValueRef::Null && table.is_required_column(column) {
                        return Err(fault::precondition(format!(
                            "the file is damaged: {name}.{column} is empty"
                        )));
                    }
                    values[place + 1] = value_of(value);
                }
                each(&run.sync_id, &values[..=table.columns.len()])?;
            }
        }
        Ok(())
    }
}

const fn value_of(value: ValueRef<'_>) -> Value<'_> {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Integer(n),
        ValueRef::Real(n) => Value::Real(n),
        ValueRef::Text(text) => Value::Text(text),
        ValueRef::Blob(blob) => Value::Blob(blob),
    }
}

/// The runs of a file, in order of rows.
fn earlier_runs(db: &Connection) -> rusqlite::Result<Vec<EarlierRun>> {
    let mut statement = db.prepare(
        "SELECT sync_id, sync_type, started_at, ended_at, linked_sync_id FROM v1_sync_runs ORDER BY id",
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

#[cfg(test)]
mod tests;
