//! Findings as JUnit XML: a suite for each check, a failing case for each finding.
//!
//! What the policy accepts and what could not run is skipped with the reason; a check that found nothing has one
//! case that passes; notes are skipped cases of a suite of their own. There is no schema that all readers share, so
//! only what all of them read is written.

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
    report.add_test_suites(CATALOGUE.iter().filter_map(|check| suite(findings, check)));
    if !findings.notes.is_empty() {
        let mut suite = TestSuite::new("notes");
        suite.set_time(Duration::ZERO);
        let notes = (1..).zip(&findings.notes);
        suite.add_test_cases(
            notes.map(|(n, note)| case("notes", &format!("note {n}"), skipped(note))),
        );
        report.add_test_suite(suite);
    }
    // Its own writer would hide that the reader of the output went away.
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// `None` for a check that was not to run.
fn suite(findings: &Findings, check: &'static Check) -> Option<TestSuite> {
    let why_skipped = findings.why_skipped(check);
    if why_skipped.is_none() && !findings.ran.contains(&check) {
        return None;
    }
    let mut suite = TestSuite::new(printable(&format!("{} {}", check.id, check.title)));
    suite.set_time(Duration::ZERO);
    // The crate's own type of time would write a fraction of a second and an offset, which some readers refuse.
    let day = format!("{}T00:00:00", findings.as_of);
    suite.extra.insert("timestamp".into(), day.into());
    suite.add_property(property("controls", &check.controls.join(", ")));
    suite.add_properties(findings.files.iter().map(|file| {
        let at = file.synced_at.map(|at| format!(", {at}"));
        let (path, digest, sync) = (&file.path, &file.sha256, &file.sync_id);
        let value = format!(
            "{path}, sha256 {digest}, sync {sync}{}",
            at.unwrap_or_default()
        );
        property(&format!("file {}", file.label), &value)
    }));
    if let Some(reason) = why_skipped {
        suite.add_test_case(case(check.id, check.title, skipped(reason)));
    }
    let of_check = findings.findings.iter().filter(|f| f.check == check);
    suite.add_test_cases(of_check.map(|finding| {
        let name = name(findings, &finding.subject);
        case(check.id, &name, status(findings, finding))
    }));
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
    status
}

fn property(name: &str, value: &str) -> Property {
    Property::new(printable(name), printable(value))
}

/// Text without what turns the reading direction; what XML 1.0 cannot hold is replaced.
fn printable(text: &str) -> String {
    text::printable(text, text::MAX_VALUE_BYTES).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
