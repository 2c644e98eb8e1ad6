//! The checks there are: id, title, severity, the controls they support and what to do about a finding.
//!
//! The ids and what they look at are the suite's; the controls are those that access reviews map such checks to:
//! SOC 2 CC6.2 (access is granted and removed with registration) and CC6.3 (access follows role), ISO/IEC 27001:2022
//! Annex A 5.16 (identity management) and 5.18 (access rights).

use super::finding::Severity;

/// A check of the catalogue.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
}

/// The check with this id.
pub fn by_id(id: &str) -> Option<&'static Check> {
    CATALOGUE.iter().find(|check| check.id == id)
}

const IDENTITY: &[&str] = &["SOC 2 CC6.2", "ISO 27001 A.5.16"];
const ACCESS: &[&str] = &[
    "SOC 2 CC6.2",
    "SOC 2 CC6.3",
    "ISO 27001 A.5.16",
    "ISO 27001 A.5.18",
];

const fn check(
    id: &'static str,
    title: &'static str,
    severity: Severity,
    controls: &'static [&'static str],
    remedy: &'static str,
) -> Check {
    Check {
        id,
        title,
        severity,
        controls,
        remedy,
    }
}

/// All checks, in order of ids within their groups.
pub static CATALOGUE: [Check; 15] = [
    check(
        "HR-01",
        "A job title is assigned",
        Severity::Low,
        IDENTITY,
        "Enter the person's job title in the HR system.",
    ),
    check(
        "HR-02",
        "A manager is assigned",
        Severity::Medium,
        ACCESS,
        "Enter the person's manager in the HR system, or exempt top management in the policy.",
    ),
    check(
        "HR-03",
        "New staff have a joining date",
        Severity::Medium,
        IDENTITY,
        "Enter the person's first day in the HR system.",
    ),
    check(
        "HR-04",
        "The reporting line is sound",
        Severity::Medium,
        ACCESS,
        "Correct the manager in the HR system so that the line ends at the top of the company.",
    ),
    check(
        "HR-05",
        "The work e-mail address is present, unique and in an allowed domain",
        Severity::Medium,
        IDENTITY,
        "Give the person a work e-mail address of their own in a company domain.",
    ),
    check(
        "HR-06",
        "State and dates agree",
        Severity::Medium,
        IDENTITY,
        "Correct the state or the dates in the HR system.",
    ),
    check(
        "HR-07",
        "One record per human",
        Severity::Low,
        IDENTITY,
        "Merge the records, or give each its own employee number and e-mail address.",
    ),
    check(
        "HR-08",
        "The department's name means one department",
        Severity::Low,
        IDENTITY,
        "Rename or merge the departments, or correct the person's department.",
    ),
    check(
        "AC-01",
        "Nobody who left still has access",
        Severity::Critical,
        ACCESS,
        "Disable the account in the app now and find out why offboarding missed it.",
    ),
    check(
        "AC-02",
        "Every account belongs to a known person",
        Severity::High,
        ACCESS,
        "Find the owner and link the account, declare it a service account in the policy, or disable it.",
    ),
    check(
        "AC-03",
        "Access fits the person's role",
        Severity::High,
        ACCESS,
        "Remove the access, or extend the role rule in the policy.",
    ),
    check(
        "AC-04",
        "Powerful or early access has somebody who answers for it",
        Severity::High,
        ACCESS,
        "Assign a manager, or suspend the access until the person is at work.",
    ),
    check(
        "AC-05",
        "Access is removed within the grace period",
        Severity::Critical,
        ACCESS,
        "Disable the account now; the time allowed for it has passed.",
    ),
    check(
        "DQ-01",
        "The HR file has not shrunk",
        Severity::High,
        IDENTITY,
        "Check the connector's permissions and filters before anything acts on this file.",
    ),
    check(
        "DQ-02",
        "No fact has disappeared from everybody",
        Severity::High,
        IDENTITY,
        "Check whether the HR credential lost a permission.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_found() {
        for check in &CATALOGUE {
            assert_eq!(by_id(check.id), Some(check));
        }
        assert_eq!(by_id("HR-99"), None);
    }
}
