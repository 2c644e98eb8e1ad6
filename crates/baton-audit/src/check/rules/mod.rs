//! One file per check. Each defines one [`Check`], and its head states exactly what the check raises, and for whom.
//!
//! Words used in the definitions: *the day* is the day judged for; *at work* is every person of an HR file who has
//! begun and is not known to have left, leave and the lack of a state included, except people whose word for the state
//! is not understood (DQ-04), people the policy leaves out (`[exempt.people]`) and records that are marked as no
//! human's; *left* and *pre-hire* are as
//! [`crate::identity::Identity::lifecycle_on`] defines them.

pub(super) mod ac_01;
pub(super) mod ac_02;
pub(super) mod ac_03;
pub(super) mod ac_04;
pub(super) mod ac_05;
pub(super) mod ac_06;
pub(super) mod ac_07;
pub(super) mod ac_08;
pub(super) mod ac_09;
pub(super) mod ac_10;
pub(super) mod ac_11;
pub(super) mod ac_12;
pub(super) mod dq_01;
pub(super) mod dq_02;
pub(super) mod dq_03;
pub(super) mod dq_04;
pub(super) mod dq_05;
pub(super) mod hr_01;
pub(super) mod hr_02;
pub(super) mod hr_03;
pub(super) mod hr_04;
pub(super) mod hr_05;
pub(super) mod hr_06;
pub(super) mod hr_07;
pub(super) mod hr_08;

use std::collections::HashSet;

use connector_core::{Result, text};

use super::catalogue::{ACCESS, Check, IDENTITY, Need};
use super::collector::Collector;
use super::context::{CheckContext, NumberedFile, OwnedAccount, is_usable};
use super::finding::{EXAMPLES, Evidence, Severity, Subject};
use crate::identity::Identity;

/// `1 person`, `2 people`.
fn people(count: usize) -> String {
    text::counted_as(count, "person", "people")
}

/// Up to `limit` distinct names and how many more there are.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>, limit: usize) -> String {
    let mut seen = HashSet::new();
    let names = names.into_iter();
    let distinct: Vec<&str> = names.filter(|name| seen.insert(*name)).collect();
    let shown = distinct[..distinct.len().min(limit)].join(", ");
    match distinct.len().saturating_sub(limit) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
