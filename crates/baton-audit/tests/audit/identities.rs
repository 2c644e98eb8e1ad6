//! People and accounts as they come out of files of both writers.

use baton_audit::identity::{Lifecycle, Manager, Roster, Status};
use baton_audit::source::{OpenArgs, Pick, Source};
use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, user};

use crate::support::{Files, at, audit, go_file};

#[test]
fn a_file_made_to_order_comes_back() {
    let files = Files::new();
    let path = files.path("hr.c1z");
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .user(
            user("1", "Maja Lind")
                .email("maja@example.com")
                .employee_id("E-1"),
        )
        .user(
            user("2", "Noor Haddad")
                .email("Noor@Example.com")
                .fact("manager_id", "1")
                .fact("job_title", "Engineer")
                .fact("start_date", "2026-04-01")
                .state(StatusKind::Enabled, "employed"),
        )
        .user(
            user("3", "Kim Park")
                .fact("manager_email", "NOOR@example.com")
                .fact("end_date", "2025-12-31")
                .state(StatusKind::Disabled, "terminated"),
        )
        .group("eng", "Engineering")
        .member("eng", "2")
        .write(&path)
        .unwrap();
    let source = Source::open(&path, Pick::Latest, &OpenArgs::default()).unwrap();
    assert_eq!(source.sha256.len(), 64);
    let roster = Roster::load(&source).unwrap();
    let people: Vec<_> = roster.iter().collect();
    assert_eq!(people.len(), 3);
    assert_eq!(people[0].employee_id(), Some("E-1"));
    assert_eq!(people[1].lifecycle, Lifecycle::Active);
    let day = source.seen_on(&jiff::tz::TimeZone::UTC).unwrap();
    assert_eq!(people[1].lifecycle_on(day), Lifecycle::Prehire);
    assert_eq!(people[2].status, Status::Disabled);
    assert_eq!(people[2].end_date, Some(jiff::civil::date(2025, 12, 31)));
    assert_eq!(roster.manager(people[0]), Manager::Absent);
    assert_eq!(roster.manager(people[1]), Manager::Is(people[0]));
    assert_eq!(roster.manager(people[2]), Manager::Is(people[1]));
}

#[test]
fn a_file_of_the_go_sdk_is_understood() {
    let source = Source::open(&go_file("go-12.c1z"), Pick::Latest, &OpenArgs::default()).unwrap();
    let roster = Roster::load(&source).unwrap();
    assert_eq!(roster.len(), 12);
    assert!(roster.iter().all(|p| p.email().is_some()));
}

#[test]
fn a_wrong_command_line_is_told_apart_from_an_answer() {
    let ran = audit(&["nonsense"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.err
            .starts_with("error: unrecognized subcommand 'nonsense'")
    );
    assert_eq!(audit(&["--help"]).code, 0);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let files = Files::new();
    let missing = files.path("missing.c1z");
    let error = Source::open(&missing, Pick::Latest, &OpenArgs::default()).unwrap_err();
    assert_eq!(
        files.without_paths(&error.to_string()),
        "reading missing.c1z: the file cannot be read: No such file or directory (os error 2)"
    );
}

#[test]
fn a_word_for_leave_wins_over_one_for_work() {
    let files = Files::new();
    let path = files.path("hr.c1z");
    let away = |id: &str, lifecycle: &str, employment: &str| {
        user(id, "Somebody")
            .state(StatusKind::Enabled, lifecycle)
            .fact("employment_status", employment)
    };
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .user(away("1", "active", "LEAVE"))
        .user(away("2", "active", "ACTIVE"))
        .user(away("3", "onboarding", "LEAVE"))
        .user(away("4", "terminated", "LEAVE"))
        .write(&path)
        .unwrap();
    let source = Source::open(&path, Pick::Latest, &OpenArgs::default()).unwrap();
    let roster = Roster::load(&source).unwrap();
    let found: Vec<_> = roster
        .iter()
        .map(|p| (p.lifecycle, p.state_word.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        found,
        [
            (Lifecycle::Leave, "LEAVE"),
            (Lifecycle::Active, "active"),
            (Lifecycle::Onboarding, "onboarding"),
            (Lifecycle::Terminated, "terminated"),
        ]
    );
}
