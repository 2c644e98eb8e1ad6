//! What may be kept of CircleCI's answers. Everything else, pictures included, is dropped while decoding.
//!
//! The shape of the member list is documented nowhere in public. Decoding therefore accepts every shape that is
//! known from the vendor's other listings (specification and clients, 2026-06 to 2026-08), and an unknown shape is not
//! taken for an empty list. A value of an unexpected shape is an absent value.

use std::borrow::Cow;

use connector_core::lenient::Word;
use connector_core::model::StatusKind;
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
    fn read(value: &Value) -> Self {
        match value {
            Value::Null => Self::Absent,
            Value::String(word) if word.trim().is_empty() => Self::Absent,
            Value::String(word) => Self::Word(word.clone()),
            _ => Self::Unreadable,
        }
    }

    fn or(self, other: Self) -> Self {
        if self == Self::Absent { other } else { self }
    }

    /// What it means: invited people who have not accepted are disabled, and a word without a known meaning is never
    /// taken for an enabled account.
    pub(crate) fn kind(&self) -> StatusKind {
        match self {
            Self::Absent => StatusKind::Enabled,
            Self::Unreadable => StatusKind::Unspecified,
            Self::Word(word) => match word.trim().to_lowercase().as_str() {
                "active" => StatusKind::Enabled,
                "pending" | "invited" => StatusKind::Disabled,
                _ => StatusKind::Unspecified,
            },
        }
    }

    /// Whether the member was invited and has not accepted.
    pub(crate) fn is_pending(&self) -> bool {
        self.kind() == StatusKind::Disabled
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
    /// The highest role in a value that is a word, an object with a name, or a list of either. A person may have several,
    /// and the highest applies (docs on roles, 2026-08).
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(word) if !word.trim().is_empty() => Some(Self::new(word)),
            Value::Object(fields) => fields.get("name").and_then(Self::read),
            Value::Array(list) => list.iter().map(Self::read).fold(None, Self::higher),
            _ => None,
        }
    }

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

/// One member, as one listing has it. The answers about a single account (`/me`, `/user/{id}`) and about the
/// organization are read as one, too: their fields go by the same names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
pub(crate) struct Member {
    pub(crate) id: Option<String>,
    pub(crate) login: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) role: Option<Role>,
    pub(crate) state: MemberStatus,
    pub(crate) vcs_type: Option<String>,
}

impl From<Value> for Member {
    fn from(record: Value) -> Self {
        Self::read(&record)
    }
}

/// The values of a record by these names.
fn values<'a>(record: &'a Value, names: &'a [&str]) -> impl Iterator<Item = &'a Value> {
    names.iter().filter_map(|name| record.get(name))
}

fn word(value: &Value) -> Option<String> {
    Word::deserialize(value).ok()?.into_string()
}

impl Member {
    /// Reads a record by every name that a field is known by in CircleCI's public and private listings (clients, 2026-06
    /// to 2026-08). A part of it that is shaped like a record fills in what is missing.
    fn read(record: &Value) -> Self {
        let first = |names: &[&str]| values(record, names).find_map(word);
        let states = values(record, &["status", "state"]).map(MemberStatus::read);
        let roles = ["role", "org_role", "organization_role", "roles"];
        let mut member = Self {
            id: first(&["id", "user_id", "userId", "analytics_id"]),
            login: first(&["login", "username", "vcs_login", "external_login"]),
            name: first(&["name", "full_name", "display_name"]),
            email: first(&["email", "selected_email"]),
            role: values(record, &roles).find_map(Role::read),
            state: states.fold(MemberStatus::Absent, MemberStatus::or),
            vcs_type: first(&["vcs_type", "vcs-type"]),
        };
        for inner in values(record, &["attributes", "user"]) {
            member.fill_from(Self::read(inner));
        }
        member
    }

    /// Takes what `other` knows and this one does not.
    pub(crate) fn fill_from(&mut self, other: Self) {
        let mine = std::mem::take(self);
        *self = Self {
            id: mine.id.or(other.id),
            login: mine.login.or(other.login),
            name: mine.name.or(other.name),
            email: mine.email.or(other.email),
            role: mine.role.or(other.role),
            state: mine.state.or(other.state),
            vcs_type: mine.vcs_type.or(other.vcs_type),
        };
    }
}

/// How the next page is requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Next {
    /// With `page-token`, as in the second version of the API.
    Token(String),
    /// With `page[cursor]`, as in the third.
    Cursor(String),
    /// With something that cannot be read.
    Unknown,
}

/// A page of members.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
pub(crate) struct MemberPage {
    /// The members; `None` when the answer holds no list by any known name.
    pub(crate) members: Option<Vec<Member>>,
    /// The page after it.
    pub(crate) next: Option<Next>,
}

impl From<Value> for MemberPage {
    fn from(answer: Value) -> Self {
        let list = |value: &Value| Some(value.as_array()?.iter().map(Member::read).collect());
        let lists = ["items", "users", "members", "data"];
        let mut lists = lists.into_iter().filter_map(|name| list(answer.get(name)?));
        let next = |value: &Value, how: fn(String) -> Next| match word(value) {
            Some(word) => Some(how(word)),
            None => match value {
                Value::Null | Value::Bool(false) | Value::String(_) => None,
                _ => Some(Next::Unknown),
            },
        };
        let token = answer
            .get("next_page_token")
            .and_then(|v| next(v, Next::Token));
        let cursor = || {
            next(answer.get("page")?.get("next")?, |word| {
                Next::Cursor(cursor_in(word))
            })
        };
        Self {
            members: list(&answer).or_else(|| lists.next()),
            next: token.or_else(cursor),
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

#[cfg(test)]
mod tests;
