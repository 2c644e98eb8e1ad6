//! The members read so far: the records that several pages and listings have of one person become one member.

use std::collections::{HashMap, HashSet};

use connector_core::model::StatusKind;
use connector_core::warning::{Warning, Warnings};
use connector_core::{Error, ErrorKind, Result};

use crate::model::{Member, MemberStatus, Role};

/// A member with an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) member: Member,
    /// Whether the account was requested individually.
    looked_up: bool,
}

impl Known {
    /// Whether the account may hold more. A person who has not accepted an invitation has no account yet.
    pub(crate) fn lacks_detail(&self) -> bool {
        let lacking = self.member.login.is_none() || self.member.name.is_none();
        lacking && !self.looked_up && !self.member.state.is_pending()
    }

    /// Adds login and name of the account; `None` when it could not be read.
    pub(crate) fn add_account(&mut self, account: Option<Member>) {
        self.looked_up = true;
        let account = account.unwrap_or_default();
        self.member.fill_from(Member {
            login: account.login,
            name: account.name,
            ..Member::default()
        });
    }

    /// Adds another record of the same person, and returns whether that changed anything. The higher role counts, and
    /// so does the stronger status: a member is no longer merely invited.
    fn merge(&mut self, mut other: Member) -> bool {
        let before = self.member.clone();
        let weight = |status: &MemberStatus| match status.kind() {
            StatusKind::Disabled => 0,
            StatusKind::Enabled => 1,
            StatusKind::Unspecified | StatusKind::Deleted => 2,
        };
        self.member.role = Role::higher(self.member.role.take(), other.role.take());
        if weight(&other.state) > weight(&self.member.state) {
            self.member.state = other.state.clone();
        }
        let status = self.member.state.clone();
        self.member.fill_from(other);
        // An absent status is stronger than a pending one, so it must not be filled in.
        self.member.state = status;
        self.member != before
    }
}

/// The members read so far in this process.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    members: HashMap<String, Known>,
    /// Whether reading began with the first page.
    pub(crate) complete: bool,
}

/// What a page added.
#[derive(Debug, Default)]
pub(crate) struct Added {
    /// Ids of members that are new or now differ, in the page's order.
    pub(crate) ids: Vec<String>,
    /// Warnings about unusual records on the page.
    pub(crate) warnings: Warnings,
}

impl Roster {
    /// No member yet, at the start of a listing.
    pub(crate) fn start() -> Self {
        Self {
            members: HashMap::new(),
            complete: true,
        }
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.members.contains_key(id)
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Known> {
        self.members.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Known> {
        self.members.get_mut(id)
    }

    /// Adds a page.
    ///
    /// # Errors
    /// [`ErrorKind::Contract`] when no member at all has an id.
    pub(crate) fn add(&mut self, page: Vec<Member>) -> Result<Added> {
        let mut added = Added::default();
        let mut without_id = false;
        let mut on_page = HashSet::new();
        for member in page {
            let Some(id) = member.id.clone() else {
                let warning = match member.state.is_pending() {
                    true => Warning::new(
                        "invitation-without-id",
                        "invited people without an account were left out",
                    ),
                    false => Warning::left_out(
                        "member-without-id",
                        "members without an id were left out",
                    ),
                };
                without_id |= !member.state.is_pending();
                added.warnings.add(warning);
                continue;
            };
            let changed = match self.members.get_mut(&id) {
                Some(known) => {
                    let message =
                        "members were listed more than once and merged; the highest role counts";
                    added
                        .warnings
                        .add(Warning::new("member-repeated", message).example(&id));
                    known.merge(member)
                }
                None => {
                    let known = Known {
                        id: id.clone(),
                        member,
                        looked_up: false,
                    };
                    self.members.insert(id.clone(), known).is_none()
                }
            };
            if changed && on_page.insert(id.clone()) {
                added.ids.push(id);
            }
        }
        if without_id && self.members.is_empty() {
            let message = "no member in CircleCI's answer has an id";
            let hint = "the vendor's API has changed; look for a newer version of the connector";
            return Err(contract(message, hint));
        }
        Ok(added)
    }
}

fn contract(message: &str, hint: &'static str) -> Error {
    Error::new(ErrorKind::Contract, message)
        .during("listing members")
        .hint(hint)
}

#[cfg(test)]
mod tests;
