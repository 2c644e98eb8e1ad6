//! A run about single resources keeps those, and of the other resources that were listed with them only the ones
//! they need.

use std::collections::{BTreeMap, HashMap};

use connector_core::Result;
use connector_core::id::ResourceId;
use connector_core::store::Phase;
use connector_core::warning::Warning;

use super::references::resources_of;
use super::{Changes, Content, Scope};
use crate::bits::Bits;
use crate::database::Draft;
use crate::log::Part;

/// Drops what the targets do not need. Returns whether rows were dropped, and a warning when targets are missing.
pub(super) fn keep(
    scope: Scope<'_>,
    targets: &[ResourceId],
    draft: &Draft,
    changes: &mut Changes,
) -> Result<(bool, Option<Warning>)> {
    let mut listed = Listed::read(scope, targets, draft, changes)?;
    let missing: Vec<_> = targets
        .iter()
        .filter(|t| !listed.found.contains(t))
        .collect();
    listed.keep_children(scope);
    resources_of(Phase::Grants, scope, draft, changes, |_, principal| {
        if let Some(principal) = principal {
            listed.kept.insert(principal);
        }
    })?;
    listed.keep_parents();
    let dropped = listed.others(changes);
    changes.drop(Phase::Resources, &dropped);
    Ok((!dropped.is_empty(), warning(&missing)))
}

/// The listed resources, by number.
struct Listed<'a> {
    /// The place of each one's type among those of the run.
    types: Vec<u16>,
    /// The parents that are there.
    parents: BTreeMap<u64, u64>,
    kept: Bits,
    found: Vec<&'a ResourceId>,
}

impl<'a> Listed<'a> {
    fn read(
        scope: Scope<'_>,
        targets: &'a [ResourceId],
        draft: &Draft,
        changes: &Changes,
    ) -> Result<Self> {
        let total = scope.log.rows().total(Phase::Resources);
        let mut listed = Self {
            types: vec![u16::MAX; total as usize + 1],
            parents: BTreeMap::new(),
            kept: Bits::default(),
            found: Vec::new(),
        };
        let wanted: HashMap<_, _> = targets
            .iter()
            .map(|id| ((id.resource_type.as_str(), id.id.as_str()), id))
            .collect();
        let content = Content::new(scope, changes, Part::Columns);
        content.each(Phase::Resources, |number, _, row, _| {
            let kind = scope
                .types
                .iter()
                .position(|t| t.id.as_str() == row.resource_type);
            if let (Some(kind), Some(place)) = (kind, listed.types.get_mut(number as usize)) {
                *place = kind as u16;
            }
            if let Some(target) = wanted.get(&(row.resource_type, row.id)) {
                listed.kept.insert(number);
                listed.found.push(target);
            }
            Ok(())
        })?;
        resources_of(Phase::Resources, scope, draft, changes, |row, parent| {
            listed.parents.extend(parent.map(|parent| (row, parent)));
        })?;
        Ok(listed)
    }

    fn type_of(&self, number: u64) -> usize {
        usize::from(self.types.get(number as usize).copied().unwrap_or(u16::MAX))
    }

    /// Keeps what types that are listed per resource brought, level by level.
    fn keep_children(&mut self, scope: Scope<'_>) {
        let is_listed_below = |child: usize, parent: usize| {
            let (child, parent) = (scope.types.get(child), scope.types.get(parent));
            child
                .zip(parent)
                .is_some_and(|(c, p)| c.child_of.as_ref() == Some(&p.id))
        };
        let mut more = true;
        while more {
            more = false;
            for (child, parent) in &self.parents {
                let is_below = is_listed_below(self.type_of(*child), self.type_of(*parent));
                if is_below && self.kept.has(*parent) {
                    more |= self.kept.insert(*child);
                }
            }
        }
    }

    /// Keeps all ancestors of the kept resources, of any type.
    fn keep_parents(&mut self) {
        for start in 1..self.types.len() as u64 {
            let mut here = start;
            while self.kept.has(here)
                && let Some(parent) = self.parents.get(&here)
                && self.kept.insert(*parent)
            {
                here = *parent;
            }
        }
    }

    /// The resources that are not kept.
    fn others(&self, changes: &Changes) -> Bits {
        let mut others = Bits::default();
        for number in 1..self.types.len() as u64 {
            if !self.kept.has(number) && !changes.dropped(Phase::Resources).has(number) {
                others.insert(number);
            }
        }
        others
    }
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
