//! Rows with equal ids become one: the first one's place, the last one's content.

use std::collections::BTreeMap;

use connector_core::id::ResourceTypeId;
use connector_core::warning::Warning;
use prost::Message;
use rusqlite::Connection;

use super::Scope;
use crate::schema::RESOURCES;
use crate::wire::{Status, StatusKind};

/// What merging did.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(crate) warning: Warning,
    /// Whether resources were among the merged rows, so that counts by state are off.
    pub(crate) resources: bool,
}

impl Merged {
    /// Combines the results of two merges.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.warning.count += other.warning.count;
        let room = 3_usize.saturating_sub(self.warning.examples.len());
        let more = other.warning.examples.into_iter().take(room);
        self.warning.examples.extend(more);
        self.resources |= other.resources;
        self
    }
}

/// Merges the rows of `table` that have equal ids.
pub(crate) fn merge(db: &Connection, table: &str) -> rusqlite::Result<Merged> {
    db.execute_batch(&format!(
        "CREATE TEMP TABLE twice AS
             SELECT external_id, sync_id, min(id) AS first, max(id) AS last, count(*) AS n
             FROM {table} GROUP BY external_id, sync_id HAVING count(*) > 1;
         UPDATE {table} SET data = later.data
             FROM twice JOIN {table} AS later ON later.id = twice.last
             WHERE {table}.id = twice.first"
    ))?;
    if table == RESOURCES {
        db.execute_batch(
            "UPDATE v1_resources SET parent_resource_type_id = later.parent_resource_type_id,
                 parent_resource_id = later.parent_resource_id
             FROM twice JOIN v1_resources AS later ON later.id = twice.last
             WHERE v1_resources.id = twice.first",
        )?;
    }
    let warning = warning(db)?;
    db.execute_batch(&format!(
        "CREATE UNIQUE INDEX temp.twice_key ON twice (external_id, sync_id);
         DELETE FROM {table} WHERE EXISTS (
             SELECT 1 FROM twice WHERE twice.external_id = {table}.external_id
                 AND twice.sync_id = {table}.sync_id AND twice.first <> {table}.id);
         DROP TABLE temp.twice"
    ))?;
    Ok(Merged {
        warning,
        resources: table == RESOURCES,
    })
}

fn warning(db: &Connection) -> rusqlite::Result<Warning> {
    let extra: i64 = db.query_row("SELECT sum(n - 1) FROM temp.twice", [], |row| row.get(0))?;
    let mut warning = Warning::new(
        "duplicate-rows",
        "rows came more than once; the last content of each was kept",
    )
    .times(extra.cast_unsigned());
    let mut examples = db.prepare("SELECT external_id FROM temp.twice ORDER BY first LIMIT 3")?;
    for id in examples.query_map([], |row| row.get::<_, String>(0))? {
        warning = warning.example(id?);
    }
    Ok(warning)
}

/// The one field that counting by state needs.
#[derive(Clone, PartialEq, Message)]
struct Stated {
    #[prost(message, optional, tag = "11")]
    status: Option<Status>,
}

/// Disabled resources by type, read from their blobs.
pub(crate) fn count_disabled(scope: Scope<'_>) -> rusqlite::Result<BTreeMap<ResourceTypeId, u64>> {
    let mut all = BTreeMap::new();
    let mut select = scope
        .db
        .prepare("SELECT resource_type_id, data FROM v1_resources WHERE sync_id = ?1")?;
    let mut rows = select.query([scope.sync_id.as_str()])?;
    while let Some(row) = rows.next()? {
        let stated = Stated::decode(row.get_ref(1)?.as_blob()?).unwrap_or_default();
        if stated.status.unwrap_or_default().status() == StatusKind::Disabled {
            let id = ResourceTypeId::from_string(row.get(0)?);
            *all.entry(id).or_default() += 1;
        }
    }
    Ok(all)
}
