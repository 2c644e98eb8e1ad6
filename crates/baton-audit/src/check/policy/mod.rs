//! What a company decides about its checks: who is exempt, which rules hold, what is accepted for now.

mod document;
mod link_file;
mod pattern;
mod read;
mod selector;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use pattern::{Pattern, Place};
pub use selector::{Attribute, Selector};

use super::catalogue::Check;
use super::finding::Severity;
use crate::identity::Lifecycle;

/// A policy. The default one has no exemptions, no role rules and no grace period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Domains that work e-mail addresses may have; empty allows all. `[people] allowed_domains`.
    pub allowed_domains: Vec<Pattern>,
    /// How many days before the first day an account may be usable. `[people] early_access_days`.
    pub early_access_days: u16,
    /// People who need no manager, such as top management. `[exempt.managers]`.
    pub exempt_managers: Selector,
    /// People of the HR files whom the HR checks leave out, such as board members. `[exempt.people]`.
    pub out_of_scope: Selector,
    /// Accounts that belong to programs. `[service_accounts]`.
    pub service_accounts: Selector,
    /// Names of apps ([`super::finding::names_of_file`]) whose employee numbers are not the company's.
    /// `[join] email_only`.
    pub email_only: Vec<Pattern>,
    /// Names of files ([`super::finding::names_of_file`]) that may hold no people or accounts.
    /// `[files] may_be_empty`.
    pub may_be_empty: Vec<Pattern>,
    /// What words for states mean, by the word without case and punctuation. `[states]`.
    pub states: BTreeMap<String, Lifecycle>,
    /// Names of powerful entitlements and roles; `None` for the built-in ones. `[admin] names`.
    pub admin: Option<Vec<Pattern>>,
    /// Who may hold what. `[[role]]`.
    pub roles: Vec<RoleRule>,
    /// How many days after a person's last day their access may remain; `None` when nothing was agreed.
    /// `[leavers] grace_days`.
    pub grace_days: Option<u16>,
    /// Access of two sides that no person may hold both of. `[[conflict]]`.
    pub conflicts: Vec<Conflict>,
    /// What is typical of departments that people move between. `[moves]`.
    pub moves: Moving,
    /// How many powerful accounts there may be. `[admin] max_percent`, `min_accounts`.
    pub power: Power,
    /// When an account is unused. `[accounts]`.
    pub accounts: Accounts,
    /// Addresses of shared mailboxes; `None` for the built-in ones. `[shared_mailboxes] emails`.
    pub shared_mailboxes: Option<Vec<Pattern>>,
    /// Who is responsible for accounts of programs. `[[service_owner]]`.
    pub service_owners: Vec<ServiceOwner>,
    /// When an HR file has shrunk. `[shrink]`.
    pub shrink: Shrink,
    /// When a fact has disappeared. `[facts]`.
    pub facts: Facts,
    /// Severities of checks, by id, instead of the catalogue's. `[severity]`.
    pub severities: BTreeMap<&'static str, Severity>,
    /// Checks that do not run. `[[disabled]]`.
    pub disabled: Vec<Disabled>,
    /// Findings that are accepted for now. `[[accepted]]`.
    pub accepted: Vec<Acceptance>,
    /// Who reviews access. `[review]`.
    pub review: Reviewing,
    /// Accounts whose owner the operator knows. From a link file.
    pub links: Vec<Link>,
}

/// Only these titles or departments may hold these entitlements or roles. Each rule that speaks of an access must
/// be kept; within a rule one fitting title or department is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRule {
    /// What findings call it.
    pub name: String,
    /// Names of the apps it speaks of; empty for all.
    pub apps: Vec<Pattern>,
    /// Names of the entitlements or roles it speaks of.
    pub access: Vec<Pattern>,
    /// Titles that may hold them.
    pub titles: Vec<Pattern>,
    /// Departments that may hold them.
    pub departments: Vec<Pattern>,
    /// Where it stands.
    pub place: Place,
}

