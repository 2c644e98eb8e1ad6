//! What a company decides about its checks: who is exempt, which rules hold, what is accepted for now.

mod document;
mod pattern;
mod read;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use pattern::{Pattern, Place};

use super::catalogue::Check;
use super::finding::Severity;
use crate::identity::{Identity, fold_email, fold_number, fold_text};

/// A policy. The default one exempts nobody, has no role rules and no grace period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Domains that work e-mail addresses may have; empty allows all. `[people] allowed_domains`.
    pub allowed_domains: Vec<Pattern>,
    /// How many days before the first day an account may be usable. `[people] early_access_days`.
    pub early_access_days: u16,
    /// People who need no manager, such as top management. `[exempt.managers]`.
    pub exempt_managers: People,
    /// People of the HR files whom the HR checks leave out, such as board members. `[exempt.people]`.
    pub out_of_scope: People,
    /// Accounts that belong to programs. `[service_accounts]`.
    pub service_accounts: Accounts,
    /// Names of apps ([`super::finding::names_of_file`]) whose employee numbers are not the company's and say nothing. `[join] email_only`.
    pub email_only: Vec<Pattern>,
    /// Names of powerful entitlements and roles; `None` for the built-in ones. `[admin] names`.
    pub admin: Option<Vec<Pattern>>,
    /// Who may hold what. `[[role]]`.
    pub roles: Vec<RoleRule>,
    /// How many days after somebody's last day their access may remain; `None` when nothing was agreed.
    /// `[leavers] grace_days`.
    pub grace_days: Option<u16>,
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
    /// Accounts whose owner the operator knows. From a link file.
    pub links: Vec<Link>,
}

/// People described by what their HR record says; one fitting pattern is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Work e-mail addresses.
    pub emails: Vec<Pattern>,
    /// Employee numbers.
    pub employee_ids: Vec<Pattern>,
    /// Titles.
    pub titles: Vec<Pattern>,
    /// Departments by name.
    pub departments: Vec<Pattern>,
}

impl People {
    /// All patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let lists = [
            &self.emails,
            &self.employee_ids,
            &self.titles,
            &self.departments,
        ];
        lists.into_iter().flatten()
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns().next().is_none()
    }

    /// The patterns that fit somebody.
    pub fn fitting<'a>(&'a self, person: &'a Identity) -> impl Iterator<Item = &'a Pattern> {
        let numbers = || person.employee_ids.iter().filter_map(|n| fold_number(n));
        let title = || person.job_title.iter().map(|title| fold_text(title));
        let department = || person.department.iter().map(|name| fold_text(name));
        fit(&self.emails, || person.emails.iter().map(|e| folded(e)))
            .into_iter()
            .chain(fit(&self.employee_ids, numbers))
            .chain(fit(&self.titles, title))
            .chain(fit(&self.departments, department))
    }

    /// Whether a pattern fits somebody.
    pub fn include(&self, person: &Identity) -> bool {
        self.fitting(person).next().is_some()
    }
}

/// Accounts described by what their app says; one fitting pattern is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accounts {
    /// Login names.
    pub logins: Vec<Pattern>,
    /// E-mail addresses.
    pub emails: Vec<Pattern>,
    /// Names for people.
    pub names: Vec<Pattern>,
}

impl Accounts {
    /// All patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        [&self.logins, &self.emails, &self.names]
            .into_iter()
            .flatten()
    }

    /// The patterns that fit an account.
    pub fn fitting<'a>(&'a self, account: &'a Identity) -> impl Iterator<Item = &'a Pattern> {
        let logins = || account.logins.iter().map(|login| fold_text(login));
        let emails = || account.emails.iter().map(|e| folded(e));
        fit(&self.logins, logins)
            .into_iter()
            .chain(fit(&self.emails, emails))
            .chain(fit(&self.names, || {
                std::iter::once(fold_text(&account.name))
            }))
    }

    /// Whether a pattern fits an account.
    pub fn include(&self, account: &Identity) -> bool {
        self.fitting(account).next().is_some()
    }
}

/// The patterns that one of the folded texts fits. These are made once, whatever the number of patterns, and not at
/// all without any.
fn fit<I: Iterator<Item = String>>(
    patterns: &[Pattern],
    texts: impl FnOnce() -> I,
) -> Vec<&Pattern> {
    if patterns.is_empty() {
        return Vec::new();
    }
    let texts: Vec<String> = texts().collect();
    let fits = |p: &&Pattern| texts.iter().any(|text| p.fits_folded(text));
    patterns.iter().filter(fits).collect()
}

/// An address as addresses are compared, else as text.
fn folded(address: &str) -> String {
    fold_email(address).unwrap_or_else(|| fold_text(address))
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
    /// Which.
    pub check: &'static Check,
    /// Why.
    pub reason: String,
}

/// A finding that is accepted for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Which check's.
    pub check: &'static Check,
    /// About whom: [`super::finding::Subject::id`].
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
