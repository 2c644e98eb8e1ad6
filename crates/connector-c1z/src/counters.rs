//! How many rows of which type have been written, and where the resources of a type lie.

use std::collections::BTreeMap;

use connector_core::Result;
use connector_core::entropy::SyncId;
use connector_core::id::ResourceTypeId;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::fault;

/// Rows of the three kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct RowCounts {
    pub(crate) resources: u64,
    pub(crate) entitlements: u64,
    pub(crate) grants: u64,
}

/// The rows between which all resources of a type lie; rows of other types may lie there too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) count: u64,
}

/// Counts by type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Counters {
    pub(crate) resources: BTreeMap<ResourceTypeId, Span>,
    pub(crate) entitlements: BTreeMap<ResourceTypeId, u64>,
    pub(crate) grants: BTreeMap<ResourceTypeId, u64>,
}

impl Counters {
    /// Counts what the database holds of a run.
    pub(crate) fn read(db: &Connection, sync_id: &SyncId) -> Result<Self> {
        Self::query(db, sync_id.as_str()).map_err(fault::database)
    }

    fn query(db: &Connection, sync_id: &str) -> rusqlite::Result<Self> {
        let mut all = Self::default();
        let mut spans = db.prepare(
            "SELECT resource_type_id, min(id), max(id), count(*) FROM v1_resources
             WHERE sync_id = ?1 GROUP BY 1",
        )?;
        let mut rows = spans.query([sync_id])?;
        while let Some(row) = rows.next()? {
            let span = Span {
                first: row.get(1)?,
                last: row.get(2)?,
                count: row.get::<_, i64>(3)?.cast_unsigned(),
            };
            all.resources
                .insert(ResourceTypeId::from_string(row.get(0)?), span);
        }
        all.entitlements = by_type(db, "v1_entitlements", sync_id)?;
        all.grants = by_type(db, "v1_grants", sync_id)?;
        Ok(all)
    }

    /// Counts a resource that was written as `row`.
    pub(crate) fn add_resource(&mut self, resource_type: &ResourceTypeId, row: i64) {
        match self.resources.get_mut(resource_type) {
            Some(span) => {
                span.last = row;
                span.count += 1;
            }
            None => {
                let span = Span {
                    first: row,
                    last: row,
                    count: 1,
                };
                self.resources.insert(resource_type.clone(), span);
            }
        }
    }

    /// The sums.
    pub(crate) fn totals(&self) -> RowCounts {
        RowCounts {
            resources: self.resources.values().map(|span| span.count).sum(),
            entitlements: self.entitlements.values().sum(),
            grants: self.grants.values().sum(),
        }
    }
}

/// Adds one to a type's count.
pub(crate) fn add(counts: &mut BTreeMap<ResourceTypeId, u64>, resource_type: &ResourceTypeId) {
    match counts.get_mut(resource_type) {
        Some(count) => *count += 1,
        None => {
            counts.insert(resource_type.clone(), 1);
        }
    }
}

/// Takes one off a type's count.
pub(crate) fn subtract(counts: &mut BTreeMap<ResourceTypeId, u64>, resource_type: &str) {
    let id = ResourceTypeId::from_string(resource_type.to_owned());
    if let Some(count) = counts.get_mut(&id) {
        *count = count.saturating_sub(1);
    }
}

fn by_type(
    db: &Connection,
    table: &str,
    sync_id: &str,
) -> rusqlite::Result<BTreeMap<ResourceTypeId, u64>> {
    let sql =
        format!("SELECT resource_type_id, count(*) FROM {table} WHERE sync_id = ?1 GROUP BY 1");
    let mut statement = db.prepare(&sql)?;
    let counted = statement.query_map([sync_id], |row| {
        let count: i64 = row.get(1)?;
        Ok((
            ResourceTypeId::from_string(row.get(0)?),
            count.cast_unsigned(),
        ))
    })?;
    counted.collect()
}
