//! `users show`: one person, and who is meant.

use connector_testkit::file::{SyncFile, user};

use super::{on, out_of};
use crate::company::Company;
use crate::support::{Files, at, audit, go_file};

fn show(company: &Company, who: &str, options: &[&str]) -> String {
    let options = [&[who], options].concat();
    out_of(company, &["users", "show"], &options)
}

#[test]
fn one_person_on_a_page() {
    let company = Company::new();
    insta::assert_snapshot!(show(&company, "3", &[]), @r#"
    Zoë dniL 👩‍💻

      id         user:3
      status     enabled
      lifecycle  active on 2026-03-01, "employed" to the vendor
      file       hr.c1z
      SHA-256    (digest)
      sync       3AKr84HI1PxpPUOHLIKT6wBKehj (full), ended 2026-03-01 08:00:00 UTC
      row        3 of v1_resources

    Resource
      resource_type   user
      resource        3
      display_name    Zoë dniL 👩‍💻
      status          enabled
      status_details  employed

    User trait
      primary_emails  zoe@example.com
      account_type    human
      status          enabled
      status_details  employed

    Profile (of the resource and of its user trait)
      department       Engineering
      email            zoe@example.com
      job_title        @SUM(1)
      lifecycle_state  employed
      manager_email    noor@example.com

    Holds 2
    On           Id         Holds   How      Via               Row
    Engineering  group:eng  member  direct                     2
    -Ops         group:ops  member  derived  group:eng:member  3

    Managers 2
    Name                               Id      Lifecycle  Row  Named by       Of row
    Noor Haddad                        user:2  leave      2    manager_email  3
    =HYPERLINK("http://evil.test","M…  user:1  active     1    manager_id     2
    Has a line of managers that ends at the top with =HYPERLINK("http://evil.test","Maja").

    Direct reports 0
    "#);
}

#[test]
fn what_is_missing_is_said() {
    let company = Company::new();
    insta::assert_snapshot!(show(&company, "user:5", &[]), @"
    山田[31m7m 太郎

      id         user:5
      status     unspecified
      lifecycle  prehire on 2026-03-01
      file       hr.c1z
      SHA-256    (digest)
      sync       3AKr84HI1PxpPUOHLIKT6wBKehj (full), ended 2026-03-01 08:00:00 UTC
      row        5 of v1_resources

    Resource
      resource_type  user
      resource       5
      display_name   山田[31m7m 太郎

    Profile of the resource
      start_date  2026-04-01

    Holds 0

    Managers 0
    Names no manager.

    Direct reports 0
    ");
    let page = show(&company, "long@example.com", &[]);
    let managers = page.split_once("Managers").unwrap().1;
    insta::assert_snapshot!(managers, @"
     0
    Reports to 99, who is not in the file.

    Direct reports 0
    ");
    let page = show(&company, "E-1", &["--sync", "3AK", "--as-of", "2019-04-30"]);
    insta::assert_snapshot!(page.lines().nth(4).unwrap(), @r#"  lifecycle  prehire on 2019-04-30, "employed" to the vendor"#);
    let reports = page.split_once("Managers").unwrap().1;
    insta::assert_snapshot!(reports, @"
     0
    Names no manager.

    Direct reports 1
    ");
}

#[test]
fn one_person_for_programs() {
    let company = Company::new();
    insta::assert_snapshot!(show(&company, "3", &["--csv"]), @"
    field,name,value,table,row
    resource,resource_type,user,v1_resources,3
    resource,resource,3,v1_resources,3
    resource,display_name,Zoë dniL 👩‍💻,v1_resources,3
    resource,status,enabled,v1_resources,3
    resource,status_details,employed,v1_resources,3
    user_trait,primary_emails,zoe@example.com,v1_resources,3
    user_trait,account_type,human,v1_resources,3
    user_trait,status,enabled,v1_resources,3
    user_trait,status_details,employed,v1_resources,3
    profile,department,Engineering,v1_resources,3
    profile,email,zoe@example.com,v1_resources,3
    profile,job_title,'@SUM(1),v1_resources,3
    profile,lifecycle_state,employed,v1_resources,3
    profile,manager_email,noor@example.com,v1_resources,3
    holds,direct,group:eng:member,v1_grants,2
    holds,derived,group:ops:member,v1_grants,3
    manager,manager_email,user:2,v1_resources,3
    manager,manager_id,user:1,v1_resources,2
    ");
    let json = show(&company, "3", &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let expected = serde_json::json!({
        "id": "user:3",
        "name": "Zoë \u{202e}dniL 👩‍💻",
        "status": "enabled",
        "lifecycle": "active",
        "as_of": "2026-03-01",
        "file": "hr.c1z",
        "sha256": "(digest)",
        "sync": json["sync"],
        "sync_type": "full",
        "ended_at": "2026-03-01T08:00:00Z",
        "row": 3,
        "facts": json["facts"],
        "holds": [
            {
                "entitlement_id": "group:eng:member", "entitlement_name": "Engineering member",
                "resource_id": "group:eng", "resource_name": "Engineering",
                "how": "direct", "via": [], "row": 2,
            },
            {
                "entitlement_id": "group:ops:member", "entitlement_name": "-Ops member",
                "resource_id": "group:ops", "resource_name": "-Ops",
                "how": "derived", "via": ["group:eng:member"], "row": 3,
            },
        ],
        "managers": [
            {
                "id": "user:2", "name": "Noor Haddad", "lifecycle": "leave",
                "named_by": "manager_email", "named_in_row": 3, "row": 2,
            },
            {
                "id": "user:1", "name": "=HYPERLINK(\"http://evil.test\",\"Maja\")",
                "lifecycle": "active", "named_by": "manager_id", "named_in_row": 2, "row": 1,
            },
        ],
        "line_of_managers":
            "has a line of managers that ends at the top with =HYPERLINK(\"http://evil.test\",\"Maja\")",
        "direct_reports": 0,
        "direct_reports_not_left": 0,
    });
    assert_eq!(json, expected);
    let facts = json["facts"].as_array().unwrap();
    assert_eq!(facts.len(), 14);
    let emails = serde_json::json!({
        "field": "user_trait", "name": "primary_emails", "value": ["zoe@example.com"],
    });
    assert_eq!(facts[5], emails);
}

#[test]
fn profiles_that_differ_are_shown_apart() {
    use connector_c1z::wire;
    use prost_types::value::Kind;

    use crate::support::{edit, edit_row};

    let company = Company::new();
    edit(&company.path, |db| {
        edit_row(db, "v1_resources", "user:3", |row: &mut wire::Resource| {
            let fields = &mut row.profile.as_mut().unwrap().fields;
            let title = fields.get_mut("job_title").unwrap();
            title.kind = Some(Kind::StringValue("Lead".to_owned()));
            let number = Kind::NumberValue(40.0);
            fields.insert(
                "weekly_hours".to_owned(),
                prost_types::Value { kind: Some(number) },
            );
        });
    });
    let page = show(&company, "3", &[]);
    let (_, profiles) = page.split_once("\nProfile (").unwrap();
    let (profiles, _) = profiles.split_once("\nHolds").unwrap();
    insta::assert_snapshot!(profiles, @"
    of the resource and of its user trait)
      department       Engineering
      email            zoe@example.com
      lifecycle_state  employed
      manager_email    noor@example.com

    Profile of the resource
      job_title     Lead
      weekly_hours  40

    Profile of the user trait
      job_title  @SUM(1)
    ");
}

#[test]
fn who_is_not_clear_is_no_person() {
    let company = Company::new();
    let ran = on(&company, &["users", "show"], &["noor haddad"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    insta::assert_snapshot!(ran.err, @"
    baton-audit: the file knows 2 people as noor haddad
    hint: give the id of one of: user:2 (Noor Haddad), user:6 (Noor Haddad)
    ");
    let ran = on(&company, &["users", "show"], &["group:eng"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    insta::assert_snapshot!(ran.err, @"
    baton-audit: the file knows no person as group:eng
    hint: give an id, a work e-mail address, an employee number or a full name
    ");
}

#[test]
fn a_person_of_the_go_sdk() {
    let path = go_file("go-12.c1z");
    let ran = audit(&["users", "show", path.to_str().unwrap(), "Jon Adler"]);
    assert_eq!(ran.code, 0);
    let (_, from_trait) = ran.out.split_once("\nUser trait").unwrap();
    insta::assert_snapshot!(from_trait, @"
      primary_emails  user000009@example.com
      login           user000009@example.com
      account_type    human
      status          disabled
      status_details  Terminated

    Profile (of the resource and of its user trait)
      department        Department 000
      display_name      Jon Adler
      email             user000009@example.com
      first_name        Jon
      id                2400000000000071271
      last_name         Adler
      lifecycle_status  Terminated
      manager_email     user000000@example.com
      manager_id        2400000000000000000
      manager_name      Ada Adler
      start_date        2019-10-10
      status            Inactive
      title             Senior Engineer

    Holds 1
    On              Id                    Holds   How     Via  Row
    Department 000  department:250000000  member  direct       12

    Managers 1
    Name       Id                        Lifecycle  Row  Named by    Of row
    Ada Adler  user:2400000000000000000  active     4    manager_id  13
    Has a line of managers that ends at the top with Ada Adler.

    Direct reports 0
    ");
}

#[test]
fn a_role_in_the_organisation_is_held_here_as_in_access() {
    let files = Files::new();
    let path = files.path("pipeline.c1z");
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .user(user("1", "Maja Lind").fact("org_role", "admin"))
        .write(&path)
        .unwrap();
    let file = path.to_str().unwrap();
    let shown = audit(&["users", "show", file, "1"]).out;
    let holds = shown.split_once("Holds 1\n").unwrap().1;
    let access = audit(&["access", file, "1"]).out;
    for out in [holds, access.as_str()] {
        let line = out
            .lines()
            .find(|line| line.contains("(organisation)"))
            .unwrap();
        assert!(
            line.contains("admin") && line.contains("org_role"),
            "{line}"
        );
    }
    let csv = audit(&["users", "show", file, "1", "--csv"]).out;
    assert!(csv.contains("holds,org_role,admin,v1_resources,1"), "{csv}");
}
