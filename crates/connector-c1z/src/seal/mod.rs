//! Makes the rows of a run consistent before it ends: equal ids are merged, and every reference between rows
//! leads to a row.
//!
//! The checks carry the names that the ecosystem gives them and run in its order: I7 (an entitlement's resource
//! is stored), I3 (so is that of a grant's entitlement), I8 (a grant's entitlement is stored), I9 (a grant's
//! principal is stored). A row that fails one is dropped, and counted in a warning. A missing parent costs a
//! resource its place in the tree, not its existence.

mod duplicates;
mod parents;
mod references;

use connector_core::Result;
use connector_core::model::ResourceType;
use connector_core::store::Tally;
use connector_core::warning::Warning;
use rusqlite::Connection;

use crate::counters::Counters;
use crate::fault;
use crate::schema::{Built, INDEXES};

/// What sealing did.
#[derive(Debug, Default)]
pub(crate) struct Sealed {
    /// What was dropped or changed, for the operator.
    pub(crate) warnings: Vec<Warning>,
    /// Whether rows are gone, so that the file has holes.
    pub(crate) removed: bool,
}

/// Seals the rows in `db`, which hold one run of these types, and corrects the counts.
pub(crate) fn seal(
    db: &Connection,
    types: &[ResourceType],
    counters: &mut Counters,
    tally: &mut Tally,
) -> Result<Sealed> {
    let mut sealed = Sealed::default();
    let merged = build_indexes(db)?;
    if let Some(merged) = merged {
        *counters = Counters::read(db)?;
        if merged.resources {
            tally.disabled = duplicates::count_disabled(db).map_err(fault::database)?;
        }
        sealed.warnings.push(merged.warning);
        sealed.removed = true;
    }
    check_counts(db, counters)?;
    let dropped = references::check(db, types, counters).map_err(fault::database)?;
    sealed.removed |= !dropped.is_empty();
    sealed.warnings.extend(dropped);
    let detached = parents::detach_missing(db, types).map_err(fault::database)?;
    sealed.warnings.extend(detached);
    correct(tally, counters);
    Ok(sealed)
}

/// Builds the indexes that the checks need; rows that a unique one cannot hold are merged first.
fn build_indexes(db: &Connection) -> Result<Option<duplicates::Merged>> {
    let mut merged: Option<duplicates::Merged> = None;
    for index in INDEXES.iter().filter(|i| i.built == Built::BeforeChecks) {
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

/// Whether exactly the rows that were written are there.
fn check_counts(db: &Connection, counters: &Counters) -> Result<()> {
    let expected = counters.totals();
    for (table, expected) in [
        ("v1_resources", expected.resources),
        ("v1_entitlements", expected.entitlements),
        ("v1_grants", expected.grants),
    ] {
        let found: i64 = db
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0))
            .map_err(fault::database)?;
        if found.cast_unsigned() != expected {
            return Err(fault::bug(format!(
                "{table} holds {found} rows where {expected} were written"
            )));
        }
    }
    Ok(())
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
