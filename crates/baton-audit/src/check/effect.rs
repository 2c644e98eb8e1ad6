//! Which patterns of a policy fit nothing in the files: mostly mistypings, or what is long gone.

use std::collections::{BTreeSet, HashSet};

use super::catalogue::{Check, Need};
use super::context::CheckContext;
use super::finding::names_of_file;
use super::policy::Pattern;
use crate::identity::fold_text;

const NO_PERSON: &str = "no person in the HR files";
const NO_ACCESS: &str = "no entitlement or role";
const NO_APP: &str = "no app";

/// One note per pattern that fits nothing, as far as the checks that ran used it.
pub(crate) fn notes(context: &CheckContext<'_>, ran: &[&'static Check]) -> Vec<String> {
    let used = |need: Need| ran.iter().any(|check| check.needs.contains(&need));
    let policy = context.policy;
    let mut notes = Vec::new();
    for (need, selector) in [
        (Need::ManagerExemptions, &policy.exempt_managers),
        (Need::People, &policy.out_of_scope),
    ] {
        if used(need) {
            let fitting = context.people_fitting(selector);
            unless(&mut notes, selector.patterns(), &fitting, NO_PERSON);
        }
    }
    if used(Need::Accounts) {
        of_apps(context, &mut notes);
    }
    if used(Need::AccountsIfAny) {
        let apps = context.apps.iter().map(|app| app.file);
        let files = context.hr.iter().copied().chain(apps);
        let names = files.flat_map(|file| names_of_file(&file.loaded.source.path));
        let names: Texts = names.map(|name| fold_text(&name)).collect();
        unless_among(&mut notes, &policy.may_be_empty, &names, "no file");
    }
    notes
}

fn of_apps(context: &CheckContext<'_>, notes: &mut Vec<String>) {
    let policy = context.policy;
    let files = || context.apps.iter().map(|app| app.file.loaded);
    let accounts = files().flat_map(|file| file.roster.iter());
    let programs = accounts.flat_map(|account| policy.service_accounts.fitting(account));
    let programs = programs.collect();
    unless(
        notes,
        policy.service_accounts.patterns(),
        &programs,
        "no account",
    );
    let apps = files().flat_map(|file| names_of_file(&file.source.path));
    let apps: Texts = apps.map(|name| fold_text(&name)).collect();
    unless_among(notes, &policy.email_only, &apps, NO_APP);
    let access = context.apps.iter().flat_map(|app| &app.access.fitting);
    let access: HashSet<&Pattern> = access.copied().collect();
    unless(notes, policy.admin.iter().flatten(), &access, NO_ACCESS);
    for conflict in &policy.conflicts {
        let sides = conflict.one.iter().chain(&conflict.other);
        unless(notes, sides, &access, NO_ACCESS);
    }
    let people = || context.hr.iter().flat_map(|hr| hr.loaded.roster.iter());
    let titles = distinct(people().filter_map(|p| p.job_title.as_deref()));
    let departments = distinct(people().filter_map(|p| p.department.as_deref()));
    for rule in &policy.roles {
        unless_among(notes, &rule.apps, &apps, NO_APP);
        unless(notes, &rule.access, &access, NO_ACCESS);
        unless_among(notes, &rule.titles, &titles, "no title in the HR files");
        let nothing = "no department in the HR files";
        unless_among(notes, &rule.departments, &departments, nothing);
    }
}

/// Folded texts.
type Texts = BTreeSet<String>;

fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Texts {
    let distinct: HashSet<&str> = texts.collect();
    distinct.into_iter().map(fold_text).collect()
}

/// Notes each of the patterns that is not among the fitting ones.
fn unless<'p>(
    notes: &mut Vec<String>,
    patterns: impl IntoIterator<Item = &'p Pattern>,
    fitting: &HashSet<&Pattern>,
    nothing: &str,
) {
    let without = patterns.into_iter().filter(|p| !fitting.contains(p));
    notes.extend(without.map(|p| format!("{}: \"{}\" fits {nothing}", p.place, p.text)));
}

/// Notes each of the patterns that fits none of the texts.
fn unless_among(notes: &mut Vec<String>, patterns: &[Pattern], texts: &Texts, nothing: &str) {
    let fits = |p: &&Pattern| texts.iter().any(|text| p.fits_folded(text));
    let fitting = patterns.iter().filter(fits).collect();
    unless(notes, patterns, &fitting, nothing);
}
