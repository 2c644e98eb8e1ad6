//! `--as-of`: the files as they were on a day, in every command that looks at one sync of a file.

use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, User, user};
use serde_json::Value;

use crate::support::{Files, at, audit};

fn person(id: &str) -> User {
    user(id, &format!("Name {id}"))
        .email(&format!("{id}@example.com"))
        .fact("job_title", "Engineer")
        .fact("start_date", "2025-01-01")
        .state(StatusKind::Enabled, "active")
}

fn login(id: &str) -> User {
    user(&format!("a-{id}"), id).email(&format!("{id}@example.com"))
}

/// Two syncs of an HR file and of an app: Ona leaves between the HR syncs, and her account is gone in the later one of the
/// app.
fn write(files: &Files) -> (String, String) {
    let (hr, app) = (files.path("hr.c1z"), files.path("app.c1z"));
    let left = person("ona")
        .fact("end_date", "2026-02-20")
        .state(StatusKind::Disabled, "terminated");
    SyncFile::ended_at(at("2026-02-10T22:30:00Z"))
        .users([person("ona"), person("max")])
        .write(&hr)
        .unwrap();
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .users([left, person("max").fact("job_title", "Lead")])
        .write(&hr)
        .unwrap();
    SyncFile::ended_at(at("2026-02-05T08:00:00Z"))
        .role("admin", "Admin")
        .users([login("ona"), login("max")])
        .assigned("admin", "a-ona")
        .write(&app)
        .unwrap();
    SyncFile::ended_at(at("2026-03-05T08:00:00Z"))
        .role("admin", "Admin")
        .user(login("max"))
        .assigned("admin", "a-max")
        .write(&app)
        .unwrap();
    (hr.display().to_string(), app.display().to_string())
}

fn json(args: &[&str]) -> Value {
    let ran = audit(args);
    assert!(ran.code < 2, "{args:?}: {}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn every_command_sees_the_files_as_they_were() {
    let files = Files::new();
    let (hr, app) = write(&files);
    for (day, title, holder, leavers) in [
        ("2026-02-28", "Engineer", "a-ona", 0),
        ("2026-03-02", "Lead", "a-ona", 1),
        ("2026-03-06", "Lead", "a-max", 0),
    ] {
        let on = |args: &[&str]| json(&[args, &["--as-of", day]].concat());
        let users = on(&["users", &hr, "--search", "max", "--json"]);
        assert_eq!(users[0]["job_title"], title, "{day}");
        let person = on(&["person", "max@example.com", &hr, &app, "--json"]);
        assert_eq!(
            (&person["as_of"], &person["records"][0]["job_title"]),
            (&day.into(), &title.into())
        );
        let who = on(&["who-can", "admin", &hr, &app, "--json"]);
        assert_eq!(who[0]["account_id"], format!("user:{holder}"), "{day}");
        let check = on(&["check", &hr, &app, "--only", "AC-01", "--format", "json"]);
        assert_eq!(
            check["findings"].as_array().unwrap().len(),
            leavers,
            "{day}"
        );
        assert_eq!(check["as_of"], day);
        let page = files.path("page.html");
        let out = page.display().to_string();
        let ran = audit(&["report", &hr, &app, "--as-of", day, "--out", &out]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let text = std::fs::read_to_string(page).unwrap();
        assert_eq!(text.contains(">Lead<"), title == "Lead", "{day}");
    }
}

#[test]
fn a_day_before_the_oldest_sync_is_refused_and_the_oldest_named() {
    let files = Files::new();
    let (hr, app) = write(&files);
    let ran = audit(&["check", &hr, &app, "--as-of", "2026-02-09"]);
    assert_eq!((ran.code, ran.out.as_str()), (9, ""));
    insta::assert_snapshot!(files.without_paths(&ran.err), @"
    baton-audit: reading hr.c1z: the file holds no finished full sync that ended on 2026-02-09 or before
    hint: the oldest is 39UtaStwnDDudYNM51mCMGnLQVr, which ended on 2026-02-10
    ");
    // In Tokyo the oldest sync ended a day later.
    let day = |zone| audit(&["users", &hr, "--as-of", "2026-02-10", "--timezone", zone]).code;
    assert_eq!((day("UTC"), day("Asia/Tokyo")), (0, 9));
}

#[test]
fn history_judges_a_day_as_check_does() {
    let files = Files::new();
    let (hr, app) = write(&files);
    let history = json(&["history", &hr, &app, "--json"]);
    let days: Vec<&str> = history["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["day"].as_str().unwrap())
        .collect();
    assert_eq!(days, ["2026-02-10", "2026-03-01", "2026-03-05"]);
    for (at, day) in days.iter().enumerate() {
        let check = json(&["check", &hr, &app, "--as-of", day, "--format", "json"]);
        for severity in ["critical", "high", "medium", "low", "note"] {
            let open = &check["summary"]["open"][severity];
            assert_eq!(&history["points"][at][severity], open, "{day} {severity}");
        }
    }
}
