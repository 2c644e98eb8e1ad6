//! The checks on files made to order.

mod access;
mod chosen_sync;
mod command;
mod company;
mod crowds;
mod emptiness;
mod example;
mod given;
mod join;
mod logins;
mod moves;
mod nested;
mod one_system;
mod order;
mod people;
mod policy;
mod quality;
mod roles;
mod states;

use baton_audit::check::{Findings, Input, Paths, Policy, examine};
use baton_audit::source::OpenArgs;
use connector_testkit::file::SyncFile;
use jiff::tz::TimeZone;

use crate::support::{Files, at};

/// When the files of these tests were written; judgements are made for this day.
const SEEN: &str = "2026-03-10T08:00:00Z";
/// When earlier ones were.
const SEEN_EARLIER: &str = "2026-03-01T08:00:00Z";

/// An empty file of the day.
fn today() -> SyncFile {
    SyncFile::ended_at(at(SEEN))
}

fn before() -> SyncFile {
    SyncFile::ended_at(at(SEEN_EARLIER))
}

/// Files for one examination.
struct Company {
    files: Files,
    paths: Paths,
}

impl Company {
    fn new(hr: &SyncFile) -> Self {
        let company = Self {
            files: Files::new(),
            paths: Paths::default(),
        };
        company.hr("hr", hr)
    }

    fn write(&self, name: &str, file: &SyncFile) -> std::path::PathBuf {
        let path = self.files.path(&format!("{name}.c1z"));
        file.write(&path).unwrap();
        path
    }

    fn hr(mut self, name: &str, file: &SyncFile) -> Self {
        self.paths.hr.push(self.write(name, file));
        self
    }

    fn app(mut self, name: &str, file: &SyncFile) -> Self {
        self.paths.apps.push(self.write(name, file));
        self
    }

    fn earlier(mut self, file: &SyncFile) -> Self {
        self.paths.earlier = Some(self.write("earlier", file));
        self
    }

    fn input(&self) -> Input {
        Input::open(&self.paths, &OpenArgs::default(), &TimeZone::UTC).unwrap()
    }

    fn findings(&self, policy: &Policy) -> Findings {
        let input = self.input();
        examine(&input, policy, input.as_of().unwrap()).unwrap()
    }

    /// What one check finds.
    fn raises(&self, check: &str, policy: &Policy) -> String {
        shown(&self.findings(policy), check)
    }
}

/// What one check finds in one HR file without a policy.
fn raised(check: &str, hr: &SyncFile) -> String {
    Company::new(hr).raises(check, &Policy::default())
}

/// `severity subject message` of each finding of a check, then the notes.
fn shown(findings: &Findings, check: &str) -> String {
    let ran = findings.ran.iter().any(|ran| ran.id == check);
    let skipped = findings.skipped.iter().find(|(it, _)| it.id == check);
    let mut lines = match (ran, skipped) {
        (true, None) => Vec::new(),
        (false, Some((_, why))) => vec![format!("skipped: {why}")],
        other => panic!("{check}: {other:?}"),
    };
    let mut seen = std::collections::HashSet::new();
    for finding in findings.findings.iter().filter(|f| f.check.id == check) {
        assert!(
            seen.insert(&finding.subject),
            "two findings for {:?}",
            finding.subject
        );
        // A file that holds nothing has no row to show for it.
        let of_nothing = finding.message.starts_with("holds no ");
        assert!(of_nothing || !finding.evidence.is_empty(), "{finding:?}");
        let accepted = if finding.accepted.is_some() {
            "accepted "
        } else {
            ""
        };
        let (severity, subject) = (finding.severity, finding.subject.id());
        lines.push(format!(
            "{accepted}{severity} {subject} {}",
            finding.message
        ));
    }
    lines.join("\n")
}
