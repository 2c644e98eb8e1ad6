//! The directory: made, never left half done, nothing replaced unasked.

use std::fs;

use super::{export, exported, names};
use crate::company::Company;
use crate::support::{audit, edit};

#[test]
fn what_is_there_is_replaced_only_when_asked() {
    let company = Company::new();
    let out = company.files.path("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("users.csv"), "mine").unwrap();
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let ran = export(&company, "csv", &[]);
    assert_eq!((ran.code, ran.out.as_str()), (9, ""));
    insta::assert_snapshot!(ran.err, @"
    baton-audit: out already holds users.csv
    hint: choose another directory, or replace what is there with --force
    ");
    assert_eq!(names(&company), ["notes.txt", "users.csv"]);
    assert_eq!(exported(&company, "users.csv"), "mine");
    assert_eq!(export(&company, "json", &["--table", "users"]).code, 0);
    assert_eq!(export(&company, "csv", &["--force"]).code, 0);
    assert!(exported(&company, "users.csv").starts_with("id,type,name"));
    assert_eq!(exported(&company, "notes.txt"), "mine");
}

#[test]
fn a_sync_file_is_never_replaced() {
    let company = Company::new();
    let out = company.files.path("out");
    fs::create_dir(&out).unwrap();
    let sync = out.join("users.csv");
    fs::copy(&company.path, &sync).unwrap();
    let before = fs::read(&sync).unwrap();
    let ran = export(&company, "csv", &["--force"]);
    assert_eq!((ran.code, ran.out.as_str()), (9, ""));
    insta::assert_snapshot!(ran.err, @"
    baton-audit: out/users.csv is a sync file and is never replaced
    hint: choose another directory
    ");
    assert_eq!(fs::read(&sync).unwrap(), before);
    assert_eq!(names(&company), ["users.csv"]);
}

#[test]
fn an_export_that_fails_leaves_what_was_there() {
    let company = Company::new();
    assert_eq!(export(&company, "json", &[]).code, 0);
    let (before, users) = (names(&company), exported(&company, "users.json"));
    edit(&company.path, |db| {
        db.execute("UPDATE v1_grants SET data = x'ff' WHERE id = 4", [])
            .unwrap();
        db.execute("DELETE FROM v1_resources WHERE id = 1", [])
            .unwrap();
    });
    for format in ["json", "csv", "xlsx"] {
        let ran = export(&company, format, &["--force"]);
        assert_eq!((ran.code, ran.out.as_str()), (9, ""), "{format}");
        assert!(
            ran.err.contains("its message cannot be decoded"),
            "{}",
            ran.err
        );
        assert_eq!(names(&company), before, "{format}");
    }
    assert_eq!(exported(&company, "users.json"), users);
}

#[test]
fn a_place_that_is_no_directory_is_refused() {
    let company = Company::new();
    fs::write(company.files.path("out"), "a file").unwrap();
    let ran = export(&company, "csv", &[]);
    assert_eq!((ran.code, ran.out.as_str()), (9, ""));
    insta::assert_snapshot!(ran.err, @"baton-audit: cannot make out: File exists (os error 17)");
}

#[test]
fn directories_are_made_and_files_are_for_their_owner() {
    use std::os::unix::fs::PermissionsExt;

    let company = Company::new();
    let out = company.files.path("a/b");
    let args = ["export", company.file(), "--format", "csv", "--out"];
    let ran = audit(&[&args, &[out.to_str().unwrap()][..]].concat());
    assert_eq!(ran.code, 0);
    let mode = fs::metadata(out.join("users.csv"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_wrong_command_line_writes_nothing() {
    let company = Company::new();
    for options in [
        &["--table", "people"][..],
        &["--type", "usr"],
        &["--status", "gone"],
    ] {
        assert_eq!(export(&company, "csv", options).code, 3, "{options:?}");
    }
    assert_eq!(export(&company, "scim", &["--table", "grants"]).code, 3);
    assert_eq!(export(&company, "pdf", &[]).code, 3);
    assert_eq!(
        audit(&["export", company.file(), "--format", "csv"]).code,
        3
    );
    assert!(!company.files.path("out").exists());
}
