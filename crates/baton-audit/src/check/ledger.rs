//! Collects what the rules find.

use super::catalogue::Check;
use super::finding::{Evidence, Finding, Severity, Subject};

/// What a rule made of its check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It looked at everything it is about.
    Ran,
    /// It had nothing to look at; the text says why.
    Skipped(String),
}

/// What has been found so far, and whose turn it is.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    turn: Option<(&'static Check, Severity)>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) notes: Vec<String>,
}

impl Ledger {
    /// The next findings are this check's, as bad as the policy says or else the catalogue.
    pub(crate) fn turn_to(&mut self, check: &'static Check, severity: Option<Severity>) {
        self.turn = Some((check, severity.unwrap_or(check.severity)));
    }

    /// A finding as bad as the check's findings usually are.
    pub(crate) fn raise(&mut self, subject: Subject, message: String, evidence: Vec<Evidence>) {
        self.raise_at(Severity::Critical, subject, message, evidence);
    }

    /// A finding that is at most this bad.
    pub(crate) fn raise_at(
        &mut self,
        at_most: Severity,
        subject: Subject,
        message: String,
        evidence: Vec<Evidence>,
    ) {
        let Some((check, severity)) = self.turn else {
            return;
        };
        self.findings.push(Finding {
            check,
            severity: severity.min(at_most),
            subject,
            message,
            evidence,
            accepted: None,
        });
    }

    /// Something a reader should know.
    pub(crate) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}
