//! The departments that an HR file lists: its groups whose type is called a department.

use std::collections::{BTreeMap, HashMap, HashSet};

use connector_c1z::RowAt;
use connector_core::Result;

use crate::identity::fold_text;
use crate::source::Source;

/// The trait number of groups on the wire.
const TRAIT_GROUP: i32 = connector_c1z::wire::Trait::Group as i32;

/// A department of a file.
#[derive(Debug)]
pub(super) struct Department {
    pub(super) row: RowAt,
    pub(super) external_id: String,
    /// The name, folded.
    pub(super) name: String,
}

/// All departments of a file.
#[derive(Debug, Default)]
pub(super) struct Departments {
    /// Ids of the resource types that are departments.
    pub(super) types: HashSet<String>,
    /// By the vendor's id.
    pub(super) by_id: BTreeMap<String, Department>,
    /// Vendor ids by folded name, in order.
    by_name: HashMap<String, Vec<String>>,
}

impl Departments {
    /// # Errors
    /// When the file is damaged.
    pub(super) fn load(source: &Source) -> Result<Self> {
        let sync = &source.sync.sync_id;
        let mut this = Self::default();
        source.reader.for_each_resource_type(sync, |kind| {
            let names = [&kind.id, &kind.display_name];
            if kind.traits.contains(&TRAIT_GROUP)
                && names
                    .map(|name| fold_text(name))
                    .iter()
                    .any(|name| name.contains("department"))
            {
                this.types.insert(kind.id);
            }
            Ok(())
        })?;
        for kind in &this.types {
            source.reader.for_each_resource_of(sync, kind, |row, it| {
                let external_id = it.external_id();
                if let Some(id) = it.id {
                    let name = fold_text(&it.display_name);
                    let department = Department {
                        row,
                        external_id,
                        name,
                    };
                    this.by_id.insert(id.resource, department);
                }
                Ok(())
            })?;
        }
        for (id, department) in &this.by_id {
            let alike = this.by_name.entry(department.name.clone());
            alike.or_default().push(id.clone());
        }
        Ok(this)
    }

    /// Those with this folded name.
    pub(super) fn named(&self, name: &str) -> Vec<&Department> {
        let ids = self.by_name.get(name).into_iter().flatten();
        ids.filter_map(|id| self.by_id.get(id)).collect()
    }
}
