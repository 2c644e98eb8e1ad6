//! `person` and `who-can`: everything about one person, and everybody who holds one thing, over all files.

use connector_c1z::wire;
use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, user};
use insta::assert_snapshot;
use prost::Message as _;
use serde_json::Value as Json;

use crate::support::{Files, Ran, at, audit, edit, edit_row, expand};

/// Two people of one name, an app with nested groups, and one with an organisation role.
struct World {
    files: Files,
}

impl World {
    fn new() -> Self {
        let world = Self {
            files: Files::new(),
        };
        hr().write(&world.files.path("hr.c1z")).unwrap();
        okta().write(&world.files.path("okta.c1z")).unwrap();
        pipeline().write(&world.files.path("pipeline.c1z")).unwrap();
        let okta = world.files.path("okta.c1z");
        expand(
            &okta,
            &[
                ("group:outer:member:group:inner", "group:inner:member"),
                ("role:admin:assigned:group:outer", "group:outer:member"),
            ],
        );
        edit(&okta, |db| {
            edit_row(db, "v1_resources", "user:a1", |row: &mut wire::Resource| {
                let mut user = row.user_trait().unwrap();
                user.last_login = Some(prost_types::Timestamp {
                    seconds: 1_772_000_000,
                    nanos: 0,
                });
                user.mfa_status = Some(wire::MfaStatus { mfa_enabled: true });
                user.sso_status = Some(wire::SsoStatus { sso_enabled: false });
                row.annotations = vec![prost_types::Any {
                    type_url: "type.googleapis.com/c1.connector.v2.UserTrait".to_owned(),
                    value: user.encode_to_vec(),
                }];
            });
        });
        world
    }

    /// Runs a command on all files.
    fn run(&self, words: &[&str], flags: &[&str]) -> Ran {
        let paths = ["hr", "okta", "pipeline"].map(|name| self.files.path(&format!("{name}.c1z")));
        let paths: Vec<_> = paths.iter().map(|path| path.to_str().unwrap()).collect();
        let ran = audit(&[words, &paths, flags].concat());
        Ran {
            out: self.files.without_paths(&ran.out),
            err: self.files.without_paths(&ran.err),
            ..ran
        }
    }
}

fn hr() -> SyncFile {
    SyncFile::ended_at(at("2026-03-10T08:00:00Z"))
        .user(
            user("1", "Maja Lind")
                .email("maja@example.com")
                .employee_id("E-1")
                .fact("job_title", "CEO")
                .fact("start_date", "2019-05-01")
                .state(StatusKind::Enabled, "employed"),
        )
        .user(
            user("2", "Noor Haddad")
                .email("noor@example.com")
                .employee_id("E-2")
                .fact("job_title", "Engineer")
                .fact("department", "Engineering")
                .fact("manager_email", "maja@example.com")
                .fact("start_date", "2020-02-29")
                .fact("end_date", "2026-03-01")
                .state(StatusKind::Disabled, "terminated"),
        )
        .user(user("3", "Noor Haddad").email("noor.haddad@example.com"))
        .department("eng", "Engineering")
        .works_in("eng", "2")
}

fn okta() -> SyncFile {
    SyncFile::ended_at(at("2026-03-10T07:00:00Z"))
        .user(user("a1", "Noor H.").email("NOOR@example.com"))
        .user(user("a2", "Maja").login("maja@example.com"))
        .user(user("a3", "Build").employee_id("e-2").login("build"))
        .group("inner", "Inner")
        .group("outer", "Outer")
        .role("admin", "Administrator")
        .member("inner", "a1")
        .member("outer", "a2")
        .nested("outer", "inner")
        .assigned_to_group("admin", "outer")
}

fn pipeline() -> SyncFile {
    SyncFile::ended_at(at("2026-03-09T07:00:00Z"))
        .user(
            user("p1", "noor")
                .login("noor@example.com")
                .fact("org_role", "owner"),
        )
        .user(
            user("p2", "unclear")
                .employee_id("E-1")
                .email("noor@example.com"),
        )
}

