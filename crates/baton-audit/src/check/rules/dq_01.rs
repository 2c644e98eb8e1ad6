//! DQ-01: an HR file has not shrunk against its earlier state.
//!
//! Looked at are the people who, on the day of the earlier sync, had not left. Gone are those whose type and id the
//! file no longer has, and those it now calls left. Raised for the file when more than `[shrink] max_percent` of
//! them are gone and at least `[shrink] min_people`. Skipped when no HR file has an earlier state.

use connector_core::Result;

use crate::check::case::{Case, Placed};
use crate::check::finding::{Evidence, Subject};
use crate::check::ledger::{Ledger, Verdict};
use crate::check::rules::{EXAMPLES, NO_EARLIER};

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    if case.pairs.is_empty() {
        return Ok(Verdict::Skipped(NO_EARLIER.to_owned()));
    }
    for &(now, earlier) in &case.pairs {
        compare(case, now, earlier, ledger);
    }
    Ok(Verdict::Ran)
}

fn compare(case: &Case<'_>, now: Placed<'_>, earlier: Placed<'_>, ledger: &mut Ledger) {
    let then = earlier.opened.source.seen_on().unwrap_or(case.day);
    let (mut before, mut missing, mut left) = (0_usize, 0_usize, 0_usize);
    let mut evidence: Vec<Evidence> = Vec::new();
    for person in earlier.opened.roster.iter() {
        if person.lifecycle_on(then).has_left() {
            continue;
        }
        before += 1;
        match now.opened.roster.get(&person.key) {
            Some(known) if !case.standing(known).has_left() => {}
            Some(known) => {
                left += 1;
                if evidence.len() < EXAMPLES {
                    evidence.push(now.evidence(known, "has left since"));
                }
            }
            None => {
                missing += 1;
                if evidence.len() < EXAMPLES {
                    evidence.push(earlier.evidence(person, "no longer in the file"));
                }
            }
        }
    }
    let limits = case.policy.shrink;
    let gone = missing + left;
    if gone >= limits.min_people && gone * 100 > before * usize::from(limits.max_percent) {
        let message = format!(
            "has lost {gone} of {before} people ({missing} missing, {left} left); at most {} % may go",
            limits.max_percent
        );
        ledger.raise(Subject::File { file: now.file }, message, evidence);
    }
}
