//! The four checks of references between rows.

use connector_core::warning::Warning;

use super::Scope;
use super::dangling::{Dangling, Reference};
use crate::counters::{Counters, subtract};
use crate::schema::{ENTITLEMENTS, GRANTS, RESOURCES};

const RESOURCE_COLUMNS: &[&str] = &["resource_type_id", "resource_id"];
const RESOURCE_ID: &str = "k.resource_type_id || ':' || k.resource_id";

const CHECKS: [Reference; 4] = [
    // I7
    Reference {
        table: ENTITLEMENTS,
        columns: RESOURCE_COLUMNS,
        to: RESOURCES,
        external_id: RESOURCE_ID,
        to_type: "resource_type_id",
        missing_row: (
            "entitlement-without-resource",
            "entitlements were dropped because their resource was not listed",
        ),
        missing_type: (
            "entitlement-of-unsynced-type",
            "entitlements were dropped because their resource's type is not synced",
        ),
    },
    // I3
    Reference {
        table: GRANTS,
        columns: RESOURCE_COLUMNS,
        to: RESOURCES,
        external_id: RESOURCE_ID,
        to_type: "resource_type_id",
        missing_row: (
            "grant-without-resource",
            "grants were dropped because the resource they are on was not listed",
        ),
        missing_type: (
            "grant-of-unsynced-type",
            "grants were dropped because the type of the resource they are on is not synced",
        ),
    },
    // I8
    Reference {
        table: GRANTS,
        columns: &["entitlement_id"],
        to: ENTITLEMENTS,
        external_id: "k.entitlement_id",
        to_type: "resource_type_id",
        missing_row: (
            "grant-without-entitlement",
            "grants were dropped because their entitlement was not listed",
        ),
        missing_type: (
            "grant-without-entitlement-of-unsynced-type",
            "grants were dropped because their entitlement's type is not synced",
        ),
    },
    // I9
    Reference {
        table: GRANTS,
        columns: &["principal_resource_type_id", "principal_resource_id"],
        to: RESOURCES,
        external_id: "k.principal_resource_type_id || ':' || k.principal_resource_id",
        to_type: "principal_resource_type_id",
        missing_row: (
            "grant-without-principal",
            "grants were dropped because their principal was not listed",
        ),
        missing_type: (
            "grant-to-unsynced-type",
            "grants were dropped because their principal's type is not synced",
        ),
    },
];

/// Runs all checks, drops dangling rows and takes them off the counts.
pub(crate) fn check(scope: Scope<'_>, counters: &mut Counters) -> rusqlite::Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    for reference in &CHECKS {
        let dangling = reference.find(scope)?;
        drop_rows(scope, reference.table, &dangling)?;
        let counts = match reference.table {
            ENTITLEMENTS => &mut counters.entitlements,
            _ => &mut counters.grants,
        };
        dangling
            .iter()
            .for_each(|row| subtract(counts, &row.own_type));
        warnings.extend(reference.warnings(&dangling, scope.types));
    }
    Ok(warnings)
}

fn drop_rows(scope: Scope<'_>, table: &str, rows: &[Dangling]) -> rusqlite::Result<()> {
    let sql = format!("DELETE FROM {table} WHERE id = ?1");
    let mut delete = scope.db.prepare(&sql)?;
    for dangling in rows {
        delete.execute([dangling.row])?;
    }
    Ok(())
}
