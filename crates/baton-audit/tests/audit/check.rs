//! The checks on files made to order.

use baton_audit::check::{Findings, Input, Paths, Policy, examine};
use baton_audit::source::OpenArgs;
use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, user};

use crate::support::{Files, at};

/// `check severity subject: message` of each finding.
fn shown(findings: &Findings) -> String {
    let line = |f: &baton_audit::check::Finding| {
        let subject = f.subject.id();
        format!("{} {} {subject}: {}\n", f.check.id, f.severity, f.message)
    };
    findings.findings.iter().map(line).collect()
}

#[test]
fn the_library_answers_without_a_policy() {
    let files = Files::new();
    let hr = files.path("hr.c1z");
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .user(user("1", "Maja Lind").fact("start_date", "2020-01-01"))
        .user(
            user("2", "Noor Haddad")
                .fact("job_title", "Engineer")
                .fact("manager_id", "1")
                .state(StatusKind::Enabled, "employed"),
        )
        .user(user("3", "Kim Park").fact("start_date", "2026-04-01"))
        .user(user("4", "Lou Moss").state(StatusKind::Disabled, "terminated"))
        .write(&hr)
        .unwrap();
    let paths = Paths {
        hr: vec![hr],
        ..Paths::default()
    };
    let input = Input::open(&paths, &OpenArgs::default()).unwrap();
    let day = input.as_of().unwrap();
    assert_eq!(day, jiff::civil::date(2026, 3, 1));
    let findings = examine(&input, &Policy::default(), day).unwrap();
    insta::assert_snapshot!(shown(&findings), @r"
    HR-02 medium user:1: no manager is assigned
    HR-03 medium user:2: the first day is not known
    HR-01 low user:1: no job title is assigned
    ");
}
