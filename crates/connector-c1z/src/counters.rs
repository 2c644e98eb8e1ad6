//! How many rows of which type there are, and where the resources of a type lie.

use std::collections::BTreeMap;

use connector_core::id::ResourceTypeId;
use connector_core::store::{Phase, RowCounts};

/// What a run has written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Written {
    pub(crate) rows: RowCounts,
    /// The first and the last row of the resources of a type; rows of other types may lie between.
    pub(crate) spans: BTreeMap<ResourceTypeId, (u64, u64)>,
    resources: u64,
}

impl Written {
    /// Counts a row.
    pub(crate) fn add(&mut self, phase: Phase, resource_type: &ResourceTypeId) {
        add(self.rows.of_mut(phase), resource_type);
        if phase == Phase::Resources {
            self.resources += 1;
            let row = self.resources;
            match self.spans.get_mut(resource_type) {
                Some((_, last)) => *last = row,
                None => drop(self.spans.insert(resource_type.clone(), (row, row))),
            }
        }
    }

    /// Takes off the rows of a kind behind the first `kept`, which are of these types.
    pub(crate) fn remove_after(&mut self, phase: Phase, kept: u64, gone: &[ResourceTypeId]) {
        let counts = self.rows.of_mut(phase);
        for resource_type in gone {
            if let Some(count) = counts.get_mut(resource_type) {
                *count = count.saturating_sub(1);
            }
        }
        counts.retain(|_, count| *count > 0);
        if phase == Phase::Resources {
            self.resources = self.resources.min(kept);
            self.spans.retain(|_, (first, _)| *first <= kept);
            self.spans
                .values_mut()
                .for_each(|(_, last)| *last = kept.min(*last));
        }
    }
}

/// Adds one to a type's count.
pub(crate) fn add(counts: &mut BTreeMap<ResourceTypeId, u64>, resource_type: &ResourceTypeId) {
    match counts.get_mut(resource_type) {
        Some(count) => *count += 1,
        None => drop(counts.insert(resource_type.clone(), 1)),
    }
}
