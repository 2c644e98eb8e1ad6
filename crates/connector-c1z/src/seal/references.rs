//! The four checks of references between rows, each one statement.

use std::collections::BTreeMap;

use connector_core::id::ResourceTypeId;
use connector_core::model::ResourceType;
use connector_core::warning::Warning;
use rusqlite::Connection;

use crate::counters::Counters;

/// One check: rows of `table` that the condition leaves without a partner are dropped.
struct Check {
    code: &'static str,
    code_of_type: &'static str,
    message: &'static str,
    message_of_type: &'static str,
    table: &'static str,
    /// The column with the type that is referred to.
    to_type: &'static str,
    /// Whether a partner exists; an external id is `<type>:<id>`, and no type has a colon in it.
    partner: &'static str,
}

const RESOURCE_OF_ROW: &str = "SELECT 1 FROM v1_resources r
    WHERE r.external_id = t.resource_type_id || ':' || t.resource_id AND r.sync_id = t.sync_id";

const CHECKS: [Check; 4] = [
    // I7
    Check {
        code: "entitlement-without-resource",
        code_of_type: "entitlement-of-unsynced-type",
        message: "entitlements were dropped because their resource was not listed",
        message_of_type: "entitlements were dropped because their resource's type is not synced",
        table: "v1_entitlements",
        to_type: "resource_type_id",
        partner: RESOURCE_OF_ROW,
    },
    // I3
    Check {
        code: "grant-without-resource",
        code_of_type: "grant-of-unsynced-type",
        message: "grants were dropped because the resource they are on was not listed",
        message_of_type: "grants were dropped because the type of the resource they are on is not synced",
        table: "v1_grants",
        to_type: "resource_type_id",
        partner: RESOURCE_OF_ROW,
    },
    // I8
    Check {
        code: "grant-without-entitlement",
        code_of_type: "grant-without-entitlement-of-unsynced-type",
        message: "grants were dropped because their entitlement was not listed",
        message_of_type: "grants were dropped because their entitlement's type is not synced",
        table: "v1_grants",
        to_type: "resource_type_id",
        partner: "SELECT 1 FROM v1_entitlements e
            WHERE e.external_id = t.entitlement_id AND e.sync_id = t.sync_id",
    },
    // I9
    Check {
        code: "grant-without-principal",
        code_of_type: "grant-to-unsynced-type",
        message: "grants were dropped because their principal was not listed",
        message_of_type: "grants were dropped because their principal's type is not synced",
        table: "v1_grants",
        to_type: "principal_resource_type_id",
        partner: "SELECT 1 FROM v1_resources r
            WHERE r.external_id = t.principal_resource_type_id || ':' || t.principal_resource_id
                AND r.sync_id = t.sync_id",
    },
];

/// Runs all checks, drops dangling rows and takes them off the counts.
pub(crate) fn check(
    db: &Connection,
    types: &[ResourceType],
    counters: &mut Counters,
) -> rusqlite::Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    for check in &CHECKS {
        let counts = match check.table {
            "v1_entitlements" => &mut counters.entitlements,
            _ => &mut counters.grants,
        };
        warnings.extend(check.run(db, types, counts)?);
    }
    Ok(warnings)
}

impl Check {
    fn run(
        &self,
        db: &Connection,
        types: &[ResourceType],
        counts: &mut BTreeMap<ResourceTypeId, u64>,
    ) -> rusqlite::Result<Vec<Warning>> {
        let mut missing_row = Finding::new(self.code, self.message);
        let mut missing_type = Finding::new(self.code_of_type, self.message_of_type);
        let mut dangling = Vec::new();
        let mut select = db.prepare(&format!(
            "SELECT t.id, t.external_id, t.resource_type_id, t.{} FROM {} t
             WHERE NOT EXISTS ({})",
            self.to_type, self.table, self.partner
        ))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            dangling.push(row.get::<_, i64>(0)?);
            let to_type: &str = row.get_ref(3)?.as_str()?;
            let finding = match is_synced(types, to_type) {
                true => &mut missing_row,
                false => &mut missing_type,
            };
            finding.add(row.get_ref(1)?.as_str()?);
            let own_type = ResourceTypeId::from_string(row.get(2)?);
            if let Some(count) = counts.get_mut(&own_type) {
                *count = count.saturating_sub(1);
            }
        }
        let mut delete = db.prepare(&format!("DELETE FROM {} WHERE id = ?1", self.table))?;
        for id in dangling {
            delete.execute([id])?;
        }
        Ok([missing_type, missing_row]
            .into_iter()
            .filter_map(Finding::warning)
            .collect())
    }
}

/// Whether the run has this type at all.
pub(crate) fn is_synced(types: &[ResourceType], id: &str) -> bool {
    types.iter().any(|t| t.id.as_str() == id)
}

/// A warning in the making.
#[derive(Debug)]
pub(crate) struct Finding {
    warning: Warning,
}

impl Finding {
    pub(crate) fn new(code: &str, message: &str) -> Self {
        Self {
            warning: Warning::new(code, message).times(0),
        }
    }

    /// Counts a row and keeps the first few ids.
    pub(crate) fn add(&mut self, external_id: &str) {
        self.warning.count += 1;
        if self.warning.examples.len() < 3 {
            self.warning = self.warning.clone().example(external_id);
        }
    }

    /// The warning, if anything was found.
    pub(crate) fn warning(self) -> Option<Warning> {
        (self.warning.count > 0).then_some(self.warning)
    }
}
