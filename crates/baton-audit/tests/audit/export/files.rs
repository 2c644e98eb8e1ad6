//! `--format csv` and `--format json`.

use connector_c1z::wire;
use prost_types::{ListValue, Struct, Value, value::Kind};

use super::{export, export_go, exported, json};
use crate::company::Company;
use crate::support::{edit, edit_row};

/// A CSV file as rows of cells, the header first.
fn cells(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

/// The column with a key.
fn column(rows: &[Vec<String>], key: &str) -> Vec<String> {
    let at = rows[0].iter().position(|k| k == key).unwrap();
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

#[test]
fn a_csv_file_per_table() {
    let company = Company::new();
    let ran = export(&company, "csv", &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out, @"
    File                Table           Rows
    users.csv           users           6
    resources.csv       resources       3
    entitlements.csv    entitlements    3
    grants.csv          grants          4
    resource_types.csv  resource_types  4
    syncs.csv           syncs           1
    ");
    insta::assert_snapshot!(exported(&company, "resources.csv"), @"
    id,type,name,description,parent_id,status,state_word,created_at,row
    group:eng,group,Engineering,,,,,,7
    group:ops,group,'-Ops,,,,,,8
    role:admin,role,Admin,,,,,,9
    ");
    insta::assert_snapshot!(exported(&company, "entitlements.csv"), @"
    id,name,slug,purpose,description,resource_id,resource_type,resource_name,grantable_to,row
    group:eng:member,Engineering member,member,assignment,,group:eng,group,Engineering,user,1
    group:ops:member,'-Ops member,member,assignment,,group:ops,group,'-Ops,user,2
    role:admin:assigned,Admin role,assigned,permission,,role:admin,role,Admin,user,3
    ");
    let grants = exported(&company, "grants.csv").replace('\u{202e}', "<202e>");
    insta::assert_snapshot!(grants, @r#"
    principal_name,principal_id,slug,resource_name,how,via,resource_id,resource_type,entitlement_id,entitlement_name,purpose,grant_id,row
    Noor Haddad,user:2,member,Engineering,direct,,group:eng,group,group:eng:member,Engineering member,assignment,group:eng:member:user:2,1
    Zoë dniL 👩‍💻,user:3,member,Engineering,direct,,group:eng,group,group:eng:member,Engineering member,assignment,group:eng:member:user:3,2
    Zoë dniL 👩‍💻,user:3,member,'-Ops,derived,group:eng:member,group:ops,group,group:ops:member,'-Ops member,assignment,group:ops:member:user:3,3
    "'=HYPERLINK(""http://evil.test"",""Maja"")",user:1,assigned,Admin,direct,,role:admin,role,role:admin:assigned,Admin role,permission,role:admin:assigned:user:1,4
    "#);
    insta::assert_snapshot!(exported(&company, "resource_types.csv"), @"
    id,name,traits,resources,entitlements,grants,description
    department,Department,group,0,0,0,
    group,Group,group,2,2,3,
    role,Role,role,1,1,1,
    user,User,user,6,0,0,
    ");
    insta::assert_snapshot!(exported(&company, "syncs.csv"), @"
    id,type,started_at,ended_at,resources,entitlements,grants,default
    3AKr84HI1PxpPUOHLIKT6wBKehj,full,2026-03-01T07:59:00Z,2026-03-01T08:00:00Z,9,3,4,yes
    ");
}

#[test]
fn people_in_csv_have_a_column_for_every_fact_and_nothing_that_runs() {
    let company = Company::new();
    edit(&company.path, |db| {
        edit_row(db, "v1_resources", "user:2", |row: &mut wire::Resource| {
            let value = |kind| Value { kind: Some(kind) };
            let text = |text: &str| value(Kind::StringValue(text.to_owned()));
            let both = ListValue {
                values: vec![text("@a"), text("b")],
            };
            let inner = [("=k".to_owned(), text("v"))].into();
            let fields = &mut row.profile.as_mut().unwrap().fields;
            fields.insert("=cmd".to_owned(), text("+1"));
            fields.insert("balance".to_owned(), value(Kind::NumberValue(-2.5)));
            fields.insert("is_manager".to_owned(), value(Kind::BoolValue(true)));
            fields.insert("teams".to_owned(), value(Kind::ListValue(both)));
            fields.insert(
                "nested".to_owned(),
                value(Kind::StructValue(Struct { fields: inner })),
            );
        });
    });
    assert_eq!(export(&company, "csv", &[]).code, 0);
    let rows = cells(&exported(&company, "users.csv"));
    let facts: Vec<_> = rows[0]
        .iter()
        .filter(|k| k.starts_with("profile."))
        .collect();
    insta::assert_snapshot!(format!("{facts:?}"), @r#"["profile.=cmd", "profile.balance", "profile.department", "profile.email", "profile.employee_id", "profile.employment_type", "profile.end_date", "profile.is_manager", "profile.job_title", "profile.lifecycle_state", "profile.location", "profile.manager_email", "profile.manager_id", "profile.nested", "profile.start_date", "profile.teams"]"#);
    let long = "Wolfeschlegelsteinhausenbergerdorff ".repeat(6);
    let expected = [
        "'=HYPERLINK(\"http://evil.test\",\"Maja\")",
        "Noor Haddad",
        "Zoë dniL 👩‍💻",
        long.trim(),
        "山田[31m7m 太郎",
        "Noor Haddad",
    ];
    assert_eq!(column(&rows, "name"), expected);
    for (key, value) in [
        ("profile.=cmd", "'+1"),
        ("profile.balance", "-2.5"),
        ("profile.is_manager", "yes"),
        ("profile.teams", "'@a, b"),
        ("profile.nested", r#"{"=k":"v"}"#),
        ("profile.job_title", "Engineer"),
        ("job_title", "Engineer"),
        ("row", "2"),
    ] {
        assert_eq!(column(&rows, key)[1], value, "{key}");
    }
    assert_eq!(column(&rows, "profile.job_title")[2], "'@SUM(1)");
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
}

#[test]
fn a_json_file_per_table() {
    let company = Company::new();
    assert_eq!(export(&company, "json", &[]).code, 0);
    let users = json(&company, "users.json");
    let expected = serde_json::json!({
        "id": "user:2", "type": "user", "name": "Noor Haddad", "status": "enabled",
        "lifecycle": "leave", "state_word": "parental leave", "account_type": "human",
        "email": "Noor@Example.com", "other_emails": [], "logins": [], "employee_ids": ["E-2"],
        "job_title": "Engineer", "department": "Engineering", "department_id": null,
        "location": "Malmö", "employment_type": "full time", "org_role": null,
        "manager_id": "1", "manager_email": null, "manager_name": null,
        "start_date": "2020-02-29", "end_date": null, "last_login": null, "created_at": null,
        "mfa": null, "sso": null, "row": 2,
        "profile": {
            "department": "Engineering", "email": "Noor@Example.com", "employee_id": "E-2",
            "employment_type": "full time", "job_title": "Engineer",
            "lifecycle_state": "parental leave", "location": "Malmö", "manager_id": "1",
            "start_date": "2020-02-29",
        },
    });
    assert_eq!(users[1], expected);
    let name = "山田\u{1b}[31m\u{9b}7m 太郎\r\n";
    assert_eq!(users[4]["name"], name);
    let text = exported(&company, "users.json");
    assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}']));
    let grants = json(&company, "grants.json");
    assert_eq!(grants[2]["via"], serde_json::json!(["group:eng:member"]));
    let tables = [
        "resources",
        "entitlements",
        "grants",
        "resource_types",
        "syncs",
    ];
    let rows = tables.map(|table| {
        json(&company, &format!("{table}.json"))
            .as_array()
            .unwrap()
            .len()
    });
    assert_eq!(rows, [3, 3, 4, 4, 1]);
}

#[test]
fn filters_choose_people_and_their_grants() {
    let company = Company::new();
    let ran = export(&company, "json", &["--department", "engineering"]);
    assert_eq!(ran.code, 0);
    let rows = |table: &str, key: &str| -> Vec<String> {
        let rows = json(&company, table);
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row[key].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(rows("users.json", "id"), ["user:2", "user:3"]);
    let holders = ["user:2", "user:3", "user:3"];
    assert_eq!(rows("grants.json", "principal_id"), holders);
    assert_eq!(rows("resources.json", "id").len(), 3);
    let ran = export(
        &company,
        "csv",
        &["--table", "grants", "--status", "disabled"],
    );
    insta::assert_snapshot!(ran.out, @"
    File        Table   Rows
    grants.csv  grants  0
    ");
    assert_eq!(exported(&company, "grants.csv").lines().count(), 1);
}

#[test]
fn everything_in_files_of_the_go_sdk_is_exported() {
    let company = Company::new();
    export_go(&company, "go-1k.c1z", "csv");
    let rows = |table: &str| cells(&exported(&company, &format!("{table}.csv"))).len() - 1;
    let tables = [
        "users",
        "resources",
        "entitlements",
        "grants",
        "resource_types",
        "syncs",
    ];
    assert_eq!(tables.map(rows), [1000, 50, 50, 1000, 2, 1]);
    let resources = cells(&exported(&company, "resources.csv"));
    let archived = column(&resources, "profile.archived");
    assert!(archived.iter().all(|cell| cell == "no"), "{archived:?}");
}

#[test]
fn csv_files_for_a_spreadsheet_begin_with_a_byte_order_mark() {
    let company = Company::new();
    assert_eq!(export(&company, "csv", &["--bom"]).code, 0);
    let users = exported(&company, "users.csv");
    assert!(users.starts_with("\u{feff}id,type,name,"), "{users}");
    let ran = export(&company, "json", &["--bom", "--force"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert_eq!(ran.err, "baton-audit: --bom is for csv alone\n");
}
