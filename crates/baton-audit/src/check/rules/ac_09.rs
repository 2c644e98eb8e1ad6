//! AC-09: no person holds access that conflicts.
//!
//! A `[[conflict]]` of the policy names access of two sides that no person may hold both of, such as ordering and
//! paying. Raised once per person who has not left, when the usable accounts of all apps together hold something of
//! both sides, by any way: a grant, an organisation role, or through groups in groups. An account without a known
//! owner is judged by itself. Programs' accounts are left out. Skipped when the policy has no conflict.

use std::collections::BTreeMap;

use super::{
    ACCESS, Check, CheckContext, Collector, Evidence, Need, Result, Severity, Subject, is_usable,
};
use crate::check::access::Held;
use crate::check::context::JoinedApp;
use crate::check::join::Owner;

pub(crate) const CHECK: Check = Check {
    id: "AC-09",
    title: "No person holds access that conflicts",
    severity: Severity::High,
    controls: ACCESS,
    remedy: "Take one of the two away, or accept the finding with the control that makes up for it.",
    needs: &[Need::Accounts, Need::Conflicts, Need::AnyAccess],
    whole_file: false,
    always: false,
    run,
};

/// What an account holds that a conflict speaks of.
struct Part<'c, 'a> {
    app: &'c JoinedApp<'a>,
    at: usize,
    held: &'c Held,
}

/// What a person holds, with the rows that show who they are.
type Parts<'c, 'a> = (Vec<Evidence>, Vec<Part<'c, 'a>>);

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    let mut people: BTreeMap<Subject, Parts<'_, '_>> = BTreeMap::new();
    for app in &context.apps {
        for (at, account) in app.file.loaded.roster.iter().enumerate() {
            if !is_usable(account) || app.access.of(at).is_empty() {
                continue;
            }
            let (subject, rows) = match &app.owners[at] {
                Owner::Program => continue,
                Owner::Unclear { .. } | Owner::Unknown { .. } => {
                    (app.file.subject(account), Vec::new())
                }
                Owner::Person { records, .. } => {
                    let records = context.known(records);
                    let Some((hr, person)) = records.first() else {
                        continue;
                    };
                    if context.have_left(&records) {
                        continue;
                    }
                    (hr.subject(person), vec![hr.evidence(person, "the owner")])
                }
            };
            let held = app.access.of(at).iter();
            let held = held.filter(|held| !held.meaning.conflicts.is_empty());
            let parts = held.map(|held| Part { app, at, held });
            people
                .entry(subject)
                .or_insert_with(|| (rows, Vec::new()))
                .1
                .extend(parts);
        }
    }
    for (subject, (rows, parts)) in people {
        judge(context, subject, rows, &parts, found);
    }
    Ok(())
}

fn judge(
    context: &CheckContext<'_>,
    subject: Subject,
    mut rows: Vec<Evidence>,
    parts: &[Part<'_, '_>],
    found: &mut Collector,
) {
    let (mut broken, mut access) = (Vec::new(), Vec::new());
    for (position, conflict) in context.policy.conflicts.iter().enumerate() {
        let is_of =
            |part: &&Part<'_, '_>, side| part.held.meaning.conflicts.contains(&(position, side));
        let pairs = parts.iter().filter(|part| is_of(part, 0)).flat_map(|one| {
            let others = parts.iter().filter(|part| is_of(part, 1));
            others.map(move |other| (one, other))
        });
        let differ =
            |(one, other): &(&Part<'_, '_>, &Part<'_, '_>)| !std::ptr::eq(one.held, other.held);
        if let Some((one, other)) = pairs.into_iter().find(differ) {
            broken.push(format!(
                "holds {} and {} ({})",
                one.held.shown(),
                other.held.shown(),
                conflict.name
            ));
            let names = [one, other].map(|part| part.held.meaning.name.as_str());
            access.push(names.join(" and "));
            for part in [one, other] {
                let (file, roster) = (part.app.file, &part.app.file.loaded.roster);
                let account = roster.at(part.at);
                rows.extend(account.map(|it| file.evidence(it, "an account of theirs")));
                rows.extend(part.held.grant(file.file));
            }
        }
    }
    if !broken.is_empty() {
        found.raise_access(subject, broken.join("; "), rows, access);
    }
}
