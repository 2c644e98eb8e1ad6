//! HR-03: everybody who has not left has a first day that can be read as a date, pre-hires included.
//!
//! Whether somebody without one is new cannot be known, so all count as new.

use connector_core::Result;

use crate::check::case::Case;
use crate::check::ledger::{Ledger, Verdict};

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    for (hr, person) in case.in_scope() {
        if person.start_date.is_none() && !case.standing(person).has_left() {
            let evidence = hr.evidence(person, "no start date");
            let message = "has no first day".to_owned();
            ledger.raise(hr.subject(person), message, vec![evidence]);
        }
    }
    Ok(Verdict::Ran)
}
