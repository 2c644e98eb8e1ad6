//! Findings as SARIF 2.1.0 (OASIS), so that code-scanning views and other collectors of results can hold them.
//!
//! A check is a rule, a sync file an artifact with its digest, and a finding a result in the file it is about. A
//! finding that the policy accepts is a result with a suppression; a check that could not run is a notification.
//! A sync file has no lines, but views that put results beside code want one: it is always the first.

use std::borrow::Cow;

use connector_core::text::{self, grouped};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{TOOL, VERSION, fingerprinted};
use crate::check::catalogue::{CATALOGUE, Check};
use crate::check::finding::{Evidence, FileRead, Finding, Findings, Part, Severity, Subject};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What relative paths are relative to; the usual name for the root of a checkout.
const BASE: &str = "%SRCROOT%";
/// The fingerprint that GitHub compares, so that every result keeps its own alert.
const GITHUB_FINGERPRINT: &str = "primaryLocationLineHash";
/// Our own name for the same.
const FINGERPRINT: &str = "findingId/v1";

/// All characters but the unreserved ones of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// More results in one run are refused by GitHub, which shows the 5,000 most severe of those it takes (docs.github.com,
/// SARIF support for code scanning, 2026-11).
const MOST_RESULTS: usize = 25_000;

/// What an operator should know of so many results; nothing when all are taken.
pub(in crate::check) fn too_many_results(results: usize) -> Option<String> {
    (results > MOST_RESULTS).then(|| {
        let (results, most) = (grouped(results as u64), grouped(MOST_RESULTS as u64));
        format!(
            "{results} results are more than the {most} that GitHub takes of one run; --min-severity leaves out the lesser ones"
        )
    })
}

/// The log that is written.
#[derive(Serialize)]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    automation_details: Value,
    original_uri_base_ids: Value,
    invocations: [Value; 1],
    artifacts: Vec<Value>,
    results: Results<'a>,
    properties: Value,
}

/// Each finding becomes a result when it is its turn to be written, so that a large log is never held as a whole.
struct Results<'a> {
    findings: &'a Findings,
    /// Where each file is.
    places: Vec<Value>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let results = fingerprinted(self.findings);
        serializer.collect_seq(results.map(|(print, finding)| self.of(finding, &print)))
    }
}

/// A finding. The members of all objects are in order of their names, as everywhere in the log.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject<'a> {
    level: &'static str,
    locations: [LocationObject<'a>; 1],
    message: Text,
    partial_fingerprints: Value,
    properties: Value,
    rank: f64,
    related_locations: Vec<LocationObject<'a>>,
    rule_id: &'static str,
    rule_index: Option<usize>,
    /// An absent list would mean that suppressions were not looked at; an empty one means that there is none.
    suppressions: Vec<Value>,
}

/// What a finding is about, or a row that it rests on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    logical_locations: [Named; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    physical_location: &'a Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    fully_qualified_name: String,
    name: String,
}

/// A message.
#[derive(Serialize)]
struct Text {
    text: String,
}

/// The findings as a log.
pub(super) fn log(findings: &Findings) -> Log<'_> {
    let run = Run {
        tool: json!({"driver": {
            "name": TOOL,
            "semanticVersion": VERSION,
            "rules": CATALOGUE.iter().map(rule).collect::<Value>(),
        }}),
        automation_details: json!({"id": format!("{TOOL}/{}", findings.as_of)}),
        original_uri_base_ids: json!({BASE: {
            "description": message("The directory in which the files were named"),
        }}),
        invocations: [json!({
            "executionSuccessful": true,
            "toolConfigurationNotifications": notifications(findings),
        })],
        artifacts: findings.files.iter().map(artifact).collect(),
        results: Results {
            findings,
            places: findings.files.iter().enumerate().map(place).collect(),
        },
        properties: json!({"as_of": findings.as_of}),
    };
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run],
    }
}

fn rule(check: &'static Check) -> Value {
    let tags: Vec<_> = ["security"].iter().chain(check.controls).collect();
    let help = format!("{} Supports {}.", check.remedy, check.controls.join(", "));
    json!({
        "id": check.id,
        "name": check.title,
        "shortDescription": message(check.title),
        "fullDescription": message(&format!("{}. {}", check.title, check.remedy)),
        "help": message(&help),
        "defaultConfiguration": {"level": level(check.severity), "rank": rank(check.severity)},
        "properties": {
            "tags": tags,
            "controls": check.controls,
            "precision": "high",
            "security-severity": format!("{:.1}", rank(check.severity) / 10.0),
        },
    })
}

/// Checks that did not run, and the notes.
fn notifications(findings: &Findings) -> Vec<Value> {
    let notes = findings.notes.iter();
    let notes = notes.map(|note| json!({"level": "note", "message": message(note)}));
    findings.skipped.iter().map(skipped).chain(notes).collect()
}

