//! One file per check. Each file's head defines exactly what the check raises, and for whom.
//!
//! Words used in the definitions: *the day* is the day judged for; *at work* is everybody of an HR file who has
//! begun and is not known to have left, leave and an unknown state included, except people the policy leaves out
//! (`[exempt.people]`) and records that are marked as no human's; *left* and *pre-hire* are as
//! [`crate::identity::Identity::lifecycle_on`] says.

mod ac_01;
mod ac_02;
mod ac_03;
mod ac_04;
mod ac_05;
mod dq_01;
mod dq_02;
mod hr_01;
mod hr_02;
mod hr_03;
mod hr_04;
mod hr_05;
mod hr_06;
mod hr_07;
mod hr_08;

use connector_core::Result;

use super::case::Case;
use super::ledger::{Ledger, Verdict};

/// Looks at a case and records what it finds.
pub(crate) type Rule = fn(&Case<'_>, &mut Ledger) -> Result<Verdict>;

/// People of a long list that are given as evidence.
const EXAMPLES: usize = 20;
/// Why a check of accounts did not run.
const NO_APP: &str = "no file of an app is given";
/// Why a check that compares with an earlier state did not run.
const NO_EARLIER: &str =
    "no HR file has an earlier finished full sync, and none is given with --earlier";

/// The rule of each check, in the catalogue's order.
pub(crate) static RULES: [(&str, Rule); 15] = [
    ("HR-01", hr_01::rule),
    ("HR-02", hr_02::rule),
    ("HR-03", hr_03::rule),
    ("HR-04", hr_04::rule),
    ("HR-05", hr_05::rule),
    ("HR-06", hr_06::rule),
    ("HR-07", hr_07::rule),
    ("HR-08", hr_08::rule),
    ("AC-01", ac_01::rule),
    ("AC-02", ac_02::rule),
    ("AC-03", ac_03::rule),
    ("AC-04", ac_04::rule),
    ("AC-05", ac_05::rule),
    ("DQ-01", dq_01::rule),
    ("DQ-02", dq_02::rule),
];

/// `1 person`, `2 people`.
fn people(count: usize) -> String {
    match count {
        1 => "1 person".to_owned(),
        n => format!("{n} people"),
    }
}

/// Up to three distinct names and how many more there are.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut distinct: Vec<&str> = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    let shown = distinct[..distinct.len().min(3)].join(", ");
    match distinct.len().saturating_sub(3) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
