//! HR-02: every person at work has a manager, except those the policy exempts (`[exempt.managers]`).
//!
//! A manager named in any way, even by name alone, counts as assigned; whether that manager is sound is HR-04.

use super::{ACCESS, Check, CheckContext, Collector, Need, Result, Severity};

pub(crate) const CHECK: Check = Check {
    id: "HR-02",
    title: "A manager is assigned",
    severity: Severity::Medium,
    controls: ACCESS,
    remedy: "Enter the person's manager in the HR system, or exempt top management in the policy.",
    needs: &[Need::People, Need::ManagerExemptions, Need::AtWork],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for (hr, person) in context.at_work() {
        if person.manager.is_absent() && !context.policy.exempt_managers.include(person) {
            found.raise_person(hr, person, "has no manager", "no manager");
        }
    }
    Ok(())
}
