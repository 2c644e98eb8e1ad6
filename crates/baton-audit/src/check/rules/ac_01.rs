//! AC-01: nobody who has left still has access.
//!
//! Raised for each account of a person all of whose HR records say on the day that they have left, when the account
//! can be used (its app does not call it disabled or deleted, so an unknown state counts as usable), or when it
//! cannot but still holds grants. Service accounts, and accounts whose owner is unclear or unknown, are AC-02's.
//!
//! How bad it is depends on when access had to be gone, that is, after the last day (the latest, when there are
//! several records) and the policy's grace period:
//! * critical when that time is over and the app was read after it, or when no last day is known;
//! * at most medium when it is over, but the app's sync ended on that day or before and so proves nothing: the app
//!   must be read again;
//! * at most low while it is not over yet, and for an account that cannot be used but holds grants.
//!
//! AC-05 is raised beside AC-01, never instead of it.

use connector_core::Result;

use crate::check::case::{Case, Owned, is_usable};
use crate::check::finding::{Evidence, Severity};
use crate::check::leaving::{Due, due, last_day};
use crate::check::ledger::{Ledger, Verdict};
use crate::check::rules::NO_APP;

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    if case.apps.is_empty() {
        return Ok(Verdict::Skipped(NO_APP.to_owned()));
    }
    for owned in case.owned() {
        let grants = owned.app.access.counts[owned.at];
        let usable = is_usable(owned.account);
        if case.have_left(&owned.records) && (usable || grants > 0) {
            raise(case, &owned, usable, grants, ledger);
        }
    }
    Ok(Verdict::Ran)
}

fn raise(case: &Case<'_>, owned: &Owned<'_, '_>, usable: bool, grants: usize, ledger: &mut Ledger) {
    let who = owned.name();
    let left = match last_day(owned) {
        Some(day) => format!("{who} had the last day {day}"),
        None => format!("{who} has left"),
    };
    let held = match grants {
        0 => String::new(),
        1 => " and holds 1 grant".to_owned(),
        n => format!(" and holds {n} grants"),
    };
    let (at_most, message) = match (usable, due(case, owned)) {
        (false, _) => {
            let message = format!("is {}{held} although {left}", owned.account.status.as_str());
            (Severity::Low, message)
        }
        (true, Due::Until(until)) => {
            let message = format!("is not disabled{held}; {left}, access may remain until {until}");
            (Severity::Low, message)
        }
        (true, Due::Unproven { seen, .. }) => {
            let message = format!(
                "was not disabled{held} on {seen}, when the app was last read; {left}: read the app again"
            );
            (Severity::Medium, message)
        }
        (true, Due::Undated | Due::Over { .. }) => {
            let message = format!("is not disabled{held} although {left}");
            (Severity::Critical, message)
        }
    };
    let subject = owned.app.placed.subject(owned.account);
    ledger.raise_at(at_most, subject, message, evidence(case, owned));
}

/// The account, the first grants it holds, and the records that say the person has left.
pub(super) fn evidence(case: &Case<'_>, owned: &Owned<'_, '_>) -> Vec<Evidence> {
    let mut evidence = owned.account_rows(owned.held());
    evidence.extend(owned.person_rows(case));
    evidence
}
