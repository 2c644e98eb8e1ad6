//! Which rows are let into the file, and what is counted about them.

use std::collections::{BTreeMap, HashSet};

use crate::error::{Error, ErrorKind, Result};
use crate::id::{EntitlementId, MAX_ID_BYTES, ResourceId, ResourceTypeId};
use crate::model::{Grant, Resource, ResourceType, StatusKind};
use crate::store::{Phase, Rows, Tally};
use crate::warning::Warning;

/// The acceptance rules of a run.
#[derive(Debug)]
pub(super) struct Admission {
    types: Vec<ResourceType>,
    synced: HashSet<ResourceTypeId>,
}

impl Admission {
    /// Rules for a run of these types.
    pub(super) fn new(types: Vec<ResourceType>) -> Self {
        let synced = types.iter().map(|t| t.id.clone()).collect();
        Self { types, synced }
    }

    /// Removes rows that cannot be stored, with a warning, and counts the rest into `page`.
    ///
    /// # Errors
    /// [`ErrorKind::Bug`] when the connector breaks a rule that makes its whole answer doubtful.
    pub(super) fn admit(
        &self,
        listed: &ResourceTypeId,
        mut rows: Rows,
        page: &mut Tally,
    ) -> Result<Rows> {
        match &mut rows {
            Rows::Resources(rows) => {
                self.check_listed(listed, rows)?;
                retain(rows, page, valid_resource, |r| r.id.to_string());
                for row in rows {
                    count(&mut page.rows.resources, listed);
                    let status = row.status.as_ref();
                    if status.is_some_and(|s| s.kind == StatusKind::Disabled) {
                        count(&mut page.disabled, listed);
                    }
                }
            }
            Rows::Entitlements(rows) => {
                retain(
                    rows,
                    page,
                    |e| valid_entitlement(&e.id),
                    |e| e.id.to_string(),
                );
                self.drop_unsynced(rows, page, Phase::Entitlements, |e| {
                    [&e.id.resource.resource_type; 2]
                });
                for row in rows {
                    count(&mut page.rows.entitlements, &row.id.resource.resource_type);
                }
            }
            Rows::Grants(rows) => {
                let valid = |g: &Grant| valid_entitlement(&g.entitlement) && g.principal.is_valid();
                retain(rows, page, valid, |g| g.entitlement.to_string());
                self.drop_unsynced(rows, page, Phase::Grants, |g| {
                    let resource = &g.entitlement.resource;
                    [&resource.resource_type, &g.principal.resource_type]
                });
                for row in rows {
                    count(
                        &mut page.rows.grants,
                        &row.entitlement.resource.resource_type,
                    );
                }
            }
        }
        Ok(rows)
    }

    /// All resources of a listing must be of its type, with the trait data of that type.
    fn check_listed(&self, listed: &ResourceTypeId, rows: &[Resource]) -> Result<()> {
        if let Some(wrong) = rows.iter().find(|r| r.id.resource_type != *listed) {
            let found = &wrong.id.resource_type;
            return Err(bug(format!("listing {listed} returned a {found} resource")));
        }
        let kind = self
            .types
            .iter()
            .find(|t| t.id == *listed)
            .and_then(|t| t.kind);
        match rows.iter().find(|r| r.trait_data.kind() != kind) {
            None => Ok(()),
            Some(wrong) => {
                let expected =
                    kind.map_or_else(|| "no trait".to_owned(), |k| format!("trait {k:?}"));
                Err(bug(format!(
                    "resource {} was missing expected {expected}",
                    wrong.id
                )))
            }
        }
    }

    fn drop_unsynced<T>(
        &self,
        rows: &mut Vec<T>,
        page: &mut Tally,
        phase: Phase,
        types_of: impl Fn(&T) -> [&ResourceTypeId; 2],
    ) {
        let phase = phase.as_str();
        rows.retain(|row| {
            let types = types_of(row);
            let Some(missing) = types.into_iter().find(|t| !self.synced.contains(*t)) else {
                return true;
            };
            let message =
                format!("{phase} were left out because their resource type is not synced");
            let warning = Warning::new(&format!("unsynced-{phase}"), message);
            page.warnings.add(warning.example(missing.as_str()));
            false
        });
    }
}

fn retain<T>(
    rows: &mut Vec<T>,
    page: &mut Tally,
    valid: impl Fn(&T) -> bool,
    name: impl Fn(&T) -> String,
) {
    rows.retain(|row| {
        let ok = valid(row);
        if !ok {
            let warning = Warning::left_out(
                "invalid-rows",
                "connector returned invalid data; skipped records",
            );
            page.warnings.add(warning.example(name(row)));
        }
        ok
    });
}

fn valid_resource(resource: &Resource) -> bool {
    resource.id.is_valid() && resource.parent.as_ref().is_none_or(ResourceId::is_valid)
}

fn valid_entitlement(id: &EntitlementId) -> bool {
    // Of the id as text, type, id and slug with a colon between each two.
    let len = id.resource.resource_type.as_str().len() + id.resource.id.len() + id.slug.len() + 2;
    id.resource.is_valid() && !id.slug.is_empty() && len <= MAX_ID_BYTES
}

fn bug(message: String) -> Error {
    Error::new(ErrorKind::Bug, message).hint("this is a defect of the connector; please report it")
}

/// Adds one to a type's count.
fn count(counts: &mut BTreeMap<ResourceTypeId, u64>, resource_type: &ResourceTypeId) {
    match counts.get_mut(resource_type) {
        Some(count) => *count += 1,
        None => drop(counts.insert(resource_type.clone(), 1)),
    }
}
