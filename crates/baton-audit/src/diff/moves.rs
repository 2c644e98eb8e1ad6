//! Whether a person moved inside the company: another manager, department, title or place of work.
//!
//! A move is another thing, not another writing: a manager with a new name, id or address is the same manager, a
//! department that keeps its id was renamed, and case and blanks do not count.

use std::collections::HashMap;

use serde::Serialize;

use crate::identity::{Identity, Key, Manager, Roster, fold_email, fold_text};

/// What a person moved in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// Reports to another manager.
    Manager,
    /// Works in another department.
    Department,
    /// Has another title.
    Title,
    /// Works in another place.
    Location,
}

impl Aspect {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Department => "department",
            Self::Title => "title",
            Self::Location => "location",
        }
    }
}

/// One move, with what people call the two ends; an end that does not exist is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The fact that changed.
    #[serde(rename = "what")]
    pub aspect: Aspect,
    /// Its earlier value.
    pub from: Option<String>,
    /// Its later value.
    pub to: Option<String>,
}

/// Compares two records of one person.
#[derive(Debug)]
pub(super) struct Moves<'a> {
    pub(super) old: &'a Roster,
    pub(super) new: &'a Roster,
    /// People under another id in NEW, by their key in OLD.
    pub(super) other_key: HashMap<&'a Key, &'a Key>,
}

impl<'a> Moves<'a> {
    /// The moves between two records of one person.
    pub(super) fn between(&self, before: &'a Identity, after: &'a Identity) -> Vec<Move> {
        let mut moves = Vec::new();
        let mut add = |aspect, from: Option<String>, to: Option<String>| {
            moves.push(Move { aspect, from, to });
        };
        if self.other_manager(before, after) {
            let from = manager_name(self.old.manager(before), before);
            let to = manager_name(self.new.manager(after), after);
            add(Aspect::Manager, from, to);
        }
        if other_department(before, after) {
            let (from, to) = department_names(before, after);
            add(Aspect::Department, from, to);
        }
        let texts = [
            (Aspect::Title, &before.job_title, &after.job_title),
            (Aspect::Location, &before.location, &after.location),
        ];
        for (aspect, from, to) in texts {
            if folded(from.as_deref()) != folded(to.as_deref()) {
                let owned = |text: &Option<_>| text.as_deref().map(str::to_owned);
                add(aspect, owned(from), owned(to));
            }
        }
        moves
    }

    /// Compared as people where both are known, else by the best of id, address and name that both records have.
    fn other_manager(&self, before: &'a Identity, after: &'a Identity) -> bool {
        let (from, to) = (&before.manager, &after.manager);
        if from == to {
            return false;
        }
        let known = (self.old.manager(before), self.new.manager(after));
        if let (Manager::Is(old), Manager::Is(new)) = known {
            return old.key != new.key && self.other_key.get(&old.key) != Some(&&new.key);
        }
        if let (Some(from), Some(to)) = (&from.id, &to.id) {
            return from != to;
        }
        if let (Some(from), Some(to)) = (&from.email, &to.email) {
            return comparable(from) != comparable(to);
        }
        match (&from.name, &to.name) {
            (Some(from), Some(to)) => fold_text(from) != fold_text(to),
            _ => true,
        }
    }
}

/// An address in comparable form, or the text as it is when it is no address.
fn comparable(address: &str) -> String {
    fold_email(address).unwrap_or_else(|| address.to_owned())
}

/// By id where both records have one, else by name.
fn other_department(before: &Identity, after: &Identity) -> bool {
    match (&before.department_id, &after.department_id) {
        (Some(from), Some(to)) => from != to,
        _ => folded(before.department.as_deref()) != folded(after.department.as_deref()),
    }
}

/// Names with the id behind them where the names alone do not tell the departments apart.
fn department_names(before: &Identity, after: &Identity) -> (Option<String>, Option<String>) {
    let alike = folded(before.department.as_deref()) == folded(after.department.as_deref());
    let name = |person: &Identity| match (&person.department, &person.department_id) {
        (Some(name), Some(id)) if alike => Some(format!("{name} ({id})")),
        (Some(name), _) => Some(name.to_string()),
        (None, id) => id.as_deref().map(str::to_owned),
    };
    (name(before), name(after))
}

pub(super) fn manager_name(manager: Manager<'_>, person: &Identity) -> Option<String> {
    match manager {
        Manager::Is(manager) => Some(manager.name.clone()),
        _ => person.manager.shown().map(str::to_owned),
    }
}

fn folded(text: Option<&str>) -> Option<String> {
    text.map(fold_text)
}
