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
    /// [`ErrorKind::Setting`] when the connector lacks one of them, or one is listed per resource of a type that is left
    /// out.
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

    /// Whether `listed` is asked for under, or on, a stored resource.
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

/// The connector's types restricted to those asked for, in the connector's order.
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
mod tests {
    use super::*;
    use crate::model::{EntitlementTemplate, Purpose, Trait};

    fn id(name: &'static str) -> ResourceTypeId {
        ResourceTypeId::new(name)
    }

    /// Users; sites, with rooms and lockers below; teams of users that are listed after them; and a list of cars.
    fn types() -> Vec<ResourceType> {
        let member = EntitlementTemplate {
            slug: "member",
            purpose: Purpose::Assignment,
            display_name: "{}",
            description: "{}",
            grantable_to: vec![id("user")],
        };
        let of = |name| ResourceType::new(id(name), name, None);
        vec![
            ResourceType::new(id("user"), "user", Some(Trait::User)),
            of("site"),
            of("room").child_of(id("site")),
            of("locker").child_of(id("room")),
            of("team")
                .entitlements(EntitlementListing::Templates(vec![member]))
                .grants(GrantListing::PerType)
                .listed_after(id("site")),
            of("car")
                .entitlements(EntitlementListing::PerResource)
                .grants(GrantListing::PerResource),
        ]
    }

    fn plan(targets: &[(&'static str, &str)], until: Phase) -> Plan {
        let selection = Selection {
            targets: targets
                .iter()
                .map(|(t, name)| ResourceId::new(id(t), *name))
                .collect(),
            until: Some(until),
            ..Selection::default()
        };
        assert_eq!(selection.sync_type(), SyncType::Partial);
        selection.resolve(&types()).unwrap()
    }

    fn listed(plan: &Plan, phase: Phase) -> Vec<String> {
        let listed = plan.listed(phase).into_iter();
        listed.map(|t| t.id.to_string()).collect()
    }

    #[test]
    fn only_listings_that_a_target_needs_are_read() {
        for (target, until, resources) in [
            ("user", Phase::Grants, &["user"][..]),
            // Rooms and lockers are below a site.
            ("site", Phase::Grants, &["site", "room", "locker"]),
            // A room is found only below a site.
            ("room", Phase::Grants, &["site", "room", "locker"]),
            // Users hold what is on a team, and sites are listed before.
            ("team", Phase::Grants, &["user", "site", "team"]),
            ("team", Phase::Entitlements, &["site", "team"]),
            // Nobody can know who holds what is on a car.
            (
                "car",
                Phase::Grants,
                &["user", "site", "room", "locker", "team", "car"],
            ),
            ("car", Phase::Resources, &["car"]),
            // A type that the connector does not have.
            ("boat", Phase::Grants, &[]),
        ] {
            let plan = plan(&[(target, "1")], until);
            assert_eq!(listed(&plan, Phase::Resources), resources, "{target}");
            let own = if target == "boat" { &[][..] } else { &[target] };
            assert_eq!(listed(&plan, Phase::Grants), own, "{target}");
            // The file has all types, as any run of this connector.
            assert_eq!(plan.types.len(), 6);
        }
    }

    #[test]
    fn listings_per_resource_are_asked_for_where_they_can_matter() {
        let asked = |targets: &[(&'static str, &str)], listed, of: (&'static str, &str)| {
            let plan = plan(targets, Phase::Grants);
            let of = ResourceId::new(id(of.0), of.1);
            let targets = plan.targets.unwrap();
            targets.asks(Phase::Resources, &id(listed), &of)
        };
        let site = [("site", "a")];
        assert!(asked(&site, "room", ("site", "a")));
        assert!(!asked(&site, "room", ("site", "b")));
        assert!(asked(&site, "locker", ("room", "1")));
        // A room is looked for everywhere, its lockers only in it.
        let room = [("room", "1")];
        assert!(asked(&room, "room", ("site", "b")));
        assert!(asked(&room, "locker", ("room", "1")));
        assert!(!asked(&room, "locker", ("room", "2")));
        // Room 2 may be below the site.
        let both = [("room", "1"), ("site", "a")];
        assert!(asked(&both, "locker", ("room", "2")));

        let targets = plan(&[("car", "1")], Phase::Grants).targets.unwrap();
        let car = |name| ResourceId::new(id("car"), name);
        assert!(targets.asks(Phase::Grants, &id("car"), &car("1")));
        assert!(!targets.asks(Phase::Grants, &id("car"), &car("2")));
    }

    #[test]
    fn targets_outside_the_types_are_left_out_with_a_word() {
        let target = |t: &'static str| ResourceId::new(id(t), "1");
        let mut selection = Selection {
            resource_types: vec![id("user")],
            targets: vec![target("user"), target("car")],
            ..Selection::default()
        };
        let plan = selection.resolve(&types()).unwrap();
        let warnings: Vec<_> = plan.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            ["resources asked for were left out because their type is not synced (car:1)"]
        );
        assert_eq!(plan.targets.unwrap().sorted(), [target("user")]);
        // With none left everything of the types is read.
        selection.targets.remove(0);
        let plan = selection.resolve(&types()).unwrap();
        assert!(plan.targets.is_none());
        assert_eq!(listed(&plan, Phase::Resources), ["user"]);
        assert_eq!(selection.sync_type(), SyncType::Partial);
    }

    #[test]
    fn what_is_left_out_decides_the_type_of_the_sync() {
        let of = |until| {
            let selection = Selection {
                until,
                ..Selection::default()
            };
            selection.sync_type()
        };
        assert_eq!(of(Some(Phase::Grants)), SyncType::Full);
        assert_eq!(of(Some(Phase::Entitlements)), SyncType::Full);
        assert_eq!(of(Some(Phase::Resources)), SyncType::ResourcesOnly);
        assert_eq!(of(None), SyncType::Full);
    }
}
