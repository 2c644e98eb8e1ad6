//! HR-03: every person who has not left has a first day that can be read as a date, pre-hires included.
//!
//! Whether a person without one is new cannot be known, so all count as new.

use super::{Check, CheckContext, Collector, IDENTITY, Need, Result, Severity};

pub(crate) const CHECK: Check = Check {
    id: "HR-03",
    title: "New staff have a joining date",
    severity: Severity::Medium,
    controls: IDENTITY,
    remedy: "Enter the person's first day in the HR system.",
    needs: &[Need::People],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for (hr, person) in context.in_scope() {
        if person.start_date.is_none() && !context.standing(person).has_left() {
            found.raise_person(hr, person, "has no first day", "no start date");
        }
    }
    Ok(())
}
