//! What checks result in: findings, and the files they rest on.

use std::fmt;
use std::path::{Component, Path};

use connector_c1z::RowAt;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::catalogue::Check;
use crate::evidence::Attached;
use crate::identity::Key;

/// Rows of a long list that are given as evidence; the message or the first row says how many there are.
pub(crate) const EXAMPLES: usize = 20;

/// How bad a finding is; ordered from note to critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// To be put right in time.
    Low,
    /// To be put right soon.
    Medium,
    /// A control does not hold.
    High,
    /// Harm can be done now.
    Critical,
}

impl Severity {
    /// All, the worst first.
    pub const ALL: [Self; 5] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Note,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a file is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The people of the company.
    Hr,
    /// The accounts of an app.
    App,
    /// An earlier state of an HR file.
    EarlierHr,
}

/// A file that was read, as evidence names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRead {
    /// What reports call it; see [`label_files`].
    pub label: String,
    /// The path as the operator wrote it.
    pub path: String,
    /// What it was read for.
    pub part: Part,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The sync in it that was read.
    pub sync_id: String,
    /// When that sync ended, if the file has it.
    pub synced_at: Option<Timestamp>,
    /// People or accounts in it.
    pub identities: usize,
    /// What evidence states about it, when some was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Attached>,
}

/// What policies and links may call a file: its name without its ending, alone or with directories of its path
/// before it, the shortest first (`sync`, `okta/sync`, `data/okta/sync`).
pub fn names_of_file(path: &Path) -> Vec<String> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut names = vec![stem.into_owned()];
    let parents = path.parent().into_iter().flat_map(Path::components);
    let parents: Vec<_> = parents
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        })
        .collect();
    for parent in parents.iter().rev() {
        let longest = names.last().map_or("", String::as_str);
        names.push(format!("{parent}/{longest}"));
    }
    names
}

/// Sets what each file is called in reports: its name without its ending, with as much of its path before it as tells
/// it from the others. An earlier HR file never makes the label of the newer one longer.
pub fn label_files(files: &mut [FileRead]) {
    let parts: Vec<Vec<String>> = files.iter().map(|file| parts_of(&file.path)).collect();
    let end = |of: usize, count: usize| &parts[of][parts[of].len().saturating_sub(count)..];
    let labels = (0..files.len()).map(|at| {
        let is_rival = |&other: &usize| {
            let earlier = |of: usize| files[of].part == Part::EarlierHr;
            other != at && (earlier(at) || !earlier(other))
        };
        let rivals: Vec<usize> = (0..files.len()).filter(is_rival).collect();
        let is_unique = |&count: &usize| rivals.iter().all(|&r| end(r, count) != end(at, count));
        let count = (1..=parts[at].len()).find(is_unique);
        end(at, count.unwrap_or(parts[at].len())).join("/")
    });
    let labels: Vec<String> = labels.collect();
    for (file, label) in files.iter_mut().zip(labels) {
        file.label = label;
    }
}

/// The directories of a path, then the file's name without its ending.
fn parts_of(path: &str) -> Vec<String> {
    let path = Path::new(path);
    let parents = path.parent().into_iter().flat_map(Path::components);
    let parts = parents.map(Component::as_os_str).chain(path.file_stem());
    parts
        .map(|part| part.to_string_lossy().into_owned())
        .collect()
}

impl FileRead {
    /// Whether a policy means this file by `name`; see [`names_of_file`].
    pub fn is_called(&self, name: &str) -> bool {
        names_of_file(Path::new(&self.path))
            .iter()
            .any(|n| n == name)
    }
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A person or an account: the file (position in [`Findings::files`]), the key and the name in it.
    Identity {
        /// Position of the file.
        file: usize,
        /// Type and vendor id.
        key: Key,
        /// Name for people.
        name: String,
    },
    /// Something else of a file, such as a department.
    Thing {
        /// Position of the file.
        file: usize,
        /// What it is called.
        name: String,
    },
    /// A whole file.
    File {
        /// Position of the file.
        file: usize,
    },
}

