//! HR-01: every person at work has a job title.

use super::{Check, CheckContext, Collector, IDENTITY, Need, Result, Severity};

pub(crate) const CHECK: Check = Check {
    id: "HR-01",
    title: "A job title is assigned",
    severity: Severity::Low,
    controls: IDENTITY,
    remedy: "Enter the person's job title in the HR system.",
    needs: &[Need::People, Need::AtWork],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for (hr, person) in context.at_work() {
        if person.job_title.is_none() {
            found.raise_person(hr, person, "has no job title", "no job title");
        }
    }
    Ok(())
}
