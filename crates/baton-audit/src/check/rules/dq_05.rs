//! DQ-05: no group holds itself through other groups.
//!
//! Raised once per app and cycle: entitlements of which each is held through each other one, because the grants that
//! are to be expanded lead back to where they began. The app itself may end such a cycle anywhere, so all who hold one
//! of the entitlements are possible holders of all of them; the checks of access count them as holders.

use super::{
    ACCESS, Check, CheckContext, Collector, EXAMPLES, Evidence, Need, Result, Severity, Subject,
    listed, text,
};

pub(crate) const CHECK: Check = Check {
    id: "DQ-05",
    title: "No group holds itself through other groups",
    severity: Severity::Medium,
    controls: ACCESS,
    remedy: "Take one of the groups out of the other in the app.",
    needs: &[Need::Accounts],
    whole_file: false,
    always: true,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for app in &context.apps {
        let file = app.file.file;
        for cycle in app.access.expansion.cycles()? {
            let holders = cycle.holders.iter().map(String::as_str);
            let message = match cycle.holders.len() {
                0 => "is a cycle that is held through itself, by no principal so far".to_owned(),
                count => format!(
                    "is a cycle that is held through itself; {} may hold all of it: {}",
                    text::counted(count, "principal"),
                    listed(holders, 10)
                ),
            };
            let rows = cycle.grants.iter().take(EXAMPLES);
            let rows = rows.map(|(row, grant_id)| Evidence {
                file,
                at: (*row).clone(),
                external_id: (*grant_id).to_owned(),
                says: "a grant of the cycle, to be expanded".to_owned(),
            });
            let subject = Subject::Thing {
                file,
                name: cycle.entitlements.join(" > "),
            };
            found.raise(subject, message, rows.collect());
        }
    }
    Ok(())
}
