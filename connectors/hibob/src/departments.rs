//! The department tree, and which department a person belongs to.

use std::collections::{HashMap, HashSet};

use connector_core::Result;
use connector_core::connector::Page;
use connector_core::id::{EntitlementId, ResourceId};
use connector_core::lenient::Word;
use connector_core::model::{Grant, Resource, TraitData};
use connector_core::text::Texts;
use connector_core::warning::{Warning, Warnings};
use serde::Deserialize;
use serde_json::value::RawValue;
use unicode_normalization::UnicodeNormalization;

use crate::types::{DEPARTMENT, MEMBER, USER};

/// Deeper nesting is no department tree any more; each level is decoded once per level above it.
const MAX_DEPTH: usize = 128;

/// An object of which each value is decoded on its own.
type Parts<'a> = HashMap<String, &'a RawValue>;

fn decoded<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// A department by its place in the tree's preorder.
pub(crate) type DepartmentIndex = u32;

#[derive(Debug)]
pub(crate) struct Department {
    pub(crate) id: String,
    pub(crate) name: String,
    archived: bool,
    parent: Option<DepartmentIndex>,
}

/// All departments of the list, parents before children.
#[derive(Debug, Default)]
pub(crate) struct Departments {
    all: Vec<Department>,
    by_id: HashMap<String, DepartmentIndex>,
    by_name: HashMap<String, Vec<DepartmentIndex>>,
    /// What was odd about the list.
    warnings: Warnings,
}

impl Departments {
    /// The tree of a list answer; of items with the same id the first counts. `None` when the answer holds no list.
    ///
    /// The reference documents the list as `items`; captures of 2024 and 2026 show `values`, or both with equal content.
    /// What is wrong with an item costs that item alone, and what lies below it hangs under the nearest ancestor.
    pub(crate) fn read(answer: &RawValue) -> Option<Self> {
        let parts: Parts<'_> = decoded(answer).unwrap_or_default();
        let lists = ["items", "values"].map(|key| parts.get(key).and_then(|v| decoded(v)));
        let top: Vec<&RawValue> = match lists.into_iter().flatten().max_by_key(Vec::len) {
            Some(list) => list,
            None => decoded(answer)?,
        };
        let mut tree = Self::default();
        // The items not yet read, the next one last. A loop and values that are decoded level by level: the depth of
        // a tree costs neither stack nor the limit of the JSON decoder.
        let mut open: Vec<_> = top.into_iter().rev().map(|item| (item, None, 1)).collect();
        while let Some((item, parent, depth)) = open.pop() {
            if depth > MAX_DEPTH {
                let message = "departments nested more than 128 deep were left out with all that lies below them";
                tree.warn("departments-too-deep", message);
                continue;
            }
            let parts: Parts<'_> = decoded(item).unwrap_or_default();
            let own = tree.add(&parts, parent).or(parent);
            let children = parts.get("children").map_or(Some(None), |v| decoded(v));
            if children.is_none() {
                let message = "what lies below some departments is not a list; it was left out";
                tree.warn("departments-unreadable", message);
            }
            let children: Vec<&RawValue> = children.flatten().unwrap_or_default();
            let children = children.into_iter().rev();
            open.extend(children.map(|child| (child, own, depth + 1)));
        }
        for (index, department) in tree.all.iter().enumerate() {
            let alike = tree.by_name.entry(folded(&department.name)).or_default();
            alike.push(index as DepartmentIndex);
        }
        Some(tree)
    }

    /// Adds the department of one item, unless it has no id or the id of an earlier one.
    fn add(
        &mut self,
        parts: &Parts<'_>,
        parent: Option<DepartmentIndex>,
    ) -> Option<DepartmentIndex> {
        let word = |key: &str| decoded::<Word>(parts.get(key)?)?.into_string();
        let Some(id) = word("id") else {
            let message = "HiBob's list has departments without an id; they were left out";
            self.warn("department-without-id", message);
            return None;
        };
        if self.by_id.contains_key(&id) {
            let message = "departments share an id in HiBob's list; the first one counts";
            let warning = Warning::new("duplicate-department", message);
            self.warnings.add(warning.example(id));
            return None;
        }
        let index = self.all.len() as DepartmentIndex;
        let name = word("name").or_else(|| word("value"));
        self.by_id.insert(id.clone(), index);
        self.all.push(Department {
            name: name.unwrap_or_else(|| id.clone()),
            id,
            archived: parts.get("archived").is_some_and(|v| v.get() == "true"),
            parent,
        });
        Some(index)
    }

