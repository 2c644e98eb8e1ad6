//! A run about single resources keeps those, and of the other resources that were listed with them only the ones
//! they need.

use connector_core::id::ResourceId;
use connector_core::warning::Warning;
use rusqlite::params;

use super::Scope;

/// Drops what the targets do not need. Returns how many rows were dropped, and a warning when targets are missing.
pub(crate) fn keep(
    scope: Scope<'_>,
    targets: &[ResourceId],
) -> rusqlite::Result<(usize, Option<Warning>)> {
    let db = scope.db;
    db.execute_batch("CREATE TEMP TABLE kept (external_id text PRIMARY KEY) WITHOUT ROWID")?;
    let missing = add_targets(scope, targets)?;
    while add_children(scope)? > 0 {}
    add_principals(scope)?;
    add_parents(scope)?;
    let dropped = db.execute(
        "DELETE FROM v1_resources
         WHERE sync_id = ?1 AND external_id NOT IN (SELECT external_id FROM temp.kept)",
        [scope.sync_id.as_str()],
    )?;
    db.execute_batch("DROP TABLE temp.kept")?;
    Ok((dropped, warning(&missing)))
}

fn add_targets<'a>(
    scope: Scope<'_>,
    targets: &'a [ResourceId],
) -> rusqlite::Result<Vec<&'a ResourceId>> {
    let mut add = scope.db.prepare(
        "INSERT OR REPLACE INTO temp.kept
         SELECT external_id FROM v1_resources WHERE external_id = ?1 AND sync_id = ?2",
    )?;
    let mut missing = Vec::new();
    for target in targets {
        if add.execute(params![target.to_string(), scope.sync_id.as_str()])? == 0 {
            missing.push(target);
        }
    }
    Ok(missing)
}

/// One level of what types that are listed per resource brought.
fn add_children(scope: Scope<'_>) -> rusqlite::Result<usize> {
    let mut add = scope.db.prepare(
        "INSERT OR IGNORE INTO temp.kept SELECT r.external_id
         FROM v1_resources r CROSS JOIN temp.kept k
             ON k.external_id = r.parent_resource_type_id || ':' || r.parent_resource_id
         WHERE r.resource_type_id = ?1 AND r.parent_resource_type_id = ?2 AND r.sync_id = ?3",
    )?;
    let mut added = 0;
    for child in scope.types {
        if let Some(parent) = &child.child_of {
            let types = (child.id.as_str(), parent.as_str());
            added += add.execute(params![types.0, types.1, scope.sync_id.as_str()])?;
        }
    }
    Ok(added)
}

fn add_principals(scope: Scope<'_>) -> rusqlite::Result<usize> {
    scope.db.execute(
        "INSERT OR IGNORE INTO temp.kept
         SELECT DISTINCT principal_resource_type_id || ':' || principal_resource_id
         FROM v1_grants WHERE sync_id = ?1",
        [scope.sync_id.as_str()],
    )
}

/// Adds all ancestors of the kept resources, of any type.
fn add_parents(scope: Scope<'_>) -> rusqlite::Result<usize> {
    scope.db.execute(
        "WITH RECURSIVE up (external_id) AS (
             SELECT external_id FROM temp.kept
             UNION
             SELECT r.parent_resource_type_id || ':' || r.parent_resource_id
             FROM up JOIN v1_resources r ON r.external_id = up.external_id AND r.sync_id = ?1
             WHERE r.parent_resource_type_id IS NOT NULL)
         INSERT OR IGNORE INTO temp.kept SELECT external_id FROM up",
        [scope.sync_id.as_str()],
    )
}

fn warning(missing: &[&ResourceId]) -> Option<Warning> {
    if missing.is_empty() {
        return None;
    }
    let message = "resources asked for were not found at the vendor";
    let warning = Warning::new("target-missing", message).times(missing.len() as u64);
    let examples = missing.iter().take(3).map(ToString::to_string);
    Some(examples.fold(warning, Warning::example))
}
