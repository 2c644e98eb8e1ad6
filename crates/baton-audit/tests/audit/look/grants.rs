//! `grants`, `groups` and `access`.

use connector_testkit::file::{SyncFile, user};

use super::{column, go, on, out_of};
use crate::company::Company;
use crate::support::{Files, at, audit, edit, expand};

#[test]
fn grants_in_every_shape() {
    let company = Company::new();
    insta::assert_snapshot!(out_of(&company, &["grants"], &[]), @r#"
    Who                                    Id      Holds     On           How
    Noor Haddad                            user:2  member    Engineering  direct
    Zoë dniL 👩‍💻                            user:3  member    Engineering  direct
    Zoë dniL 👩‍💻                            user:3  member    -Ops         derived
    =HYPERLINK("http://evil.test","Maja")  user:1  assigned  Admin        direct
    "#);
    let json = out_of(&company, &["grants"], &["--json"]);
    insta::assert_snapshot!(json.lines().nth(3).unwrap(), @r#"  {"principal_name": "Zoë \u202edniL 👩‍💻", "principal_id": "user:3", "slug": "member", "resource_name": "-Ops", "how": "derived", "via": ["group:eng:member"], "resource_id": "group:ops", "resource_type": "group", "entitlement_id": "group:ops:member", "entitlement_name": "-Ops member", "purpose": "assignment", "grant_id": "group:ops:member:user:3", "row": 3},"#);
    insta::assert_snapshot!(out_of(&company, &["grants"], &["--csv"]), @r#"
    principal_name,principal_id,slug,resource_name,how,via,resource_id,resource_type,entitlement_id,entitlement_name,purpose,grant_id,row
    Noor Haddad,user:2,member,Engineering,direct,,group:eng,group,group:eng:member,Engineering member,assignment,group:eng:member:user:2,1
    Zoë dniL 👩‍💻,user:3,member,Engineering,direct,,group:eng,group,group:eng:member,Engineering member,assignment,group:eng:member:user:3,2
    Zoë dniL 👩‍💻,user:3,member,'-Ops,derived,group:eng:member,group:ops,group,group:ops:member,'-Ops member,assignment,group:ops:member:user:3,3
    "'=HYPERLINK(""http://evil.test"",""Maja"")",user:1,assigned,Admin,direct,,role:admin,role,role:admin:assigned,Admin role,permission,role:admin:assigned:user:1,4
    "#);
}

#[test]
fn filters_choose_grants() {
    let company = Company::new();
    for (options, rows) in [
        (&["--type", "role"][..], &["4"][..]),
        (&["--type", "user"], &[]),
        (&["--principal", "zoe@example.com"], &["2", "3"]),
        (&["--principal", "user:6"], &[]),
        (&["--entitlement", "member"], &["1", "2", "3"]),
        (&["--entitlement", "group:ops:member"], &["3"]),
        (&["--search", "ENGINEERING"], &["1", "2"]),
        (&["--search", "zoë"], &["2", "3"]),
        (
            &["--principal", "3", "--entitlement", "group:eng:member"],
            &["2"],
        ),
    ] {
        let json = out_of(&company, &["grants"], &[options, &["--json"]].concat());
        assert_eq!(column(&json, "row"), rows, "{options:?}");
    }
    assert_eq!(on(&company, &["grants"], &["--type", "team"]).code, 3);
    assert_eq!(on(&company, &["grants"], &["--principal", "404"]).code, 3);
}

#[test]
fn a_holder_without_a_row_has_an_id_and_no_name() {
    let company = Company::new();
    edit(&company.path, |db| {
        db.execute("DELETE FROM v1_resources WHERE external_id = 'user:2'", [])
            .unwrap();
    });
    let json = out_of(&company, &["grants"], &["--json"]);
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows[0]["principal_id"], "user:2");
    assert_eq!(rows[0]["principal_name"], serde_json::Value::Null);
}

#[test]
fn grants_are_printed_before_later_ones_are_read() {
    let company = Company::new();
    edit(&company.path, |db| {
        db.execute("UPDATE v1_grants SET data = x'ff' WHERE id = 4", [])
            .unwrap();
    });
    let ran = on(&company, &["grants"], &["--json"]);
    assert_eq!(ran.code, 9);
    assert_eq!(ran.out.lines().count(), 4, "the bracket and three grants");
    assert!(
        ran.err.contains("its message cannot be decoded"),
        "{}",
        ran.err
    );
}

#[test]
fn groups_with_how_many_hold_them() {
    let company = Company::new();
    insta::assert_snapshot!(out_of(&company, &["groups"], &[]), @"
    Id          Name         Parent  Members  Effective  Grants  Entitlements
    group:eng   Engineering          2        2          2       1
    group:ops   -Ops                 1        1          1       1
    role:admin  Admin                1        1          1       1
    ");
    insta::assert_snapshot!(out_of(&company, &["groups"], &["--csv", "--search", "OPS"]), @"
    id,type,name,parent_id,members,effective_members,grants,entitlements,description,row
    group:ops,group,'-Ops,,1,1,1,1,,8
    ");
    let roles = out_of(&company, &["groups"], &["--json", "--type", "role"]);
    assert_eq!(column(&roles, "id"), ["role:admin"]);
    let departments = go(&["groups"], "go-12.c1z", &[]);
    assert_eq!(column(&departments.to_string(), "members"), ["4", "4", "4"]);
}

#[test]
fn access_of_a_person() {
    let company = Company::new();
    insta::assert_snapshot!(out_of(&company, &["access"], &["zoe@example.com"]), @"
    Zoë dniL 👩‍💻 (user:3), enabled

    On           Id         Holds   How      Via               Row
    Engineering  group:eng  member  direct                     2
    -Ops         group:ops  member  derived  group:eng:member  3
    ");
    let json = out_of(&company, &["access"], &["3", "--json"]);
    insta::assert_snapshot!(json, @r#"
    [
      {"resource_name": "Engineering", "resource_id": "group:eng", "slug": "member", "how": "direct", "via": [], "resource_type": "group", "entitlement_id": "group:eng:member", "entitlement_name": "Engineering member", "purpose": "assignment", "principal_id": "user:3", "principal_name": "Zoë \u202edniL 👩‍💻", "grant_id": "group:eng:member:user:3", "row": 2},
      {"resource_name": "-Ops", "resource_id": "group:ops", "slug": "member", "how": "derived", "via": ["group:eng:member"], "resource_type": "group", "entitlement_id": "group:ops:member", "entitlement_name": "-Ops member", "purpose": "assignment", "principal_id": "user:3", "principal_name": "Zoë \u202edniL 👩‍💻", "grant_id": "group:ops:member:user:3", "row": 3}
    ]
    "#);
    insta::assert_snapshot!(out_of(&company, &["access"], &["1", "--csv"]), @r#"
    resource_name,resource_id,slug,how,via,resource_type,entitlement_id,entitlement_name,purpose,principal_id,principal_name,grant_id,row
    Admin,role:admin,assigned,direct,,role,role:admin:assigned,Admin role,permission,user:1,"'=HYPERLINK(""http://evil.test"",""Maja"")",role:admin:assigned:user:1,4
    "#);
    insta::assert_snapshot!(out_of(&company, &["access"], &["group:eng"]), @"
    Engineering (group:eng)

    On  Id  Holds  How  Via  Row
    ");
    let ran = on(&company, &["access"], &["Noor Haddad"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert_eq!(on(&company, &["access"], &["nobody@example.com"]).code, 3);
}

#[test]
fn a_role_in_the_organisation_is_access_too() {
    let files = Files::new();
    let path = files.path("app.c1z");
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .user(user("7", "Kim Park").fact("org_role", "admin"))
        .write(&path)
        .unwrap();
    let ran = audit(&["access", path.to_str().unwrap(), "7"]);
    insta::assert_snapshot!(ran.out, @"
    Kim Park (user:7), enabled

    On              Id  Holds  How       Via  Row
    (organisation)      admin  org_role
    ");
    assert_eq!(audit(&["access", path.to_str().unwrap(), "user:7"]), ran);
}

#[test]
fn a_grant_held_both_ways_says_so() {
    let company = Company::new();
    edit(&company.path, |db| {
        crate::support::derive(
            db,
            "group:ops:member:user:3",
            &["group:eng:member", "group:ops:member"],
        );
    });
    let json = out_of(&company, &["access"], &["3", "--json"]);
    assert_eq!(column(&json, "how"), ["direct", "both"]);
    assert_eq!(column(&json, "via"), ["[]", r#"["group:eng:member"]"#]);
}

#[test]
fn access_through_groups_in_groups_is_shown_with_the_way() {
    let app = SyncFile::ended_at(at("2026-03-10T08:00:00Z"))
        .user(user("1", "Ann"))
        .group("inner", "Inner")
        .group("outer", "Outer")
        .role("admins", "Admins")
        .member("inner", "1")
        .nested("outer", "inner")
        .assigned_to_group("admins", "outer");
    let files = Files::new();
    let path = files.path("app.c1z");
    app.write(&path).unwrap();
    expand(
        &path,
        &[
            ("group:outer:member:group:inner", "group:inner:member"),
            ("role:admins:assigned:group:outer", "group:outer:member"),
        ],
    );
    let via = [
        "[]",
        r#"["group:inner:member"]"#,
        r#"["group:inner:member","group:outer:member"]"#,
    ];
    let file = path.to_str().unwrap();
    let access = audit(&["access", file, "1", "--json"]).out;
    assert_eq!(column(&access, "via"), via);
    assert_eq!(column(&access, "how"), ["direct", "derived", "derived"]);
    assert_eq!(
        column(&access, "resource_id"),
        ["group:inner", "group:outer", "role:admins"]
    );
    let show = audit(&["users", "show", file, "1", "--json"]).out;
    let show: serde_json::Value = serde_json::from_str(&show).unwrap();
    assert_eq!(column(&show["holds"].to_string(), "via"), via);
}

#[test]
fn grants_of_the_go_sdk() {
    let grants = go(&["grants"], "go-1k.c1z", &[]);
    assert_eq!(grants.as_array().unwrap().len(), 1000);
    let held = go(&["access"], "go-12.c1z", &["user000009@example.com"]);
    assert_eq!(
        column(&held.to_string(), "resource_name"),
        ["Department 000"]
    );
}
