//! `baton-audit managers`: the reporting lines of a file.

use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, User, user};

use crate::support::{Files, Ran, at, audit};

fn reports_to(id: &str, name: &str, manager: &str) -> User {
    user(id, name).fact("manager_id", manager)
}

/// A company with every fault there is.
fn company(files: &Files) -> String {
    let path = files.path("hr.c1z");
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .user(user("1", "Maja Lind").fact("job_title", "Managing director"))
        .user(reports_to("2", "Noor Haddad", "1").email("noor@example.com"))
        .user(
            reports_to("3", "Kim Park", "2")
                .fact("job_title", "Engineer")
                .fact("department", "Product"),
        )
        .user(reports_to("4", "Ola Nord", "2").state(StatusKind::Disabled, "terminated"))
        .user(reports_to("5", "Pia Berg", "4"))
        .user(reports_to("6", "Rui Costa", "7"))
        .user(reports_to("7", "Sam Okafor", "6"))
        .user(reports_to("8", "Tess Vogel", "7"))
        .user(reports_to("9", "Uma Rao", "9"))
        .user(reports_to("10", "Vera Cruz", "99").email("same@example.com"))
        .user(user("11", "Wim Smit").fact("manager_email", "Same@example.com"))
        .user(
            user("12", "Xu Li")
                .email("same@example.com")
                .fact("manager_id", "1"),
        )
        .user(reports_to("13", "Yan Mo", "10").fact("start_date", "2026-04-01"))
        .write(&path)
        .unwrap();
    path.display().to_string()
}

fn managers(args: &[&str]) -> Ran {
    let files = Files::new();
    let path = company(&files);
    let ran = audit(&[&["managers", &path], args].concat());
    Ran {
        out: files.without_paths(&ran.out),
        err: files.without_paths(&ran.err),
        ..ran
    }
}

#[test]
fn the_summary_counts_and_lists_the_faults() {
    let ran = managers(&[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out, @"
    People who have not left          12
    At the top                         1  Maja Lind
    Managers                           5
    Managers on the longest line       3
    Circles                            1
    Faults                             8

    Widest spans
    Name         Id  Reports  All below
    Maja Lind    1   2        4
    Sam Okafor   7   2        1
    Vera Cruz    10  1        1
    Noor Haddad  2   1        2
    Rui Costa    6   1        0

    Faults
    Name        Id  Fault      What is wrong
    Vera Cruz   10  unknown    reports to 99, who is not in the file
    Wim Smit    11  ambiguous  reports to Same@example.com, an address of several people
    Yan Mo      13  no_top     has a line of managers that ends at Vera Cruz, whose manager is not in the file
    Pia Berg    5   left       reports to Ola Nord, who has left
    Rui Costa   6   cycle      is in a circle of managers: Rui Costa → Sam Okafor → Rui Costa
    Sam Okafor  7   cycle      is in a circle of managers: Rui Costa → Sam Okafor → Rui Costa
    Tess Vogel  8   no_top     has a line of managers that runs into a circle: Rui Costa → Sam Okafor → Rui Costa
    Uma Rao     9   self       is named as their own manager
    ");
}

#[test]
fn the_summary_as_one_object() {
    let ran = managers(&["--json", "--as-of", "2026-03-02"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let parsed: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(parsed["as_of"], "2026-03-02");
    assert_eq!(parsed["people"], 12);
    assert_eq!(parsed["longest_line"], 3);
    assert_eq!(
        parsed["tops"],
        serde_json::json!([{"id": "1", "name": "Maja Lind"}])
    );
    assert_eq!(
        parsed["cycles"],
        serde_json::json!([[{"id": "6", "name": "Rui Costa"}, {"id": "7", "name": "Sam Okafor"}]])
    );
    assert_eq!(parsed["faults"].as_array().unwrap().len(), 8);
    assert_eq!(parsed["faults"][0]["fault"], "unknown");
}

#[test]
fn the_faults_as_csv() {
    let ran = managers(&["--csv"]);
    insta::assert_snapshot!(ran.out, @r#"
    name,id,fault,says
    Vera Cruz,10,unknown,"reports to 99, who is not in the file"
    Wim Smit,11,ambiguous,"reports to Same@example.com, an address of several people"
    Yan Mo,13,no_top,"has a line of managers that ends at Vera Cruz, whose manager is not in the file"
    Pia Berg,5,left,"reports to Ola Nord, who has left"
    Rui Costa,6,cycle,is in a circle of managers: Rui Costa → Sam Okafor → Rui Costa
    Sam Okafor,7,cycle,is in a circle of managers: Rui Costa → Sam Okafor → Rui Costa
    Tess Vogel,8,no_top,has a line of managers that runs into a circle: Rui Costa → Sam Okafor → Rui Costa
    Uma Rao,9,self,is named as their own manager
    "#);
}

#[test]
fn all_people_with_their_place() {
    let ran = managers(&["--all"]);
    insta::assert_snapshot!(ran.out, @"
    Name         Id  Manager           Manager id  Depth  Reports  All below  Faults
    Maja Lind    1                                 0      2        4
    Vera Cruz    10  99                                   1        1          unknown
    Wim Smit     11  Same@example.com                     0        0          ambiguous
    Xu Li        12  Maja Lind         1           1      0        0
    Yan Mo       13  Vera Cruz         10                 0        0          no_top
    Noor Haddad  2   Maja Lind         1           1      1        2
    Kim Park     3   Noor Haddad       2           2      0        0
    Pia Berg     5   Ola Nord          4           3      0        0          left
    Rui Costa    6   Sam Okafor        7                  1        0          cycle
    Sam Okafor   7   Rui Costa         6                  2        1          cycle
    Tess Vogel   8   Sam Okafor        7                  0        0          no_top
    Uma Rao      9   Uma Rao           9                  0        0          self
    ");
}

#[test]
fn who_would_lose_their_manager() {
    let ran = managers(&["--if-leaves", "NOOR@example.com"]);
    insta::assert_snapshot!(ran.out, @"
    Name      Id  Job title  Department
    Kim Park  3   Engineer   Product
    ");
    let ran = managers(&["--if-leaves", "same@example.com"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err, @"
    baton-audit: the file knows 2 people as same@example.com
    hint: give the id of one of: user:10 (Vera Cruz), user:12 (Xu Li)
    ");
    let ran = managers(&["--if-leaves", "Nobody"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err, @"
    baton-audit: the file knows no person as Nobody
    hint: give an id, a work e-mail address, an employee number or a full name
    ");
}
