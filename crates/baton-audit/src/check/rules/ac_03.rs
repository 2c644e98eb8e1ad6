//! AC-03: access fits the role of the person who has it.
//!
//! A `[[role]]` rule of the policy speaks of an account's access when the account holds a grant or has an
//! organisation role with a name that fits the rule, in an app that the rule is for. The rule is kept when one of the
//! person's HR records that has not left has a title or a department that the rule allows; a record without title
//! and department fits no rule. Every rule that speaks of an access must be kept. Looked at are usable accounts of
//! people who have not left; whose account it is not known is AC-02's, leavers are AC-01's. Skipped when the policy
//! has no such rule.

use super::{
    ACCESS, Check, CheckContext, Collector, Identity, Need, OwnedAccount, Result, Severity,
    is_usable, listed,
};
use crate::check::access::Held;
use crate::check::policy::{Pattern, RoleRule};

pub(crate) const CHECK: Check = Check {
    id: "AC-03",
    title: "Access fits the person's role",
    severity: Severity::High,
    controls: ACCESS,
    remedy: "Remove the access, or extend the role rule in the policy.",
    needs: &[Need::Accounts, Need::RoleRules, Need::Owners, Need::Access],
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
    let current = owned.current(context);
    if current.is_empty() {
        return;
    }
    let is_broken = |rule: &&RoleRule| !current.iter().any(|(_, person)| allows(rule, person));
    let mut held: Vec<&Held> = Vec::new();
    let mut broken: Vec<&RoleRule> = Vec::new();
    for access in owned.held() {
        let rules = access
            .meaning
            .rules
            .iter()
            .map(|&at| &context.policy.roles[at]);
        let before = broken.len();
        broken.extend(rules.filter(is_broken));
        if broken.len() > before {
            held.push(access);
        }
    }
    if held.is_empty() {
        return;
    }
    let names: Vec<String> = held.iter().map(|held| held.shown()).collect();
    let roles: Vec<String> = current.iter().map(|(_, person)| role(person)).collect();
    let message = format!(
        "holds {} against the policy ({}); {} is {}",
        listed(names.iter().map(String::as_str), 3),
        listed(broken.iter().map(|rule| rule.name.as_str()), 3),
        owned.name(),
        listed(roles.iter().map(String::as_str), 3)
    );
    let access = held.iter().map(|held| held.meaning.name.clone()).collect();
    let mut evidence = owned.account_rows(held);
    evidence.extend(current.iter().map(|(hr, person)| {
        let title = person.job_title.as_deref().unwrap_or("none");
        let department = person.department.as_deref().unwrap_or("none");
        hr.evidence(person, format!("title {title}, department {department}"))
    }));
    found.raise_access(owned.subject(), message, evidence, access);
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
    match (person.job_title.as_deref(), person.department.as_deref()) {
        (Some(title), Some(department)) => format!("{title} in {department}"),
        (Some(title), None) => title.to_owned(),
        (None, Some(department)) => format!("in {department} without a title"),
        (None, None) => "without title and department".to_owned(),
    }
}
