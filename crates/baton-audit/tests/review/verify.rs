//! `review verify`: which files show removals, and what is said of what was kept and is gone.

use std::fs;

use connector_core::model::StatusKind;
use connector_testkit::file::{SyncFile, User, user};
use serde_json::Value;

use crate::close::decided;
use crate::company::Company;
use crate::support::{Ran, at};

#[test]
fn only_newer_files_of_the_same_apps_show_anything() {
    let company = decided();
    let ran = company.review(&["verify", "@review", "@pipeline.c1z"]);
    assert_eq!(ran.code, 9);
    assert!(
        ran.err
            .contains("hint: give the directory that `baton-audit review close` wrote"),
        "{}",
        ran.err
    );
    company.review(&["close", "@review"]);
    let ran = company.review(&["verify", "@review", "@pipeline.c1z"]);
    assert_eq!(ran.code, 9);
    assert!(
        ran.err.starts_with(
            "baton-audit: pipeline.c1z is not newer than the file that was reviewed\n"
        ),
        "{}",
        ran.err
    );
    // A sync that lost its accounts, or one of another tenant, has no removals to show.
    for (name, users) in [("none", vec![]), ("others", vec![user("gh-zoe", "zoe")])] {
        fs::create_dir(company.files.path(name)).unwrap();
        let file = SyncFile::ended_at(at("2026-03-22T08:00:00Z")).users(users);
        let path = format!("{name}/pipeline.c1z");
        file.write(&company.files.path(&path)).unwrap();
        let ran = company.review(&["verify", "@review", &format!("@{path}")]);
        assert_eq!((ran.code, ran.out.as_str()), (9, ""));
        let said = "none of the 3 accounts that the review keeps";
        assert!(
            ran.err
                .starts_with(&format!("baton-audit: {path} has {said}\n")),
            "{}",
            ran.err
        );
    }
    let ran = company.review(&["verify", "@review", "@hr.c1z"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.err
            .starts_with("baton-audit: hr.c1z is no app of the review, which has pipeline\n"),
        "{}",
        ran.err
    );
}

/// Verifies against a file of the app with these people, where Tomás, if he is among them, has his organisation role.
fn verify(company: &Company, users: impl IntoIterator<Item = User>, flags: &[&str]) -> Ran {
    let dir = company.files.path("newer");
    fs::create_dir_all(&dir).unwrap();
    let place = dir.join("pipeline.c1z");
    let _ = fs::remove_file(&place);
    SyncFile::ended_at(at("2026-03-22T08:00:00Z"))
        .users(users)
        .write(&place)
        .unwrap();
    company.review(&[&["verify", "@review", "@newer/pipeline.c1z"], flags].concat())
}

fn tomas() -> User {
    user("gh-tomas", "tomas").fact("org_role", "admin")
}

#[test]
fn accounts_that_were_kept_and_are_gone_are_said() {
    let company = decided();
    company.review(&["close", "@review"]);
    // Ines, who was kept, is gone together with those who were removed.
    let ran = verify(&company, [user("gh-li", "li"), tomas()], &[]);
    insta::assert_snapshot!(ran.out, @r"
    App       Account             Access              Decision  Result             Way now
    pipeline  jo                  On call member      remove    account gone
    pipeline  jo                  Operations member   remove    account gone
    pipeline  jo                  Administrator role  remove    account gone
    pipeline  li                  On call member      change    removed
    pipeline  li                  Operations member   keep      not held any more
    pipeline  li                  Administrator role  keep      not held any more
    pipeline  =cmd|' /C calc'!A0  the account         remove    account gone
    pipeline  ines                the account         keep      account gone
    ");
    insta::assert_snapshot!(ran.err, @r"
    note: 1 account that the review keeps is gone: ines; if the file is not complete, the removals are not certain either
    note: 2 accesses that the review keeps are not held any more
    note: 4 of 4 removals are done
    ");
    assert_eq!(ran.code, 0);
    let ran = verify(&company, [user("gh-li", "li"), tomas()], &["--json"]);
    let rows: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    let kept: Vec<&Value> = rows.iter().filter(|it| it["decision"] == "keep").collect();
    assert!(!kept.is_empty());
    // Nobody is missing, and one access that was kept is not held any more.
    let all = ["gh-li", "gh-ines", "gh-tomas"].map(|id| user(id, id));
    let lost = all.map(|it| it.fact("org_role", "member"));
    let ran = verify(&company, lost, &[]);
    insta::assert_snapshot!(ran.err, @r"
    note: 3 accesses that the review keeps are not held any more
    note: 4 of 4 removals are done
    ");
}

#[test]
fn a_file_without_any_access_shows_no_removal() {
    let company = decided();
    company.review(&["close", "@review"]);
    let all = ["gh-li", "gh-ines", "gh-tomas"].map(|id| user(id, id));
    let ran = verify(&company, all, &[]);
    assert_eq!((ran.code, ran.out.as_str()), (9, ""));
    insta::assert_snapshot!(ran.err, @r"
    baton-audit: newer/pipeline.c1z holds no access at all, and the review keeps 1 access in it
    hint: it may be of something else, or not complete; what is missing in it shows no removal
    ");
}

#[test]
fn a_file_that_lacks_many_kept_accounts_is_refused() {
    let company = Company::new();
    let many = |ids: std::ops::Range<u32>| {
        ids.map(|id| {
            user(&format!("m{id:02}"), &format!("m{id:02}")).state(StatusKind::Enabled, "active")
        })
    };
    SyncFile::ended_at(at("2026-03-10T08:00:00Z"))
        .users(many(0..25))
        .write(&company.files.path("many.c1z"))
        .unwrap();
    let started = [
        "start",
        "@hr.c1z",
        "@many.c1z",
        "--by",
        "manager",
        "--out",
        "@review",
    ];
    assert_eq!(company.review(&started).code, 0);
    company.decide("unassigned", |row| match row[2].as_str() {
        "user:m00" => ("remove", ""),
        _ => ("keep", ""),
    });
    assert_eq!(company.review(&["close", "@review"]).code, 0);
    let later = |name: &str, ids| {
        fs::create_dir_all(company.files.path(name)).unwrap();
        let path = format!("{name}/many.c1z");
        SyncFile::ended_at(at("2026-03-22T08:00:00Z"))
            .users(many(ids))
            .write(&company.files.path(&path))
            .unwrap();
        company.review(&["verify", "@review", &format!("@{path}")])
    };
    let ran = later("few", 6..25);
    assert_eq!((ran.code, ran.out.as_str()), (9, ""));
    insta::assert_snapshot!(ran.err, @r"
    baton-audit: few/many.c1z lacks 5 of the 24 accounts that the review keeps
    hint: it may be of something else, or not complete; what is missing in it shows no removal
    ");
    let ran = later("most", 5..25);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.err, @r"
    note: 4 accounts that the review keeps are gone: m01, m02, m03, m04; if the file is not complete, the removals are not certain either
    note: 1 of 1 removals are done
    ");
}
