//! Findings as one JSON object.
//!
//! ```text
//! format    "baton-audit.findings/1"; the number grows when a field changes its meaning or goes away
//! tool      name, version
//! as_of     the day the judgements are made for
//! summary   open: findings by severity; accepted: how many the policy accepts; left_out: how many are not listed
//! files     what was read: label, path, part (hr, earlier_hr, app), sha256, sync_id, synced_at, identities, and where
//!           --evidence was given evidence (path, sha256, program, outcome, why, public_key; the signature is not checked)
//! checks    the catalogue: id, title, severity, controls, remedy, and state (ran, skipped); reason when skipped
//! notes     what a reader should know beside the findings
//! findings  fingerprint, check, severity, subject (kind, file, id, name), message, controls, remedy,
//!           evidence (file; table and row, or key of a version 3 file; external_id, says), accepted (reason, until) or null
//! ```
//!
//! `file` is always a position in `files`. Texts are as the files have them; a program that shows them escapes them.

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::{TOOL, VERSION, fingerprinted};
use crate::check::catalogue::{CATALOGUE, Check};
use crate::check::finding::{Accepted, Evidence, FileRead, Finding, Findings, Severity, Subject};

/// Name and version of the shape.
const FORMAT: &str = "baton-audit.findings/1";

#[derive(Serialize)]
pub(super) struct Document<'a> {
    format: &'static str,
    tool: Tool,
    as_of: Date,
    summary: Summary<'a>,
    files: &'a [FileRead],
    checks: Vec<CheckObject<'a>>,
    notes: &'a [String],
    findings: FindingObjects<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary<'a> {
    open: OpenCounts<'a>,
    accepted: usize,
    left_out: usize,
}

/// How many findings are open, by severity and the worst first.
struct OpenCounts<'a>(&'a Findings);

impl Serialize for OpenCounts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let count = |severity| (severity, self.0.open_of(severity).count());
        serializer.collect_map(Severity::ALL.map(count))
    }
}

#[derive(Serialize)]
struct CheckObject<'a> {
    #[serde(flatten)]
    check: &'static Check,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// Each finding becomes an object when it is its turn to be written, so that no second copy of all is kept.
struct FindingObjects<'a>(&'a Findings);

impl Serialize for FindingObjects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(fingerprinted(self.0).map(FindingObject::new))
    }
}

#[derive(Serialize)]
struct FindingObject<'a> {
    fingerprint: String,
    check: &'static str,
    severity: Severity,
    subject: SubjectObject<'a>,
    message: &'a str,
    controls: &'static [&'static str],
    remedy: &'static str,
    evidence: &'a [Evidence],
    accepted: &'a Option<Accepted>,
}

#[derive(Serialize)]
struct SubjectObject<'a> {
    kind: &'static str,
    file: usize,
    id: String,
    name: Option<&'a str>,
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
        summary: Summary {
            open: OpenCounts(findings),
            accepted: findings.findings.len() - findings.open_at(Severity::Note).count(),
            left_out: findings.left_out(),
        },
        files: &findings.files,
        checks: checks(findings).collect(),
        notes: &findings.notes,
        findings: FindingObjects(findings),
    }
}

/// The checks that were to run.
fn checks(findings: &Findings) -> impl Iterator<Item = CheckObject<'_>> {
    CATALOGUE.iter().filter_map(|check| {
        let reason = findings.why_skipped(check);
        let state = match reason {
            Some(_) => "skipped",
            None if findings.ran.contains(&check) => "ran",
            None => return None,
        };
        Some(CheckObject {
            check,
            state,
            reason,
        })
    })
}

impl<'a> FindingObject<'a> {
    fn new((fingerprint, finding): (String, &'a Finding)) -> Self {
        let (kind, name) = match &finding.subject {
            Subject::Identity { name, .. } => ("identity", Some(name.as_str())),
            Subject::Thing { name, .. } => ("thing", Some(name.as_str())),
            Subject::File { .. } => ("file", None),
        };
        Self {
            fingerprint,
            check: finding.check.id,
            severity: finding.severity,
            subject: SubjectObject {
                kind,
                file: finding.subject.file(),
                id: finding.subject.id(),
                name,
            },
            message: &finding.message,
            controls: finding.check.controls,
            remedy: finding.check.remedy,
            evidence: &finding.evidence,
            accepted: &finding.accepted,
        }
    }
}
