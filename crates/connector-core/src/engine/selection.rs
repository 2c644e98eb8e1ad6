//! What a run covers: which types, which single resources, how many of the steps.

use std::collections::HashSet;

use crate::error::{Error, ErrorKind, Result};
use crate::id::{ResourceId, ResourceTypeId};
use crate::model::{EntitlementListing, GrantListing, ResourceType};
use crate::store::{Phase, Rows, SyncType};
use crate::warning::Warning;

/// What is wanted of a run.
///
/// ```
/// use connector_core::engine::Selection;
/// use connector_core::id::ResourceTypeId;
///
/// let users = Selection {
///     resource_types: vec![ResourceTypeId::new("user")],
///     ..Selection::default()
/// };
/// assert_eq!(users.sync_type().as_str(), "full");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Only these types; empty for all of the connector's.
    pub resource_types: Vec<ResourceTypeId>,
    /// Only these resources with what belongs to them: their children, their entitlements, the grants on them, and
    /// whatever of other resources that refers to. Empty for all.
    pub targets: Vec<ResourceId>,
    /// The last step that is run; `None` for a run that reads nothing.
    pub until: Option<Phase>,
}

impl Default for Selection {
    /// Everything the connector has.
    fn default() -> Self {
        Self {
            resource_types: Vec::new(),
            targets: Vec::new(),
            until: Some(Phase::Grants),
        }
    }
}

impl Selection {
    /// The run's type in the file. Leaving out grants alone does not change it, nor does reading nothing.
    pub fn sync_type(&self) -> SyncType {
        if !self.targets.is_empty() {
            SyncType::Partial
        } else if self.until == Some(Phase::Resources) {
            SyncType::ResourcesOnly
        } else {
            SyncType::Full
        }
    }

    /// The types of `all`, a connector's, that the run covers, in the connector's order.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the connector lacks one of them, or one is listed per resource of a type that is
    /// left out.
    pub fn types(&self, all: &[ResourceType]) -> Result<Vec<ResourceType>> {
        match self.until {
            Some(_) => select_types(all, &self.resource_types),
            None => Ok(Vec::new()),
        }
    }

    /// The selection applied to a connector's types.
    pub(super) fn resolve(&self, all: &[ResourceType]) -> Result<Plan> {
        let types = self.types(all)?;
        let mut warnings = Vec::new();
        let (wanted, others): (Vec<_>, Vec<_>) = self.targets.iter().cloned().partition(|id| {
            self.resource_types.is_empty() || self.resource_types.contains(&id.resource_type)
        });
        if !others.is_empty() {
            let message = "resources asked for were left out because their type is not synced";
            let warning =
                Warning::new("target-of-unsynced-type", message).times(others.len() as u64);
            let examples = others.iter().take(3).map(ToString::to_string);
            warnings.push(examples.fold(warning, Warning::example));
        }
        // With none left the run is an ordinary one, as elsewhere in the ecosystem.
        let targets = (!wanted.is_empty()).then(|| Targets::new(wanted, &types, self.until));
        Ok(Plan {
            types,
            targets,
            until: self.until,
            warnings,
        })
    }
}

/// What a run of one connector covers.
#[derive(Debug)]
pub(super) struct Plan {
    /// The types of the file, in the connector's order.
    pub(super) types: Vec<ResourceType>,
    /// Set when not everything of these types is wanted.
    pub(super) targets: Option<Targets>,
    /// The last step.
    pub(super) until: Option<Phase>,
    /// What was found before the first listing.
    pub(super) warnings: Vec<Warning>,
}

impl Plan {
    /// The types that are looked at in a step.
    pub(super) fn listed(&self, phase: Phase) -> Vec<ResourceType> {
        let all = self.types.iter();
        match &self.targets {
            None => all.cloned().collect(),
            Some(targets) => all
                .filter(|t| targets.lists(phase, &t.id))
                .cloned()
                .collect(),
        }
    }
}

/// The resources that a run is about.
///
/// A vendor's listing cannot be cut down to single resources, so whole listings are read, but only those that the
/// targets need. What was read beyond the targets is for the store to drop, which knows what refers to what.
#[derive(Debug)]
pub(super) struct Targets {
    ids: HashSet<ResourceId>,
    /// Types of targets, and types without which those cannot be listed or their rows refer to nothing.
    needed: HashSet<ResourceTypeId>,
    /// Types listed per resource of a target's type, and so on downwards.
    below: HashSet<ResourceTypeId>,
}

