//! `--format scim`: bulk requests that create people.

use connector_c1z::wire;
use connector_core::model::{AccountType, StatusKind};
use connector_testkit::file::{SyncFile, user};
use serde_json::{Value, json};

use super::{export, export_go, json as read, names};
use crate::company::Company;
use crate::support::{at, edit, edit_row};

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The operations of a request, after a look at everything that all of them have.
fn operations(request: &Value) -> Vec<Value> {
    let keys: Vec<_> = request.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["Operations", "schemas"]);
    let bulk = json!(["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]);
    assert_eq!(request["schemas"], bulk);
    let operations = request["Operations"].as_array().unwrap();
    assert!((1..=50).contains(&operations.len()));
    for operation in operations {
        assert_eq!(operation["method"], "POST");
        assert_eq!(operation["path"], "/Users");
        assert_eq!(operation["bulkId"], operation["data"]["externalId"]);
        assert_eq!(operation["data"]["schemas"], json!([CORE, ENTERPRISE]));
        assert!(!operation["data"]["userName"].as_str().unwrap().is_empty());
    }
    operations.clone()
}

#[test]
fn people_with_what_the_file_says_and_no_more() {
    let company = Company::new();
    edit(&company.path, |db| {
        edit_row(db, "v1_resources", "user:6", |row: &mut wire::Resource| {
            row.status = None;
            row.annotations.clear();
            let fields = &mut row.profile.as_mut().unwrap().fields;
            for (name, value) in [
                ("first_name", "Noor"),
                ("last_name", "Haddad"),
                ("division", "Platform"),
                ("cost_center", "4130"),
            ] {
                let kind = prost_types::value::Kind::StringValue(value.to_owned());
                fields.insert(name.to_owned(), prost_types::Value { kind: Some(kind) });
            }
        });
    });
    let ran = export(&company, "scim", &[]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    insta::assert_snapshot!(ran.err, @r"
    baton-audit: the file does not say of 1 person whether they are active
    hint: decide for them with --unknown-state active, inactive or skip
    ");
    let ran = export(&company, "scim", &["--unknown-state", "inactive"]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.out, @"
    File                  Table  Rows
    users-0001.scim.json  users  5
    ");
    insta::assert_snapshot!(ran.err, @r"
    note: people left out who have neither a login nor an e-mail address: 1
    note: people of unknown state written as not active: 1
    note: managers left out who match no person of the file, or several: 1
    ");
    let all = operations(&read(&company, "users-0001.scim.json"));
    let ids: Vec<_> = all.iter().map(|o| o["bulkId"].as_str().unwrap()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "6"]);
    let expected = [
        json!({
            "schemas": [CORE, ENTERPRISE],
            "externalId": "1",
            "userName": "maja",
            "displayName": "=HYPERLINK(\"http://evil.test\",\"Maja\")",
            "emails": [{ "value": "maja@example.com", "type": "work", "primary": true }],
            "title": "CEO",
            "active": true,
            ENTERPRISE: { "employeeNumber": "E-1" },
        }),
        json!({
            "schemas": [CORE, ENTERPRISE],
            "externalId": "2",
            "userName": "Noor@Example.com",
            "displayName": "Noor Haddad",
            "emails": [{ "value": "Noor@Example.com", "type": "work", "primary": true }],
            "title": "Engineer",
            "userType": "full time",
            "active": true,
            ENTERPRISE: {
                "employeeNumber": "E-2",
                "department": "Engineering",
                "manager": { "value": "1" },
            },
        }),
    ];
    assert_eq!(all[0]["data"], expected[0]);
    assert_eq!(all[1]["data"], expected[1]);
    // The manager is named by address, the id is looked up.
    assert_eq!(
        all[2]["data"][ENTERPRISE]["manager"],
        json!({ "value": "2" })
    );
    // This one's manager is not in the file.
    assert_eq!(all[3]["data"]["active"], false);
    assert_eq!(all[3]["data"][ENTERPRISE], json!({ "department": "Sales" }));
    // The file does not say whether this one is active; the operator does.
    assert_eq!(all[4]["data"]["active"], false);
    let name = json!({ "givenName": "Noor", "familyName": "Haddad" });
    assert_eq!(all[4]["data"]["name"], name);
    let enterprise = json!({ "division": "Platform", "costCenter": "4130" });
    assert_eq!(all[4]["data"][ENTERPRISE], enterprise);
}

#[test]
fn fifty_in_a_request_and_no_request_of_an_earlier_export_left() {
    let company = Company::new();
    let people =
        |n: usize| (0..n).map(|n| user(&format!("p{n}"), "Kim Park").login(&format!("kim{n}")));
    let write = |n| {
        let _ = std::fs::remove_file(&company.path);
        let file = SyncFile::ended_at(at("2026-03-01T08:00:00Z"));
        file.users(people(n)).write(&company.path).unwrap();
    };
    write(120);
    let ran = export(&company, "scim", &[]);
    insta::assert_snapshot!(ran.out, @"
    File                                         Table  Rows
    users-0001.scim.json … users-0003.scim.json  users  120
    ");
    let parts = [
        "users-0001.scim.json",
        "users-0002.scim.json",
        "users-0003.scim.json",
    ];
    assert_eq!(names(&company), parts);
    let counts = parts.map(|part| operations(&read(&company, part)).len());
    assert_eq!(counts, [50, 50, 20]);
    write(50);
    let ran = export(&company, "scim", &[]);
    assert_eq!(ran.code, 9);
    insta::assert_snapshot!(ran.err, @"
    baton-audit: out already holds users-0001.scim.json
    hint: choose another directory, or replace what is there with --force
    ");
    assert_eq!(names(&company), parts);
    assert_eq!(export(&company, "scim", &["--force"]).code, 0);
    assert_eq!(names(&company), parts[..1]);
}

#[test]
fn accounts_of_programs_are_no_people() {
    let company = Company::new();
    std::fs::remove_file(&company.path).unwrap();
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .user(
            user("1", "Deploy")
                .login("deploy")
                .account_type(AccountType::Service),
        )
        .user(
            user("2", "Gone")
                .login("gone")
                .state(StatusKind::Deleted, "deleted"),
        )
        .write(&company.path)
        .unwrap();
    let ran = export(&company, "scim", &[]);
    insta::assert_snapshot!(ran.err, @"note: accounts of programs and systems left out: 1");
    let all = operations(&read(&company, "users-0001.scim.json"));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["data"]["active"], false);
}

#[test]
fn two_people_with_one_id_are_refused() {
    let company = Company::new();
    edit(&company.path, |db| {
        let sql = "UPDATE v1_resources SET external_id = 'account:1' WHERE external_id = 'user:6'";
        db.execute(sql, []).unwrap();
        edit_row(
            db,
            "v1_resources",
            "account:1",
            |row: &mut wire::Resource| {
                row.id = Some(wire::ResourceId {
                    resource_type: "account".to_owned(),
                    resource: "1".to_owned(),
                });
            },
        );
    });
    let ran = export(&company, "scim", &[]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    insta::assert_snapshot!(ran.err, @"
    baton-audit: two people of different types have the id 1, and an identity provider would take them for one
    hint: choose one type with --type
    ");
    assert_eq!(names(&company), [] as [&str; 0]);
    assert_eq!(export(&company, "scim", &["--type", "user"]).code, 0);
}

#[test]
fn people_of_the_go_sdk() {
    let company = Company::new();
    export_go(&company, "go-12.c1z", "scim");
    let all = operations(&read(&company, "users-0001.scim.json"));
    assert_eq!(all.len(), 12);
    let inactive = all.iter().filter(|o| o["data"]["active"] == false);
    let inactive: Vec<_> = inactive.map(|o| &o["data"]["displayName"]).collect();
    assert_eq!(inactive, ["Jon Adler"]);
    let managed = all
        .iter()
        .filter(|o| !o["data"][ENTERPRISE]["manager"].is_null());
    assert_eq!(managed.count(), 11);
}

/// Exports a file of these people and returns what was printed, and who is active.
fn states(people: Vec<connector_testkit::file::User>, more: &[&str]) -> (u8, String, Vec<String>) {
    let company = Company::new();
    std::fs::remove_file(&company.path).unwrap();
    SyncFile::ended_at(at("2026-03-01T08:00:00Z"))
        .users(people)
        .write(&company.path)
        .unwrap();
    let ran = export(&company, "scim", more);
    let written = match ran.code {
        0 => operations(&read(&company, "users-0001.scim.json")),
        _ => Vec::new(),
    };
    let line = |o: &Value| {
        format!(
            "{} {} {}",
            o["bulkId"], o["data"]["userName"], o["data"]["active"]
        )
    };
    (ran.code, ran.err, written.iter().map(line).collect())
}

#[test]
fn whether_people_are_active_is_never_left_out() {
    let people = || {
        let in_state = |id: &str, kind, word| {
            user(id, "Somebody")
                .login(&format!("l{id}"))
                .state(kind, word)
        };
        vec![
            in_state("1", StatusKind::Enabled, "employed"),
            in_state("2", StatusKind::Enabled, "Resigned"),
            in_state("3", StatusKind::Unspecified, "?"),
            in_state("4", StatusKind::Unspecified, "terminated"),
            in_state("5", StatusKind::Disabled, "Resigned"),
        ]
    };
    let (code, err, written) = states(people(), &[]);
    assert_eq!((code, written.len()), (3, 0));
    assert_eq!(
        err,
        "baton-audit: the file does not say of 2 people whether they are active\n\
         hint: decide for them with --unknown-state active, inactive or skip\n"
    );
    for (state, count, active, note) in [
        ("active", 5, "true", "written as active"),
        ("inactive", 5, "false", "written as not active"),
        ("skip", 3, "", "left out"),
    ] {
        let (code, err, written) = states(people(), &["--unknown-state", state]);
        assert_eq!((code, written.len()), (0, count));
        assert_eq!(err, format!("note: people of unknown state {note}: 2\n"));
        for line in written {
            let expected = match line.as_bytes()[1] {
                b'1' => "true",
                b'2' | b'3' => active,
                _ => "false",
            };
            assert!(line.ends_with(expected), "{state}: {line}");
        }
    }
}

#[test]
fn one_user_name_is_written_once_for_the_current_record() {
    let record =
        |id: &str, login: &str, kind, word| user(id, "Somebody").login(login).state(kind, word);
    let (code, err, written) = states(
        vec![
            record("1", "kim", StatusKind::Disabled, "terminated"),
            record("2", "KIM", StatusKind::Enabled, "employed"),
            record("3", "Kim", StatusKind::Enabled, "employed"),
            record("4", "sam", StatusKind::Disabled, "terminated"),
            record("5", "sam", StatusKind::Disabled, "terminated"),
        ],
        &[],
    );
    assert_eq!(code, 0);
    assert_eq!(
        err,
        "note: records left out whose userName another record has: 3 (user:1, user:3, user:5)\n"
    );
    assert_eq!(written, [r#""2" "KIM" true"#, r#""4" "sam" false"#]);
}
