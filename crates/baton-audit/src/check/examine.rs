//! Runs the checks of the catalogue over the files.

use connector_core::Result;
use jiff::civil::Date;

use super::case::Case;
use super::catalogue::{CATALOGUE, Check};
use super::effect;
use super::finding::{Accepted, Finding, Findings, Subject};
use super::input::Input;
use super::ledger::{Ledger, Verdict};
use super::policy::{Acceptance, Policy};
use super::rules;

/// Runs all checks for a day.
///
/// # Errors
/// When a file is damaged, or a link of the policy names somebody who does not exist.
pub fn examine(input: &Input, policy: &Policy, as_of: Date) -> Result<Findings> {
    let all: Vec<&'static Check> = CATALOGUE.iter().collect();
    examine_only(input, policy, as_of, &all)
}

/// Runs these checks for a day; the others are not mentioned in the answer.
///
/// # Errors
/// As [`examine`].
pub fn examine_only(
    input: &Input,
    policy: &Policy,
    as_of: Date,
    only: &[&'static Check],
) -> Result<Findings> {
    let runs =
        |check: &Check| only.contains(&check) && !policy.disabled.iter().any(|d| d.check == check);
    let with_apps = CATALOGUE
        .iter()
        .any(|check| check.id.starts_with("AC") && runs(check));
    let case = Case::new(input, policy, as_of, with_apps)?;
    let mut ledger = Ledger::default();
    let (mut ran, mut skipped) = (Vec::new(), Vec::new());
    for (id, rule) in rules::RULES {
        let Some(&check) = only.iter().find(|check| check.id == id) else {
            continue;
        };
        if let Some(disabled) = policy.disabled.iter().find(|d| d.check == check) {
            let reason = format!("switched off by the policy: {}", disabled.reason);
            skipped.push((check, reason));
            continue;
        }
        ledger.turn_to(check, policy.severities.get(check.id).copied());
        match rule(&case, &mut ledger)? {
            Verdict::Ran => ran.push(check),
            Verdict::Skipped(reason) => skipped.push((check, reason)),
        }
    }
    let mut notes = case.notes.clone();
    notes.extend(effect::notes(&case, &ran));
    notes.append(&mut ledger.notes);
    let mut findings = Findings {
        as_of,
        files: input.files(),
        ran,
        skipped,
        notes,
        findings: ledger.findings,
    };
    accept(&mut findings, &policy.accepted);
    findings.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(findings)
}

/// The worst first, then by check and subject.
fn order(finding: &Finding) -> impl Ord + '_ {
    let severity = std::cmp::Reverse(finding.severity);
    (severity, finding.check.id, &finding.subject)
}

/// Marks what the policy accepts. An acceptance that has run out accepts nothing and is noted, and so is one that
/// has nothing to accept although its check ran.
fn accept(findings: &mut Findings, acceptances: &[Acceptance]) {
    for acceptance in acceptances {
        let Findings {
            findings: list,
            files,
            ..
        } = findings;
        let in_file = |subject: &Subject| match (&acceptance.file, files.get(subject.file())) {
            (Some(name), Some(file)) => file.is_called(name),
            (None, _) => true,
            (Some(_), None) => false,
        };
        let meant: Vec<&mut Finding> = list
            .iter_mut()
            .filter(|f| f.check == acceptance.check)
            .filter(|f| f.subject.id() == acceptance.subject && in_file(&f.subject))
            .collect();
        let what = format!(
            "{}: the acceptance of {} for {}",
            acceptance.place, acceptance.check.id, acceptance.subject
        );
        let has_run_out = findings.as_of > acceptance.until;
        match (meant.is_empty(), has_run_out) {
            (true, _) if !findings.ran.contains(&acceptance.check) => {}
            (true, _) => findings.notes.push(format!("{what} fits no finding")),
            (false, true) => {
                let until = acceptance.until;
                let note = format!("{what} ran out on {until}; the finding counts again");
                findings.notes.push(note);
            }
            (false, false) => meant.into_iter().for_each(|finding| {
                finding.accepted = Some(Accepted {
                    reason: acceptance.reason.clone(),
                    until: acceptance.until,
                });
            }),
        }
    }
}