/// Access of two sides that no person may hold both of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What findings call it.
    pub name: String,
    /// Names of the entitlements or roles of one side.
    pub one: Vec<Pattern>,
    /// Names of those of the other side.
    pub other: Vec<Pattern>,
}

/// When an access is typical of the department that a person left and not of the one they joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moving {
    /// At least this share of the others in the former department holds it.
    pub typical_percent: u8,
    /// At most this share of the others in the new department does.
    pub untypical_percent: u8,
    /// At least this many others are in each of the two departments; with fewer the move is not judged.
    pub min_people: usize,
}

/// From at least 50 % to at most 10 %, among at least 3 others each.
impl Default for Moving {
    fn default() -> Self {
        Self {
            typical_percent: 50,
            untypical_percent: 10,
            min_people: 3,
        }
    }
}

/// When too many accounts of an app are powerful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Power {
    /// More than this share of the usable accounts is powerful.
    pub max_percent: u8,
    /// At least this many accounts are powerful.
    pub min_accounts: usize,
}

/// More than 10 %, and at least 5 accounts.
impl Default for Power {
    fn default() -> Self {
        Self {
            max_percent: 10,
            min_accounts: 5,
        }
    }
}

/// When an account is unused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accounts {
    /// The last login is more than this many days ago.
    pub unused_days: u16,
}

/// More than 90 days.
impl Default for Accounts {
    fn default() -> Self {
        Self { unused_days: 90 }
    }
}

/// Who is responsible for accounts of programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceOwner {
    /// The accounts.
    pub accounts: Selector,
    /// The person: `<type>:<id>`, vendor id, employee number or e-mail address.
    pub person: String,
}

/// When an HR file has shrunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shrink {
    /// More than this share of people is gone.
    pub max_percent: u8,
    /// At least this many people are gone.
    pub min_people: usize,
}

/// More than 20 %, and at least 5 people.
impl Default for Shrink {
    fn default() -> Self {
        Self {
            max_percent: 20,
            min_people: 5,
        }
    }
}

/// When a fact has disappeared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// At least this share of people had it before.
    pub filled_percent: u8,
    /// At most this share of people has it now.
    pub empty_percent: u8,
    /// At least this many people had it before.
    pub min_people: usize,
}

/// From at least 50 % and at least 5 people to at most 5 %.
impl Default for Facts {
    fn default() -> Self {
        Self {
            filled_percent: 50,
            empty_percent: 5,
            min_people: 5,
        }
    }
}

/// A check that does not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    /// The check that is disabled.
    pub check: &'static Check,
    /// Why.
    pub reason: String,
}

/// A finding that is accepted for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The check that raises the finding.
    pub check: &'static Check,
    /// The subject: [`super::finding::Subject::id`].
    pub subject: String,
    /// Name of the file the subject is in; any file when absent.
    pub file: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it is accepted.
    pub until: Date,
    /// Where it stands.
    pub place: Place,
}

/// Who reviews access.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reviewing {
    /// Who reviews what has no other reviewer: a person of the HR files, or any name. `fallback`.
    pub fallback: Option<String>,
    /// Who owns which apps; of several that name an app the first counts. `[[review.owner]]`.
    pub owners: Vec<AppOwner>,
}

/// The owner of apps, who reviews what is held in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppOwner {
    /// Names of the apps ([`super::finding::names_of_file`]).
    pub apps: Vec<Pattern>,
    /// The owner: `<type>:<id>`, vendor id, employee number or e-mail address.
    pub person: String,
    /// Where it stands.
    pub place: Place,
}

/// An account whose owner the operator knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Name of the app; any app when absent.
    pub app: Option<String>,
    /// The account: `<type>:<id>`, vendor id, login or e-mail address.
    pub account: String,
    /// The person: `<type>:<id>`, vendor id, employee number or e-mail address.
    pub person: String,
    /// Where it stands.
    pub place: Place,
}
