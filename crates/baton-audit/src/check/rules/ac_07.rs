//! AC-07: powerful accounts ask for a second factor.
//!
//! Raised for each usable account with powerful access (as for AC-04) of which the app says that it asks for no second
//! factor at login (MFA), and at most at medium for one of which it does not say so although it does of others. Left
//! out are programs' accounts, and accounts whose login goes through single sign-on: there the second factor is asked
//! for elsewhere. A file that says it of no account is noted and not judged.

use super::{
    ACCESS, Check, CheckContext, Collector, Evidence, Need, Result, Severity, is_usable, listed,
};
use crate::check::access::Held;
use crate::check::join::Owner;

pub(crate) const CHECK: Check = Check {
    id: "AC-07",
    title: "Powerful accounts ask for a second factor",
    severity: Severity::High,
    controls: ACCESS,
    remedy: "Require a second factor for the account, or take the powerful access away.",
    needs: &[Need::Accounts, Need::AnyAccess, Need::SecondFactors],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for app in &context.apps {
        let file = app.file;
        if !file.loaded.knows.mfa {
            found.notes.push(format!(
                "{}: no account says whether it asks for a second factor (AC-07)",
                file.loaded.source.shown()
            ));
            continue;
        }
        for (at, account) in file.loaded.roster.iter().enumerate() {
            let is_safe = account.mfa == Some(true) || account.sso == Some(true);
            if !is_usable(account) || is_safe || app.owners[at] == Owner::Program {
                continue;
            }
            let held = app.access.of(at).iter();
            let powerful: Vec<&Held> = held.filter(|held| held.meaning.admin).collect();
            if powerful.is_empty() {
                continue;
            }
            let names: Vec<String> = powerful.iter().map(|held| held.shown()).collect();
            let names = listed(names.iter().map(String::as_str), 3);
            let (at_most, says) = match account.mfa {
                Some(_) => (Severity::Critical, "asks for no second factor"),
                None => (
                    Severity::Medium,
                    "may ask for no second factor: the file does not say",
                ),
            };
            let own = file.evidence(account, says);
            let grants = powerful.iter().filter_map(|held| held.grant(file.file));
            let evidence: Vec<Evidence> = [own].into_iter().chain(grants).collect();
            let message = format!("{says} and is powerful: {names}");
            found.raise_at(at_most, file.subject(account), message, evidence);
        }
    }
    Ok(())
}
