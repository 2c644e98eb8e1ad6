//! AC-05: the access of leavers is removed within the grace period that was agreed.
//!
//! Raised for each usable account of a person all of whose HR records show that they have left and give a last day,
//! when the app shows the account on a day more than `[leavers] grace_days` after it. The day that the app shows is
//! that of its sync, or the day judged for when that is earlier; with a grace period of one day a person who left on
//! the 1st may have access on the 2nd, and a finding on the 3rd. Skipped when the policy agrees on no grace period, and
//! where AC-01 runs: that one is raised for all these accounts and states how long the grace period is over; one
//! account is one finding.

use super::{ACCESS, Check, CheckContext, Collector, Need, Result, Severity, is_usable};
use crate::check::leaving::{Due, due, last_day};

pub(crate) const CHECK: Check = Check {
    id: "AC-05",
    title: "Access is removed within the grace period",
    severity: Severity::Critical,
    controls: ACCESS,
    remedy: "Disable the account now; the time allowed for it has passed.",
    needs: &[
        Need::Accounts,
        Need::GracePeriod,
        Need::Owners,
        Need::WithoutAc01,
    ],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    let grace = context.policy.grace_days.unwrap_or_default();
    for owned in context.owned_accounts() {
        if !is_usable(owned.account) || !context.have_left(&owned.records) {
            continue;
        }
        if let (Due::Over { seen }, Some(end)) = (due(context, &owned), last_day(&owned)) {
            let late = (seen - end).get_days();
            let message = format!(
                "was not disabled {late} days after {}'s last day {end}; the policy allows {grace}",
                owned.name()
            );
            let evidence = owned.rows(context, owned.held());
            found.raise(owned.subject(), message, evidence);
        }
    }
    Ok(())
}
