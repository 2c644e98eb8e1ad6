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
use connector_core::store::Tally;
use connector_core::warning::Warning;
use rusqlite::Connection;

use crate::counters::Counters;
use crate::fault;
use crate::schema::INDEXES;

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
pub(crate) fn seal(scope: Scope<'_>, counters: &mut Counters, tally: &mut Tally) -> Result<Sealed> {
    let mut sealed = Sealed::default();
    if let Some(merged) = build_indexes(scope.db)? {
        *counters = Counters::read(scope.db, scope.sync_id)?;
        if merged.resources {
            tally.disabled = duplicates::count_disabled(scope).map_err(fault::database)?;
        }
        sealed.warnings.push(merged.warning);
        sealed.removed = true;
    }
    let dropped = references::check(scope, counters).map_err(fault::database)?;
    sealed.removed |= !dropped.is_empty();
    sealed.warnings.extend(dropped);
    if let Some(targets) = scope.targets {
        let (dropped, missing) = targets::keep(scope, targets).map_err(fault::database)?;
        if dropped > 0 {
            *counters = Counters::read(scope.db, scope.sync_id)?;
            tally.disabled = duplicates::count_disabled(scope).map_err(fault::database)?;
            sealed.removed = true;
        }
        sealed.warnings.extend(missing);
    }
    let detached = parents::detach_missing(scope).map_err(fault::database)?;
    sealed.warnings.extend(detached);
    correct(tally, counters);
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

/// Sets the counts to what is stored; a type of which nothing is left keeps its entry.
fn correct(tally: &mut Tally, counters: &Counters) {
    tally.resources.values_mut().for_each(|n| *n = 0);
    for (id, span) in &counters.resources {
        tally.resources.insert(id.clone(), span.count);
    }
    for (counted, stored) in [
        (&mut tally.entitlements, &counters.entitlements),
        (&mut tally.grants, &counters.grants),
    ] {
        counted.values_mut().for_each(|n| *n = 0);
        counted.extend(stored.iter().map(|(id, n)| (id.clone(), *n)));
    }
}
