//! Collects what one check finds.

use super::catalogue::Check;
use super::context::NumberedFile;
use super::finding::{Evidence, Finding, Severity, Subject};
use crate::identity::Identity;

/// The findings and notes of one check while it runs.
#[derive(Debug)]
pub(crate) struct Collector {
    check: &'static Check,
    severity: Severity,
    pub(crate) findings: Vec<Finding>,
    /// Each one sentence without a final period.
    pub(crate) notes: Vec<String>,
}

impl Collector {
    /// Findings are as bad as the policy has it, or else the catalogue.
    pub(crate) fn new(check: &'static Check, by_policy: Option<Severity>) -> Self {
        Self {
            check,
            severity: by_policy.unwrap_or(check.severity),
            findings: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds a finding as bad as the check's findings usually are.
    pub(crate) fn raise(
        &mut self,
        subject: Subject,
        message: impl Into<String>,
        evidence: Vec<Evidence>,
    ) {
        self.raise_at(Severity::Critical, subject, message, evidence);
    }

    /// Adds a finding about a person that rests on their own row alone, which states `fact`.
    pub(crate) fn raise_person(
        &mut self,
        hr: NumberedFile<'_>,
        person: &Identity,
        message: impl Into<String>,
        fact: impl Into<String>,
    ) {
        self.raise(hr.subject(person), message, vec![hr.evidence(person, fact)]);
    }

    /// Adds a finding about something that is held.
    pub(crate) fn raise_access(
        &mut self,
        subject: Subject,
        message: impl Into<String>,
        evidence: Vec<Evidence>,
        access: Vec<String>,
    ) {
        self.raise(subject, message, evidence);
        if let Some(raised) = self.findings.last_mut() {
            raised.access = access;
        }
    }

    /// Adds a finding that is at most this bad.
    pub(crate) fn raise_at(
        &mut self,
        at_most: Severity,
        subject: Subject,
        message: impl Into<String>,
        evidence: Vec<Evidence>,
    ) {
        self.findings.push(Finding {
            check: self.check,
            severity: self.severity.min(at_most),
            subject,
            message: message.into(),
            evidence,
            accepted: None,
            access: Vec::new(),
        });
    }
}
