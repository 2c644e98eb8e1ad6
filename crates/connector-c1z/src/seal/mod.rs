//! Makes the rows of a run consistent before it ends: equal ids are merged, and every reference between rows
//! leads to a row.
//!
//! The checks carry the names that the ecosystem gives them and run in its order: I7 (an entitlement's resource
//! is stored), I3 (so is that of a grant's entitlement), I8 (a grant's entitlement is stored), I9 (a grant's
//! principal is stored). A row that fails one is dropped, and counted in a warning. A missing parent costs a
//! resource its place in the tree, not its existence. In a run about single resources, what these do not need is
//! dropped as well.
//!
//! All indexes are built first, in one go: the checks walk them instead of the rows.

mod dangling;
mod duplicates;
mod parents;
mod references;
mod targets;

use connector_core::Result;
use connector_core::entropy::SyncId;
use connector_core::id::ResourceId;
use connector_core::model::ResourceType;
use connector_core::store::{Phase, RowCounts, Tally};
use connector_core::warning::Warning;
use rusqlite::Connection;

use crate::schema::INDEXES;
use crate::{counters, fault};

/// The run whose rows are checked; rows of earlier runs may lie beside them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) sync_id: &'a SyncId,
    pub(crate) types: &'a [ResourceType],
    /// Set when only these resources, and what they need, are to stay.
    pub(crate) targets: Option<&'a [ResourceId]>,
}

/// What sealing did.
#[derive(Debug, Default)]
pub(crate) struct Sealed {
    /// What was dropped or changed, for the operator.
    pub(crate) warnings: Vec<Warning>,
    /// Whether rows are gone, so that the file has holes.
    pub(crate) removed: bool,
}

/// Seals a run and corrects the counts.
pub(crate) fn seal(scope: Scope<'_>, rows: &mut RowCounts, tally: &mut Tally) -> Result<Sealed> {
    let mut sealed = Sealed::default();
    let mut recount_disabled = false;
    if let Some(merged) = build_indexes(scope.db)? {
        *rows = counters::count(scope.db, scope.sync_id)?;
        recount_disabled = merged.resources;
        sealed.warnings.push(merged.warning);
        sealed.removed = true;
    }
    let dropped = references::check(scope, rows).map_err(fault::database)?;
    sealed.removed |= !dropped.is_empty();
    sealed.warnings.extend(dropped);
    if let Some(targets) = scope.targets {
        let (dropped, missing) = targets::keep(scope, targets).map_err(fault::database)?;
        if dropped > 0 {
            *rows = counters::count(scope.db, scope.sync_id)?;
            recount_disabled = true;
            sealed.removed = true;
        }
        sealed.warnings.extend(missing);
    }
    if recount_disabled {
        tally.disabled = duplicates::count_disabled(scope).map_err(fault::database)?;
    }
    let detached = parents::detach_missing(scope).map_err(fault::database)?;
    sealed.warnings.extend(detached);
    for phase in Phase::ALL {
        // A type of which nothing is left keeps its entry.
        let counted = tally.rows.of_mut(phase);
        counted.values_mut().for_each(|n| *n = 0);
        counted.extend(rows.of(phase).iter().map(|(id, n)| (id.clone(), *n)));
    }
    Ok(sealed)
}

/// Builds all indexes; rows that a unique one cannot hold are merged first.
fn build_indexes(db: &Connection) -> Result<Option<duplicates::Merged>> {
    let mut merged: Option<duplicates::Merged> = None;
    for index in &INDEXES {
        match db.execute_batch(index.create) {
            Err(e) if fault::is_unique_violation(&e) => {
                let one = duplicates::merge(db, index.table).map_err(fault::database)?;
                merged = Some(match merged {
                    None => one,
                    Some(all) => all.and(one),
                });
                db.execute_batch(index.create).map_err(fault::database)?;
            }
            other => other.map_err(fault::database)?,
        }
    }
    Ok(merged)
}