fn skipped((check, reason): &(&'static Check, String)) -> Value {
    json!({
        "level": "note",
        "message": message(&format!("{} did not run: {reason}", check.id)),
        "associatedRule": {"id": check.id, "index": rule_index(check)},
    })
}

fn artifact(file: &FileRead) -> Value {
    let mut artifact = json!({
        "location": location_of(file),
        "description": message(&file.label),
        "roles": [match file.part {
            Part::Hr | Part::App => "analysisTarget",
            Part::EarlierHr => "referencedOnCommandLine",
        }],
        "hashes": {"sha-256": file.sha256},
        "properties": {
            "sync_id": file.sync_id,
            "synced_at": file.synced_at,
        },
    });
    if let Some(evidence) = &file.evidence {
        artifact["properties"]["evidence"] = json!(evidence);
    }
    artifact
}

impl<'a> Results<'a> {
    fn of(&'a self, finding: &Finding, fingerprint: &str) -> ResultObject<'a> {
        let subject = subject(self.findings, &finding.subject);
        let evidence = (1..).zip(&finding.evidence);
        let suppressions = finding.accepted.iter().map(|accepted| {
            json!({
                "kind": "external",
                "status": "accepted",
                "justification": printable(&accepted.reason),
                "properties": {"until": accepted.until},
            })
        });
        ResultObject {
            level: level(finding.severity),
            message: message(&format!("{subject} {}.", finding.message)),
            locations: [LocationObject {
                id: None,
                logical_locations: [Named {
                    fully_qualified_name: printable(&finding.subject.id()),
                    name: printable(&subject),
                }],
                message: None,
                physical_location: self.place(finding.subject.file()),
            }],
            partial_fingerprints: json!({
                FINGERPRINT: fingerprint,
                GITHUB_FINGERPRINT: format!("{fingerprint}:1"),
            }),
            properties: json!({"severity": finding.severity}),
            rank: rank(finding.severity),
            related_locations: evidence.map(|(id, it)| self.related(id, it)).collect(),
            rule_id: finding.check.id,
            rule_index: rule_index(finding.check),
            suppressions: suppressions.collect(),
        }
    }

    fn related(&self, id: u64, evidence: &Evidence) -> LocationObject<'_> {
        let says = match evidence.says.trim() {
            "" => "a row it rests on",
            says => says,
        };
        LocationObject {
            id: Some(id),
            logical_locations: [Named {
                fully_qualified_name: evidence.at.path(),
                name: printable(&evidence.external_id),
            }],
            message: Some(message(says)),
            physical_location: self.place(evidence.file),
        }
    }

    fn place(&self, file: usize) -> &Value {
        self.places.get(file).unwrap_or(&Value::Null)
    }
}

fn subject(findings: &Findings, subject: &Subject) -> String {
    match subject {
        Subject::Identity { key, name, .. } => format!("{name} ({key})"),
        Subject::Thing { name, .. } => name.clone(),
        Subject::File { file } => findings
            .files
            .get(*file)
            .map_or_else(String::new, |f| f.path.clone()),
    }
}

/// The place of a file at a position.
fn place((index, file): (usize, &FileRead)) -> Value {
    let mut at = location_of(file);
    at["index"] = index.into();
    json!({"artifactLocation": at, "region": {"startLine": 1}})
}

fn location_of(file: &FileRead) -> Value {
    let uri = uri(&file.path);
    match uri.starts_with("file:") {
        true => json!({"uri": uri}),
        false => json!({"uri": uri, "uriBaseId": BASE}),
    }
}

/// A relative path as a relative reference, any other as a `file` URI. A path through `..` is resolved first,
/// because another machine would resolve it to something else; one that no longer exists keeps its name alone.
fn uri(path: &str) -> String {
    let through_parent = path.split('/').any(|part| part == "..");
    let resolved: Cow<'_, str> = match through_parent {
        false => path.into(),
        true => match std::fs::canonicalize(path) {
            Ok(full) => full.to_string_lossy().into_owned().into(),
            Err(_) => path.rsplit('/').next().unwrap_or_default().into(),
        },
    };
    let parts = resolved
        .split('/')
        .filter(|part| !matches!(*part, "" | "."));
    let encoded = parts.map(|part| utf8_percent_encode(part, RESERVED).to_string());
    let joined = encoded.collect::<Vec<_>>().join("/");
    match resolved.starts_with('/') {
        true => format!("file:///{joined}"),
        false => joined,
    }
}

/// A plain-text message. Braces are doubled, as the format wants it, and nothing in a name becomes a link.
fn message(text: &str) -> Text {
    let text = printable(text).replace('{', "{{").replace('}', "}}");
    Text {
        text: text.replace("](", "] ("),
    }
}

fn printable(text: &str) -> String {
    text::printable(text, text::MAX_VALUE_BYTES)
}

fn rule_index(check: &'static Check) -> Option<usize> {
    CATALOGUE.iter().position(|other| other == check)
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Note => "note",
    }
}

/// Priority from 0 to 100. A tenth of it is the score that GitHub displays as critical (over 9), high (from 7),
/// medium (from 4) or low.
const fn rank(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 95.0,
        Severity::High => 80.0,
        Severity::Medium => 55.0,
        Severity::Low => 30.0,
        Severity::Note => 10.0,
    }
}
