//! What a closed review hands over: the evidence, and what follows from it for each kind of decision.

use std::collections::BTreeMap;
use std::io::Write;

use connector_core::Result;
use connector_evidence::{SecretKey, Signature};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::folder::Folder;
use super::manifest::{Basis, Manifest, Ref, Row, Workbook, sha256};
use super::returned::{ReturnedFile, State};
use super::scim;
use super::workbook::Decision;
use crate::json;
use crate::outfile::quoted;
use crate::table::{Cell, Column, Format, Table, capitalized, cells, column, headings};

/// The evidence's name.
pub(super) const EVIDENCE: &str = "evidence.json";
/// What the evidence calls its own shape.
pub(super) const EVIDENCE_FORMAT: &str = "baton-audit review evidence 1";

/// Who decided what, on which files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Evidence {
    /// [`EVIDENCE_FORMAT`].
    pub(super) format: String,
    /// The digest of the review.
    pub(super) review: String,
    /// What the review rests on.
    pub(super) basis: Basis,
    /// The workbooks and their reviewers.
    pub(super) workbooks: Vec<Workbook>,
    /// The files that were returned.
    pub(super) returned: Vec<ReturnedFile>,
    /// All decisions, in the review's order.
    pub(super) decisions: Vec<Decided>,
    /// The files written beside the evidence.
    pub(super) outputs: Vec<Output>,
    /// The signature of everything before it, when a key was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) signature: Option<Signature>,
}

impl Evidence {
    /// The bytes of the file.
    ///
    /// # Errors
    /// Never for a value of this program.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        json::write(&mut bytes, self)?;
        Ok(bytes)
    }
}

/// An access and what was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Decided {
    /// The access as it was reviewed.
    pub(super) access: Row,
    /// What was decided.
    pub(super) decision: Decision,
    /// The reviewer's comment; empty without one.
    pub(super) comment: String,
    /// Position of the returned file that decides; absent where the operator decided for what was left undecided.
    pub(super) file: Option<usize>,
    /// Who decided.
    pub(super) by: String,
}

/// A file written beside the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Output {
    /// Its name.
    pub(super) file: String,
    /// SHA-256 of it, in hexadecimal.
    pub(super) sha256: String,
    /// Rows, operations or entries in it.
    pub(super) rows: u64,
}

/// Who decides what `--undecided` settles.
pub(super) const OPERATOR: &str = "the operator (--undecided)";

/// The decisions of a review without contradictions; `undecided` stands for what nobody decided.
pub(super) fn decided(
    manifest: &Manifest,
    states: &[State],
    files: &[ReturnedFile],
    undecided: Option<Decision>,
) -> Vec<Decided> {
    let review = &manifest.review;
    let rows = review.rows.iter().zip(states);
    let decided = rows.filter_map(|(row, state)| {
        let (decision, comment, file) = match state {
            State::Decided {
                decision,
                comment,
                file,
            } => (*decision, comment.clone(), Some(*file)),
            State::Undecided(why) => (undecided?, why.clone(), None),
            State::Contradicting(_) => return None,
        };
        let by = file.and_then(|at| review.workbooks.get(files.get(at)?.workbook));
        Some(Decided {
            access: row.clone(),
            decision,
            comment,
            file,
            by: by.map_or(OPERATOR, |it| it.reviewer.as_str()).to_owned(),
        })
    });
    decided.collect()
}

/// Writes all files of a closed review, the evidence last and signed when there is a key, and returns what was written.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn write(
    mut evidence: Evidence,
    accepted_until: Date,
    key: Option<&SecretKey>,
    folder: &Folder,
) -> Result<Vec<Output>> {
    let basis = &evidence.basis;
    let of = |wanted: Decision| -> Vec<&Decided> {
        let decisions = evidence.decisions.iter();
        decisions.filter(|it| it.decision == wanted).collect()
    };
    let (removals, changes) = (of(Decision::Remove), of(Decision::Change));
    let mut outputs = vec![
        put(
            folder,
            "removals.csv",
            removals.len(),
            &table(basis, &removals)?,
        )?,
        put(
            folder,
            "changes.csv",
            changes.len(),
            &table(basis, &changes)?,
        )?,
    ];
    for (at, app) in basis.apps.iter().enumerate() {
        let rows = removals.iter().map(|it| &it.access);
        let rows: Vec<&Row> = rows.filter(|row| row.app == at).collect();
        let direct = rows.iter().filter(|row| row.direct).count();
        for (part, request) in scim::requests(&rows).iter().enumerate() {
            let number = part + 1;
            let name = format!("removals-{}-{number:04}.scim.json", plain(&app.label));
            let mut bytes = Vec::new();
            json::write(&mut bytes, request)?;
            let operations = (direct - part * scim::OPERATIONS).min(scim::OPERATIONS);
            outputs.push(put(folder, &name, operations, &bytes)?);
        }
    }
    let (entries, text) = accepted(&evidence, accepted_until);
    outputs.push(put(folder, "accepted.toml", entries, text.as_bytes())?);
    evidence.outputs.clone_from(&outputs);
    evidence.signature = key.map(|key| Signature::of(&evidence, key));
    let bytes = evidence.to_bytes()?;
    outputs.push(put(folder, EVIDENCE, evidence.decisions.len(), &bytes)?);
    Ok(outputs)
}

