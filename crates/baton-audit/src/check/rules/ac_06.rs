//! AC-06: every account is used.
//!
//! Raised for each usable account whose last login is more than `[accounts] unused_days` (usually 90) before the app
//! was read, or before the day when that is earlier. In a file that has last logins, an account without one has never
//! been used: it is raised when it was created as long ago, and at most at low when the file does not say when it was
//! created. Accounts of leavers are AC-01's; a program's account without a last login is left out, because programs
//! often use keys that count as no login. A file in which no account has a last login is noted and not judged.

use jiff::civil::Date;

use super::{ACCESS, Check, CheckContext, Collector, Need, Result, Severity, is_usable, text};
use crate::check::join::Owner;

pub(crate) const CHECK: Check = Check {
    id: "AC-06",
    title: "Every account is used",
    severity: Severity::Medium,
    controls: ACCESS,
    remedy: "Ask the owner whether the account is needed, and disable it if not.",
    needs: &[Need::Accounts, Need::Logins],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    let allowed = i32::from(context.policy.accounts.unused_days);
    for app in &context.apps {
        let file = app.file;
        if !file.loaded.knows.last_login {
            found.notes.push(format!(
                "{}: no account has a last login; whether accounts are used is not known (AC-06)",
                file.loaded.source.shown()
            ));
            continue;
        }
        let seen = context.seen_on(file).min(context.day);
        let idle = |day: Date| (seen - day).get_days();
        for (account, owner) in file.loaded.roster.iter().zip(&app.owners) {
            if !is_usable(account) || has_left(context, owner) {
                continue;
            }
            let login = account.last_login.map(|it| context.day_of(it));
            let created = account.created_at.map(|it| context.day_of(it));
            let (at_most, message) = match (login, created) {
                (Some(day), _) if idle(day) > allowed => {
                    let days = text::counted(idle(day).unsigned_abs(), "day");
                    let message = format!(
                        "was last used on {day}, {days} before {seen}; the policy allows {allowed}"
                    );
                    (Severity::Critical, message)
                }
                (Some(_), _) => continue,
                (None, _) if *owner == Owner::Program => continue,
                (None, Some(day)) if idle(day) > allowed => {
                    let message = format!("has never been used and was created on {day}");
                    (Severity::Critical, message)
                }
                (None, Some(_)) => continue,
                (None, None) => {
                    let message = "has never been used; when it was created is not known";
                    (Severity::Low, message.to_owned())
                }
            };
            let login = login.map_or("no last login".to_owned(), |day| {
                format!("last login {day}")
            });
            let evidence = vec![file.evidence(account, login)];
            found.raise_at(at_most, file.subject(account), message, evidence);
        }
    }
    Ok(())
}

/// Whether the account is a leaver's.
fn has_left(context: &CheckContext<'_>, owner: &Owner) -> bool {
    match owner {
        Owner::Person { records, .. } => context.have_left(&context.known(records)),
        Owner::Program | Owner::Unclear { .. } | Owner::Unknown { .. } => false,
    }
}