impl Subject {
    /// Position of the file it is in.
    pub fn file(&self) -> usize {
        match self {
            Self::Identity { file, .. } | Self::Thing { file, .. } | Self::File { file } => *file,
        }
    }

    /// What identifies it within its file and stays the same from sync to sync: `<type>:<id>`, the thing's name,
    /// or nothing for a whole file.
    pub fn id(&self) -> String {
        match self {
            Self::Identity { key, .. } => key.to_string(),
            Self::Thing { name, .. } => name.clone(),
            Self::File { .. } => String::new(),
        }
    }
}

/// One row that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Position of the file in [`Findings::files`].
    pub file: usize,
    /// Where the row is in it.
    #[serde(flatten)]
    pub at: RowAt,
    /// The row's id.
    pub external_id: String,
    /// What the row states, for people: `status enabled, org_role admin`.
    pub says: String,
}

/// A finding that the policy accepts for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// Why.
    pub reason: String,
    /// The last day on which it is accepted.
    pub until: Date,
}

/// Something to act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which check found it.
    pub check: &'static Check,
    /// How bad it is here; the check's own severity unless the check has a reason to differ.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// What is the matter, to be read after the subject's name and without a final period: `has no manager`.
    pub message: String,
    /// The rows it rests on, the subject's own first.
    pub evidence: Vec<Evidence>,
    /// Set when the policy accepts it; it then never decides the exit code.
    pub accepted: Option<Accepted>,
    /// Names of what is held, when the finding is about single accesses; empty when it is about the subject as such.
    pub access: Vec<String>,
}

/// The result of all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// The day the judgements are made for.
    pub as_of: Date,
    /// The files read: HR files first, then earlier ones, then apps.
    pub files: Vec<FileRead>,
    /// The checks that ran; not those that something was missing for.
    pub ran: Vec<&'static Check>,
    /// The checks that could not run, and why.
    pub skipped: Vec<(&'static Check, String)>,
    /// What a reader should know beside the findings: rules of the policy without effect, acceptances that have
    /// run out, facts that could not be judged. Each one sentence without a final period.
    pub notes: Vec<String>,
    /// Findings, at most one per check and subject: by severity (worst first), then check, then subject.
    pub findings: Vec<Finding>,
    /// How many findings of a check are not listed, because the operator did not want them.
    pub left_out: Vec<(&'static Check, usize)>,
}

impl Findings {
    /// Findings at or above a severity that the policy does not accept.
    pub fn open_at(&self, floor: Severity) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |f| f.accepted.is_none() && f.severity >= floor)
    }

    /// Findings of exactly this severity that the policy does not accept.
    pub fn open_of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.open_at(severity)
            .filter(move |f| f.severity == severity)
    }

    /// Takes out the findings below a severity, and notes how many of each check.
    pub fn leave_out_below(&mut self, floor: Severity) {
        let findings = &mut self.findings;
        for &check in &self.ran {
            let below = |f: &Finding| f.check == check && f.severity < floor;
            let count = findings.iter().filter(|f| below(f)).count();
            if count > 0 {
                findings.retain(|f| !below(f));
                self.left_out.push((check, count));
                let found = if count == 1 { "finding" } else { "findings" };
                let id = check.id;
                self.notes
                    .push(format!("{id}: {count} {found} below {floor} left out"));
            }
        }
    }

    /// How many findings are not listed.
    pub fn left_out(&self) -> usize {
        self.left_out.iter().map(|(_, count)| count).sum()
    }

    /// Why the check did not run; `None` when it ran or was not to run.
    pub fn why_skipped(&self, check: &Check) -> Option<&str> {
        let skipped = self.skipped.iter().find(|(it, _)| *it == check);
        skipped.map(|(_, reason)| reason.as_str())
    }

    /// What reports call the file at this position.
    pub fn label(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| file.label.as_str())
    }
}

#[cfg(test)]
mod tests;
