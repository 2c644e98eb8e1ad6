//! Findings as one JSON object.
//!
//! ```text
//! format    "baton-audit.findings/1"; the number grows when a field changes its meaning or goes away
//! tool      name, version
//! as_of     the day the judgements are made for
//! summary   open: findings by severity; accepted: how many the policy accepts
//! files     what was read: label, path, part (hr, earlier_hr, app), sha256, sync_id, synced_at, identities
//! checks    the catalogue: id, title, severity, controls, remedy, and state (ran, skipped); reason when skipped
//! notes     what a reader should know beside the findings
//! findings  fingerprint, check, severity, subject (kind, file, id, name), message, controls, remedy,
//!           evidence (file, table, row, external_id, says), accepted (reason, until) or null
//! ```
//!
//! `file` is always a position in `files`. Texts are as the files have them; whoever shows them escapes them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::{TOOL, VERSION, fingerprints, labels};
use crate::check::catalogue::{CATALOGUE, Check};
use crate::check::finding::{Accepted, Evidence, Finding, Findings, Part, Severity, Subject};

/// Name and version of the shape.
const FORMAT: &str = "baton-audit.findings/1";

#[derive(Serialize)]
pub(super) struct Document<'a> {
    format: &'static str,
    tool: Tool,
    as_of: Date,
    summary: Summary,
    files: Vec<File<'a>>,
    checks: Vec<Ran<'a>>,
    notes: &'a [String],
    findings: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    open: Open,
    accepted: usize,
}

#[derive(Serialize)]
struct Open {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    note: usize,
}

#[derive(Serialize)]
struct File<'a> {
    label: String,
    path: &'a str,
    part: &'static str,
    sha256: &'a str,
    sync_id: &'a str,
    synced_at: Option<Timestamp>,
    identities: usize,
}

#[derive(Serialize)]
struct Ran<'a> {
    id: &'static str,
    title: &'static str,
    severity: &'static str,
    controls: &'static [&'static str],
    remedy: &'static str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Found<'a> {
    fingerprint: String,
    check: &'static str,
    severity: &'static str,
    subject: About<'a>,
    message: &'a str,
    controls: &'static [&'static str],
    remedy: &'static str,
    evidence: Vec<RowRead<'a>>,
    accepted: Option<Reason<'a>>,
}

#[derive(Serialize)]
struct About<'a> {
    kind: &'static str,
    file: usize,
    id: String,
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct RowRead<'a> {
    file: usize,
    table: &'static str,
    row: i64,
    external_id: &'a str,
    says: &'a str,
}

#[derive(Serialize)]
struct Reason<'a> {
    reason: &'a str,
    until: Date,
}

/// The object that is written.
pub(super) fn document(findings: &Findings) -> Document<'_> {
    Document {
        format: FORMAT,
        tool: Tool {
            name: TOOL,
            version: VERSION,
        },
        as_of: findings.as_of,
        summary: summary(findings),
        files: files(findings),
        checks: CATALOGUE.iter().filter_map(|c| ran(findings, c)).collect(),
        notes: &findings.notes,
        findings: found(findings),
    }
}

fn summary(findings: &Findings) -> Summary {
    let open = |severity| {
        let at = findings.open_at(severity);
        at.filter(|f| f.severity == severity).count()
    };
    Summary {
        open: Open {
            critical: open(Severity::Critical),
            high: open(Severity::High),
            medium: open(Severity::Medium),
            low: open(Severity::Low),
            note: open(Severity::Note),
        },
        accepted: findings.findings.len() - findings.open_at(Severity::Note).count(),
    }
}

fn files(findings: &Findings) -> Vec<File<'_>> {
    let labels = labels(&findings.files).into_iter();
    let each = labels.zip(&findings.files).map(|(label, file)| File {
        label,
        path: &file.path,
        part: match file.part {
            Part::Hr => "hr",
            Part::EarlierHr => "earlier_hr",
            Part::App => "app",
        },
        sha256: &file.sha256,
        sync_id: &file.sync_id,
        synced_at: file.synced_at,
        identities: file.identities,
    });
    each.collect()
}

/// `None` for a check that was not asked for.
fn ran<'a>(findings: &'a Findings, check: &'static Check) -> Option<Ran<'a>> {
    let skipped = findings.skipped.iter().find(|(c, _)| *c == check);
    let state = match skipped {
        Some(_) => "skipped",
        None if findings.ran.contains(&check) => "ran",
        None => return None,
    };
    Some(Ran {
        id: check.id,
        title: check.title,
        severity: check.severity.as_str(),
        controls: check.controls,
        remedy: check.remedy,
        state,
        reason: skipped.map(|(_, reason)| reason.as_str()),
    })
}

fn found(findings: &Findings) -> Vec<Found<'_>> {
    let fingerprints = fingerprints(findings).into_iter();
    let each = fingerprints.zip(&findings.findings);
    each.map(|(fingerprint, finding)| one(fingerprint, finding))
        .collect()
}

fn one(fingerprint: String, finding: &Finding) -> Found<'_> {
    Found {
        fingerprint,
        check: finding.check.id,
        severity: finding.severity.as_str(),
        subject: about(&finding.subject),
        message: &finding.message,
        controls: finding.check.controls,
        remedy: finding.check.remedy,
        evidence: finding.evidence.iter().map(row).collect(),
        accepted: finding.accepted.as_ref().map(reason),
    }
}

fn about(subject: &Subject) -> About<'_> {
    let (kind, name) = match subject {
        Subject::Identity { name, .. } => ("identity", Some(name.as_str())),
        Subject::Thing { name, .. } => ("thing", Some(name.as_str())),
        Subject::File { .. } => ("file", None),
    };
    About {
        kind,
        file: subject.file(),
        id: subject.id(),
        name,
    }
}

fn row(evidence: &Evidence) -> RowRead<'_> {
    RowRead {
        file: evidence.file,
        table: evidence.table,
        row: evidence.row,
        external_id: &evidence.external_id,
        says: &evidence.says,
    }
}

fn reason(accepted: &Accepted) -> Reason<'_> {
    Reason {
        reason: &accepted.reason,
        until: accepted.until,
    }
}
