//! The four checks of references between rows.

use std::collections::BTreeMap;

use connector_core::id::ResourceTypeId;
use connector_core::store::RowCounts;
use connector_core::warning::Warning;

use super::Scope;
use super::dangling::Reference;
use crate::schema::{ENTITLEMENTS, GRANTS, RESOURCES};

const RESOURCE_COLUMNS: &[&str] = &["resource_type_id", "resource_id"];
const RESOURCE_ID: &str = "k.resource_type_id || ':' || k.resource_id";

const CHECKS: [Reference; 4] = [
    // I7: the resource of an entitlement is stored.
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
    // I3: the resource of a grant's entitlement is stored.
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
    // I8: the entitlement of a grant is stored.
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
    // I9: the principal of a grant is stored.
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
pub(crate) fn check(scope: Scope<'_>, rows: &mut RowCounts) -> rusqlite::Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    for reference in &CHECKS {
        let counts = match reference.table {
            ENTITLEMENTS => &mut rows.entitlements,
            _ => &mut rows.grants,
        };
        let dropped = reference.for_each(scope, |dangling| {
            subtract(counts, dangling.own_type);
            Ok(())
        })?;
        if !dropped.is_empty() {
            let sql = format!(
                "DELETE FROM {} WHERE id IN (SELECT row FROM temp.dangling)",
                reference.table
            );
            scope.db.execute(&sql, [])?;
        }
        warnings.extend(dropped);
    }
    Ok(warnings)
}

/// Takes one off a type's count.
fn subtract(counts: &mut BTreeMap<ResourceTypeId, u64>, resource_type: String) {
    if let Some(count) = counts.get_mut(&ResourceTypeId::from_string(resource_type)) {
        *count = count.saturating_sub(1);
    }
}
