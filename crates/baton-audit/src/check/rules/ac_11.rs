//! AC-11: every service account has an owner.
//!
//! Raised for each usable account of a program for which no person is responsible. That person is the one of the first
//! `[[service_owner]]` of the policy that describes the account, else the manager whom the app names for the account by
//! id or e-mail address, and must be in an HR file and not have left. An account that a link gives to a person is that
//! person's and needs no other owner. Accounts that the app calls the system's own are left out.

use super::{ACCESS, Check, CheckContext, Collector, Identity, Need, Result, Severity, is_usable};
use crate::check::join::Owner;
use crate::identity::AccountType;

pub(crate) const CHECK: Check = Check {
    id: "AC-11",
    title: "Every service account has an owner",
    severity: Severity::Medium,
    controls: ACCESS,
    remedy: "Name a person who is responsible in [[service_owner]] of the policy, or disable the account.",
    needs: &[Need::Accounts, Need::Programs],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for app in &context.apps {
        let file = app.file;
        for (account, owner) in file.loaded.roster.iter().zip(&app.owners) {
            if let Some(message) = fault(context, account, owner) {
                let says = account.manager.shown();
                let says = says.map_or("no manager".to_owned(), |it| format!("manager {it}"));
                let evidence = vec![file.evidence(account, says)];
                found.raise(file.subject(account), message, evidence);
            }
        }
    }
    Ok(())
}

/// Why nobody is responsible for the account; `None` when somebody is, or nobody has to be.
pub(crate) fn fault(
    context: &CheckContext<'_>,
    account: &Identity,
    owner: &Owner,
) -> Option<String> {
    let is_judged = *owner == Owner::Program
        && account.account_type != AccountType::System
        && is_usable(account);
    if !is_judged {
        return None;
    }
    let mut owners = context.policy.service_owners.iter();
    let by_policy = owners.find(|owner| owner.accounts.include(account));
    let manager = [
        account.manager.id.as_deref(),
        account.manager.email.as_deref(),
    ];
    let named: Vec<&str> = match by_policy {
        Some(owner) => vec![owner.person.as_str()],
        None => manager.into_iter().flatten().collect(),
    };
    let mut fault = "has no owner".to_owned();
    for who in named {
        let records = context.named(who);
        match records.first() {
            None => fault = format!("has the owner {who}, who is in no HR file"),
            Some(_) if !context.have_left(&records) => return None,
            Some((_, person)) => {
                return Some(format!("has the owner {}, who has left", person.name));
            }
        }
    }
    Some(fault)
}
