//! Which patterns of a policy fit nothing in the files: mostly mistypings, or what is long gone.

use std::collections::{BTreeSet, HashSet};

use super::case::Case;
use super::catalogue::Check;
use super::finding::names_of_file;
use super::policy::Pattern;
use crate::identity::fold_text;

const NOBODY: &str = "nobody in the HR files";
const NO_ACCESS: &str = "no entitlement or role";
const NO_APP: &str = "no app";

/// One note per pattern that fits nothing, as far as the checks that ran used it.
pub(crate) fn notes(case: &Case<'_>, ran: &[&'static Check]) -> Vec<String> {
    let used = |of: &str| ran.iter().any(|check| check.id.starts_with(of));
    let policy = case.policy;
    let mut notes = Notes::default();
    if used("HR-02") || used("AC-04") {
        let people = case.people_fitting(&policy.exempt_managers);
        notes.unless(policy.exempt_managers.patterns(), &people, NOBODY);
    }
    if used("HR") {
        let people = case.people_fitting(&policy.out_of_scope);
        notes.unless(policy.out_of_scope.patterns(), &people, NOBODY);
    }
    if used("AC") {
        of_apps(case, &mut notes);
    }
    notes.0
}

fn of_apps(case: &Case<'_>, notes: &mut Notes) {
    let policy = case.policy;
    let accounts = case
        .apps
        .iter()
        .flat_map(|app| app.placed.opened.roster.iter());
    let programs = accounts.flat_map(|account| policy.service_accounts.fitting(account));
    notes.unless(
        policy.service_accounts.patterns(),
        &programs.collect(),
        "no account",
    );
    let apps = case.apps.iter().map(|app| &app.placed.opened.source.path);
    let apps = apps.flat_map(|path| names_of_file(path));
    let apps: Texts = apps.map(|name| fold_text(&name)).collect();
    notes.unless_among(&policy.email_only, &apps, NO_APP);
    let access = case.apps.iter().flat_map(|app| &app.access.fitting);
    let access: HashSet<&Pattern> = access.copied().collect();
    notes.unless(policy.admin.iter().flatten(), &access, NO_ACCESS);
    let people = || case.hr.iter().flat_map(|hr| hr.opened.roster.iter());
    let titles = distinct(people().filter_map(|p| p.job_title.as_deref()));
    let departments = distinct(people().filter_map(|p| p.department.as_deref()));
    for rule in &policy.roles {
        notes.unless_among(&rule.apps, &apps, NO_APP);
        notes.unless(rule.access.iter(), &access, NO_ACCESS);
        notes.unless_among(&rule.titles, &titles, "no title in the HR files");
        notes.unless_among(
            &rule.departments,
            &departments,
            "no department in the HR files",
        );
    }
}

/// Folded texts.
type Texts = BTreeSet<String>;

fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Texts {
    let distinct: HashSet<&str> = texts.collect();
    distinct.into_iter().map(fold_text).collect()
}

#[derive(Debug, Default)]
struct Notes(Vec<String>);

impl Notes {
    fn unless<'p>(
        &mut self,
        patterns: impl Iterator<Item = &'p Pattern>,
        fitting: &HashSet<&Pattern>,
        nothing: &str,
    ) {
        for pattern in patterns.filter(|p| !fitting.contains(p)) {
            let Pattern { text, place, .. } = pattern;
            self.0.push(format!("{place}: \"{text}\" fits {nothing}"));
        }
    }

    fn unless_among(&mut self, patterns: &[Pattern], texts: &Texts, nothing: &str) {
        let fits = |p: &&Pattern| texts.iter().any(|text| p.fits_folded(text));
        let fitting = patterns.iter().filter(fits).collect();
        self.unless(patterns.iter(), &fitting, nothing);
    }
}
