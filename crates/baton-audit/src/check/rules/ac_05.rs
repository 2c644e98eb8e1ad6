//! AC-05: the access of leavers is removed within the grace period that was agreed.
//!
//! Raised beside AC-01 for each usable account of a person all of whose HR records say that they have left and give a
//! last day, when the app shows the account on a day more than `[leavers] grace_days` after it. The day that the app
//! shows is that of its sync, or the day judged for when that is earlier; with a grace period of one day somebody who
//! left on the 1st may have access on the 2nd, and a finding on the 3rd. Skipped when the policy agrees on no grace
//! period.

use connector_core::Result;

use crate::check::case::{Case, is_usable};
use crate::check::leaving::{Due, due, last_day};
use crate::check::ledger::{Ledger, Verdict};
use crate::check::rules::{NO_APP, ac_01};

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    if case.apps.is_empty() {
        return Ok(Verdict::Skipped(NO_APP.to_owned()));
    }
    let Some(grace) = case.policy.grace_days else {
        let why = "the policy sets no grace period ([leavers] grace_days)";
        return Ok(Verdict::Skipped(why.to_owned()));
    };
    for owned in case.owned() {
        if !is_usable(owned.account) || !case.have_left(&owned.records) {
            continue;
        }
        if let (Due::Over { seen, .. }, Some(end)) = (due(case, &owned), last_day(&owned)) {
            let late = (seen - end).get_days();
            let message = format!(
                "was not disabled {late} days after {}'s last day {end}; the policy allows {grace}",
                owned.name()
            );
            let subject = owned.app.placed.subject(owned.account);
            ledger.raise(subject, message, ac_01::evidence(case, &owned));
        }
    }
    Ok(Verdict::Ran)
}
