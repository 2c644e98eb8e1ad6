//! AC-01 … AC-05.

use super::company::{account, boss, employee, leaver};
use super::{Company, before, today};
use crate::support::at;
use baton_audit::check::Policy;
use baton_audit::check::catalogue::by_id;
use baton_audit::check::finding::Part;
use baton_audit::check::policy::Disabled;
use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, User};

pub(super) fn off(account: User) -> User {
    account.state(StatusKind::Disabled, "suspended")
}

/// What AC-05 finds alone: AC-01 is switched off.
fn ac_05(company: &Company, policy: &Policy) -> String {
    let off = Disabled {
        check: by_id("AC-01").unwrap(),
        reason: "not wanted".to_owned(),
    };
    let policy = Policy {
        disabled: vec![off],
        ..policy.clone()
    };
    company.raises("AC-05", &policy)
}

/// The file of an app that was last read on a day.
fn app_of(day: &str) -> SyncFile {
    SyncFile::ended_at(at(&format!("{day}T20:00:00Z")))
}

#[test]
fn ac_01_and_ac_05_no_person_who_has_left() {
    let hr = today()
        .user(boss())
        .user(employee("works"))
        .user(leaver("left", "2026-03-01"))
        .user(leaver("holds", "2026-03-01"))
        .user(leaver("off", "2026-03-01"))
        .user(leaver("off-holds", "2026-03-01"))
        .user(leaver("deleted", "2026-03-01"))
        .user(leaver("unspecified", "2026-03-01"))
        .user(leaver("yesterday", "2026-03-09"))
        .user(leaver("today", "2026-03-10"))
        .user(employee("undated").state(StatusKind::Disabled, "terminated"))
        // The state says at work: a doubt, and HR-06's too.
        .user(employee("over").fact("end_date", "2026-03-01"))
        .user(employee("unknown").state(StatusKind::Unspecified, "?"))
        .user(
            employee("unknown-over")
                .state(StatusKind::Unspecified, "?")
                .fact("end_date", "2026-03-01"),
        );
    let app = today()
        .users(
            [
                "works",
                "left",
                "holds",
                "yesterday",
                "today",
                "undated",
                "over",
                "unknown",
                "unknown-over",
            ]
            .map(account),
        )
        .users(["off", "off-holds"].map(|id| off(account(id))))
        .user(account("deleted").state(StatusKind::Deleted, "gone"))
        .user(account("unspecified").state(StatusKind::Unspecified, "?"))
        .role("r", "Reader")
        .group("g", "Everybody")
        .assigned("r", "a-holds")
        .member("g", "a-holds")
        .member("g", "a-off-holds")
        .member("g", "a-works");
    let company = Company::new(&hr).app("pipeline", &app);
    let policy = Policy::default();
    insta::assert_snapshot!(company.raises("AC-01", &policy), @r"
    critical user:a-holds is not disabled and holds 2 grants although Person holds had the last day 2026-03-01
    critical user:a-left is not disabled although Person left had the last day 2026-03-01
    critical user:a-undated is not disabled although Person undated has left
    critical user:a-unknown-over is not disabled although Person unknown-over had the last day 2026-03-01
    critical user:a-unspecified is not disabled although Person unspecified had the last day 2026-03-01
    critical user:a-yesterday is not disabled although Person yesterday had the last day 2026-03-09
    medium user:a-over is not disabled although Person over had the last day 2026-03-01; the HR file does not call them left
    medium user:a-unknown is not disabled, and whether Person unknown has left is not known: the state ? is not understood
    low user:a-off-holds is disabled and holds 1 grant although Person off-holds had the last day 2026-03-01
    low user:a-today is not disabled; Person today had the last day 2026-03-10, access may remain until 2026-03-10
    ");
    insta::assert_snapshot!(ac_05(&company, &policy), @"skipped: the policy sets no grace period ([leavers] grace_days)");
    assert_eq!(
        company.raises(
            "AC-05",
            &Policy {
                grace_days: Some(7),
                ..Policy::default()
            }
        ),
        "skipped: AC-01 ran, and its findings say how long a grace period is over"
    );
    // A week: access may remain until 8 March for those who left on the 1st.
    let week = Policy {
        grace_days: Some(7),
        ..Policy::default()
    };
    assert_eq!(
        company.raises("AC-01", &week).matches("critical").count(),
        5
    );
    insta::assert_snapshot!(ac_05(&company, &week), @r"
    critical user:a-holds was not disabled 9 days after Person holds's last day 2026-03-01; the policy allows 7
    critical user:a-left was not disabled 9 days after Person left's last day 2026-03-01; the policy allows 7
    critical user:a-unknown-over was not disabled 9 days after Person unknown-over's last day 2026-03-01; the policy allows 7
    critical user:a-unspecified was not disabled 9 days after Person unspecified's last day 2026-03-01; the policy allows 7
    ");
    // Nine days: until the 10th, the day itself.
    let nine = Policy {
        grace_days: Some(9),
        ..Policy::default()
    };
    insta::assert_snapshot!(company.raises("AC-01", &nine), @r"
    critical user:a-undated is not disabled although Person undated has left
    medium user:a-unknown is not disabled, and whether Person unknown has left is not known: the state ? is not understood
    low user:a-holds is not disabled and holds 2 grants; Person holds had the last day 2026-03-01, access may remain until 2026-03-10
    low user:a-left is not disabled; Person left had the last day 2026-03-01, access may remain until 2026-03-10
    low user:a-off-holds is disabled and holds 1 grant although Person off-holds had the last day 2026-03-01
    low user:a-over is not disabled; Person over had the last day 2026-03-01, access may remain until 2026-03-10; the HR file does not call them left
    low user:a-today is not disabled; Person today had the last day 2026-03-10, access may remain until 2026-03-19
    low user:a-unknown-over is not disabled; Person unknown-over had the last day 2026-03-01, access may remain until 2026-03-10
    low user:a-unspecified is not disabled; Person unspecified had the last day 2026-03-01, access may remain until 2026-03-10
    low user:a-yesterday is not disabled; Person yesterday had the last day 2026-03-09, access may remain until 2026-03-18
    ");
    insta::assert_snapshot!(ac_05(&company, &nine), @"");
    // None was agreed, or none is given: the same day for AC-01, but only then AC-05.
    let none = Policy {
        grace_days: Some(0),
        ..Policy::default()
    };
    let days_over = company
        .raises("AC-01", &none)
        .replace(", 9 days before 2026-03-10, and the policy allows 0", "");
    let days_over = days_over.replace(", 1 day before 2026-03-10, and the policy allows 0", "");
    assert_eq!(days_over, company.raises("AC-01", &policy));
    assert!(ac_05(&company, &none).contains("a-yesterday"));
    assert!(!ac_05(&company, &none).contains("a-today"));
}

#[test]
fn a_finding_names_the_rows_it_rests_on() {
    let hr = today().user(boss()).user(leaver("left", "2026-03-01"));
    let app = today()
        .user(account("boss"))
        .user(account("left"))
        .group("g", "Everybody")
        .member("g", "a-boss")
        .member("g", "a-left");
    let company = Company::new(&hr).earlier(&before()).app("app", &app);
    let findings = company.findings(&Policy::default());
    let parts: Vec<_> = findings
        .files
        .iter()
        .map(|f| (f.part, f.label.as_str()))
        .collect();
    assert_eq!(
        parts,
        [
            (Part::Hr, "hr"),
            (Part::EarlierHr, "earlier"),
            (Part::App, "app")
        ]
    );
    let finding = findings
        .findings
        .iter()
        .find(|f| f.check.id == "AC-01")
        .unwrap();
    assert_eq!(finding.subject.file(), 2);
    let rows = finding
        .evidence
        .iter()
        .map(|e| format!("{} {} {}: {}\n", e.file, e.at, e.external_id, e.says));
    insta::assert_snapshot!(rows.collect::<String>(), @r"
    2 row 2 of v1_resources user:a-left: status enabled
    2 row 2 of v1_grants group:g:member:user:a-left: holds Everybody member
    0 row 2 of v1_resources user:left: the owner, terminated, start 2020-01-01, end 2026-03-01, manager boss
    ");
}

#[test]
fn ac_01_an_app_that_was_read_before_proves_nothing() {
    let hr = today().user(boss()).user(leaver("left", "2026-03-05"));
    let read_on = |day| Company::new(&hr).app("app", &app_of(day).user(account("left")));
    let policy = Policy {
        grace_days: Some(1),
        ..Policy::default()
    };
    let both = |company: Company| {
        format!(
            "{}\n{}",
            company.raises("AC-01", &policy),
            ac_05(&company, &policy)
        )
    };
    insta::assert_snapshot!(both(read_on("2026-03-05")), @"medium user:a-left was not disabled on 2026-03-05, when the app was last read; Person left had the last day 2026-03-05: read the app again");
    insta::assert_snapshot!(both(read_on("2026-03-06")), @"medium user:a-left was not disabled on 2026-03-06, when the app was last read; Person left had the last day 2026-03-05: read the app again");
    insta::assert_snapshot!(both(read_on("2026-03-07")), @r"
    critical user:a-left is not disabled although Person left had the last day 2026-03-05, 2 days before 2026-03-07, and the policy allows 1
    critical user:a-left was not disabled 2 days after Person left's last day 2026-03-05; the policy allows 1
    ");
    // Read after the day judged for: what is shown is that day.
    insta::assert_snapshot!(both(read_on("2026-03-20")), @r"
    critical user:a-left is not disabled although Person left had the last day 2026-03-05, 5 days before 2026-03-10, and the policy allows 1
    critical user:a-left was not disabled 5 days after Person left's last day 2026-03-05; the policy allows 1
    ");
}

#[test]
fn ac_01_a_person_of_two_hr_files_has_left_when_both_say_so() {
    let app = today().user(account("x"));
    let company = |other: User| {
        let hr = today().user(boss()).user(leaver("x", "2026-02-01"));
        Company::new(&hr)
            .hr("subsidiary", &today().user(other))
            .app("app", &app)
            .raises("AC-01", &Policy::default())
    };
    assert_eq!(company(employee("x")), "");
    assert_eq!(
        company(employee("x").state(StatusKind::Unspecified, "?")),
        "medium user:a-x is not disabled, and whether Person x has left is not known: the state ? is not understood"
    );
    insta::assert_snapshot!(company(leaver("x", "2026-03-01")), @"critical user:a-x is not disabled although Person x had the last day 2026-03-01");
    insta::assert_snapshot!(company(employee("x").state(StatusKind::Disabled, "retired")), @"critical user:a-x is not disabled although Person x has left");
    insta::assert_snapshot!(company(employee("somebody-else")), @"critical user:a-x is not disabled although Person x had the last day 2026-02-01");
}

#[test]
fn without_an_app_the_access_checks_say_so() {
    let company = Company::new(&today().user(boss()));
    for check in ["AC-01", "AC-02", "AC-03", "AC-04", "AC-05"] {
        let found = company.raises(check, &Policy::default());
        assert_eq!(found, "skipped: no file of an app is given");
    }
}
