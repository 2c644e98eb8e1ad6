//! How many rows of which type there are, and where the resources of a type lie.

use std::collections::BTreeMap;

use connector_core::Result;
use connector_core::entropy::SyncId;
use connector_core::id::ResourceTypeId;
use connector_core::store::{Place, RowCounts};
use rusqlite::{Connection, Row};

use crate::fault;
use crate::schema::{ENTITLEMENTS, GRANTS, RESOURCES};

/// What a run has written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Written {
    pub(crate) rows: RowCounts,
    /// The first and the last row of the resources of a type; rows of other types may lie between.
    pub(crate) spans: BTreeMap<ResourceTypeId, (i64, i64)>,
}

impl Written {
    /// What the database holds of a run.
    pub(crate) fn read(db: &Connection, sync_id: &SyncId) -> Result<Self> {
        let spans = || {
            let mut select = db.prepare(
                "SELECT resource_type_id, min(id), max(id) FROM v1_resources WHERE sync_id = ?1
                 GROUP BY 1",
            )?;
            let spans = select.query_map([sync_id.as_str()], |row| {
                Ok((type_id(row)?, (row.get(1)?, row.get(2)?)))
            })?;
            spans.collect::<rusqlite::Result<_>>()
        };
        Ok(Self {
            rows: count(db, sync_id)?,
            spans: spans().map_err(fault::database)?,
        })
    }

    /// Counts a resource that was written as `row`.
    pub(crate) fn add_resource(&mut self, resource_type: &ResourceTypeId, row: i64) {
        add(&mut self.rows.resources, resource_type);
        match self.spans.get_mut(resource_type) {
            Some((_, last)) => *last = row,
            None => drop(self.spans.insert(resource_type.clone(), (row, row))),
        }
    }
}

/// Counts the rows of a run that this program writes.
pub(crate) fn count(db: &Connection, sync_id: &SyncId) -> Result<RowCounts> {
    by_type(db, sync_id.as_str(), type_id).map_err(fault::database)
}

/// Counts the rows of a run in any file; `key` reads the type from the first column.
pub(crate) fn by_type<T: Ord>(
    db: &Connection,
    sync_id: &str,
    key: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<RowCounts<T>> {
    let count = |table: &str| {
        // The plus keeps the type's index out of it, through which every row would be fetched on its own.
        let sql = format!(
            "SELECT resource_type_id, count(*) FROM {table} WHERE sync_id = ?1
             GROUP BY +resource_type_id"
        );
        let mut select = db.prepare(&sql)?;
        let counts = select.query_map([sync_id], |row| {
            Ok((key(row)?, row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
        counts.collect::<rusqlite::Result<BTreeMap<_, _>>>()
    };
    Ok(RowCounts {
        resources: count(RESOURCES)?,
        entitlements: count(ENTITLEMENTS)?,
        grants: count(GRANTS)?,
    })
}

fn type_id(row: &Row<'_>) -> rusqlite::Result<ResourceTypeId> {
    Ok(ResourceTypeId::from_string(row.get(0)?))
}

/// Adds one to a type's count.
pub(crate) fn add(counts: &mut BTreeMap<ResourceTypeId, u64>, resource_type: &ResourceTypeId) {
    match counts.get_mut(resource_type) {
        Some(count) => *count += 1,
        None => drop(counts.insert(resource_type.clone(), 1)),
    }
}

/// A row's number as the place of its resource.
pub(crate) const fn place(row: i64) -> Place {
    Place(row.cast_unsigned())
}

/// The first row that is not before a place.
pub(crate) fn row(place: Place) -> i64 {
    i64::try_from(place.0).unwrap_or(i64::MAX)
}
