//! `review start`: who is asked about what, and what the workbooks are like.

use std::fs::{self, File};
use std::io::read_to_string;

use serde_json::Value;
use zip::ZipArchive;

use crate::company::{Company, SEEN};
use crate::support::{Files, at, audit};
use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, user};

/// A part of an XLSX workbook.
fn part(company: &Company, workbook: &str, name: &str) -> String {
    let file = File::open(company.in_review(workbook)).unwrap();
    let mut zip = ZipArchive::new(file).unwrap();
    read_to_string(zip.by_name(name).unwrap()).unwrap()
}

/// `account, access, way` of the rows of a workbook.
fn held(company: &Company, workbook: &str) -> Vec<String> {
    let rows = company.rows(workbook);
    let line = |row: &Vec<String>| format!("{}, {}, {}", row[2], row[8], row[9]);
    rows.iter().map(line).collect()
}

#[test]
fn every_access_goes_to_the_manager_of_its_owner() {
    let company = Company::new();
    let ran = company.start();
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.out, @r"
    Workbook    Reviewer    E-mail             Accesses
    ines-vidal  Ines Vidal  ines@example.com   1
    tomás-rey   Tomás Rey   tomas@example.com  6
    unassigned  unassigned                     2
    ");
    insta::assert_snapshot!(ran.err, @r"
    note: pipeline: 2 grants are to groups; accounts that hold them through groups are reviewed
    note: 2 accesses had no other reviewer than the fallback
    ");
    assert_eq!(
        held(&company, "ines-vidal"),
        ["user:gh-tomas, admin, organisation role"]
    );
    assert_eq!(
        held(&company, "tomás-rey"),
        [
            "user:gh-jo, On call member, direct",
            "user:gh-jo, Operations member, via On call member",
            "user:gh-jo, Administrator role, via On call member > Operations member",
            "user:gh-li, On call member, direct",
            "user:gh-li, Operations member, via On call member",
            "user:gh-li, Administrator role, via On call member > Operations member",
        ]
    );
    assert_eq!(
        held(&company, "unassigned"),
        [
            "user:bot, the account, holds nothing",
            "user:gh-ines, the account, holds nothing"
        ]
    );
    let rows = company.rows("tomás-rey");
    assert_eq!(
        rows[0][3..8],
        ["enabled", "Jo Bell", "Engineer", "Platform", "Tomás Rey"]
    );
    assert_eq!(
        rows[0][11],
        "AC-01: is not disabled and holds 3 grants although Jo Bell had the last day 2026-02-27"
    );
    assert_eq!(rows[3][10..12], ["2026-03-01T07:00:00Z", ""]);
    // A name that a spreadsheet would run is only shown.
    assert_eq!(company.rows("unassigned")[0][1], "'=cmd|' /C calc'!A0");
}

#[test]
fn no_access_is_lost_and_none_is_there_twice() {
    let company = Company::new();
    company.start();
    let path = company.path("pipeline.c1z");
    let grants = audit(&["grants", &path, "--expanded", "--json"]).out;
    let grants: Vec<Value> = serde_json::from_str(&grants).unwrap();
    let of_accounts = grants
        .iter()
        .filter(|it| it["principal_id"].as_str().unwrap().starts_with("user:"));
    // One organisation role and two accounts that hold nothing.
    let expected = of_accounts.count() + 1 + 2;
    let mut ids: Vec<String> = ["ines-vidal", "tomás-rey", "unassigned"]
        .iter()
        .flat_map(|workbook| company.rows(workbook))
        .map(|row| row[14].clone())
        .collect();
    assert_eq!((ids.len(), expected), (9, 9));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 9);
}

#[cfg(unix)]
#[test]
fn the_directory_and_the_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let company = Company::new();
    company.start();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(company.files.path("review")), 0o700);
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(company.files.path("review")).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(entry.path()), 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "ines-vidal.csv",
            "ines-vidal.xlsx",
            "review.json",
            "tomás-rey.csv",
            "tomás-rey.xlsx",
            "unassigned.csv",
            "unassigned.xlsx"
        ]
    );
    let again = company.start();
    assert_eq!((again.code, again.out.as_str()), (9, ""));
    assert_eq!(
        again.err,
        "baton-audit: review is not empty\nhint: choose a new directory\n"
    );
}