impl Targets {
    fn new(ids: Vec<ResourceId>, types: &[ResourceType], until: Option<Phase>) -> Self {
        let ids: HashSet<_> = ids.into_iter().collect();
        let own: HashSet<_> = ids.iter().map(|id| &id.resource_type).collect();
        let mut needed: HashSet<ResourceTypeId> = HashSet::new();
        for t in types.iter().filter(|t| own.contains(&t.id)) {
            needed.insert(t.id.clone());
            if until == Some(Phase::Grants) && t.grants != GrantListing::None {
                needed.extend(principals(t, types));
            }
        }
        grow(&mut needed, |needed| {
            let of = types.iter().filter(|t| needed.contains(&t.id));
            let on = of.flat_map(|t| [t.child_of.clone(), t.listed_after.clone()]);
            on.flatten().collect()
        });
        let mut below = HashSet::new();
        grow(&mut below, |below| {
            let under = |t: &&ResourceType| {
                let parent = t.child_of.as_ref();
                parent.is_some_and(|p| own.contains(p) || below.contains(p))
            };
            types.iter().filter(under).map(|t| t.id.clone()).collect()
        });
        Self { ids, needed, below }
    }

    /// Their ids, in order.
    pub(super) fn sorted(&self) -> Vec<ResourceId> {
        let mut ids: Vec<_> = self.ids.iter().cloned().collect();
        ids.sort_unstable();
        ids
    }

    fn lists(&self, phase: Phase, id: &ResourceTypeId) -> bool {
        match phase {
            Phase::Resources => self.needed.contains(id) || self.below.contains(id),
            Phase::Entitlements | Phase::Grants => {
                self.ids.iter().any(|target| target.resource_type == *id)
            }
        }
    }

    /// Whether `listed` is requested under, or on, a stored resource.
    pub(super) fn asks(&self, phase: Phase, listed: &ResourceTypeId, of: &ResourceId) -> bool {
        if self.ids.contains(of) {
            return true;
        }
        // A parent that was not read for its own sake is there because it is below a target.
        phase == Phase::Resources
            && (self.needed.contains(listed)
                || self.below.contains(&of.resource_type)
                || !self.needed.contains(&of.resource_type))
    }

    /// Removes entitlements and grants on other resources.
    pub(super) fn retain(&self, rows: &mut Rows) {
        match rows {
            Rows::Resources(_) => {}
            Rows::Entitlements(rows) => rows.retain(|e| self.ids.contains(&e.id.resource)),
            Rows::Grants(rows) => rows.retain(|g| self.ids.contains(&g.entitlement.resource)),
        }
    }
}

/// The types whose resources may hold what is on resources of `t`; all of them when only its listing could show that.
fn principals(t: &ResourceType, all: &[ResourceType]) -> Vec<ResourceTypeId> {
    match &t.entitlements {
        EntitlementListing::Templates(templates) => {
            let each = templates.iter().flat_map(|t| t.grantable_to.clone());
            each.collect()
        }
        _ => all.iter().map(|t| t.id.clone()).collect(),
    }
}

/// Adds what `more` finds until it finds nothing new.
fn grow(
    set: &mut HashSet<ResourceTypeId>,
    more: impl Fn(&HashSet<ResourceTypeId>) -> Vec<ResourceTypeId>,
) {
    loop {
        let before = set.len();
        set.extend(more(set));
        if set.len() == before {
            return;
        }
    }
}

/// The connector's types restricted to the requested ones, in the connector's order.
fn select_types(all: &[ResourceType], wanted: &[ResourceTypeId]) -> Result<Vec<ResourceType>> {
    for id in wanted {
        if !all.iter().any(|t| t.id == *id) {
            let known = all
                .iter()
                .map(|t| t.id.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            return Err(Error::new(
                ErrorKind::Setting,
                format!("invalid resource type '{id}' in filter"),
            )
            .hint(format!("the connector has these resource types: {known}")));
        }
    }
    let picked: Vec<_> = all
        .iter()
        .filter(|t| wanted.is_empty() || wanted.contains(&t.id))
        .cloned()
        .collect();
    for child in &picked {
        if let Some(parent) = &child.child_of
            && !picked.iter().any(|t| t.id == *parent)
        {
            return Err(Error::new(
                ErrorKind::Setting,
                format!(
                    "resource type '{}' can only be synced together with '{parent}'",
                    child.id
                ),
            )
            .hint(format!("add {parent} to --sync-resource-types")));
        }
    }
    Ok(picked)
}

#[cfg(test)]
mod tests;
