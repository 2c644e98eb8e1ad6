//! Which resource types, resources and entitlements are new, gone or called otherwise. People are compared
//! elsewhere and left out here.

use std::collections::HashSet;

use connector_c1z::{InOrder, wire};
use connector_core::Result;
use serde::Serialize;

use super::merge::{Meeting, merge};
use crate::identity::{is_identity, user_types};
use crate::source::Source;

/// Types of people that are passed over undecoded; no connector has more than a few.
const MANY_TYPES: usize = 100;

/// What an [`ObjectChange`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// A type of resources.
    ResourceType,
    /// A resource that is no person and no account: a group, a role, a project.
    Resource,
    /// An entitlement.
    Entitlement,
}

impl ObjectKind {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::ResourceType, Self::Resource, Self::Entitlement];

    /// The key for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResourceType => "resource_type",
            Self::Resource => "resource",
            Self::Entitlement => "entitlement",
        }
    }
}

/// One that differs. The name that does not exist is absent; with both, it was renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectChange {
    /// What it is.
    pub kind: ObjectKind,
    /// Its id; of a resource `<type>:<id>`.
    pub id: String,
    /// Its name in OLD.
    pub old_name: Option<String>,
    /// Its name in NEW.
    pub new_name: Option<String>,
}

impl ObjectChange {
    /// What happened: `added`, `removed` or `renamed`.
    pub const fn what(&self) -> &'static str {
        match (&self.old_name, &self.new_name) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "renamed",
        }
    }
}

/// How many of a kind differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ObjectCounts {
    /// Objects in both syncs, under the same name.
    pub unchanged: u64,
    /// Objects in NEW alone.
    pub added: u64,
    /// Objects in OLD alone.
    pub removed: u64,
    /// Objects in both syncs, under another name.
    pub renamed: u64,
}

impl ObjectCounts {
    /// Whether none differs.
    pub fn is_same(&self) -> bool {
        self.added == 0 && self.removed == 0 && self.renamed == 0
    }
}

/// Calls `each` with everything of a kind that differs, in order of keys, and counts all.
///
/// # Errors
/// When a file is damaged, or what `each` returns.
pub fn for_each_object(
    kind: ObjectKind,
    old: &Source,
    new: &Source,
    each: impl FnMut(ObjectChange) -> Result<()>,
) -> Result<ObjectCounts> {
    let (from, to) = (&old.reader, &new.reader);
    let (old_id, new_id) = (&old.sync.sync_id, &new.sync.sync_id);
    let both = Both { kind, old, new };
    match kind {
        ObjectKind::ResourceType => both.compare(
            from.resource_types_in_order(old_id)?,
            to.resource_types_in_order(new_id)?,
            each,
        ),
        ObjectKind::Resource => {
            // People of these types are passed over before they are decoded.
            let (old_users, new_users) = (user_types(old)?, user_types(new)?);
            let both_users: Vec<&str> = old_users
                .intersection(&new_users)
                .map(String::as_str)
                .take(MANY_TYPES)
                .collect();
            both.compare(
                from.resources_in_order(old_id, &both_users)?,
                to.resources_in_order(new_id, &both_users)?,
                each,
            )
        }
        ObjectKind::Entitlement => both.compare(
            from.entitlements_in_order(old_id)?,
            to.entitlements_in_order(new_id)?,
            each,
        ),
    }
}

/// What is compared: everything that has a name.
trait Object {
    fn id(&self) -> String;
    fn name(self) -> String;

    /// People and accounts are compared elsewhere.
    fn is_person(&self, _user_types: &HashSet<String>) -> bool {
        false
    }
}

impl Object for wire::ResourceType {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn name(self) -> String {
        self.display_name
    }
}

impl Object for wire::Resource {
    fn id(&self) -> String {
        self.external_id()
    }

    fn name(self) -> String {
        self.display_name
    }

    fn is_person(&self, user_types: &HashSet<String>) -> bool {
        is_identity(self, user_types)
    }
}

impl Object for wire::Entitlement {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn name(self) -> String {
        self.display_name
    }
}

struct Both<'a> {
    kind: ObjectKind,
    old: &'a Source,
    new: &'a Source,
}

impl Both<'_> {
    fn compare<O: Object>(
        &self,
        mut old: InOrder<'_, Vec<u8>, O>,
        mut new: InOrder<'_, Vec<u8>, O>,
        mut each: impl FnMut(ObjectChange) -> Result<()>,
    ) -> Result<ObjectCounts> {
        let (old_users, new_users) = (user_types(self.old)?, user_types(self.new)?);
        let no_person = |users: HashSet<String>| {
            move |row: &Result<(Vec<u8>, O)>| match row {
                Ok((_, object)) => !object.is_person(&users),
                Err(_) => true,
            }
        };
        let old = self.old.telling(old.rows()?).filter(no_person(old_users));
        let new = self.new.telling(new.rows()?).filter(no_person(new_users));
        let mut counts = ObjectCounts::default();
        merge(old, new, |meeting| {
            let (id, old_name, new_name) = match meeting {
                Meeting::Old(_, object) => (object.id(), Some(object.name()), None),
                Meeting::New(_, object) => (object.id(), None, Some(object.name())),
                Meeting::Both(_, old, new) => (new.id(), Some(old.name()), Some(new.name())),
            };
            let count = match (&old_name, &new_name) {
                (None, _) => &mut counts.added,
                (_, None) => &mut counts.removed,
                (old, new) if old == new => {
                    counts.unchanged += 1;
                    return Ok(());
                }
                _ => &mut counts.renamed,
            };
            *count += 1;
            each(ObjectChange {
                kind: self.kind,
                id,
                old_name,
                new_name,
            })
        })?;
        Ok(counts)
    }
}
