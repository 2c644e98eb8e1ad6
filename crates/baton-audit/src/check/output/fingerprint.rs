//! What a finding is recognised by from run to run.

use std::collections::HashMap;

use connector_core::text;
use sha2::{Digest, Sha256};

use crate::check::finding::{Finding, Findings};

/// Bytes of a fingerprint.
const BYTES: usize = 16;

/// The findings, each with its fingerprint: a digest of the check's id, the file's label and the
/// [subject's id](crate::check::Subject::id). A file that keeps its label keeps its fingerprints; a second finding of
/// the same check about the same subject is distinguished by its order.
pub fn fingerprinted(findings: &Findings) -> impl Iterator<Item = (String, &Finding)> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    findings.findings.iter().map(move |finding| {
        let label = findings.label(finding.subject.file());
        let identified = format!("{}\0{label}\0{}", finding.check.id, finding.subject.id());
        let times = seen.entry(identified.clone()).or_default();
        *times += 1;
        let digest = match *times {
            1 => Sha256::digest(identified),
            n => Sha256::digest(format!("{identified}\0{n}")),
        };
        (text::hex(&digest[..BYTES]), finding)
    })
}
