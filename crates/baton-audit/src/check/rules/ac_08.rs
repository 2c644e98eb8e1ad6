//! AC-08: few accounts are powerful.
//!
//! Raised once per app in which more than `[admin] max_percent` (usually 10) of the usable accounts are powerful (as
//! for AC-04), and at least `[admin] min_accounts` (usually 5) of them. Programs' accounts are left out on both sides.

use super::{
    ACCESS, Check, CheckContext, Collector, EXAMPLES, Need, Result, Severity, Subject, is_usable,
};
use crate::check::join::Owner;

pub(crate) const CHECK: Check = Check {
    id: "AC-08",
    title: "Few accounts are powerful",
    severity: Severity::Medium,
    controls: ACCESS,
    remedy: "Take powerful access away from those who do not need it for their work.",
    needs: &[Need::Accounts, Need::AnyAccess],
    whole_file: true,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    let limit = context.policy.power;
    for app in &context.apps {
        let file = app.file;
        let accounts = file.loaded.roster.iter().enumerate();
        let usable = accounts
            .filter(|(at, account)| is_usable(account) && app.owners[*at] != Owner::Program);
        let is_powerful = |at: usize| app.access.of(at).iter().any(|held| held.meaning.admin);
        let (powerful, others): (Vec<_>, Vec<_>) = usable.partition(|(at, _)| is_powerful(*at));
        let all = powerful.len() + others.len();
        if powerful.len() < limit.min_accounts
            || powerful.len() * 100 <= all * usize::from(limit.max_percent)
        {
            continue;
        }
        let message = format!(
            "has {} powerful accounts among {all} ({} %); the policy allows {} %",
            powerful.len(),
            powerful.len() * 100 / all,
            limit.max_percent
        );
        let rows = powerful.iter().take(EXAMPLES);
        let rows = rows.map(|(_, account)| file.evidence(account, "powerful"));
        found.raise(Subject::File { file: file.file }, message, rows.collect());
    }
    Ok(())
}
