//! Names that stay the same from run to run: of files, and of findings.

use std::collections::HashMap;
use std::path::Path;

use connector_core::text;
use sha2::{Digest, Sha256};

use crate::check::finding::{FileRead, Finding, Findings, Part};

/// Hexadecimal digits of a fingerprint.
const DIGITS: usize = 32;

/// What each file is called in reports: its label, with as much of its path before it as tells it from the others.
/// An earlier HR file never makes the name of the newer one longer.
pub fn labels(files: &[FileRead]) -> Vec<String> {
    let tails: Vec<Vec<String>> = files.iter().map(tail).collect();
    let label = |at: usize| {
        let rivals: Vec<_> = (0..files.len())
            .filter(|&other| other != at)
            .filter(|&other| {
                files[at].part == Part::EarlierHr || files[other].part != Part::EarlierHr
            })
            .map(|other| &tails[other])
            .collect();
        let own = &tails[at];
        let end = |of: &[String], parts: usize| of[of.len().saturating_sub(parts)..].to_vec();
        let unique = |parts: &usize| {
            let shown = end(own, *parts);
            rivals.iter().all(|rival| end(rival, *parts) != shown)
        };
        let parts = (1..=own.len()).find(unique).unwrap_or(own.len());
        end(own, parts).join("/")
    };
    (0..files.len()).map(label).collect()
}

/// The directories of a file's path, then its label.
fn tail(file: &FileRead) -> Vec<String> {
    let parents = Path::new(&file.path).parent().into_iter();
    let parents = parents.flat_map(Path::components);
    let parents = parents.map(|c| c.as_os_str().to_string_lossy().into_owned());
    parents.chain([file.label.clone()]).collect()
}

/// A fingerprint for each finding, by which it is recognised in a later run: of the check's id, the file's
/// [label](labels) and the [subject's id](super::super::finding::Subject::id). A file that keeps its name keeps
/// its fingerprints; a second finding of the same check about the same subject is told apart by its order.
pub fn fingerprints(findings: &Findings) -> Vec<String> {
    let labels = labels(&findings.files);
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut one = |finding: &Finding| {
        let label = labels
            .get(finding.subject.file())
            .map_or("", String::as_str);
        let said = format!("{}\0{label}\0{}", finding.check.id, finding.subject.id());
        let before = seen.entry(said.clone()).or_default();
        *before += 1;
        match *before {
            1 => digest(&said),
            n => digest(&format!("{said}\0{n}")),
        }
    };
    findings.findings.iter().map(&mut one).collect()
}

fn digest(said: &str) -> String {
    let mut hex = text::hex(Sha256::digest(said.as_bytes()));
    hex.truncate(DIGITS);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, part: Part) -> FileRead {
        FileRead {
            path: path.to_owned(),
            label: path
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .replace(".c1z", ""),
            part,
            sha256: String::new(),
            sync_id: String::new(),
            synced_at: None,
            identities: 0,
        }
    }

    #[test]
    fn labels_are_short_and_tell_files_apart() {
        let files = [
            file("/data/new/hr.c1z", Part::Hr),
            file("/data/old/hr.c1z", Part::EarlierHr),
            file("okta/sync.c1z", Part::App),
            file("github/sync.c1z", Part::App),
            file("slack", Part::App),
            file("slack", Part::App),
        ];
        let expected = ["hr", "old/hr", "okta/sync", "github/sync", "slack", "slack"];
        assert_eq!(labels(&files), expected);
    }
}
