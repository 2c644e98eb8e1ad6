//! The department tree, and which department a person belongs to.

use std::collections::{HashMap, HashSet};

use connector_core::Result;
use connector_core::connector::Page;
use connector_core::id::{EntitlementId, ResourceId};
use connector_core::model::{Grant, Resource, TraitData};
use connector_core::warning::Warning;
use unicode_normalization::UnicodeNormalization;

use crate::model::DepartmentItem;
use crate::types::{DEPARTMENT, MEMBER, USER};

/// Deeper nesting than this is not a department tree any more.
const MAX_DEPTH: usize = 64;

/// A department by its place in the tree's preorder.
pub(crate) type DepartmentIndex = u32;

#[derive(Debug)]
struct Department {
    id: String,
    name: String,
    archived: bool,
    parent: Option<DepartmentIndex>,
}

/// All departments of the list, parents before children.
#[derive(Debug, Default)]
pub(crate) struct Departments {
    all: Vec<Department>,
    by_id: HashMap<String, DepartmentIndex>,
    by_name: HashMap<String, Vec<DepartmentIndex>>,
    /// Items that share their id with an earlier one.
    pub(crate) duplicates: Vec<String>,
}

/// Where a person belongs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// In this department.
    In(DepartmentIndex),
    /// The name fits several departments; their paths.
    Ambiguous(Vec<String>),
    /// No department has this id or name.
    Unknown,
}

impl Departments {
    /// The tree of a list answer. Of items with the same id the first counts.
    pub(crate) fn new(items: Vec<DepartmentItem>) -> Self {
        let mut tree = Self::default();
        tree.add(items, None, 0);
        for (index, department) in tree.all.iter().enumerate() {
            tree.by_name
                .entry(folded(&department.name))
                .or_default()
                .push(index as DepartmentIndex);
        }
        tree
    }

    fn add(&mut self, items: Vec<DepartmentItem>, parent: Option<DepartmentIndex>, depth: usize) {
        for item in items {
            let Some(id) = item.id.into_string() else {
                continue;
            };
            let index = self.all.len() as DepartmentIndex;
            let own = if self.by_id.contains_key(&id) {
                self.duplicates.push(id);
                parent
            } else {
                let name = item.name.or(&item.value).unwrap_or(&id).to_owned();
                self.by_id.insert(id.clone(), index);
                self.all.push(Department {
                    id,
                    name,
                    archived: item.archived == Some(true),
                    parent,
                });
                Some(index)
            };
            if depth < MAX_DEPTH {
                self.add(item.children.unwrap_or_default(), own, depth + 1);
            }
        }
    }

    fn get(&self, index: DepartmentIndex) -> &Department {
        &self.all[index as usize]
    }

    pub(crate) fn id(&self, index: DepartmentIndex) -> &str {
        &self.get(index).id
    }

    pub(crate) fn name(&self, index: DepartmentIndex) -> &str {
        &self.get(index).name
    }

    /// The names from the top down to a department, as in `Engineering / Platform`.
    fn path(&self, index: DepartmentIndex) -> String {
        let mut names: Vec<_> = self.chain(index).map(|i| self.name(i)).collect();
        names.reverse();
        names.join(" / ")
    }

    /// A department and its ancestors, upwards.
    fn chain(&self, index: DepartmentIndex) -> impl Iterator<Item = DepartmentIndex> {
        std::iter::successors(Some(index), |&i| self.get(i).parent)
    }

    /// Finds the department of `value`: a list item's id first, then a name; `label` is a second name to try.
    pub(crate) fn place(&self, value: &str, label: Option<&str>) -> Placement {
        if let Some(&index) = self.by_id.get(value) {
            return Placement::In(index);
        }
        let names = [Some(value), label];
        names
            .into_iter()
            .flatten()
            .map(|name| self.by_name(name))
            .find(|p| *p != Placement::Unknown)
            .unwrap_or(Placement::Unknown)
    }

    /// Exact spelling first, then without regard to case, blanks and Unicode form; live departments first.
    fn by_name(&self, name: &str) -> Placement {
        let Some(alike) = self.by_name.get(&folded(name)) else {
            return Placement::Unknown;
        };
        let exact = preferring(alike, |i| self.name(i) == name);
        match *preferring(&exact, |i| !self.get(i).archived) {
            [one] => Placement::In(one),
            ref several => Placement::Ambiguous(several.iter().map(|&i| self.path(i)).collect()),
        }
    }

    /// Pushes the departments: live ones, and archived ones that have members. One whose parent is left out hangs under its nearest ancestor that is not.
    pub(crate) async fn push(&self, members: &Membership, page: &mut Page<Resource>) -> Result<()> {
        let used: HashSet<_> = members.by_department.keys().copied().collect();
        let emitted = |i: DepartmentIndex| !self.get(i).archived || used.contains(&i);
        for index in (0..self.all.len() as DepartmentIndex).filter(|&i| emitted(i)) {
            let department = self.get(index);
            let id = ResourceId::new(DEPARTMENT, department.id.as_str());
            let mut resource = Resource::new(id, &department.name, TraitData::Group);
            let parent = self.chain(index).skip(1).find(|&i| emitted(i));
            resource.parent = parent.map(|i| ResourceId::new(DEPARTMENT, self.id(i)));
            resource.profile.text("path", Some(&self.path(index)));
            resource.profile.bool("archived", Some(department.archived));
            page.push(resource).await?;
        }
        for id in &self.duplicates {
            let message = "departments share an id in HiBob's list; the first one counts";
            page.warn(Warning::new("duplicate-department", message).example(id));
        }
        Ok(())
    }

    /// Pushes one grant per member, department by department.
    pub(crate) async fn push_grants(
        &self,
        members: &Membership,
        page: &mut Page<Grant>,
    ) -> Result<()> {
        for index in 0..self.all.len() as DepartmentIndex {
            let entitlement =
                EntitlementId::new(ResourceId::new(DEPARTMENT, self.id(index)), MEMBER);
            for user in members.by_department.get(&index).into_iter().flatten() {
                let principal = ResourceId::new(USER, user.as_ref());
                page.push(Grant {
                    entitlement: entitlement.clone(),
                    principal,
                })
                .await?;
            }
        }
        Ok(())
    }
}

/// The departments that satisfy `wish`; all of them when none does.
fn preferring(
    all: &[DepartmentIndex],
    wish: impl Fn(DepartmentIndex) -> bool,
) -> Vec<DepartmentIndex> {
    let some: Vec<_> = all.iter().copied().filter(|&i| wish(i)).collect();
    if some.is_empty() { all.to_vec() } else { some }
}

/// The members of each department: ids alone, so that companies of any size fit into memory.
#[derive(Debug, Default)]
pub(crate) struct Membership {
    by_department: HashMap<DepartmentIndex, Vec<Box<str>>>,
}

impl Membership {
    pub(crate) fn add(&mut self, department: DepartmentIndex, user: &str) {
        self.by_department
            .entry(department)
            .or_default()
            .push(user.into());
    }
}

/// A name without regard to case, outer blanks and Unicode form.
fn folded(name: &str) -> String {
    name.trim().nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests;
