//! What may be kept of CircleCI's answers. Everything else, pictures included, is dropped while decoding.
//!
//! The shape of the member list is documented nowhere in public. Decoding therefore accepts every shape that is
//! known from the vendor's other listings (specification and clients, 2026-06 to 2026-08), and an unknown shape is not
//! taken for an empty list.

use std::borrow::Cow;
use std::fmt;

use connector_core::lenient::{Object, ObjectOr, Word};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A member's status, which CircleCI sends for invited people only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum MemberStatus {
    /// None.
    #[default]
    Absent,
    /// This word.
    Word(String),
    /// Something that is not a word.
    Unreadable,
}

impl MemberStatus {
    /// Whether the member was invited and has not accepted.
    pub(crate) fn is_pending(&self) -> bool {
        let Self::Word(word) = self else { return false };
        matches!(word.trim().to_lowercase().as_str(), "pending" | "invited")
    }
}

impl<'de> Deserialize<'de> for MemberStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Absent,
            Value::String(word) if word.trim().is_empty() => Self::Absent,
            Value::String(word) => Self::Word(word),
            _ => Self::Unreadable,
        })
    }
}

/// The meaning of a role, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// A word without a known meaning.
    Other,
    Viewer,
    Member,
    Admin,
}

/// A role in the organization: CircleCI's word and its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Role {
    level: Level,
    raw: String,
}

impl Role {
    pub(crate) fn new(raw: &str) -> Self {
        let word: String = raw
            .trim()
            .chars()
            .map(|c| if matches!(c, '_' | ' ') { '-' } else { c })
            .collect();
        let level = match word.to_lowercase().as_str() {
            "org-admin" | "admin" | "owner" | "organization-admin" => Level::Admin,
            "org-contributor" | "contributor" | "member" | "org-member" => Level::Member,
            "org-viewer" | "viewer" => Level::Viewer,
            _ => Level::Other,
        };
        let raw = raw.to_owned();
        Self { level, raw }
    }

    /// One word for all spellings of a role; an unknown one stays, in lower case.
    pub(crate) fn word(&self) -> Cow<'static, str> {
        match self.level {
            Level::Admin => Cow::Borrowed("admin"),
            Level::Member => Cow::Borrowed("member"),
            Level::Viewer => Cow::Borrowed("viewer"),
            Level::Other => Cow::Owned(self.raw.trim().to_lowercase()),
        }
    }

    /// The vendor's word.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// The role that counts of two; of equal ones the first.
    pub(crate) fn higher(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) if other.level > one.level => Some(other),
            (Some(one), _) => Some(one),
            (None, other) => other,
        }
    }
}

/// The highest role in a value that is a word, an object with a name, or a list of either. A person may have several,
/// and the highest applies (docs on roles, 2026-08).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RoleField(pub(crate) Option<Role>);

impl RoleField {
    fn read(value: &Value) -> Option<Role> {
        match value {
            Value::String(word) if !word.trim().is_empty() => Some(Role::new(word)),
            Value::Object(fields) => fields.get("name").and_then(Self::read),
            Value::Array(list) => list.iter().map(Self::read).fold(None, Role::higher),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for RoleField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Self::read(&Value::deserialize(deserializer)?)))
    }
}

/// One member, as one listing has it. The answers about a single account (`/me`, `/user/{id}`) and about the
/// organization are read as one, too: their fields go by the same names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: Option<String>,
    pub(crate) login: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) role: Option<Role>,
    pub(crate) state: MemberStatus,
    pub(crate) vcs_type: Option<String>,
}

/// A record with every name that a field is known by in CircleCI's public and private listings (clients, 2026-06 to
/// 2026-08).
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
    status: MemberStatus,
    state: MemberStatus,
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
            state: if r.status == MemberStatus::Absent {
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
        if self.state == MemberStatus::Absent {
            self.state = other.state;
        }
    }
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Object::<Record>::deserialize(deserializer).map(|record| record.0.into())
    }
}

/// How the next page is requested.
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

#[cfg(test)]
mod tests;
