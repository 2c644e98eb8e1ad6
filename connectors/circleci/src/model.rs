//! What may be kept of CircleCI's answers. Everything else, pictures included, is dropped while decoding.
//!
//! The shape of the member list is documented nowhere in public. Decoding therefore accepts every shape that is
//! known from the vendor's other listings, and tells an unknown one from an empty list.

use std::fmt;

use connector_core::lenient::{Object, ObjectOr, Word};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::role::{Role, RoleField};

/// What is said about whether a member takes part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing, which is the usual case.
    #[default]
    Unsaid,
    /// This word.
    Word(String),
    /// Something that is not a word.
    Unreadable,
}

impl State {
    /// Whether the member was invited and has not accepted.
    pub(crate) fn is_pending(&self) -> bool {
        let Self::Word(word) = self else { return false };
        matches!(word.trim().to_lowercase().as_str(), "pending" | "invited")
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Unsaid,
            Value::String(word) if word.trim().is_empty() => Self::Unsaid,
            Value::String(word) => Self::Word(word),
            _ => Self::Unreadable,
        })
    }
}

/// One member, as one listing says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: Option<String>,
    pub(crate) login: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) role: Option<Role>,
    pub(crate) state: State,
    pub(crate) vcs_type: Option<String>,
}

/// A record with every name that a field is known by.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    id: Word,
    user_id: Word,
    #[serde(rename = "userId")]
    camel_user_id: Word,
    analytics_id: Word,
    login: Word,
    username: Word,
    vcs_login: Word,
    external_login: Word,
    name: Word,
    full_name: Word,
    display_name: Word,
    email: Word,
    selected_email: Word,
    role: RoleField,
    org_role: RoleField,
    organization_role: RoleField,
    roles: RoleField,
    status: State,
    state: State,
    vcs_type: Word,
    #[serde(rename = "vcs-type")]
    dashed_vcs_type: Word,
    attributes: Nested,
    user: Nested,
}

/// A part of a record that is shaped like the record.
#[derive(Debug, Default)]
struct Nested(Option<Box<Record>>);

impl<'de> Deserialize<'de> for Nested {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match ObjectOr::<Record>::deserialize(deserializer)? {
            ObjectOr::Object(record) => Self(Some(Box::new(record))),
            ObjectOr::Word(_) => Self(None),
        })
    }
}

/// A word as text of its own.
fn text(word: &Word) -> Option<String> {
    word.get().map(str::to_owned)
}

/// The first of some words that is there.
fn first<const N: usize>(words: [Word; N]) -> Option<String> {
    words.iter().find_map(text)
}

impl From<Record> for Member {
    fn from(r: Record) -> Self {
        let roles = [r.role, r.org_role, r.organization_role, r.roles];
        let mut member = Self {
            id: first([r.id, r.user_id, r.camel_user_id, r.analytics_id]),
            login: first([r.login, r.username, r.vcs_login, r.external_login]),
            name: first([r.name, r.full_name, r.display_name]),
            email: first([r.email, r.selected_email]),
            role: roles.into_iter().find_map(|role| role.0),
            state: if r.status == State::Unsaid {
                r.state
            } else {
                r.status
            },
            vcs_type: first([r.vcs_type, r.dashed_vcs_type]),
        };
        for inner in [r.attributes, r.user] {
            if let Some(record) = inner.0 {
                member.fill_from(Self::from(*record));
            }
        }
        member
    }
}

impl Member {
    /// Takes what `other` knows and this one does not.
    pub(crate) fn fill_from(&mut self, other: Self) {
        let fill = |mine: &mut Option<String>, theirs: Option<String>| {
            if mine.is_none() {
                *mine = theirs;
            }
        };
        fill(&mut self.id, other.id);
        fill(&mut self.login, other.login);
        fill(&mut self.name, other.name);
        fill(&mut self.email, other.email);
        fill(&mut self.vcs_type, other.vcs_type);
        if self.role.is_none() {
            self.role = other.role;
        }
        if self.state == State::Unsaid {
            self.state = other.state;
        }
    }
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Object::<Record>::deserialize(deserializer).map(|record| record.0.into())
    }
}

/// How the next page is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Next {
    /// With `page-token`, as in the second version of the API.
    Token(String),
    /// With `page[cursor]`, as in the third.
    Cursor(String),
}

/// A page of members.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct MemberPage {
    /// The members; `None` when the answer holds no list by any known name.
    pub(crate) members: Option<Vec<Member>>,
    /// The page after it.
    pub(crate) next: Option<Next>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    items: Option<Vec<Member>>,
    users: Option<Vec<Member>>,
    members: Option<Vec<Member>>,
    data: Option<Vec<Member>>,
    next_page_token: Word,
    page: Object<Links>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Links {
    next: Word,
}

impl From<Envelope> for MemberPage {
    fn from(e: Envelope) -> Self {
        let cursor = || text(&e.page.0.next).map(|next| Next::Cursor(cursor_in(next)));
        Self {
            next: text(&e.next_page_token).map(Next::Token).or_else(cursor),
            members: e.items.or(e.users).or(e.members).or(e.data),
        }
    }
}

/// The cursor itself, also when a whole link was sent; the rest of the link does not matter.
fn cursor_in(next: String) -> String {
    let query = next.split_once('?').map(|(_, query)| query);
    let mut pairs = query
        .into_iter()
        .flat_map(|q| url::form_urlencoded::parse(q.as_bytes()));
    let cursor = pairs.find_map(|(key, value)| (key == "page[cursor]").then(|| value.into_owned()));
    cursor.unwrap_or(next)
}

impl<'de> Deserialize<'de> for MemberPage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PageVisitor)
    }
}

struct PageVisitor;

impl<'de> Visitor<'de> for PageVisitor {
    type Value = MemberPage;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of members")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<MemberPage, A::Error> {
        let members = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(MemberPage {
            members: Some(members),
            next: None,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<MemberPage, A::Error> {
        Envelope::deserialize(MapAccessDeserializer::new(map)).map(Into::into)
    }
}

/// The token's user (`/me`) or another account (`/user/{id}`).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Account {
    pub(crate) id: Word,
    pub(crate) login: Word,
    pub(crate) name: Word,
}

/// What matters of an organization.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Organization {
    vcs_type: Word,
    #[serde(rename = "vcs-type")]
    dashed_vcs_type: Word,
}

impl Organization {
    /// Where its people are kept.
    pub(crate) fn vcs_type(&self) -> Option<&str> {
        self.vcs_type.or(&self.dashed_vcs_type)
    }
}

#[cfg(test)]
mod tests;
