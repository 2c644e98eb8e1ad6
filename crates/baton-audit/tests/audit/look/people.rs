//! `users` and its filters.

use super::{column, go, on, out_of};
use crate::company::Company;
use crate::support::{audit, edit};

#[test]
fn all_people_in_every_shape() {
    let company = Company::new();
    insta::assert_snapshot!(out_of(&company, &["users"], &[]), @r#"
    Id      Name                Lifecycle   E-mail             Title     Department
    user:1  =HYPERLINK("http:…  active      maja@example.com   CEO
    user:2  Noor Haddad         leave       Noor@Example.com   Engineer  Engineering
    user:3  Zoë dniL 👩‍💻         active      zoe@example.com    @SUM(1)   Engineering
    user:4  Wolfeschlegelstei…  terminated  long@example.com             Sales
    user:5  山田[31m7m 太郎     prehire
    user:6  Noor Haddad         active      noor.haddad@exam…
    "#);
    let json = out_of(&company, &["users"], &["--json"]);
    insta::assert_snapshot!(json.lines().nth(5).unwrap(), @r#"  {"id": "user:5", "type": "user", "name": "山田\u001b[31m\u009b7m 太郎\r\n", "status": "unspecified", "lifecycle": "prehire", "state_word": null, "account_type": "human", "email": null, "other_emails": [], "logins": [], "employee_ids": [], "job_title": null, "department": null, "department_id": null, "location": null, "employment_type": null, "org_role": null, "manager_id": null, "manager_email": null, "manager_name": null, "start_date": "2026-04-01", "end_date": null, "last_login": null, "created_at": null, "mfa": null, "sso": null, "row": 5},"#);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let name = "山田\u{1b}[31m\u{9b}7m 太郎\r\n";
    assert_eq!(rows[4]["name"], name, "JSON keeps what the file has");
    insta::assert_snapshot!(out_of(&company, &["users"], &["--csv"]), @r#"
    id,type,name,status,lifecycle,state_word,account_type,email,other_emails,logins,employee_ids,job_title,department,department_id,location,employment_type,org_role,manager_id,manager_email,manager_name,start_date,end_date,last_login,created_at,mfa,sso,row
    user:1,user,"'=HYPERLINK(""http://evil.test"",""Maja"")",enabled,active,employed,human,maja@example.com,,maja,E-1,CEO,,,,,,,,,2019-05-01,,,,,,1
    user:2,user,Noor Haddad,enabled,leave,parental leave,human,Noor@Example.com,,,E-2,Engineer,Engineering,,Malmö,full time,,1,,,2020-02-29,,,,,,2
    user:3,user,Zoë dniL 👩‍💻,enabled,active,employed,human,zoe@example.com,,,,'@SUM(1),Engineering,,,,,,noor@example.com,,,,,,,,3
    user:4,user,Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelsteinhausenbergerdorff,disabled,terminated,terminated,human,long@example.com,,,,,Sales,,,,,99,,,,2026-01-31,,,,,4
    user:5,user,山田[31m7m 太郎,unspecified,prehire,,human,,,,,,,,,,,,,,2026-04-01,,,,,,5
    user:6,user,Noor Haddad,enabled,active,,human,noor.haddad@example.com,,,,,,,,,,,,,,,,,,,6
    "#);
}

#[test]
fn csv_has_names_without_what_a_terminal_acts_on() {
    let company = Company::new();
    let csv = audit(&["users", company.file(), "--csv", "--search", "zoe@"]).out;
    let name = csv.lines().nth(1).unwrap().split(',').nth(2);
    assert_eq!(name, Some("Zoë dniL 👩‍💻"));
}

#[test]
fn a_byte_order_mark_is_for_csv_alone() {
    let company = Company::new();
    for command in [&["users"][..], &["stats"], &["managers"], &["syncs"]] {
        let plain = out_of(&company, command, &["--csv"]);
        let marked = out_of(&company, command, &["--csv", "--bom"]);
        assert_eq!(marked, format!("\u{feff}{plain}"), "{command:?}");
    }
    let ran = on(&company, &["users"], &["--bom"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
}

#[test]
fn filters_choose_people() {
    let company = Company::new();
    for (options, rows) in [
        (&["--status", "disabled"][..], &["4"][..]),
        (
            &["--status", "disabled", "--status", "unspecified"],
            &["4", "5"],
        ),
        (&["--lifecycle", "leave"], &["2"]),
        (&["--lifecycle", "prehire"], &["5"]),
        (&["--lifecycle", "prehire", "--as-of", "2026-04-01"], &[]),
        (&["--department", " ENGINEERING"], &["2", "3"]),
        (&["--department", "Engine"], &[]),
        (&["--type", "user", "--search", "HADDAD"], &["2", "6"]),
        (&["--search", "e-2"], &["2"]),
        (&["--search", "engineer"], &["2"]),
        (&["--search", "zoë"], &["3"]),
        (
            &["--department", "engineering", "--lifecycle", "active"],
            &["3"],
        ),
        (&["--type", "group"], &[]),
    ] {
        let json = out_of(&company, &["users"], &[options, &["--json"]].concat());
        assert_eq!(column(&json, "row"), rows, "{options:?}");
    }
}

#[test]
fn a_slip_in_a_filter_is_told() {
    let company = Company::new();
    let ran = on(&company, &["users"], &["--type", "usr"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    insta::assert_snapshot!(ran.err, @r#"
    baton-audit: the sync has no resource type "usr"
    hint: it has: department, group, role, user
    "#);
    for slip in [
        ["--status", "gone"],
        ["--lifecycle", "gone"],
        ["--as-of", "May"],
    ] {
        assert_eq!(on(&company, &["users"], &slip).code, 3, "{slip:?}");
    }
    assert_eq!(audit(&["users"]).code, 3);
    assert_eq!(audit(&["users", "show", company.file()]).code, 3);
}

#[test]
fn people_of_the_go_sdk() {
    assert_eq!(
        go(&["users"], "go-1k.c1z", &[]).as_array().unwrap().len(),
        1000
    );
    let disabled = go(&["users"], "go-12.c1z", &["--status", "disabled"]);
    assert_eq!(column(&disabled.to_string(), "name"), ["Jon Adler"]);
}

#[test]
fn rows_are_printed_before_later_ones_are_read() {
    let company = Company::new();
    edit(&company.path, |db| {
        db.execute("UPDATE v1_resources SET data = x'ff' WHERE id = 6", [])
            .unwrap();
    });
    let ran = on(&company, &["users"], &["--csv"]);
    assert_eq!(ran.code, 9);
    assert_eq!(ran.out.lines().count(), 6, "the header and five people");
    assert!(
        ran.err.contains(
            "hr.c1z: the file is damaged: row 6 of v1_resources: its message cannot be decoded"
        ),
        "{}",
        ran.err
    );
}
