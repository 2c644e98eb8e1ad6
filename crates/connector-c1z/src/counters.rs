//! How many rows of which type there are, and where the resources of a type lie.

use std::collections::BTreeMap;

use connector_core::id::ResourceTypeId;
use connector_core::store::{Phase, RowCounts};
use rusqlite::{Connection, Row};

use crate::schema::{ENTITLEMENTS, GRANTS, RESOURCES};

/// What a run has written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Written {
    pub(crate) rows: RowCounts,
    /// The first and the last row of the resources of a type; rows of other types may lie between.
    pub(crate) spans: BTreeMap<ResourceTypeId, (u64, u64)>,
    resources: u64,
}

impl Written {
    /// Counts a row.
    pub(crate) fn add(&mut self, phase: Phase, resource_type: &ResourceTypeId) {
        add(self.rows.of_mut(phase), resource_type);
        if phase == Phase::Resources {
            self.resources += 1;
            let row = self.resources;
            match self.spans.get_mut(resource_type) {
                Some((_, last)) => *last = row,
                None => drop(self.spans.insert(resource_type.clone(), (row, row))),
            }
        }
    }

    /// Takes off the rows of a kind behind the first `kept`, which are of these types.
    pub(crate) fn remove_after(&mut self, phase: Phase, kept: u64, gone: &[ResourceTypeId]) {
        let counts = self.rows.of_mut(phase);
        for resource_type in gone {
            if let Some(count) = counts.get_mut(resource_type) {
                *count = count.saturating_sub(1);
            }
        }
        counts.retain(|_, count| *count > 0);
        if phase == Phase::Resources {
            self.resources = self.resources.min(kept);
            self.spans.retain(|_, (first, _)| *first <= kept);
            self.spans
                .values_mut()
                .for_each(|(_, last)| *last = kept.min(*last));
        }
    }
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

/// Adds one to a type's count.
pub(crate) fn add(counts: &mut BTreeMap<ResourceTypeId, u64>, resource_type: &ResourceTypeId) {
    match counts.get_mut(resource_type) {
        Some(count) => *count += 1,
        None => drop(counts.insert(resource_type.clone(), 1)),
    }
}
