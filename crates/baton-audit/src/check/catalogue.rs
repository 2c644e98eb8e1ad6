//! The checks there are. A check is one value: what it is called, which controls it supports, what it needs, and the
//! function that runs it. Each is defined in its own file in `rules`; this list only puts them in order.
//!
//! The controls are those that access reviews map such checks to: SOC 2 CC6.2 (access is granted and removed with
//! registration) and CC6.3 (access follows role), ISO/IEC 27001:2022 Annex A 5.16 (identity management) and 5.18
//! (access rights).

use connector_core::Result;
use serde::Serialize;

use super::collector::Collector;
use super::context::CheckContext;
use super::finding::Severity;
use super::rules::{
    ac_01, ac_02, ac_03, ac_04, ac_05, ac_06, ac_07, ac_08, ac_09, ac_10, ac_11, ac_12, dq_01,
    dq_02, dq_03, dq_04, dq_05, hr_01, hr_02, hr_03, hr_04, hr_05, hr_06, hr_07, hr_08,
};

/// A check of the catalogue. Two are equal when their ids are.
#[derive(Debug, Serialize)]
pub struct Check {
    /// `HR-01` and so on.
    pub id: &'static str,
    /// What it looks at, in a few words.
    pub title: &'static str,
    /// How bad a finding usually is.
    pub severity: Severity,
    /// Controls it supports.
    pub controls: &'static [&'static str],
    /// What to do about a finding, one sentence.
    pub remedy: &'static str,
    /// What it reads. It does not run when one of these is missing.
    #[serde(skip)]
    pub needs: &'static [Need],
    /// Whether a finding is about a whole file, so that an acceptance of it names no subject.
    #[serde(skip)]
    pub whole_file: bool,
    /// Whether it judges what the other checks look at, so that it runs beside any selection of them.
    #[serde(skip)]
    pub always: bool,
    /// Looks at the files and records what it finds.
    #[serde(skip)]
    pub(super) run: fn(&CheckContext<'_>, &mut Collector) -> Result<()>,
}

impl PartialEq for Check {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Check {}

/// Something that a check reads, beside the HR files and the day, which are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The people of HR files, without those whom the policy leaves out (`[exempt.people]`).
    People,
    /// Who needs no manager (`[exempt.managers]`).
    ManagerExemptions,
    /// Departments that an HR file lists.
    Departments,
    /// An earlier sync of an HR file.
    EarlierSync,
    /// People in scope who are at work.
    AtWork,
    /// Accounts of apps, their owners and what they hold.
    Accounts,
    /// The accounts of apps that are given; there need not be any.
    AccountsIfAny,
    /// Accounts that belong to a person of the HR files.
    Owners,
    /// Grants or organisation roles of accounts.
    Access,
    /// Role rules of the policy (`[[role]]`).
    RoleRules,
    /// The grace period that was agreed for leavers (`[leavers] grace_days`).
    GracePeriod,
    /// Grants or organisation roles of any account.
    AnyAccess,
    /// Addresses of accounts, also as logins.
    Addresses,
    /// Last logins of accounts.
    Logins,
    /// Whether accounts ask for a second factor.
    SecondFactors,
    /// Conflicts of the policy (`[[conflict]]`).
    Conflicts,
    /// People who moved to another department and whose two departments are large enough to judge by.
    Moves,
    /// Accounts of programs.
    Programs,
    /// That AC-01 does not run.
    WithoutAc01,
}

pub(super) const IDENTITY: &[&str] = &["SOC 2 CC6.2", "ISO 27001 A.5.16"];
pub(super) const ACCESS: &[&str] = &[
    "SOC 2 CC6.2",
    "SOC 2 CC6.3",
    "ISO 27001 A.5.16",
    "ISO 27001 A.5.18",
];

/// All checks, in order of ids within their groups.
pub static CATALOGUE: [Check; 25] = [
    hr_01::CHECK,
    hr_02::CHECK,
    hr_03::CHECK,
    hr_04::CHECK,
    hr_05::CHECK,
    hr_06::CHECK,
    hr_07::CHECK,
    hr_08::CHECK,
    ac_01::CHECK,
    ac_02::CHECK,
    ac_03::CHECK,
    ac_04::CHECK,
    ac_05::CHECK,
    ac_06::CHECK,
    ac_07::CHECK,
    ac_08::CHECK,
    ac_09::CHECK,
    ac_10::CHECK,
    ac_11::CHECK,
    ac_12::CHECK,
    dq_01::CHECK,
    dq_02::CHECK,
    dq_03::CHECK,
    dq_04::CHECK,
    dq_05::CHECK,
];

/// The check with this id.
pub fn by_id(id: &str) -> Option<&'static Check> {
    CATALOGUE.iter().find(|check| check.id == id)
}

#[cfg(test)]
mod tests;
