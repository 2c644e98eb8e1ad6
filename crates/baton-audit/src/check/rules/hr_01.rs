//! HR-01: everybody at work has a job title.

use connector_core::Result;

use crate::check::case::Case;
use crate::check::ledger::{Ledger, Verdict};

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    for (hr, person) in case.at_work() {
        if person.job_title.is_none() {
            let evidence = hr.evidence(person, "no job title");
            let message = "has no job title".to_owned();
            ledger.raise(hr.subject(person), message, vec![evidence]);
        }
    }
    Ok(Verdict::Ran)
}
