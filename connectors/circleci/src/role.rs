//! The role a member has in the organization.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What a role word means; more comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// A word we do not know.
    Other,
    Viewer,
    Member,
    Admin,
}

/// A role as the vendor words it, and what it means.
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

    /// The word all wordings of a role share; a word we do not know stays, in lower case.
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

/// The highest of the roles in a place that holds a word, an object with a name, or a list of either.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn word(json: &str) -> Option<String> {
        let field: RoleField = serde_json::from_str(json).unwrap();
        field.0.map(|role| role.word().into_owned())
    }

    #[test]
    fn every_wording_of_a_role() {
        for (raw, expected) in [
            ("org-admin", "admin"),
            ("ORG-ADMIN", "admin"),
            ("Owner", "admin"),
            ("organization_admin", "admin"),
            ("org-contributor", "member"),
            ("Contributor", "member"),
            (" member ", "member"),
            ("org member", "member"),
            ("org-viewer", "viewer"),
            ("VIEWER", "viewer"),
            ("Auditor", "auditor"),
            ("project-admin", "project-admin"),
        ] {
            let role = Role::new(raw);
            assert_eq!((role.word().as_ref(), role.raw()), (expected, raw));
        }
    }

    #[test]
    fn words_objects_and_lists() {
        for (json, expected) in [
            (r#""admin""#, Some("admin")),
            (r#"{"name":"org-viewer","id":7}"#, Some("viewer")),
            (r#"["viewer",{"name":"org-admin"},"member"]"#, Some("admin")),
            (r#"["auditor","viewer"]"#, Some("viewer")),
            (r#"[null,3.5,[1]]"#, None),
            ("[]", None),
            ("null", None),
            ("true", None),
            (r#"" ""#, None),
        ] {
            assert_eq!(word(json).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn the_higher_role_counts() {
        let role = |word: &str| Some(Role::new(word));
        assert_eq!(Role::higher(role("viewer"), role("owner")), role("owner"));
        assert_eq!(Role::higher(role("admin"), role("owner")), role("admin"));
        assert_eq!(Role::higher(role("member"), None), role("member"));
        assert_eq!(Role::higher(None, role("x")), role("x"));
    }
}