fn put(folder: &Folder, name: &str, rows: usize, bytes: &[u8]) -> Result<Output> {
    folder.write(name, |out| {
        out.write_all(bytes).map_err(crate::console::write_failed)
    })?;
    Ok(Output {
        file: name.to_owned(),
        sha256: sha256(bytes),
        rows: rows as u64,
    })
}

/// A label as a part of a file's name.
fn plain(label: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    label
        .chars()
        .map(|c| if keep(c) { c } else { '-' })
        .collect()
}

/// A decision as the tables have it.
struct Line<'r> {
    app: &'r str,
    decided: &'r Decided,
}

/// Decisions as CSV.
fn table(basis: &Basis, decisions: &[&Decided]) -> Result<Vec<u8>> {
    let columns: Vec<Column<Line<'_>>> = vec![
        column("app", "", |it: &Line<'_>| it.app.into()),
        column("account_id", "", |it| {
            it.decided.access.account_id.to_string().into()
        }),
        column("account", "", |it| {
            it.decided.access.account.as_str().into()
        }),
        column("owner", "", |it| it.decided.access.owner.as_str().into()),
        column("access", "", |it| it.decided.access.access.as_str().into()),
        column("access_id", "", |it| {
            it.decided.access.access_id.as_str().into()
        }),
        column("resource_id", "", |it| {
            let resource = it.decided.access.resource_id.as_ref();
            resource.map(ToString::to_string).unwrap_or_default().into()
        }),
        column("way", "", |it| it.decided.access.way.as_str().into()),
        column("via", "", |it| Cell::list(&it.decided.access.via)),
        column("decided_by", "", |it| it.decided.by.as_str().into()),
        column("comment", "", |it| it.decided.comment.as_str().into()),
        column("row", "", |it| it.decided.access.row.as_str().into()),
    ];
    let mut bytes = Vec::new();
    let out: &mut dyn Write = &mut bytes;
    let mut table = Table::to(out, Format::Csv { bom: false }, headings(&columns));
    for &decided in decisions {
        let app = &basis.apps[decided.access.app].label;
        table.row(&cells(&columns, &Line { app, decided }))?;
    }
    table.finish()?;
    Ok(bytes)
}

/// `[[accepted]]` entries for the findings about accounts of which every access is kept by its reviewer, and how many.
fn accepted(evidence: &Evidence, until: Date) -> (usize, String) {
    let mut text = format!(
        "# Findings about accounts that the access review of {} keeps. Take over into the policy what the company accepts.\n",
        evidence.basis.as_of
    );
    let mut accounts: BTreeMap<(usize, &Ref), Vec<&Decided>> = BTreeMap::new();
    for decided in &evidence.decisions {
        let row = &decided.access;
        let of_account = accounts.entry((row.app, &row.account_id)).or_default();
        of_account.push(decided);
    }
    let mut count = 0;
    for of_account in accounts.values() {
        let Some(decided) = of_account.first() else {
            continue;
        };
        let row = &decided.access;
        let kept = |it: &&Decided| it.decision == Decision::Keep && it.file.is_some();
        if !of_account.iter().all(kept) {
            continue;
        }
        let mut comments: Vec<&str> = of_account.iter().map(|it| it.comment.as_str()).collect();
        comments.retain(|it| !it.is_empty());
        comments.dedup();
        let comments = match comments.is_empty() {
            true => String::new(),
            false => format!(": {}", comments.join("; ")),
        };
        let app = &evidence.basis.apps[row.app].label;
        for finding in &row.findings {
            let day = evidence.basis.as_of;
            let reason = format!(
                "Kept by {} in the access review of {day}{comments}",
                decided.by
            );
            let entry = [
                ("check", finding.check.as_str()),
                ("subject", &row.account_id.to_string()),
                ("file", app),
                ("reason", &reason),
            ]
            .map(|(key, value)| format!("{key} = {}\n", quoted(value)));
            let what = capitalized(&finding.message).replace(char::is_control, " ");
            text.push_str(&format!(
                "\n# {what}\n[[accepted]]\n{}until = {until}\n",
                entry.concat()
            ));
            count += 1;
        }
    }
    (count, text)
}
