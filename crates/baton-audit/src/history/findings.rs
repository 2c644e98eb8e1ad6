//! When each finding opened and closed. A finding is the same from point to point when check, file and subject are (the
//! person, the account, the group) and, where it is about something that is held, this is. One about several accesses
//! counts for each of them. Its words may change meanwhile; the newest are kept.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use crate::check::catalogue::Check;
use crate::check::{Finding, Findings, Severity, Subject};

/// From when to when a check found something.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) check: &'static Check,
    /// Position of the system.
    pub(super) system: usize,
    /// See [`Subject::id`].
    pub(super) id: String,
    /// The subject's name; empty for a whole file.
    pub(super) name: String,
    /// What is held; empty when the finding is about the subject as such.
    pub(super) access: String,
    pub(super) severity: Severity,
    pub(super) message: String,
    /// The day for which it was found first.
    pub(super) opened: Date,
    /// Whether that is the first day that was judged, so that it may be older.
    pub(super) is_older: bool,
    /// The last day for which it was found.
    pub(super) seen: Date,
    /// The first day for which its check ran and did not find it any more.
    pub(super) closed: Option<Date>,
    /// Until when the policy accepts it, as of the last day for which it was found.
    pub(super) accepted_until: Option<Date>,
}

impl Span {
    /// Days from when it opened to when it closed, or to `last`.
    pub(super) fn days(&self, last: Date) -> u64 {
        super::figures::days(self.opened, self.closed.unwrap_or(last))
    }
}

/// What identifies a finding over time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Same {
    check: &'static str,
    system: usize,
    kind: u8,
    id: String,
    access: String,
}

/// All findings of the points so far.
#[derive(Debug, Default)]
pub(super) struct Spans {
    open: HashMap<Same, Span>,
    closed: Vec<Span>,
}

/// How many findings opened and closed for a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Turned {
    pub(super) opened: u64,
    pub(super) closed: u64,
}

impl Spans {
    /// Takes in the findings of a day. `systems` are the positions of the systems of the findings' files.
    pub(super) fn see(&mut self, findings: &Findings, systems: &[usize], is_first: bool) -> Turned {
        let day = findings.as_of;
        let mut turned = Turned::default();
        for finding in &findings.findings {
            let Some(&system) = systems.get(finding.subject.file()) else {
                continue;
            };
            let accesses: BTreeSet<&str> = match finding.access.is_empty() {
                true => BTreeSet::from([""]),
                false => finding.access.iter().map(String::as_str).collect(),
            };
            for access in accesses {
                turned.opened += u64::from(self.found(finding, system, access, day, is_first));
            }
        }
        // A check that did not run has looked at nothing, so what it found stays open.
        let gone =
            |_: &Same, span: &mut Span| span.seen != day && findings.ran.contains(&span.check);
        for (_, mut span) in self.open.extract_if(gone) {
            turned.closed += 1;
            span.closed = Some(day);
            self.closed.push(span);
        }
        turned
    }

    /// Takes in a finding about an access of a day; returns whether it is new.
    fn found(
        &mut self,
        finding: &Finding,
        system: usize,
        access: &str,
        day: Date,
        is_first: bool,
    ) -> bool {
        let (kind, name) = match &finding.subject {
            Subject::Identity { name, .. } => (0, name.as_str()),
            Subject::Thing { name, .. } => (1, name.as_str()),
            Subject::File { .. } => (2, ""),
        };
        let same = Same {
            check: finding.check.id,
            system,
            kind,
            id: finding.subject.id(),
            access: access.to_owned(),
        };
        let mut is_new = false;
        let span = self.open.entry(same).or_insert_with_key(|same| {
            is_new = true;
            Span {
                check: finding.check,
                system,
                id: same.id.clone(),
                name: String::new(),
                access: same.access.clone(),
                severity: finding.severity,
                message: String::new(),
                opened: day,
                is_older: is_first,
                seen: day,
                closed: None,
                accepted_until: None,
            }
        });
        span.seen = day;
        span.severity = finding.severity;
        name.clone_into(&mut span.name);
        finding.message.clone_into(&mut span.message);
        span.accepted_until = finding.accepted.as_ref().map(|it| it.until);
        is_new
    }

    /// All of them, in the order in which they opened.
    pub(super) fn into_all(self) -> Vec<Span> {
        let mut all = self.closed;
        all.extend(self.open.into_values());
        let order = |a: &Span| {
            (
                a.opened,
                std::cmp::Reverse(a.severity),
                a.check.id,
                a.system,
            )
        };
        all.sort_by(|a, b| {
            let by = order(a).cmp(&order(b));
            by.then_with(|| (&a.id, &a.access, a.closed).cmp(&(&b.id, &b.access, b.closed)))
        });
        all
    }
}
