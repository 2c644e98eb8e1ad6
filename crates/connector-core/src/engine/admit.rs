//! Which rows are let into the file, and what is counted of them.

use std::collections::HashSet;

use crate::error::{Error, ErrorKind, Result};
use crate::id::{EntitlementId, MAX_ID_BYTES, ResourceId, ResourceTypeId};
use crate::model::{Resource, ResourceType, StatusKind};
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
        rows: Rows,
        page: &mut Tally,
    ) -> Result<Rows> {
        match rows {
            Rows::Resources(mut rows) => {
                if let Some(wrong) = rows.iter().find(|r| r.id.resource_type != *listed) {
                    return Err(bug(format!(
                        "listing {listed} returned a {} resource",
                        wrong.id.resource_type
                    )));
                }
                let kind = self
                    .types
                    .iter()
                    .find(|t| t.id == *listed)
                    .and_then(|t| t.kind);
                if let Some(wrong) = rows.iter().find(|r| r.trait_data.kind() != kind) {
                    let expected =
                        kind.map_or_else(|| "no trait".to_owned(), |k| format!("trait {k:?}"));
                    return Err(bug(format!(
                        "resource {} was missing expected {expected}",
                        wrong.id
                    )));
                }
                retain(&mut rows, page, valid_resource, |r| r.id.to_string());
                for row in &rows {
                    *page.resources.entry(listed.clone()).or_default() += 1;
                    if row
                        .status
                        .as_ref()
                        .is_some_and(|s| s.kind == StatusKind::Disabled)
                    {
                        *page.disabled.entry(listed.clone()).or_default() += 1;
                    }
                }
                Ok(Rows::Resources(rows))
            }
            Rows::Entitlements(mut rows) => {
                retain(
                    &mut rows,
                    page,
                    |e| valid_entitlement(&e.id),
                    |e| e.id.to_string(),
                );
                self.drop_unsynced(&mut rows, page, Phase::Entitlements, |e| {
                    [&e.id.resource.resource_type; 2]
                });
                for row in &rows {
                    *page
                        .entitlements
                        .entry(row.id.resource.resource_type.clone())
                        .or_default() += 1;
                }
                Ok(Rows::Entitlements(rows))
            }
            Rows::Grants(mut rows) => {
                let valid = |g: &crate::model::Grant| {
                    valid_entitlement(&g.entitlement) && g.principal.is_valid()
                };
                retain(&mut rows, page, valid, |g| g.entitlement.to_string());
                self.drop_unsynced(&mut rows, page, Phase::Grants, |g| {
                    [
                        &g.entitlement.resource.resource_type,
                        &g.principal.resource_type,
                    ]
                });
                for row in &rows {
                    *page
                        .grants
                        .entry(row.entitlement.resource.resource_type.clone())
                        .or_default() += 1;
                }
                Ok(Rows::Grants(rows))
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
        rows.retain(|row| {
            match types_of(row)
                .into_iter()
                .find(|t| !self.synced.contains(*t))
            {
                None => true,
                Some(missing) => {
                    let message = format!(
                        "{} were left out because their resource type is not synced",
                        phase.as_str()
                    );
                    page.warnings.add(
                        Warning::new(&format!("unsynced-{}", phase.as_str()), message)
                            .example(missing.as_str()),
                    );
                    false
                }
            }
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
            let warning = Warning::new(
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
    id.resource.is_valid() && !id.slug.is_empty() && id.to_string().len() <= MAX_ID_BYTES
}

fn bug(message: String) -> Error {
    Error::new(ErrorKind::Bug, message).hint("this is a defect of the connector; please report it")
}

/// Adds the counts of a finished page to those of the run.
pub(super) fn add(total: &mut Tally, page: Tally) {
    for (sum, part) in [
        (&mut total.resources, page.resources),
        (&mut total.disabled, page.disabled),
        (&mut total.entitlements, page.entitlements),
        (&mut total.grants, page.grants),
    ] {
        for (id, n) in part {
            *sum.entry(id).or_default() += n;
        }
    }
    total.warnings.merge(page.warnings);
}
