//! Runs the checks of the catalogue over the files.

use connector_core::Result;
use jiff::civil::Date;

use super::catalogue::{CATALOGUE, Check, Need};
use super::collector::Collector;
use super::context::{AppsRead, CheckContext};
use super::effect;
use super::finding::{Accepted, Finding, Findings, Subject};
use super::input::Input;
use super::policy::{Acceptance, Disabled, Policy};

/// Runs all checks for a day.
///
/// # Errors
/// When a file is damaged, or a link of the policy names a person who is not in the files.
pub fn examine(input: &Input, policy: &Policy, as_of: Date) -> Result<Findings> {
    examine_only(input, policy, as_of, |_| true)
}

/// Runs the wanted checks for a day. The others are not mentioned in the findings, except those that judge what the
/// wanted ones look at ([`Check::always`]) and find something.
///
/// # Errors
/// As [`examine`].
pub fn examine_only(
    input: &Input,
    policy: &Policy,
    as_of: Date,
    wanted: impl Fn(&Check) -> bool,
) -> Result<Findings> {
    let context = context_for(input, policy, as_of, &wanted)?;
    examine_in(&context, input, wanted)
}

/// What the wanted checks look at.
///
/// # Errors
/// As [`examine`].
pub(super) fn context_for<'a>(
    input: &'a Input,
    policy: &'a Policy,
    as_of: Date,
    wanted: impl Fn(&Check) -> bool,
) -> Result<CheckContext<'a>> {
    let disabled = |check: &Check| policy.disabled.iter().find(|it| it.check == check);
    let with_apps = CATALOGUE.iter().any(|check| {
        let reads = |need| check.needs.contains(&need);
        (reads(Need::Accounts) || reads(Need::AccountsIfAny))
            && wanted(check)
            && disabled(check).is_none()
    });
    let apps_read = match with_apps {
        true => AppsRead::Access,
        false => AppsRead::Nothing,
    };
    CheckContext::new(input, policy, as_of, apps_read)
}

/// As [`examine_only`], for files that are joined already. The context has the apps when a wanted check looks at them.
///
/// # Errors
/// When a file is damaged.
pub(crate) fn examine_in(
    context: &CheckContext<'_>,
    input: &Input,
    wanted: impl Fn(&Check) -> bool,
) -> Result<Findings> {
    let policy = context.policy;
    let disabled = |check: &Check| policy.disabled.iter().find(|it| it.check == check);
    let (mut ran, mut skipped) = (Vec::new(), Vec::new());
    let (mut found, mut found_notes) = (Vec::new(), Vec::new());
    for check in CATALOGUE
        .iter()
        .filter(|check| wanted(check) || check.always)
    {
        if let Some(reason) = not_run(check, disabled(check), &ran, context)? {
            if wanted(check) {
                skipped.push((check, reason));
            }
            continue;
        }
        let mut collector = Collector::new(check, policy.severities.get(check.id).copied());
        (check.run)(context, &mut collector)?;
        if !wanted(check) && collector.findings.is_empty() {
            continue;
        }
        ran.push(check);
        found.append(&mut collector.findings);
        found_notes.append(&mut collector.notes);
    }
    let mut notes = context.notes.clone();
    notes.extend(effect::notes(context, &ran));
    found_notes.dedup();
    notes.append(&mut found_notes);
    let mut findings = Findings {
        as_of: context.day,
        files: input.files(),
        ran,
        skipped,
        notes,
        findings: found,
        left_out: Vec::new(),
    };
    accept(&mut findings, &policy.accepted);
    findings.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(findings)
}

/// Why the check does not run, when it does not.
fn not_run(
    check: &Check,
    disabled: Option<&Disabled>,
    ran: &[&'static Check],
    context: &CheckContext<'_>,
) -> Result<Option<String>> {
    if let Some(disabled) = disabled {
        let reason = format!("switched off by the policy: {}", disabled.reason);
        return Ok(Some(reason));
    }
    for &need in check.needs {
        if let Some(why) = context.missing(need, ran)? {
            return Ok(Some(why));
        }
    }
    Ok(None)
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
