//! AC-02: every account belongs to a known person.
//!
//! Raised for each usable account that belongs to nobody known, and for one whose owner is unclear, because what
//! identifies it fits several people or contradicts itself; a program's accounts are left out. How accounts and
//! people are joined is written at the head of `join.rs`. People of the same name are listed as candidates and never
//! matched. Accounts that cannot be used are nobody's problem here.

use connector_core::Result;

use crate::check::case::{Case, is_usable};
use crate::check::join::{Owner, Record};
use crate::check::ledger::{Ledger, Verdict};
use crate::check::rules::{NO_APP, listed};
use crate::identity::Identity;

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    if case.apps.is_empty() {
        return Ok(Verdict::Skipped(NO_APP.to_owned()));
    }
    for app in &case.apps {
        let accounts = app.placed.opened.roster.iter().zip(&app.owners);
        for (account, owner) in accounts.filter(|(account, _)| is_usable(account)) {
            let (message, candidates) = match owner {
                Owner::Program | Owner::Person(_) => continue,
                Owner::Unclear { why, candidates } => {
                    let message = format!("{why}: {}", named(case, candidates));
                    (message, candidates)
                }
                Owner::Nobody { candidates } if candidates.is_empty() => {
                    ("belongs to nobody in the HR files".to_owned(), candidates)
                }
                Owner::Nobody { candidates } => {
                    let message = format!(
                        "belongs to nobody in the HR files; of the same name is {}",
                        named(case, candidates)
                    );
                    (message, candidates)
                }
            };
            let own = app.placed.evidence(account, identifiers(account));
            let theirs = case.known(candidates);
            let theirs = theirs.iter().map(|(hr, p)| hr.evidence(p, identifiers(p)));
            let evidence = [own].into_iter().chain(theirs).collect();
            ledger.raise(app.placed.subject(account), message, evidence);
        }
    }
    Ok(Verdict::Ran)
}

/// `Ada Lind (user:1), Bo Ek (user:2)`; the evidence has all.
fn named(case: &Case<'_>, candidates: &[Record]) -> String {
    let people = case.known(candidates);
    let shown: Vec<String> = people
        .iter()
        .map(|(_, p)| format!("{} ({})", p.name, p.key))
        .collect();
    listed(shown.iter().map(String::as_str))
}

/// What identifies somebody.
fn identifiers(identity: &Identity) -> String {
    let mut says = vec![format!("name {}", identity.name)];
    let numbers = identity.employee_ids.iter();
    says.extend(numbers.map(|number| format!("employee number {number}")));
    let emails = identity.emails.iter();
    says.extend(emails.map(|email| format!("e-mail {email}")));
    let logins = identity.logins.iter();
    says.extend(logins.map(|login| format!("login {login}")));
    says.join(", ")
}
