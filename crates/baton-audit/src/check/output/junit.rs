//! Findings as JUnit XML: a suite for each check, a failing case for each finding.
//!
//! What the policy accepts and what could not run is skipped with the reason; a check that found nothing has one
//! case that passes; notes are skipped cases of a suite of their own. There are several schemas of this format. What is
//! written fits the strictest, that of Ant's reports (JUnit.xsd of Windy Road, 2026-11): it allows the root no attribute
//! and asks each suite for its number, package, host, time, properties and both outputs.

use std::io::{self, Write};
use std::time::Duration;

use connector_core::text;
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::TOOL;
use crate::check::catalogue::{CATALOGUE, Check};
use crate::check::finding::{Evidence, Finding, Findings, Subject};

/// Writes the report.
pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new(TOOL);
    report.set_time(Duration::ZERO);
    let mut suites: Vec<TestSuite> = CATALOGUE
        .iter()
        .filter_map(|check| suite(findings, check))
        .collect();
    if !findings.notes.is_empty() {
        let mut suite = empty_suite(findings, "notes");
        let notes = (1..).zip(&findings.notes);
        suite.add_test_cases(
            notes.map(|(n, note)| case("notes", &format!("note {n}"), skipped(note))),
        );
        suites.push(suite);
    }
    for (number, suite) in suites.iter_mut().enumerate() {
        suite.extra.insert("id".into(), number.to_string().into());
    }
    report.add_test_suites(suites);
    // Its own writer would hide that the reader of the output went away.
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(bare_root(&text).as_bytes())
}

/// The document with a root without attributes. Nothing before the root or in its attributes has a `>` but the
/// declaration, whose end comes first.
fn bare_root(text: &str) -> String {
    let (declaration, root) = text.split_once("<testsuites").unwrap_or((text, ">"));
    let (_, content) = root.split_once('>').unwrap_or_default();
    format!("{declaration}<testsuites>{content}")
}

/// A suite with everything but its number and its cases.
fn empty_suite(findings: &Findings, name: &str) -> TestSuite {
    let mut suite = TestSuite::new(printable(name));
    suite.set_time(Duration::ZERO);
    // The crate's own type of time would write a fraction of a second and an offset, which some readers refuse.
    let day = format!("{}T00:00:00", findings.as_of);
    for (name, value) in [
        ("timestamp", &*day),
        ("hostname", "localhost"),
        ("package", TOOL),
    ] {
        suite.extra.insert(name.into(), value.into());
    }
    suite.add_properties(findings.files.iter().map(|file| {
        let at = file.synced_at.map(|at| format!(", {at}"));
        let (path, digest, sync) = (&file.path, &file.sha256, &file.sync_id);
        let value = format!(
            "{path}, sha256 {digest}, sync {sync}{}",
            at.unwrap_or_default()
        );
        property(&format!("file {}", file.label), &value)
    }));
    suite.add_properties(findings.files.iter().filter_map(|file| {
        let evidence = file.evidence.as_ref()?;
        let (says, path, digest) = (evidence.says(), &evidence.path, &evidence.sha256);
        let value = format!("{says}, {path}, sha256 {digest}, signature not checked");
        Some(property(&format!("evidence of {}", file.label), &value))
    }));
    suite.set_system_out("");
    suite.set_system_err("");
    suite
}

/// `None` for a check that was not to run.
fn suite(findings: &Findings, check: &'static Check) -> Option<TestSuite> {
    let why_skipped = findings.why_skipped(check);
    if why_skipped.is_none() && !findings.ran.contains(&check) {
        return None;
    }
    let mut suite = empty_suite(findings, &format!("{} {}", check.id, check.title));
    suite.add_property(property("controls", &check.controls.join(", ")));
    if let Some(reason) = why_skipped {
        suite.add_test_case(case(check.id, check.title, skipped(reason)));
    }
    let of_check = findings.findings.iter().filter(|f| f.check == check);
    suite.add_test_cases(of_check.map(|finding| {
        let name = name(findings, &finding.subject);
        case(check.id, &name, status(findings, finding))
    }));
    if let Some((_, count)) = findings.left_out.iter().find(|(it, _)| *it == check) {
        let reason = format!("left out by --min-severity: {count}");
        suite.add_test_case(case(check.id, check.title, skipped(&reason)));
    }
    if suite.test_cases.is_empty() {
        suite.add_test_case(case(check.id, check.title, TestCaseStatus::success()));
    }
    Some(suite)
}

fn case(suite: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(printable(name), status);
    case.set_classname(format!("{TOOL}.{suite}"));
    case.set_time(Duration::ZERO);
    case
}

/// The name of a finding's case: the same in every run.
fn name(findings: &Findings, subject: &Subject) -> String {
    let label = findings.label(subject.file());
    match subject {
        Subject::Identity { key, name, .. } => format!("{name} ({key}) in {label}"),
        Subject::Thing { name, .. } => format!("{name} in {label}"),
        Subject::File { .. } => label.to_owned(),
    }
}

fn status(findings: &Findings, finding: &Finding) -> TestCaseStatus {
    if let Some(accepted) = &finding.accepted {
        let (until, reason) = (accepted.until, &accepted.reason);
        return skipped(&format!(
            "accepted until {until}: {reason} ({})",
            finding.message
        ));
    }
    let row = |evidence: &Evidence| {
        let Evidence {
            at,
            external_id,
            says,
            ..
        } = evidence;
        let label = findings.label(evidence.file);
        printable(&format!("{label} {at} ({external_id}): {says}"))
    };
    let mut lines: Vec<String> = finding.evidence.iter().map(row).collect();
    lines.push(finding.check.remedy.to_owned());
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(finding.severity.as_str());
    status.set_message(printable(&finding.message));
    status.set_description(lines.join("\n"));
    status
}

fn skipped(reason: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(printable(reason));
    // Some readers look at the text alone.
    status.set_description(printable(reason));
    status
}

fn property(name: &str, value: &str) -> Property {
    Property::new(printable(name), printable(value))
}

/// Text without what turns the reading direction; what XML 1.0 cannot hold is replaced.
fn printable(text: &str) -> String {
    text::printable(text, text::MAX_VALUE_BYTES).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