#[test]
fn the_workbook_has_a_list_locked_facts_a_frozen_header_and_filters() {
    let company = Company::new();
    company.start();
    let sheet = part(&company, "unassigned.xlsx", "xl/worksheets/sheet1.xml");
    for there in [
        "<sheetProtection ",
        "<pane ySplit=\"1\"",
        "<autoFilter ref=\"A1:O3\"",
        "type=\"list\"",
        "sqref=\"M2:M3\"",
        "keep,remove,change,not mine",
        ">=cmd|' /C calc'!A0<",
    ] {
        assert!(sheet.contains(there), "{there}: {sheet}");
    }
    assert!(!sheet.contains("<f>"), "{sheet}");
    let about = part(&company, "unassigned.xlsx", "xl/worksheets/sheet2.xml");
    assert!(
        about.contains("Access review of 2026-03-10 by unassigned"),
        "{about}"
    );
    // The same files give the same workbooks.
    let bytes = |name: &str| fs::read(company.in_review(name)).unwrap();
    let first = (bytes("unassigned.xlsx"), bytes("review.json"));
    fs::remove_dir_all(company.files.path("review")).unwrap();
    company.start();
    assert_eq!((bytes("unassigned.xlsx"), bytes("review.json")), first);
}

#[test]
fn owners_of_apps_review_all_but_their_own_access() {
    let company = Company::new();
    let policy = "[review]\nfallback = 'security@example.com'\n\n[[review.owner]]\napps = ['pipe*', 'crm']\nperson = 'tomas@example.com'\n";
    fs::write(company.files.path("policy.toml"), policy).unwrap();
    let start = |by: &str| {
        let _ = fs::remove_dir_all(company.files.path("review"));
        company.review(&[
            "start",
            "@hr.c1z",
            "@pipeline.c1z",
            "--policy",
            "@policy.toml",
            "--by",
            by,
            "--out",
            "@review",
        ])
    };
    let ran = start("owner");
    insta::assert_snapshot!(ran.out, @r"
    Workbook    Reviewer    E-mail             Accesses
    ines-vidal  Ines Vidal  ines@example.com   1
    tomás-rey   Tomás Rey   tomas@example.com  8
    ");
    assert!(
        ran.err
            .starts_with("note: policy.toml:5: \"crm\" fits no app\n"),
        "{}",
        ran.err
    );
    assert_eq!(
        held(&company, "ines-vidal"),
        ["user:gh-tomas, admin, organisation role"]
    );
    let ran = start("app");
    insta::assert_snapshot!(ran.out, @r"
    Workbook             Reviewer    E-mail             Accesses
    pipeline-ines-vidal  Ines Vidal  ines@example.com   1
    pipeline-tomás-rey   Tomás Rey   tomas@example.com  8
    ");
    // Who has left reviews nothing.
    fs::write(
        company.files.path("policy.toml"),
        policy.replace("tomas@", "jo@"),
    )
    .unwrap();
    let ran = start("owner");
    insta::assert_snapshot!(ran.out, @r"
    Workbook              Reviewer              E-mail  Accesses
    security-example-com  security@example.com          9
    ");
    assert!(
        ran.err
            .contains("note: policy.toml:4: jo@example.com is not at work and reviews nothing\n"),
        "{}",
        ran.err
    );
    fs::write(
        company.files.path("policy.toml"),
        policy.replace("tomas@", "nobody@"),
    )
    .unwrap();
    let ran = start("owner");
    assert_eq!(ran.code, 3);
    assert!(
        ran.err.starts_with(
            "baton-audit: policy.toml:4: no person in the HR files is nobody@example.com\n"
        ),
        "{}",
        ran.err
    );
}

#[test]
fn what_nobody_is_known_for_is_reviewed_and_a_fallback_reviews_not_themselves() {
    let company = Company::new();
    fs::write(
        company.files.path("policy.toml"),
        "[review]\nfallback = 'li@example.com'\n",
    )
    .unwrap();
    let other = SyncFile::ended_at(crate::support::at(SEEN))
        .user(user("x", "li").email("li@example.com"))
        .user(user("y", "ines").email("ines@example.com"))
        .group("g", "Board")
        .member("g", "x")
        .user(user("ghost", "Ghost"))
        .member("g", "ghost");
    other.write(&company.files.path("crm.c1z")).unwrap();
    // Another program's file, in which a holder is not listed.
    crate::support::edit(&company.files.path("crm.c1z"), |db| {
        let delete = "DELETE FROM v1_resources WHERE external_id = 'user:ghost'";
        assert_eq!(db.execute(delete, []).unwrap(), 1);
    });
    let ran = company.review(&[
        "start",
        "@hr.c1z",
        "@crm.c1z",
        "--policy",
        "@policy.toml",
        "--by",
        "owner",
        "--out",
        "@review",
    ]);
    insta::assert_snapshot!(ran.out, @r"
    Workbook   Reviewer   E-mail             Accesses
    li-wen     Li Wen     li@example.com     2
    tomás-rey  Tomás Rey  tomas@example.com  1
    ");
    assert_eq!(
        held(&company, "li-wen"),
        [
            "user:ghost, Board member, direct",
            "user:y, the account, holds nothing"
        ]
    );
    assert_eq!(
        held(&company, "tomás-rey"),
        ["user:x, Board member, direct"]
    );
}

#[test]
fn a_manager_in_two_hr_files_gets_one_workbook() {
    let person = |id: &str, name: &str| {
        user(id, name)
            .fact("start_date", "2024-02-01")
            .state(StatusKind::Enabled, "active")
    };
    let account = |id: &str| {
        user(&format!("a-{id}"), id)
            .email(&format!("{id}@example.com"))
            .state(StatusKind::Enabled, "active")
    };
    let company = Company {
        files: Files::new(),
    };
    let write = |name: &str, file: SyncFile| file.write(&company.files.path(name)).unwrap();
    write(
        "one.c1z",
        SyncFile::ended_at(at(SEEN))
            .user(person("m1", "Mo Diaz").email("mo@example.com"))
            .user(
                person("t1", "Ty Fox")
                    .email("ty@example.com")
                    .employee_id("9"),
            )
            .user(
                person("ada", "Ada")
                    .email("ada@example.com")
                    .fact("manager_id", "m1"),
            )
            .user(
                person("eve", "Eve")
                    .email("eve@example.com")
                    .fact("manager_id", "t1"),
            ),
    );
    write(
        "two.c1z",
        SyncFile::ended_at(at(SEEN))
            .user(person("m2", "Mo Diaz-Rey").email("MO@example.com"))
            .user(
                person("t2", "Ty Fox")
                    .email("ty@example.com")
                    .employee_id("10"),
            )
            .user(
                person("bo", "Bo")
                    .email("bo@example.com")
                    .fact("manager_id", "m2"),
            )
            .user(
                person("kai", "Kai")
                    .email("kai@example.com")
                    .fact("manager_id", "t2"),
            ),
    );
    let accounts = ["ada", "bo", "eve", "kai"].map(account);
    write("app.c1z", SyncFile::ended_at(at(SEEN)).users(accounts));
    let ran = company.review(&[
        "start", "@one.c1z", "@app.c1z", "--hr", "@two.c1z", "--by", "manager", "--out", "@review",
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    // Who has the same address and another number is another human.
    insta::assert_snapshot!(ran.out, @r"
    Workbook  Reviewer  E-mail          Accesses
    mo-diaz   Mo Diaz   mo@example.com  2
    ty-fox    Ty Fox    ty@example.com  1
    ty-fox-2  Ty Fox    ty@example.com  1
    ");
    assert_eq!(
        held(&company, "mo-diaz"),
        [
            "user:a-ada, the account, holds nothing",
            "user:a-bo, the account, holds nothing",
        ]
    );
}
