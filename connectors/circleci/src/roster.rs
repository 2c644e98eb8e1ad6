//! The members read so far: what several pages and listings say about one person becomes one member.

use std::collections::{HashMap, HashSet};

use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};

use crate::model::{Account, Member, State};
use crate::role::Role;

/// A member with an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) member: Member,
    /// Whether the account was asked for on its own.
    looked_up: bool,
}

impl Known {
    /// Whether asking for the account could say more. Who has not accepted an invitation has no account yet.
    pub(crate) fn lacks_detail(&self) -> bool {
        let lacking = self.member.login.is_none() || self.member.name.is_none();
        lacking && !self.looked_up && !self.member.state.is_pending()
    }

    /// Adds what the account says; `None` when it could not be read.
    pub(crate) fn add_account(&mut self, account: Option<Account>) {
        self.looked_up = true;
        let Some(account) = account else { return };
        self.member.fill_from(Member {
            login: account.login.get().map(str::to_owned),
            name: account.name.get().map(str::to_owned),
            ..Member::default()
        });
    }

    /// Adds what another record of the same person says; tells whether that changed anything. The higher role
    /// counts, and so does the state that says more: somebody who is a member is no longer merely invited.
    fn merge(&mut self, other: Member) -> bool {
        let before = self.member.clone();
        let role = Role::higher(self.member.role.take(), other.role.clone());
        let weight = |state: &State| match state {
            state if state.is_pending() => 0,
            State::Unsaid => 1,
            State::Word(_) | State::Unreadable => 2,
        };
        let state = if weight(&other.state) > weight(&self.member.state) {
            other.state.clone()
        } else {
            self.member.state.clone()
        };
        self.member.fill_from(other);
        self.member.role = role;
        self.member.state = state;
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
    /// What was odd.
    pub(crate) warnings: Vec<Warning>,
}

impl Roster {
    /// Nobody, at the start of a listing.
    pub(crate) fn start() -> Self {
        Self {
            members: HashMap::new(),
            complete: true,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
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

    /// Adds a page. `goes_on` tells whether another page follows.
    ///
    /// # Errors
    /// [`ErrorKind::Contract`] when no member at all has an id, or when the page holds nobody new and another one is
    /// to follow: such a listing never ends.
    pub(crate) fn add(&mut self, page: Vec<Member>, goes_on: bool) -> Result<Added> {
        let mut added = Added::default();
        let mut on_page = HashSet::new();
        let (mut without_id, mut invited_without_id, mut repeated) = (0, 0, Vec::new());
        let mut anybody_new = false;
        for member in page {
            let Some(id) = member.id.clone() else {
                let count = if member.state.is_pending() {
                    &mut invited_without_id
                } else {
                    &mut without_id
                };
                *count += 1;
                continue;
            };
            let changed = match self.members.get_mut(&id) {
                Some(known) => {
                    repeated.push(id.clone());
                    known.merge(member)
                }
                None => {
                    anybody_new = true;
                    let known = Known {
                        id: id.clone(),
                        member,
                        looked_up: false,
                    };
                    self.members.insert(id.clone(), known);
                    true
                }
            };
            if changed && on_page.insert(id.clone()) {
                added.ids.push(id);
            }
        }
        if without_id > 0 && self.members.is_empty() {
            return Err(nobody_has_an_id());
        }
        if goes_on && !anybody_new && !repeated.is_empty() {
            return Err(no_progress());
        }
        let mut warn = |code, message, count, examples: &[String]| {
            if count > 0 {
                let warning = Warning::new(code, message).times(count);
                added
                    .warnings
                    .push(examples.iter().take(3).fold(warning, Warning::example));
            }
        };
        warn(
            "member-without-id",
            "members without an id were left out",
            without_id,
            &[],
        );
        let message = "invited people without an account were left out";
        warn("invitation-without-id", message, invited_without_id, &[]);
        let message = "members were listed more than once and merged; the highest role counts";
        warn("member-repeated", message, repeated.len() as u64, &repeated);
        Ok(added)
    }
}

fn nobody_has_an_id() -> Error {
    Error::new(
        ErrorKind::Contract,
        "no member in CircleCI's answer has an id",
    )
    .during("listing members")
    .hint("the vendor's API has changed; look for a newer version of the connector")
}

fn no_progress() -> Error {
    Error::new(
        ErrorKind::Contract,
        "CircleCI sent members again and promised another page, the listing would never end",
    )
    .during("listing members")
    .hint("the member list ignores page tokens; try again later and report it if it stays")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, role: &str, state: &str) -> Member {
        Member {
            id: (!id.is_empty()).then(|| id.to_owned()),
            role: (!role.is_empty()).then(|| Role::new(role)),
            state: match state {
                "" => State::Unsaid,
                "?" => State::Unreadable,
                word => State::Word(word.to_owned()),
            },
            ..Member::default()
        }
    }

    #[test]
    fn two_records_of_a_person_become_one() {
        for (first, second, role, state) in [
            (("viewer", ""), ("admin", ""), "admin", ""),
            (("admin", ""), ("viewer", ""), "admin", ""),
            (("", "pending"), ("member", ""), "member", ""),
            (("admin", ""), ("", "invited"), "admin", ""),
            (("admin", "suspended"), ("admin", ""), "admin", "suspended"),
            (("admin", ""), ("admin", "?"), "admin", "?"),
        ] {
            let mut roster = Roster::start();
            let page = vec![
                member("1", first.0, first.1),
                member("1", second.0, second.1),
            ];
            let added = roster.add(page, false).unwrap();
            assert_eq!(added.ids, ["1"]);
            assert_eq!(roster.get("1").unwrap().member, member("1", role, state));
            assert_eq!(added.warnings[0].code, "member-repeated");
        }
    }

    #[test]
    fn absent_values_are_filled_and_present_ones_stay() {
        let mut roster = Roster::start();
        let named = |name: &str, email: Option<&str>| Member {
            name: Some(name.to_owned()),
            email: email.map(str::to_owned),
            ..member("1", "", "")
        };
        roster.add(vec![named("First", None)], true).unwrap();
        let added = roster.add(vec![named("Second", Some("e"))], false).unwrap();
        assert_eq!(added.ids, ["1"], "it is stored again");
        assert_eq!(roster.get("1").unwrap().member, named("First", Some("e")));
        let added = roster.add(vec![named("Third", None)], false).unwrap();
        assert!(added.ids.is_empty(), "nothing new, nothing to store");
    }

    #[test]
    fn who_has_no_id_is_left_out_and_counted() {
        let mut roster = Roster::start();
        let page = vec![
            member("", "", ""),
            member("", "", "pending"),
            member("1", "", ""),
        ];
        let added = roster.add(page, false).unwrap();
        let warnings: Vec<_> = added
            .warnings
            .iter()
            .map(|w| (w.code.as_str(), w.count))
            .collect();
        assert_eq!(
            warnings,
            [("member-without-id", 1), ("invitation-without-id", 1)]
        );
        assert_eq!(added.ids, ["1"]);
        let error = Roster::start()
            .add(vec![member("", "", "")], true)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Contract);
        assert!(
            Roster::start()
                .add(vec![member("", "", "pending")], true)
                .is_ok()
        );
    }

    #[test]
    fn a_page_without_anybody_new_must_be_the_last() {
        let mut roster = Roster::start();
        let page = || vec![member("1", "", ""), member("2", "", "")];
        roster.add(page(), true).unwrap();
        assert!(
            roster.add(Vec::new(), true).is_ok(),
            "an empty page is no repetition"
        );
        assert!(
            roster
                .add(vec![member("2", "", ""), member("3", "", "")], true)
                .is_ok()
        );
        assert!(roster.add(page(), false).is_ok());
        assert_eq!(
            roster.add(page(), true).unwrap_err().kind(),
            ErrorKind::Contract
        );
    }
}
