//! The steps of each phase, in order, and which listings of a step may overlap.

use crate::id::ResourceTypeId;
use crate::model::{EntitlementListing, EntitlementTemplate, GrantListing, ResourceType};
use crate::store::Phase;

/// A step of a phase. Steps never overlap; listings within one may.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// One listing for each of these types.
    PerType(Vec<ResourceTypeId>),
    /// One listing of `listed` for each stored resource of `rows_of`.
    PerRow {
        /// Type whose resources, entitlements or grants are listed.
        listed: ResourceTypeId,
        /// Type whose stored resources are walked.
        rows_of: ResourceTypeId,
    },
    /// The engine writes these entitlements for each stored resource of the type.
    Templates(ResourceTypeId, Vec<EntitlementTemplate>),
}

impl Step {
    /// The types this step lists.
    pub(super) fn types(&self) -> &[ResourceTypeId] {
        match self {
            Self::PerType(types) => types,
            Self::PerRow { listed, .. } => std::slice::from_ref(listed),
            Self::Templates(id, _) => std::slice::from_ref(id),
        }
    }
}

/// The steps of one phase for these types.
pub(super) fn steps(phase: Phase, types: &[ResourceType]) -> Vec<Step> {
    let mut steps = Vec::new();
    for t in types {
        let own_row = || Step::PerRow {
            listed: t.id.clone(),
            rows_of: t.id.clone(),
        };
        match phase {
            Phase::Resources => match &t.child_of {
                Some(parent) => steps.push(Step::PerRow {
                    listed: t.id.clone(),
                    rows_of: parent.clone(),
                }),
                None => add_per_type(&mut steps, t, t.listed_after.is_some()),
            },
            Phase::Entitlements => match &t.entitlements {
                EntitlementListing::None => {}
                EntitlementListing::Templates(templates) => {
                    steps.push(Step::Templates(t.id.clone(), templates.clone()));
                }
                EntitlementListing::PerType => add_per_type(&mut steps, t, false),
                EntitlementListing::PerResource => steps.push(own_row()),
            },
            Phase::Grants => match t.grants {
                GrantListing::None => {}
                GrantListing::PerType => add_per_type(&mut steps, t, false),
                GrantListing::PerResource => steps.push(own_row()),
            },
        }
    }
    steps
}

/// Adds a listing per type, to the step before when they may overlap.
fn add_per_type(steps: &mut Vec<Step>, t: &ResourceType, alone: bool) {
    match steps.last_mut() {
        Some(Step::PerType(types)) if !alone => types.push(t.id.clone()),
        _ => steps.push(Step::PerType(vec![t.id.clone()])),
    }
}

#[cfg(test)]
mod tests;
