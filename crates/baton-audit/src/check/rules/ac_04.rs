//! AC-04: powerful or early access has somebody who answers for it.
//!
//! Looked at are usable accounts of people who have not left, by those of their HR records that have not. Raised
//! when
//! * nobody has begun: all records are pre-hires', and the first day (the earliest) is more than
//!   `[people] early_access_days` after the day, or not known; any usable account counts;
//! * the account is powerful and none of the records names a manager, unless the policy exempts one of them
//!   (`[exempt.managers]`);
//! * the account is powerful and all of the records are on leave.
//!
//! Powerful is an account with an organisation role or a grant that fits `[admin] names`: these are compared with the
//! organisation role, and with id, slug and name of the entitlement and the name of what it is on. Without that list
//! an organisation role, the slug of an entitlement or the name of a role is powerful when one of its words is admin,
//! administrator, owner, root, superadmin or superuser.

use connector_core::Result;

use crate::check::access::Held;
use crate::check::case::{Case, Owned, Placed, is_usable};
use crate::check::ledger::{Ledger, Verdict};
use crate::check::rules::{NO_APP, listed};
use crate::identity::{Identity, Lifecycle};

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    if case.apps.is_empty() {
        return Ok(Verdict::Skipped(NO_APP.to_owned()));
    }
    for owned in case.owned().filter(|owned| is_usable(owned.account)) {
        judge(case, &owned, ledger);
    }
    Ok(Verdict::Ran)
}

fn judge(case: &Case<'_>, owned: &Owned<'_, '_>, ledger: &mut Ledger) {
    let current = owned.current(case);
    if current.is_empty() {
        return;
    }
    let held = owned.held().iter();
    let powerful: Vec<&Held> = held.filter(|held| held.meaning.admin).collect();
    let mut faults: Vec<String> = early(case, &current).into_iter().collect();
    if faults.is_empty() && !powerful.is_empty() {
        faults = unanswered(case, &current);
        if !faults.is_empty() {
            let names = listed(powerful.iter().map(|held| held.meaning.name.as_str()));
            faults.push(format!("and is powerful: {names}"));
        }
    }
    if faults.is_empty() {
        return;
    }
    let message = format!("belongs to {}, who {}", owned.name(), faults.join(" "));
    let mut evidence = owned.account_rows(powerful);
    evidence.extend(owned.person_rows(case));
    ledger.raise(owned.app.placed.subject(owned.account), message, evidence);
}

/// Access before the first day.
fn early(case: &Case<'_>, current: &[(Placed<'_>, &Identity)]) -> Option<String> {
    let prehire = |p: &Identity| case.standing(p) == Lifecycle::Prehire;
    if !current.iter().all(|(_, person)| prehire(person)) {
        return None;
    }
    let first = current.iter().filter_map(|(_, p)| p.start_date).min();
    let Some(first) = first else {
        return Some("has not begun".to_owned());
    };
    let allowed = jiff::Span::new().days(case.policy.early_access_days);
    let from = first.saturating_sub(allowed);
    (case.day < from).then(|| format!("begins on {first}"))
}

/// Powerful access that nobody answers for.
fn unanswered(case: &Case<'_>, current: &[(Placed<'_>, &Identity)]) -> Vec<String> {
    let mut people = current.iter().map(|(_, person)| person);
    let exempt = people
        .clone()
        .any(|p| case.policy.exempt_managers.include(p));
    let alone = !exempt && people.clone().all(|p| p.manager.is_absent());
    let away = people.all(|p| case.standing(p) == Lifecycle::Leave);
    match (alone, away) {
        (true, true) => vec!["has no manager, is on leave".to_owned()],
        (true, false) => vec!["has no manager".to_owned()],
        (false, true) => vec!["is on leave".to_owned()],
        (false, false) => Vec::new(),
    }
}
