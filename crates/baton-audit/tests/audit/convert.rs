//! A file of one version becomes a file of the other.

use std::fs;

use crate::company::Company;
use crate::support::{Ran, audit, go_file};

/// Converts the file at `from` to `out` beside the company.
fn convert(company: &Company, from: &str, to: &str, out: &str, options: &[&str]) -> Ran {
    let out = company.files.path(out);
    let args = ["convert", from, "--to", to, "--out", out.to_str().unwrap()];
    let ran = audit(&[&args, options].concat());
    Ran {
        code: ran.code,
        out: company.files.without_paths(&ran.out),
        err: company.files.without_paths(&ran.err),
    }
}

#[test]
fn a_company_comes_back_with_the_same_listings() {
    let company = Company::new();
    let there = convert(&company, company.file(), "v3", "v3.c1z", &[]);
    assert_eq!((there.code, there.err.as_str()), (0, ""), "{}", there.out);
    let v3 = company.files.path("v3.c1z");
    let back = convert(&company, v3.to_str().unwrap(), "v1", "v1.c1z", &[]);
    assert_eq!((back.code, back.err.as_str()), (0, ""), "{}", back.out);
    assert!(back.out.contains("Version       1\n"), "{}", back.out);
    let v1 = company.files.path("v1.c1z");
    let sorted = |file: &str, command: &[&str]| {
        let ran = audit(&[command, &[file]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        // The last column is the row's number.
        let content = |line: &str| {
            line.trim_end_matches(|c: char| c.is_ascii_digit())
                .to_owned()
        };
        let mut lines: Vec<_> = ran.out.lines().map(content).collect();
        lines.sort();
        lines
    };
    for command in [
        &["users", "--csv"][..],
        &["grants", "--csv"],
        &["groups", "--csv"],
        &["types"],
    ] {
        let before = sorted(company.file(), command);
        assert_eq!(before, sorted(v1.to_str().unwrap(), command), "{command:?}");
    }
}

#[test]
fn what_is_left_out_is_named_and_nothing_is_replaced_unasked() {
    let company = Company::new();
    let two = go_file("go-12-two-syncs.c1z");
    let two = two.to_str().unwrap();
    let ran = convert(&company, two, "v3", "new.c1z", &[]);
    assert_eq!(ran.code, 0);
    let note = "note: other syncs of the file are not in the new one, which has room for one";
    assert!(ran.err.starts_with(note), "{}", ran.err);
    let before = fs::read(company.files.path("new.c1z")).unwrap();
    let ran = convert(&company, two, "v3", "new.c1z", &[]);
    assert_eq!(ran.code, 9);
    assert!(
        ran.err
            .contains("is there already\nhint: give another name, or --force to replace it"),
        "{}",
        ran.err
    );
    assert_eq!(fs::read(company.files.path("new.c1z")).unwrap(), before);
    assert_eq!(
        convert(&company, two, "v3", "new.c1z", &["--force"]).code,
        0
    );
    assert_eq!(fs::read(company.files.path("new.c1z")).unwrap(), before);
    assert_eq!(convert(&company, two, "v1", "other.c1z", &[]).code, 3);
    let unfinished = go_file("go-12-unfinished.c1z");
    let ran = convert(
        &company,
        unfinished.to_str().unwrap(),
        "v3",
        "other.c1z",
        &[],
    );
    assert_eq!(ran.code, 9, "{}", ran.err);
    assert!(!company.files.path("other.c1z").exists());
}
