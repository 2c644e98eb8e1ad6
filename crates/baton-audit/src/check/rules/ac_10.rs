//! AC-10: no account is shared.
//!
//! Raised for each usable account that is no program's and has the address of a shared mailbox, as an e-mail address or
//! as a login: who used it cannot be told. Addresses are compared with `[shared_mailboxes] emails`; without that list
//! an address is shared when it begins with accounting, accounts, admin, billing, contact, finance, hello, help,
//! helpdesk, hr, info, it, jobs, mail, marketing, office, sales, security, service, shared, support, team or test and an @.

use super::{ACCESS, Check, CheckContext, Collector, Need, Result, Severity, is_usable};
use crate::check::join::{Owner, addresses};

pub(crate) const CHECK: Check = Check {
    id: "AC-10",
    title: "No account is shared",
    severity: Severity::Medium,
    controls: ACCESS,
    remedy: "Give each person an account of their own, or declare it a service account with an owner.",
    needs: &[Need::Accounts, Need::Addresses],
    whole_file: false,
    always: false,
    run,
};

/// What the addresses of shared mailboxes begin with when the policy names none.
const SHARED: [&str; 23] = [
    "accounting",
    "accounts",
    "admin",
    "billing",
    "contact",
    "finance",
    "hello",
    "help",
    "helpdesk",
    "hr",
    "info",
    "it",
    "jobs",
    "mail",
    "marketing",
    "office",
    "sales",
    "security",
    "service",
    "shared",
    "support",
    "team",
    "test",
];

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    let is_shared = |address: &String| match &context.policy.shared_mailboxes {
        Some(patterns) => patterns.iter().any(|p| p.fits_folded(address)),
        None => is_shared(address),
    };
    for app in &context.apps {
        let file = app.file;
        for (account, owner) in file.loaded.roster.iter().zip(&app.owners) {
            if !is_usable(account) || *owner == Owner::Program {
                continue;
            }
            if let Some(address) = addresses(account).find(is_shared) {
                let message = format!("has the address of a shared mailbox, {address}");
                let evidence = vec![file.evidence(account, format!("address {address}"))];
                found.raise(file.subject(account), message, evidence);
            }
        }
    }
    Ok(())
}

/// Whether a folded address begins as those of shared mailboxes do.
pub(crate) fn is_shared(address: &str) -> bool {
    SHARED.contains(&address.split('@').next().unwrap_or_default())
}