    fn warn(&mut self, code: &str, message: &str) {
        self.warnings.add(Warning::left_out(code, message));
    }

    pub(crate) fn get(&self, index: DepartmentIndex) -> &Department {
        &self.all[index as usize]
    }

    fn resource(&self, index: DepartmentIndex) -> ResourceId {
        ResourceId::new(DEPARTMENT, self.get(index).id.as_str())
    }

    /// The names from the top down to a department, as in `Engineering / Platform`.
    fn path(&self, index: DepartmentIndex) -> String {
        let names = self.chain(index).map(|i| self.get(i).name.as_str());
        let mut names: Vec<_> = names.collect();
        names.reverse();
        names.join(" / ")
    }

    /// A department and its ancestors, upwards.
    fn chain(&self, index: DepartmentIndex) -> impl Iterator<Item = DepartmentIndex> {
        std::iter::successors(Some(index), |&i| self.get(i).parent)
    }

    /// Finds the department of `value`: a list item's id first, then a name; `label` is a second name to try. Exact
    /// spelling comes before one without regard to case, blanks and Unicode form, and live departments first.
    ///
    /// # Errors
    /// The paths of the departments that fit, when there are several; empty when there is none.
    pub(crate) fn place(
        &self,
        value: &str,
        label: Option<&str>,
    ) -> Result<DepartmentIndex, Vec<String>> {
        if let Some(&index) = self.by_id.get(value) {
            return Ok(index);
        }
        let names = [Some(value), label].into_iter().flatten();
        let mut alike = names.filter_map(|name| Some((name, self.by_name.get(&folded(name))?)));
        let (name, alike) = alike.next().ok_or_else(Vec::new)?;
        let exact = preferring(alike, |i| self.get(i).name == name);
        match *preferring(&exact, |i| !self.get(i).archived) {
            [one] => Ok(one),
            ref several => Err(several.iter().map(|&i| self.path(i)).collect()),
        }
    }

    /// Pushes the departments: live ones, and archived ones that have members. One whose parent is left out hangs under its nearest ancestor that is not.
    pub(crate) async fn push(&self, members: &Membership, page: &mut Page<Resource>) -> Result<()> {
        let used: HashSet<_> = members.by_department.keys().copied().collect();
        let emitted = |i: DepartmentIndex| !self.get(i).archived || used.contains(&i);
        for index in (0..self.all.len() as DepartmentIndex).filter(|&i| emitted(i)) {
            let department = self.get(index);
            let id = self.resource(index);
            let mut resource = Resource::new(id, &department.name, TraitData::Group);
            let parent = self.chain(index).skip(1).find(|&i| emitted(i));
            resource.parent = parent.map(|i| self.resource(i));
            resource.profile.text("path", Some(&self.path(index)));
            resource.profile.bool("archived", Some(department.archived));
            page.push(resource).await?;
        }
        for warning in self.warnings.iter() {
            page.warn(warning.clone());
        }
        Ok(())
    }

    /// Pushes one grant per member, department by department.
    pub(crate) async fn push_grants(
        &self,
        mut members: Membership,
        page: &mut Page<Grant>,
    ) -> Result<()> {
        for index in 0..self.all.len() as DepartmentIndex {
            let entitlement = EntitlementId::new(self.resource(index), MEMBER);
            let users = members.by_department.remove(&index).unwrap_or_default();
            for user in users.iter() {
                let principal = ResourceId::new(USER, user);
                let entitlement = entitlement.clone();
                let grant = Grant {
                    entitlement,
                    principal,
                };
                page.push(grant).await?;
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
    by_department: HashMap<DepartmentIndex, Texts>,
}

impl Membership {
    pub(crate) fn add(&mut self, department: DepartmentIndex, user: &str) {
        self.by_department.entry(department).or_default().push(user);
    }
}

/// A name without regard to case, outer blanks and Unicode form.
fn folded(name: &str) -> String {
    name.trim().nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests;
