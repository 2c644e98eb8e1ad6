//! AC-03: access fits the role of the person who has it.
//!
//! A `[[role]]` rule of the policy speaks of an account's access when the account holds a grant or has an
//! organisation role with a name that fits the rule, in an app that the rule is for. The rule is kept when one of the
//! person's HR records that has not left has a title or a department that the rule allows; a record without title
//! and department fits no rule. Every rule that speaks of an access must be kept. Looked at are usable accounts of
//! people who have not left; whose account it is not known is AC-02's, leavers are AC-01's. Skipped when the policy
//! has no such rule.

use connector_core::Result;

use crate::check::access::Held;
use crate::check::case::{Case, Owned, is_usable};
use crate::check::ledger::{Ledger, Verdict};
use crate::check::policy::{Pattern, RoleRule};
use crate::check::rules::{NO_APP, listed};
use crate::identity::Identity;

pub(super) fn rule(case: &Case<'_>, ledger: &mut Ledger) -> Result<Verdict> {
    if case.apps.is_empty() {
        return Ok(Verdict::Skipped(NO_APP.to_owned()));
    }
    if case.policy.roles.is_empty() {
        let why = "the policy has no role rules ([[role]])";
        return Ok(Verdict::Skipped(why.to_owned()));
    }
    for owned in case.owned().filter(|owned| is_usable(owned.account)) {
        judge(case, &owned, ledger);
    }
    Ok(Verdict::Ran)
}

fn judge(case: &Case<'_>, owned: &Owned<'_, '_>, ledger: &mut Ledger) {
    let current = owned.current(case);
    let breaks = |at: &usize| {
        let rule = &case.policy.roles[*at];
        !current.iter().any(|(_, person)| allows(rule, person))
    };
    let held: Vec<(&Held, Vec<usize>)> = owned
        .held()
        .iter()
        .map(|held| {
            let rules = held.meaning.rules.iter().copied();
            (held, rules.filter(breaks).collect())
        })
        .filter(|(_, broken): &(_, Vec<usize>)| !broken.is_empty())
        .collect();
    if held.is_empty() || current.is_empty() {
        return;
    }
    let names = listed(held.iter().map(|(held, _)| held.meaning.name.as_str()));
    let rules = held.iter().flat_map(|(_, broken)| broken);
    let rules = listed(rules.map(|&at| case.policy.roles[at].name.as_str()));
    let role = current.iter().map(|(_, person)| role(person));
    let role: Vec<String> = role.collect();
    let message = format!(
        "holds {names} against the policy ({rules}); {} is {}",
        owned.name(),
        listed(role.iter().map(String::as_str))
    );
    let mut evidence = owned.account_rows(held.iter().map(|(held, _)| *held));
    let rows = current.iter().map(|(hr, p)| hr.evidence(p, role_says(p)));
    evidence.extend(rows);
    ledger.raise(owned.app.placed.subject(owned.account), message, evidence);
}

fn allows(rule: &RoleRule, person: &Identity) -> bool {
    let fits = |patterns: &[Pattern], text: &Option<std::sync::Arc<str>>| {
        text.as_deref()
            .is_some_and(|text| patterns.iter().any(|p| p.fits(text)))
    };
    fits(&rule.titles, &person.job_title) || fits(&rule.departments, &person.department)
}

/// `Engineer in Platform`.
fn role(person: &Identity) -> String {
    let title = person.job_title.as_deref();
    let department = person.department.as_deref();
    match (title, department) {
        (Some(title), Some(department)) => format!("{title} in {department}"),
        (Some(title), None) => title.to_owned(),
        (None, Some(department)) => format!("in {department} without a title"),
        (None, None) => "without title and department".to_owned(),
    }
}

fn role_says(person: &Identity) -> String {
    let title = person.job_title.as_deref().unwrap_or("none");
    let department = person.department.as_deref().unwrap_or("none");
    format!("title {title}, department {department}")
}