#[test]
fn a_person_has_accounts_accesses_with_their_way_and_findings() {
    let ran = World::new().run(&["person", "noor@example.com"], &[]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert_snapshot!(ran.out, @r"
    Noor Haddad on 2026-03-10

      file             hr
      id               user:2
      name             Noor Haddad
      lifecycle        terminated
      state            terminated
      e-mail           noor@example.com
      employee number  E-2
      title            Engineer
      department       Engineering
      manager          maja@example.com
      first day        2020-02-29
      last day         2026-03-01
      row              2

    Accounts 5
    App       Id       Name         Status    Matched by                                                                        Last login        Created  MFA  SSO
    hr        user:2   Noor Haddad  disabled  HR record
    okta      user:a1  Noor H.      enabled   e-mail address                                                                    2026-02-25 06:13           yes  no
    okta      user:a3  Build        enabled   employee number
    pipeline  user:p1  noor         enabled   e-mail address
    pipeline  user:p2  unclear      enabled   unclear: has the employee number of one person and the e-mail address of another

    Access
    App       On              Id              Holds     How       Via
    hr        Engineering     department:eng  member    direct
    okta      Inner           group:inner     member    direct
    okta      Outer           group:outer     member    derived   group:inner:member
    okta      Administrator   role:admin      assigned  derived   group:inner:member, group:outer:member
    pipeline  (organisation)                  owner     org_role

    Findings 4
      AC-01  critical  user:a1, okta
          is not disabled and holds 3 grants although Noor Haddad had the last day 2026-03-01
      AC-01  critical  user:a3, okta
          is not disabled although Noor Haddad had the last day 2026-03-01
      AC-01  critical  user:p1, pipeline
          is not disabled although Noor Haddad had the last day 2026-03-01
      AC-02  high  user:p2, pipeline
          has the employee number of one person and the e-mail address of another: Maja Lind (user:1), Noor Haddad (user:2)
    ");
}

#[test]
fn csv_has_a_line_for_each_access_and_one_for_an_account_that_holds_nothing() {
    let ran = World::new().run(&["person", "E-1"], &["--csv"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert_snapshot!(ran.out, @r"
    app,account_id,account_name,account_status,matched_by,last_login,created_at,mfa,sso,resource_name,resource_id,slug,how,via,resource_type,entitlement_id,entitlement_name,grant_id,row
    hr,user:1,Maja Lind,enabled,HR record,,,,,,,,,,,,,,
    okta,user:a2,Maja,enabled,e-mail address,,,,,Outer,group:outer,member,direct,,group,group:outer:member,Outer member,group:outer:member:user:a2,2
    okta,user:a2,Maja,enabled,e-mail address,,,,,Administrator,role:admin,assigned,derived,group:outer:member,role,role:admin:assigned,Administrator role,role:admin:assigned:group:outer,4
    pipeline,user:p2,unclear,enabled,unclear: has the employee number of one person and the e-mail address of another,,,,,,,,,,,,,,
    ");
}

#[test]
fn json_has_everything_in_one_object() {
    let ran = World::new().run(&["person", "user:2"], &["--json", "--as-of", "2026-03-11"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let page: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(page["as_of"], "2026-03-11");
    assert_eq!(page["records"][0]["id"], "user:2");
    assert_eq!(page["accounts"].as_array().unwrap().len(), 5);
    assert_eq!(page["accounts"][1]["mfa"], true);
    assert_eq!(page["accounts"][1]["sso"], false);
    assert_eq!(page["accounts"][1]["last_login"], "2026-02-25T06:13:20Z");
    assert_eq!(page["accounts"][2]["mfa"], Json::Null);
    let derived = page["access"].as_array().unwrap();
    let derived: Vec<_> = derived.iter().filter(|it| it["how"] == "derived").collect();
    assert_eq!(
        derived[1]["via"],
        serde_json::json!(["group:inner:member", "group:outer:member"])
    );
}

#[test]
fn nobody_and_several_people_are_refused_with_the_candidates() {
    let world = World::new();
    let ran = world.run(&["person", "Noor Haddad"], &[]);
    assert_eq!((ran.code, &*ran.out), (3, ""));
    assert_eq!(
        ran.err,
        "baton-audit: the file knows 2 people as Noor Haddad\n\
         hint: give the id of one of: user:2 (Noor Haddad), user:3 (Noor Haddad)\n"
    );
    let ran = world.run(&["person", "nobody@example.com"], &[]);
    assert_eq!((ran.code, &*ran.out), (3, ""));
    assert_eq!(
        ran.err,
        "baton-audit: the file knows no person as nobody@example.com\n\
         hint: give an id, a work e-mail address, an employee number or a full name\n"
    );
}

#[test]
fn a_link_makes_an_account_a_persons() {
    let world = World::new();
    let links = world.files.path("links.csv");
    std::fs::write(&links, "app,account,person\npipeline,p2,user:3\n").unwrap();
    let flags = ["--links", links.to_str().unwrap(), "--csv"];
    let ran = world.run(&["person", "user:3"], &flags);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let matched: Vec<_> = ran
        .out
        .lines()
        .filter(|line| line.starts_with("pipeline"))
        .collect();
    assert_eq!(
        matched,
        ["pipeline,user:p2,unclear,enabled,link,,,,,,,,,,,,,,"]
    );
}

/// One human with a record in each of two HR systems, found by what only one of them has.
#[test]
fn records_of_two_hr_systems_are_one_person() {
    let world = World::new();
    let second = SyncFile::ended_at(at("2026-03-10T08:00:00Z"))
        .user(
            user("h9", "Noor Haddad-Berg")
                .email("noor@example.com")
                .employee_id("X-9"),
        )
        .user(user("h8", "Other").email("other@example.com"));
    let path = world.files.path("second.c1z");
    second.write(&path).unwrap();
    let ran = world.run(
        &["person", "X-9"],
        &["--hr", path.to_str().unwrap(), "--json"],
    );
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let page: Json = serde_json::from_str(&ran.out).unwrap();
    let ids: Vec<_> = page["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["id"])
        .collect();
    assert_eq!(ids, ["user:2", "user:h9"]);
}

#[test]
fn who_can_lists_all_holders_with_the_way_and_the_person() {
    let ran = World::new().run(&["who-can", "Administrator"], &[]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        ran.err,
        "note: 1 grant of it to groups; members are listed where the grant is to be expanded\n"
    );
    assert_snapshot!(ran.out, @r"
    Person       Lifecycle   Matched by      App   Account  Status   Holds     On             How      Via
    Noor Haddad  terminated  e-mail address  okta  user:a1  enabled  assigned  Administrator  derived  group:inner:member, group:outer:member
    Maja Lind    active      e-mail address  okta  user:a2  enabled  assigned  Administrator  derived  group:outer:member
    ");
}

#[test]
fn who_can_takes_ids_patterns_and_organisation_roles() {
    let world = World::new();
    let who = |what: &str| {
        let ran = world.run(&["who-can", what], &["--json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let rows: Vec<Json> = serde_json::from_str(&ran.out).unwrap();
        let line = |row: &Json| {
            let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
            ["app", "account_id", "person_id", "matched_by", "how"]
                .map(text)
                .join(" ")
        };
        rows.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(
        who("group:inner:member"),
        ["okta user:a1 user:2 e-mail address direct"]
    );
    assert_eq!(
        who("owner"),
        ["pipeline user:p1 user:2 e-mail address org_role"]
    );
    assert_eq!(who("engineer*"), ["hr user:2 user:2 HR record direct"]);
    for flags in [&[][..], &["--json"], &["--csv", "--bom"]] {
        let ran = world.run(&["who-can", "nothing at all"], flags);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    }
    let ran = world.run(&["who-can", "nothing at all"], &[]);
    assert!(
        ran.err.starts_with(
            "baton-audit: no entitlement and no role in the files is nothing at all\n"
        ),
        "{}",
        ran.err
    );
}

/// More holders than are looked at together: each is there once, with the person whose account it is.
#[test]
fn who_can_lists_more_holders_than_it_keeps() {
    const ACCOUNTS: usize = 5_003;
    let world = World {
        files: Files::new(),
    };
    let mut hr = SyncFile::ended_at(at("2026-03-01T08:00:00Z"));
    let mut app = SyncFile::ended_at(at("2026-03-01T08:00:00Z")).group("g", "Crew");
    for number in 0..ACCOUNTS {
        let (id, email) = (format!("a{number:04}"), format!("p{number}@example.com"));
        // The last accounts have an owner; one in a thousand holds the group beside the role.
        if number >= ACCOUNTS - 5 {
            hr.push(user(&format!("p{number}"), &format!("Person {number}")).email(&email));
        }
        app.push(user(&id, &id).email(&email).fact("org_role", "crew"));
        if number % 1000 == 0 {
            app = app.member("g", &id);
        }
    }
    hr.write(&world.files.path("hr.c1z")).unwrap();
    app.nested("g", "g")
        .write(&world.files.path("app.c1z"))
        .unwrap();
    let paths = ["hr.c1z", "app.c1z"].map(|name| world.files.path(name).display().to_string());
    let ran = audit(&["who-can", "crew", &paths[0], &paths[1], "--csv"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            0,
            "note: 1 grant of it to groups; members are listed where the grant is to be expanded\n"
        )
    );
    let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let accounts: std::collections::BTreeSet<&str> = rows.iter().map(|row| &row[5]).collect();
    assert_eq!((rows.len(), accounts.len()), (ACCOUNTS + 6, ACCOUNTS));
    let owned = rows.iter().filter(|row| &row[3] == "e-mail address");
    let owned: Vec<&str> = owned.map(|row| &row[0]).collect();
    assert_eq!(
        owned,
        [
            "Person 4998",
            "Person 4999",
            "Person 5000",
            "Person 5001",
            "Person 5002",
            "Person 5000"
        ]
    );
}
