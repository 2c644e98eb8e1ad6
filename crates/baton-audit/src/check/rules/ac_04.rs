//! AC-04: for powerful or early access there is a person who is responsible for it.
//!
//! Looked at are usable accounts of people who have not left, by those of their HR records that have not. Raised
//! when
//! * the person has not begun: all records are pre-hires', and the first day (the earliest) is more than
//!   `[people] early_access_days` after the day, or not known; any usable account counts;
//! * the account is powerful and none of the records names a manager, unless the policy exempts one of them
//!   (`[exempt.managers]`);
//! * the account is powerful and all of the records are on leave, or may be, because the word for the state is not
//!   understood (DQ-04).
//!
//! Powerful is an account with an organisation role or a grant that fits `[admin] names`: these are compared with the
//! organisation role, and with id, slug and name of the entitlement and the name of what it is on. Without that list
//! an organisation role, the slug of an entitlement or the name of a role is powerful when one of its words is admin,
//! administrator, owner, root, superadmin or superuser.

use super::{
    ACCESS, Check, CheckContext, Collector, Identity, Need, OwnedAccount, Result, Severity,
    is_usable, listed,
};
use crate::check::access::Held;
use crate::identity::Lifecycle;

pub(crate) const CHECK: Check = Check {
    id: "AC-04",
    title: "A person is responsible for powerful or early access",
    severity: Severity::High,
    controls: ACCESS,
    remedy: "Assign a manager, or suspend the access until the person is at work.",
    needs: &[Need::Accounts, Need::ManagerExemptions, Need::Owners],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    for owned in context.owned_accounts() {
        if is_usable(owned.account) {
            judge(context, &owned, found);
        }
    }
    Ok(())
}

fn judge(context: &CheckContext<'_>, owned: &OwnedAccount<'_, '_>, found: &mut Collector) {
    let current: Vec<&Identity> = owned.current(context).into_iter().map(|(_, p)| p).collect();
    if current.is_empty() {
        return;
    }
    let held = owned.held().iter();
    let powerful: Vec<&Held> = held.filter(|held| held.meaning.admin).collect();
    let fault = match (early(context, &current), unattended(context, &current)) {
        (Some(early), _) => early,
        (None, Some(unattended)) if !powerful.is_empty() => {
            let names: Vec<String> = powerful.iter().map(|held| held.shown()).collect();
            let names = listed(names.iter().map(String::as_str), 3);
            format!("{unattended} and is powerful: {names}")
        }
        _ => return,
    };
    let message = format!("belongs to {}, who {fault}", owned.name());
    let evidence = owned.rows(context, powerful);
    found.raise(owned.subject(), message, evidence);
}

/// Access before the first day.
fn early(context: &CheckContext<'_>, current: &[&Identity]) -> Option<String> {
    let is_prehire = |person: &&Identity| context.standing(person) == Lifecycle::Prehire;
    if !current.iter().all(is_prehire) {
        return None;
    }
    let Some(first) = current.iter().filter_map(|p| p.start_date).min() else {
        return Some("has not begun".to_owned());
    };
    let allowed = jiff::Span::new().days(context.policy.early_access_days);
    (context.day < first.saturating_sub(allowed)).then(|| format!("begins on {first}"))
}

/// Why no person is responsible for powerful access.
fn unattended(context: &CheckContext<'_>, current: &[&Identity]) -> Option<String> {
    let exempt = &context.policy.exempt_managers;
    let alone =
        current.iter().all(|p| p.manager.is_absent()) && !current.iter().any(|p| exempt.include(p));
    let away = |p: &&Identity| context.standing(p) == Lifecycle::Leave;
    let unread = |p: &&Identity| context.unread_word(p).is_some();
    let away = match current.iter().all(|p| away(p) || unread(p)) {
        true if current.iter().any(unread) => Some("has a state that is not understood"),
        true => Some("is on leave"),
        false => None,
    };
    let alone = alone.then_some("has no manager");
    let reasons: Vec<&str> = alone.into_iter().chain(away).collect();
    (!reasons.is_empty()).then(|| reasons.join(", "))
}
