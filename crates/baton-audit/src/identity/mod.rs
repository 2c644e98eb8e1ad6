//! People and accounts: the facts of a resource with the user trait, in files of any connector.
//!
//! An [`Identity`] is a person in an HR system's file and an account in an app's. Connectors of other authors
//! use other names for the same fact; `keys` knows them. `fold` makes addresses and numbers comparable and
//! [`Roster`] holds the people or accounts of a sync.

mod fold;
mod index;
mod keys;
mod lifecycle;
mod read;
mod roster;
mod search;

use std::fmt;
use std::sync::Arc;

use connector_c1z::RowAt;
use jiff::Timestamp;
use jiff::civil::Date;

pub use fold::{fold_domain, fold_email, fold_number, fold_text};
pub(crate) use index::Index;
pub use lifecycle::Lifecycle;
pub(crate) use lifecycle::fold_state;
pub(crate) use read::time as read_time;
pub use read::{Shared, display_name, facts, is_identity, read};
pub use roster::{Manager, Roster, for_each, for_each_unordered, user_types};
pub use search::{Search, find};

/// A resource's type and vendor id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The type's id.
    pub resource_type: Arc<str>,
    /// The vendor's id.
    pub id: String,
}

impl Key {
    /// As rows refer to it.
    pub(crate) fn to_wire(&self) -> connector_c1z::wire::ResourceId {
        connector_c1z::wire::ResourceId {
            resource_type: self.resource_type.to_string(),
            resource: self.id.clone(),
        }
    }
}

/// `<type>:<id>`, the `external_id` column of a file.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.resource_type, self.id)
    }
}

/// As [`Key`] shows it, for a reference in a row.
pub fn external_id_of(id: &connector_c1z::wire::ResourceId) -> String {
    [&id.resource_type, ":", &id.resource].concat()
}

/// Normalised state of an identity, as its connector wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// May use what it has been given.
    Enabled,
    /// May not.
    Disabled,
    /// No longer exists at the vendor.
    Deleted,
    /// The file leaves it open.
    Unspecified,
}

impl Status {
    /// All, in the order of listings.
    pub const ALL: [Self; 4] = [
        Self::Enabled,
        Self::Disabled,
        Self::Deleted,
        Self::Unspecified,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
            Self::Unspecified => "unspecified",
        }
    }

    /// The state with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// The state with this number on the wire.
    pub fn from_number(number: Option<i32>) -> Self {
        match number {
            Some(1) => Self::Enabled,
            Some(2) => Self::Disabled,
            Some(3) => Self::Deleted,
            _ => Self::Unspecified,
        }
    }
}

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountType {
    /// A person's, or the file leaves it open.
    Human,
    /// A program's.
    Service,
    /// The system's own.
    System,
}

/// How the file names a person's manager. Connectors know one, two or all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManagerRef {
    /// The manager's vendor id.
    pub id: Option<String>,
    /// The manager's work e-mail address.
    pub email: Option<String>,
    /// The manager's name; never enough to find them.
    pub name: Option<String>,
}

impl ManagerRef {
    /// Whether the file names no manager.
    pub fn is_absent(&self) -> bool {
        self.id.is_none() && self.email.is_none() && self.name.is_none()
    }

    /// What names the manager best, for people.
    pub fn shown(&self) -> Option<&str> {
        let name = self.name.as_deref();
        name.or(self.email.as_deref()).or(self.id.as_deref())
    }
}

/// A person or an account. A fact that the file does not have is absent; texts are shared where they repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Where its row is in the file.
    pub row: RowAt,
    /// Type and vendor id.
    pub key: Key,
    /// Name for people.
    pub name: String,
    /// State as the connector normalised it.
    pub status: Status,
    /// The vendor's word for the state (`lifecycle_state`, else the status details), verbatim.
    pub state_word: Option<Arc<str>>,
    /// Where the person stands; see [`Lifecycle`].
    pub lifecycle: Lifecycle,
    /// Whether a policy gave the word for the state its meaning.
    pub by_policy: bool,
    /// Whose account it is.
    pub account_type: AccountType,
    /// Work e-mail addresses, the primary one first.
    pub emails: Vec<String>,
    /// Login names, the main one first.
    pub logins: Vec<String>,
    /// The company's employee numbers.
    pub employee_ids: Vec<String>,
    /// Title.
    pub job_title: Option<Arc<str>>,
    /// Department by name.
    pub department: Option<Arc<str>>,
    /// Department by the vendor's id.
    pub department_id: Option<Arc<str>>,
    /// Place of work.
    pub location: Option<Arc<str>>,
    /// Kind of contract.
    pub employment_type: Option<Arc<str>>,
    /// Role in the whole organisation, for apps that have one instead of grants.
    pub org_role: Option<Arc<str>>,
    /// The manager.
    pub manager: ManagerRef,
    /// First day, when it can be read as a date.
    pub start_date: Option<Date>,
    /// Last day, when it can be read as a date.
    pub end_date: Option<Date>,
    /// Last login, when the file has it and it can be read.
    pub last_login: Option<Timestamp>,
    /// When the vendor created it, when the file has it and it can be read.
    pub created_at: Option<Timestamp>,
    /// Whether a second factor is asked for at login; `None` when the file does not say.
    pub mfa: Option<bool>,
    /// Whether the login goes through single sign-on; `None` when the file does not say.
    pub sso: Option<bool>,
}

impl Identity {
    /// The primary work e-mail address.
    pub fn email(&self) -> Option<&str> {
        self.emails.first().map(String::as_str)
    }

    /// The first employee number.
    pub fn employee_id(&self) -> Option<&str> {
        self.employee_ids.first().map(String::as_str)
    }

    /// The vendor's word for the state when no meaning is known for it and the state leaves it open as well.
    pub fn unread_word(&self) -> Option<&str> {
        let word = self.state_word.as_deref()?;
        (self.lifecycle == Lifecycle::Unknown).then_some(word)
    }

    /// Where the person stands on a day. A person whose first day is still to come is a pre-hire, one called a
    /// pre-hire whose first day has come is being taken on, and one without a state whose last day is over has left.
    pub fn lifecycle_on(&self, day: Date) -> Lifecycle {
        use Lifecycle::{Active, Onboarding, Prehire, Terminated, Unknown};
        let begins_later = self.start_date.is_some_and(|start| start > day);
        let has_begun = self.start_date.is_some_and(|start| start <= day);
        let is_over = self.end_date.is_some_and(|end| end < day);
        match self.lifecycle {
            Unknown if is_over => Terminated,
            Active | Onboarding | Unknown if begins_later => Prehire,
            Prehire if has_begun => Onboarding,
            lifecycle => lifecycle,
        }
    }
}

#[cfg(test)]
mod tests;
