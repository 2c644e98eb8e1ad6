//! HR-02: everybody at work has a manager, except those the policy exempts (`[exempt.managers]`).
//!
//! A manager named in any way, even by name alone, counts as assigned; whether that manager is sound is HR-04.

use connector_core::Result;

use crate::check::case::Case;
use crate::check::ledger::{Ledger, Verdict};

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    for (hr, person) in case.at_work() {
        if person.manager.is_absent() && !case.policy.exempt_managers.include(person) {
            let evidence = hr.evidence(person, "no manager");
            let message = "has no manager".to_owned();
            ledger.raise(hr.subject(person), message, vec![evidence]);
        }
    }
    Ok(Verdict::Ran)
}
