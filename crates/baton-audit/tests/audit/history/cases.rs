//! Small files, each for one thing that can happen over time.

use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, User, user};

use super::rows;
use crate::support::{Files, at, audit};

fn employee(id: &str) -> User {
    user(id, &format!("Name {id}"))
        .email(&format!("{id}@example.com"))
        .fact("department", "Platform")
        .state(StatusKind::Enabled, "active")
}

fn left(id: &str, last: &str) -> User {
    employee(id)
        .fact("end_date", last)
        .state(StatusKind::Disabled, "terminated")
}

fn login(id: &str) -> User {
    user(&format!("a-{id}"), id)
        .email(&format!("{id}@example.com"))
        .state(StatusKind::Enabled, "active")
}

fn write(files: &Files, name: &str, day: &str, users: impl IntoIterator<Item = User>) -> String {
    let path = files.path(name);
    SyncFile::ended_at(at(&format!("{day}T12:00:00Z")))
        .users(users)
        .write(&path)
        .unwrap();
    path.display().to_string()
}

#[test]
fn several_syncs_of_one_file_are_several_days() {
    let files = Files::new();
    let hr = write(
        &files,
        "hr.c1z",
        "2026-01-10",
        [employee("1"), employee("2")],
    );
    write(
        &files,
        "hr.c1z",
        "2026-02-10",
        [employee("1"), left("2", "2026-02-01")],
    );
    let app = write(&files, "app.c1z", "2026-01-10", [login("1"), login("2")]);
    write(&files, "app.c1z", "2026-02-12", [login("1"), login("2")]);
    let later = write(&files, "app-2026-03-12.c1z", "2026-03-12", [login("1")]);
    let ran = audit(&["history", &hr, &app, &later, "--limit", "30"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (1, "note: hr: no file in 2026-03\n")
    );
    insta::assert_snapshot!(ran.out, @"
    From 2026-01-10 to 2026-03-12, 4 days judged

    System  Read as  Files  Syncs  First       Last        No file in
    app     app      2      3      2026-01-10  2026-03-12
    hr      hr       1      2      2026-01-10  2026-02-10  2026-03

    Time to revoke
      leavers with access  1
      of them still open   0, counted with their days so far
      median               39 days
      90th percentile      39 days
      worst                39 days
      over the limit       1 (limit: 30 days)

    Leavers 1
    Name    Id      Since       Which is  Access              Days  Over  Apps  Notes
    Name 2  user:2  2026-02-01  last day  gone on 2026-03-12  39    yes   app

    Months
    Month    HR files  App files  Joiners     Movers      Leavers     Vanished    Findings opened  Closed
    2026-01  1         1          first file  first file  first file  first file  6                0
    2026-02  1         1          0           0           1           0           1                3
    2026-03  0         1          no file     no file     no file     no file     0                1

    Open findings by day
    Day         Files    Critical  High  Medium  Low  Note  Accepted  Opened  Closed
    2026-01-10  hr, app  0         0     4       2    0     0         6       0
    2026-02-10  hr       0         0     3       1    0     0         1       3
    2026-02-12  app      1         0     2       1    0     0         0       0
    2026-03-12  app      0         0     2       1    0     0         0       1

    Findings 7
    Check  Title                                Opened  Closed  Still open  Longest, days
    HR-01  A job title is assigned              2       1       1           61
    HR-02  A manager is assigned                2       1       1           61
    HR-03  New staff have a joining date        2       1       1           61
    AC-01  No person who left still has access  1       1       0           30
    ");
}

#[test]
fn an_address_that_is_taken_out_loses_no_account() {
    let files = Files::new();
    let nameless = user("2", "Name 2")
        .fact("end_date", "2026-02-01")
        .state(StatusKind::Disabled, "terminated");
    write(
        &files,
        "hr-2026-01-10.c1z",
        "2026-01-10",
        [employee("1"), employee("2")],
    );
    write(
        &files,
        "hr-2026-02-10.c1z",
        "2026-02-10",
        [employee("1"), nameless],
    );
    write(
        &files,
        "app-2026-01-10.c1z",
        "2026-01-10",
        [login("1"), login("2")],
    );
    write(
        &files,
        "app-2026-02-10.c1z",
        "2026-02-10",
        [login("1"), login("2")],
    );
    let dir = files.path("").display().to_string();
    let found = rows(&[&dir], &["id", "access", "days", "apps"]);
    assert_eq!(found, [["user:2", "open for 9 days", "9", "app"]]);
}

#[test]
fn who_comes_back_and_what_is_usable_again_is_said() {
    let files = Files::new();
    let hr = [
        (
            "2026-01-10",
            vec![employee("1"), employee("2"), employee("3")],
        ),
        (
            "2026-02-10",
            vec![
                left("1", "2026-02-01"),
                left("2", "2026-02-01"),
                employee("3"),
            ],
        ),
        (
            "2026-03-10",
            vec![employee("1"), left("2", "2026-02-01"), employee("3")],
        ),
        (
            "2026-04-10",
            vec![employee("1"), left("2", "2026-02-01"), employee("3")],
        ),
    ];
    let off = || login("2").state(StatusKind::Disabled, "suspended");
    let app = [
        ("2026-01-10", vec![login("1"), login("2")]),
        ("2026-02-10", vec![login("1"), off()]),
        ("2026-03-10", vec![login("1"), login("2")]),
        ("2026-04-10", vec![login("1"), off()]),
    ];
    for (name, syncs) in [("hr", hr), ("app", app)] {
        for (day, users) in syncs {
            write(&files, &format!("{name}-{day}.c1z"), day, users);
        }
    }
    let dir = files.path("").display().to_string();
    let found = rows(&[&dir], &["id", "access", "days", "notes"]);
    assert_eq!(
        found,
        [
            ["user:1", "open until back on 2026-03-10", "37", ""],
            [
                "user:2",
                "gone on 2026-04-10",
                "68",
                "usable again since 2026-03-10"
            ],
        ]
    );
    // Who came back is not counted, and so is not over the limit.
    let ran = super::csv(&[&dir, "--limit", "7"]);
    assert_eq!(ran.code, 1);
    let over: Vec<&str> = ran
        .out
        .lines()
        .filter(|it| it.contains(",yes,") || it.contains(",true,"))
        .collect();
    assert_eq!(over.len(), 1, "{}", ran.out);
    assert!(over[0].contains(",user:2,"), "{}", ran.out);
    let months = rows(
        &[&dir, "--list", "months"],
        &["month", "joiners", "leavers"],
    );
    assert_eq!(
        months,
        [
            ["2026-01", "", ""],
            ["2026-02", "0", "2"],
            ["2026-03", "1", "0"],
            ["2026-04", "0", "0"],
        ]
    );
}

#[test]
fn an_app_that_is_not_read_any_more_says_so() {
    let files = Files::new();
    let hr = write(&files, "hr.c1z", "2026-01-10", [employee("1")]);
    write(&files, "hr.c1z", "2026-01-20", [left("1", "2026-01-15")]);
    let app = write(&files, "app.c1z", "2026-01-10", [login("1")]);
    let found = rows(&[&hr, &app], &["id", "access", "notes"]);
    assert_eq!(
        found,
        [[
            "user:1",
            "open for 5 days",
            "app was last read on 2026-01-10"
        ]]
    );
}

#[test]
fn a_check_that_did_not_run_closes_nothing() {
    let files = Files::new();
    let policy = files.path("policy.toml");
    std::fs::write(&policy, "[accounts]\nunused_days = 90\n").unwrap();
    let stale = |last: &str| login("1").fact("last_login", last);
    let hr = write(&files, "hr.c1z", "2026-06-10", [employee("1")]);
    let app = write(
        &files,
        "app.c1z",
        "2026-06-10",
        [stale("2026-01-01T00:00:00Z")],
    );
    // Without a last login AC-06 has nothing to look at.
    write(&files, "app.c1z", "2026-07-10", [login("1")]);
    let list = [hr.as_str(), &app, "--list", "findings"];
    let columns = ["check", "opened", "closed", "state"];
    let unused = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
        rows.into_iter().filter(|row| row[0] == "AC-06").collect()
    };
    assert_eq!(
        unused(rows(&list, &columns)),
        [["AC-06", "2026-06-10", "", "not looked at any more"]]
    );
    let later = [stale("2026-08-01T00:00:00Z")];
    let later = write(&files, "app-2026-08-10.c1z", "2026-08-10", later);
    let list = [&list[..], &[&later]].concat();
    assert_eq!(
        unused(rows(&list, &columns)),
        [["AC-06", "2026-06-10", "2026-08-10", "closed"]]
    );
}

#[test]
fn the_hr_system_is_named_when_it_is_not_clear() {
    let files = Files::new();
    let hr = write(&files, "hr.c1z", "2026-01-10", [employee("1")]);
    let other = write(&files, "directory.c1z", "2026-01-10", [employee("9")]);
    let ran = audit(&["history", &hr, &other]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    insta::assert_snapshot!(ran.err, @"
    baton-audit: several systems look like HR systems: directory, hr
    hint: --hr NAME says which system is; it may be repeated
    ");
    let ran = audit(&["history", &hr, &other, "--hr", "hr", "--csv"]);
    assert_eq!(ran.code, 0);
    let ran = audit(&["history", &hr, "--hr", "payroll"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err, @"
    baton-audit: --hr payroll: no file is of this system
    hint: the files are of: hr
    ");
    let empty = files.path("empty");
    std::fs::create_dir(&empty).unwrap();
    let ran = audit(&["history", &empty.display().to_string()]);
    assert_eq!(ran.code, 9);
    insta::assert_snapshot!(files.without_paths(&ran.err), @"
    baton-audit: empty holds no sync file
    hint: in a directory, the files whose names end with .c1z are taken
    ");
    let copy = files.path("app.c1z");
    std::fs::copy(&hr, &copy).unwrap();
    let ran = audit(&["history", &hr, &copy.display().to_string()]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(files.without_paths(&ran.err), @"
    baton-audit: app.c1z and hr.c1z are the same file, but by their names of different systems
    hint: give each file once; files of one system have one name but for their dates
    ");
}

#[test]
fn a_leaver_who_turns_out_to_be_at_work_elsewhere_is_not_lost() {
    let files = Files::new();
    for (day, address) in [
        ("2026-02-10", "old@example.com"),
        ("2026-03-10", "1@example.com"),
    ] {
        let staff = left("1", "2026-01-20");
        write(&files, &format!("staff-{day}.c1z"), day, [staff]);
        let other = employee("8").email(address);
        write(&files, &format!("payroll-{day}.c1z"), day, [other]);
        write(&files, &format!("app-{day}.c1z"), day, [login("1")]);
    }
    let dir = files.path("").display().to_string();
    let found = rows(
        &[&dir, "--hr", "staff", "--hr", "payroll"],
        &["hr", "id", "access", "days"],
    );
    assert_eq!(
        found,
        [["staff", "user:1", "open until back on 2026-03-10", "49"]]
    );
}

#[test]
fn who_is_not_called_left_after_the_last_day_is_noted() {
    let files = Files::new();
    let hr = employee("1").fact("end_date", "2026-01-31");
    let hr = write(&files, "hr.c1z", "2026-01-10", [hr, employee("2")]);
    let note =
        "not called left by HR after the last day, and so not among the leavers: 1 person (HR-06)";
    for (day, noted) in [("2026-01-31", false), ("2026-02-01", true)] {
        let after = write(&files, &format!("app-{day}.c1z"), day, [login("1")]);
        let ran = audit(&["history", &hr, &after, "--limit", "7", "--csv"]);
        assert_eq!(ran.code, 0);
        assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
        assert_eq!(ran.err.contains(note), noted, "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_directory_is_said_and_not_followed() {
    let files = Files::new();
    std::fs::create_dir_all(files.path("kept/apps")).unwrap();
    std::fs::create_dir(files.path("elsewhere")).unwrap();
    write(&files, "kept/hr.c1z", "2026-01-10", [employee("1")]);
    write(&files, "elsewhere/app.c1z", "2026-01-10", [login("1")]);
    std::os::unix::fs::symlink(files.path("elsewhere"), files.path("kept/more")).unwrap();
    let kept = files.path("kept").display().to_string();
    let ran = audit(&["history", &kept, "--list", "systems", "--csv"]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        ran.err,
        "note: 1 link to a directory, and not followed; give the directory itself\n"
    );
    insta::assert_snapshot!(ran.out, @"
    name,part,files,syncs,first,last,no_file
    hr,hr,1,1,2026-01-10,2026-01-10,
    ");
}

#[test]
fn another_access_is_another_finding() {
    let files = Files::new();
    let policy = files.path("policy.toml");
    let rule = "[[role]]\nname = 'few'\naccess = ['Admin*', 'Billing*']\ntitles = ['Boss']\n";
    std::fs::write(&policy, rule).unwrap();
    let policy = policy.display().to_string();
    let days = ["2026-01-10", "2026-02-10", "2026-03-10"];
    for (day, held) in days
        .iter()
        .zip([&["admin"][..], &["admin", "billing"], &["billing"]])
    {
        write(&files, &format!("hr-{day}.c1z"), day, [employee("1")]);
        let mut app = SyncFile::ended_at(at(&format!("{day}T12:00:00Z")))
            .role("admin", "Admin")
            .role("billing", "Billing")
            .user(login("1"));
        for role in held {
            app = app.assigned(role, "a-1");
        }
        app.write(&files.path(&format!("app-{day}.c1z"))).unwrap();
    }
    let dir = files.path("").display().to_string();
    let columns = ["check", "access", "opened", "closed"];
    let mut found = rows(&[&dir, "--policy", &policy, "--list", "findings"], &columns);
    found.retain(|row| row[0] == "AC-03");
    assert_eq!(
        found,
        [
            ["AC-03", "Admin role", "2026-01-10", "2026-03-10"],
            ["AC-03", "Billing role", "2026-02-10", ""],
        ]
    );
}
